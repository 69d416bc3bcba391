"""What class names, ids and element kinds say about the part of a page they mark.

Word lists are ours, from the class names that WordPress, Drupal, Ghost, Joomla, Blogger, Shopify and
common themes document, and from ordinary usage. Words match whole parts of a name (``author-box`` has
the parts ``author`` and ``box``), never the middle of a word.
"""

from __future__ import annotations

import re
from functools import lru_cache

from creditline.page.document import Element

_PART = re.compile(r"[A-Za-z][a-z]+|[A-Z]+(?![a-z])|\d+")

#: Hint to expressions over a space-joined list of lower-case parts, each part with blanks around it.
_EXPRESSIONS = {
    "comment": r" (?:comments|commentlist|disqus|kommentare?|comentarios?|commentaires?|discussion|livefyre) "
    r"| comments? (?:list|area|section|body|content|author|text|thread|wrap|meta|form|container|box|"
    r"item) | comment \d* *$|^ comment "
    r"| (?:respond|guestbook|webmentions?) ",
    "avatar": r" (?:avatar|avatars|gravatar|userpic|userpics|headshot|mugshot|profilbild) "
    r"| (?:author|writer|autor|auteur|profile|user|bio|byline|contributor|columnist|reporter) (?:photo|"
    r"image|img|pic|picture|thumb|thumbnail|portrait|avatar|icon) ",
    "author": r" (?:author|autor|auteur|byline|bio|biography|writer|contributor|contributors|columnist)"
    r"(?: (?:box|bio|info|card|block|box|profile|details|about|description|section|widget|meta|area|list|"
    r"name|wrap|wrapper|container|content))* ",
    "logo": r" (?:logo|logos|logotype|brand|branding|favicon|sprite|emoji|smiley|icon|icons|ico|glyph|"
    r"badge|badges|flag|flags|rating|stars|spinner|loader|tracker|pixel|"
    r"payment|appstore|playstore|app store|site title|site branding) ",
    "advert": r" (?:ad|ads|adv|advert|adverts|advertisement|advertising|advertorial|adsbygoogle|adsense|"
    r"adslot|adunit|adbox|adspot|adwrap|anzeige|anzeigen|werbung|"
    r"publicidad|publicite|pubblicita|reklama|reklame|reklam|annons|sponsor|sponsors|sponsored|dfp|gpt|"
    r"doubleclick|outbrain|taboola|affiliate|banner|banners|billboard|leaderboard|mpu|skyscraper) ",
    "related": r" (?:related|relateds|recommended|recommendations|recommend|popular|trending|similar|"
    r"suggested|suggestions|readmore|readnext|upnext|mostread|latest|"
    r"recent|sidebar|sidebars|aside|widget|widgets|teaser|teasers|promo|promos|promobox|crosssell|upsell|"
    r"jp relatedposts|yarpp|crp|ticker|siblings|rail|mehr zum thema) "
    r"| (?:more|also|next|previous|prev|read|see|further|other|weitere|mehr|autres|otras|altri|"
    r"meer) (?:posts?|stories|articles?|news|from|like|on|in|post|reading|read|links|items|products|"
    r"recipes|artikel|beitraege|nav|navigation) "
    r"| (?:post|posts|article|page) (?:nav|navigation|pager|related|list|grid|loop|feed|teaser|card|"
    r"cards|preview|tile|tiles) ",
    "navigation": r" (?:nav|navbar|navigation|menu|menus|megamenu|breadcrumb|breadcrumbs|topbar|toolbar|"
    r"masthead|pagination) "
    r"| (?:site|page|main|global|top) (?:header|footer|nav) | (?:site|page|main|global|top)? ?(?:header|"
    r"footer)(?: (?:top|bottom|inner|main|bar|widgets?|logo|menu|nav))? *$",
    "share": r" (?:share|shares|sharing|sharedaddy|shareaholic|addthis|addtoany|a2a|social|socials|pinit|"
    r"pinterest|follow|print|bookmark|tweet|like) ",
    "meta": r" (?:byline|dateline|timestamp|tags?|tagcloud|categories|taxonomy|breadcrumbs?) | (?:post|"
    r"entry|article|story) (?:meta|date|author|info|byline|details|tags|categories) ",
    "caption": r" (?:caption|captions|figcaption|legend|legende|bildunterschrift|bildtext|imagetext|"
    r"cutline|leyenda|pie|didascalia|bijschrift|billedtekst|bildetekst|"
    r"kuvateksti|podpis|popisek|subtitle|longdesc|beskrivning) | (?:image|img|photo|picture|media|foto|"
    r"bild|figure|gallery|slide|lead) "
    r"(?:caption|text|info|description|desc|meta|details|legend|title|note|data|footer|bar) |"
    r" caption (?:text|container|wrap|body|inner) ",
    "credit": r" (?:credit|credits|credited|copyright|copyrights|attribution|attributions|photocredit|"
    r"imagecredit|photographer|photographers|photog|"
    r"bildnachweis|bildquelle|bildrechte|fotograf|fotografin|fotografo|fotografia|photographe|fotocredit|"
    r"fotonachweis|bildcredit|quelle|"
    r"urheber|rechte|rights|mediacredit|courtesy|provider|agency|agentur|agence|agencia|fotocredits|"
    r"credito|creditos|credits|crediti|credito|kreditering|byfoto|kilde|kalla|zdroj|zrodlo|bron|fonte|"
    r"fuente) "
    r"| (?:image|img|photo|picture|media|foto|bild|figure|caption|video|cover|hero|featured|lead|"
    r"article) (?:credit|credits|source|sources|by|author|creator|owner|copy|copyright|right|rights|"
    r"attribution|byline|artist|licence|license) "
    r"|^ (?:source|sources|licence|license|owner) $",
    "content": r" (?:article|entry|post|story|content|main|body|gallery|slideshow|carousel|figure|photo|"
    r"image) ",
}  # fmt: skip
_COMPILED = {hint: re.compile(expression) for hint, expression in _EXPRESSIONS.items()}
_NAV_TAGS = {"nav": "navigation", "aside": "related"}
NONE: frozenset[str] = frozenset()


@lru_cache(maxsize=16_384)
def hints_of_names(names: str) -> frozenset[str]:
    """The hints that a class attribute or id gives, by its parts."""
    found: set[str] = set()
    if "type-post" in names or "hentry" in names:  # WordPress puts every tag's name into these classes
        return frozenset(("content",))
    for name in names[:1000].split():
        parts = " " + " ".join(part.lower() for part in _PART.findall(name)) + " "
        found.update(hint for hint, expression in _COMPILED.items() if expression.search(parts))
    return frozenset(found)


def hints_of(element: Element) -> frozenset[str]:
    """The hints that an element's class, id and kind give."""
    attrs = element.attrs
    names = attrs.get("class", "")
    if "id" in attrs:
        names += " " + attrs["id"]
    found = hints_of_names(names) if names else NONE
    if element.tag in _NAV_TAGS:
        return found | {_NAV_TAGS[element.tag]}
    return found


def marked(element: Element, hint: str, *, levels: int | None = None) -> Element | None:
    """The element or the nearest one around it (at most ``levels`` up) that gives a hint."""
    current: Element | None = element
    while current is not None and (levels is None or element.depth - current.depth <= levels):
        if current.tag not in ("html", "body") and hint in hints_of(current):
            return current
        current = current.parent
    return None
