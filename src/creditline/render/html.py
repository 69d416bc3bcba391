"""HTML out of templates: everything is escaped, and a link leads to http or https or nowhere."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup, escape

from creditline.render.text import cut, visible
from creditline.urls import Url

if TYPE_CHECKING:
    from jinja2 import Environment


def html_environment(folder: Path) -> Environment:
    """Build the environment for the HTML templates of one folder.

    Autoescape is on, an unknown name is an error, every value is made visible and cut
    (`creditline.render.text`), ``None`` reads "not known". The filters ``href`` (`safe_href`) and
    ``beside`` (`beside`) give the only values that belong into a ``href`` attribute.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # slow to import, seldom needed

    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["href"] = safe_href
    environment.filters["beside"] = beside
    return environment


def safe_href(address: str | None) -> Markup:
    """The address as browsers read it, for a ``href`` attribute; empty when not http(s)."""
    url = Url.try_parse(address) if address else None
    return escape(url.href) if url else Markup("")


def beside(file_name: str) -> Markup:
    """The address of a file beside or below the document, for a ``href`` attribute."""
    return escape("./" + quote(visible(file_name), safe="/"))


def data_uri(media_type: str, body: bytes) -> Markup:
    """Bytes of our own making as an address that asks nobody, for ``href`` and ``src``."""
    return Markup("data:{};base64,{}").format(media_type, base64.b64encode(body).decode("ascii"))


def _shown(value: object) -> object:
    if value is None:
        return "not known"
    if hasattr(value, "__html__"):
        return value
    return cut(visible(str(value)))
