"""What each service is asked about each work: a public address where there is one, else a small copy."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote, urlsplit

from creditline import fingerprint
from creditline.errors import GateError
from creditline.pipeline.context import Context
from creditline.pipeline.ports import DiscoverySource
from creditline.records import Question, SearchPicture, Work
from creditline.urls import Url, is_address_literal


class Questions:
    """Makes questions. Copies are made when they are about to be sent, not when they are planned."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def of_work(self, source: DiscoverySource, work: Work) -> Question:
        """One source's question about one work; a picture in it has no bytes yet (`with_copy`)."""
        if not getattr(source, "by_picture", True):
            return Question(work=work)
        address = self._public_address(work)
        if address is not None and not self._context.settings.discover.send_copies:
            return Question(work=work, picture_url=address)
        if work.fingerprint is None:
            return Question(work=work)
        # Known by its file, so that the same picture is the same question whatever its copy looks like.
        return Question(
            work=work, picture=SearchPicture(b"", "image/jpeg", of_sha256=work.fingerprint.sha256)
        )

    async def with_copy(self, question: Question) -> Question:
        """The question with the bytes that are sent; without a picture where none can be made."""
        work, picture = question.work, question.picture
        if work is None or picture is None or picture.body:
            return question
        made = await self._copy_of_file(work) or self._thumbnail(work)
        return replace(
            question, picture=replace(made, of_sha256=picture.of_sha256) if made is not None else None
        )

    def _public_address(self, work: Work) -> Url | None:
        """The largest file of a work that anybody may fetch; ``None`` without one."""
        private = self._context.settings.owner.private_hosts
        files = sorted(work.renditions, key=lambda each: -(each.width or 0))
        for address in [work.url, *(each.url for each in files if each.problem is None)]:
            url = Url.try_parse(address)
            if url is not None and url.host_port not in private and not is_address_literal(url.host):
                return url
        return None

    async def _copy_of_file(self, work: Work) -> SearchPicture | None:
        """A reduced copy of the original in the owner's folder."""
        addresses = [work.url, *(each.url for each in work.renditions)]
        path = next((_path(each) for each in addresses if each.startswith("file:")), None)
        if path is None:
            return None
        try:
            longest = self._context.settings.discover.copy_px
            return await self._context.gate.run(fingerprint.search_copy, path, longest)
        except GateError as error:
            self._context.observer.note(f"no copy of {work.url} for searches: {error}")
            return None

    def _thumbnail(self, work: Work) -> SearchPicture | None:
        """The small copy that indexing made, where the original is not at hand."""
        if work.fingerprint is None:
            return None
        known = self._context.store.known_decoded(work.fingerprint.sha256, fingerprint.ALGORITHM)
        if known is None or not known.thumbnail:
            return None
        return SearchPicture(known.thumbnail, "image/jpeg", *fingerprint.thumbnail_size(known.thumbnail))


def _path(address: str) -> str:
    return unquote(urlsplit(address).path)
