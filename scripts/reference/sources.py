"""docs/reference/sources.md: where leads come from."""

from __future__ import annotations

from creditline.sources._asking import AskingSource
from creditline.sources._browsing import BrowserSource
from reference.plugins import found
from reference.words import heading, joined, table


def page() -> str:
    """The whole page."""
    sources = [source for _, source in found("creditline.sources", "SOURCE")]
    if not sources:
        raise SystemExit("creditline.sources: no source found")
    lines = heading(
        "Sources",
        "Where leads come from. How each search ended is listed by `creditline discover` and in the report.",
    )
    reading = [(f"`{source.name}`", source.description) for source in sources if source.reads_file]
    lines += [
        "## From files",
        "",
        "None of these needs an account, and none sends anything about your pictures to anybody.",
        "",
        *table(("source", "what it reads"), reading),
        "## From services",
        "",
        "Each of these asks a service, with a key of yours where it needs one: from the environment or the "
        "keyring, by the name in the table (Yandex also needs the folder that pays, "
        "`CREDITLINE_YANDEX_SEARCH_FOLDER`). What a request may cost is counted before it is sent, and a "
        "search that was broken off goes on without paying for the same request again. *Unproven* means "
        "that no real answer of the service has been read yet; every outcome says so until its canary, a "
        "question that it must be able to answer, was answered. How they are asked: "
        "[ask services](../how-to/ask-services.md).",
        "",
    ]
    asking = [
        (
            f"`{source.name}`",
            source.description,
            f"`{source.key_name}`" if source.key_name else "none",
            _price(source.price_usd, source.price_note),
            "unproven" if source.unproven else "",
        )
        for source in sources
        if isinstance(source, AskingSource)
    ]
    lines += table(("source", "what it asks", "key", "price of one request", ""), asking)
    browsing = [
        (f"`{source.name}`", source.description, "unproven" if source.unproven else "")
        for source in sources
        if isinstance(source, BrowserSource)
    ]
    if browsing:
        lines += [
            "## In your own browser",
            "",
            "Each of these uses an engine's own pages as you would, in a browser window of your own, after "
            "you have agreed to it. They cost nothing but about a minute a picture. How: "
            "[search with your own browser](../how-to/search-with-your-browser.md).",
            "",
            *table(("source", "what it finds", ""), browsing),
        ]
    known = (*(name for name, _ in reading), *(row[0] for row in (*asking, *browsing)))
    others = [
        (f"`{source.name}`", source.description) for source in sources if f"`{source.name}`" not in known
    ]
    lines += [
        "## From what was found before",
        "",
        "These ask nobody but the sites themselves, page by page, as any reader would.",
        "",
        *table(("source", "what it looks through"), others),
    ]
    return joined(lines)


def _price(usd: float, note: str) -> str:
    return f"{usd:g} USD: {note}" if usd else note
