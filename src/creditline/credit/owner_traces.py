"""Where a page links the owner or names them."""

from __future__ import annotations

from functools import cached_property

from creditline.credit.scene_base import SceneBase
from creditline.page.addresses import is_picture_file, resolve
from creditline.page.document import Element, Line
from creditline.urls import Url


class OwnerTraces(SceneBase):
    """The part of a scene that knows its links and who is named."""

    def target(self, link: Element) -> Url | None:
        """Where a link leads, by the caller's resolver where it knows better."""
        href = link.get("href")
        known = self.context.resolved_redirects
        if href in known:
            return Url.try_parse(known[href])
        found = resolve(href, self.base)
        if found is not None and found.href in known:
            return Url.try_parse(known[found.href])
        return found

    def is_owner_link(self, link: Element) -> bool:
        """Whether a link leads to the owner."""
        key = id(link)
        known = self._owned.get(key)
        if known is None and not self._may_be_owners(link.get("href")):
            known = self._owned[key] = False
        if known is None:
            target = self.target(link)
            known = target is not None and not self._is_own_page(target) and self.identity.owns(target)
            known = known and not is_picture_file(link.get("href"))
            self._owned[key] = known
        return known

    @cached_property
    def names_owner(self) -> bool:
        """Whether the document may name or link the owner anywhere, data about it included."""
        if self.owner_links or self.naming_lines:
            return True
        texts = [
            text for element, text in self.document.json_scripts if "ld+json" in element.get("type").lower()
        ]
        texts.extend(meta.get("content") for meta in self.document.metas)
        return self.identity.find("\n".join(texts)) is not None

    @cached_property
    def naming_lines(self) -> list[Line]:
        """The lines whose text names the owner."""
        lines = self.document.lines
        return [lines[index] for index in self.identity.lines_naming(self.text)]

    @cached_property
    def owner_lines(self) -> list[Line]:
        """The lines that name the owner or link to them, in order."""
        linked = {id(link) for link in self.owner_links}
        found = {line.index: line for line in self.naming_lines}
        if linked:
            found |= {
                line.index: line
                for line in self.document.lines
                if line.links and any(id(span.element) in linked for span in line.links)
            }
        return [found[index] for index in sorted(found)]

    def may_name_owner(self, line: Line) -> bool:
        """Whether a line names the owner or links to them anywhere."""
        return self.identity.find(line.text) is not None or self.links_owner(line)

    def links_owner(self, line: Line) -> bool:
        """Whether a link of a line leads to the owner."""
        return any(self.is_owner_link(span.element) for span in line.links)

    def is_opaque(self, link: Element) -> bool:
        """Whether nobody can tell from a link's address where it leads."""
        target = self.target(link)
        return target is not None and self.identity.is_opaque(target)

    def _may_be_owners(self, href: str) -> bool:
        """Whether an address as written can lead to the owner at all; cheap, since pages hold hundreds."""
        if self.context.resolved_redirects or (self._at_home and not href.startswith(("http", "//"))):
            return True
        return self.identity.hints_at_owner(href)

    @cached_property
    def _at_home(self) -> bool:
        """Whether the page itself is on a site of the owner or of one of their profiles."""
        return self.page is None or self.identity.is_home(self.page)

    def is_external(self, link: Element) -> bool:
        """Whether a link leads to another site than the page's."""
        target = self.target(link)
        if target is None or self.page is None:
            return target is not None
        return target.registrable_domain != self.page.registrable_domain

    def _is_own_page(self, target: Url) -> bool:
        """Whether a link leads to a place in the page itself."""
        return self.page is not None and target.without_fragment() == self.page.without_fragment()

    @cached_property
    def owner_links(self) -> list[Element]:
        """All links of the page that lead to the owner."""
        links = self.document.links
        if not self.context.resolved_redirects and not self._at_home:
            links = [links[number] for number in self.identity.hints_in([link.get("href") for link in links])]
        return [link for link in links if self.is_owner_link(link)]
