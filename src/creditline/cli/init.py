"""``creditline init``: say who you are."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click
import tomli_w

from creditline.cli.options import say
from creditline.errors import ConfigError, CreditlineError, UrlError
from creditline.settings import FILE_NAME
from creditline.urls import Url, is_address_literal, parse_user_address


@click.command("init")
@click.option("--name", "names", multiple=True, help="Name under which you are credited; repeatable.")
@click.option("--domain", "domains", multiple=True, help="Your own site, old ones too; repeatable.")
@click.option("--profile", "profiles", multiple=True, help="Your page on a platform; repeatable.")
@click.option("--credit-line", help="The credit line as you want it.")
@click.option("--private-host", "private_hosts", multiple=True, help="host:port of your own staging site.")
@click.option(
    "--workspace",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    show_default="this folder",
    help="Folder that becomes the workspace.",
)
@click.option("--force", is_flag=True, help="Replace the settings that are there.")
def command(
    names: tuple[str, ...],
    domains: tuple[str, ...],
    profiles: tuple[str, ...],
    credit_line: str | None,
    private_hosts: tuple[str, ...],
    folder: Path,
    force: bool,
) -> None:
    """Say who you are; writes creditline.toml. Asks where a terminal is there.

    \b
    Example:
      creditline init --name "Jane Doe" --domain jane.example --profile https://unsplash.com/@jane
    """
    path = folder / FILE_NAME
    if path.exists() and not force:
        raise ConfigError(f"{path} is there already; edit it, or use --force to replace it")
    if not names and sys.stdin.isatty():
        names, domains, profiles, credit_line = _ask(domains, profiles, credit_line)
    if not names:
        raise ConfigError('no name given: creditline init --name "Jane Doe" --domain jane.example')
    hosts, private = _own_hosts(domains)
    owner: dict[str, object] = {
        "names": [_name(name) for name in names],
        "domains": hosts,
        "profiles": [parse_user_address(profile).href for profile in profiles],
    }
    if credit_line:
        owner["credit_line"] = credit_line
    if private or private_hosts:
        owner["private_hosts"] = sorted({*private, *private_hosts})
    _write(path, owner)
    site = f"http://{private[0]}" if private else f"https://{hosts[0] if hosts else 'your-site.example'}"
    say(f"wrote {path}; next: creditline scan {site}/")


def _ask(
    domains: tuple[str, ...], profiles: tuple[str, ...], credit_line: str | None
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], str | None]:
    name = click.prompt("Your name, as it should stand in a credit", value_proc=_one_name, err=True)
    others = _ask_for_list("Other names you are credited under", _name)
    domains = domains or _ask_for_list("Your own sites", lambda text: _site(text).href)
    profiles = profiles or _ask_for_list("Your profile pages", lambda text: parse_user_address(text).href)
    line = credit_line or click.prompt("Credit line you would like", default=f"Photo: {name}", err=True)
    return ((name, *others), domains, profiles, line)


def _ask_for_list(question: str, read: Callable[[str], str] = str) -> tuple[str, ...]:
    """Ask for several things, commas between them; ask again while one cannot be read."""

    def items(text: str) -> tuple[str, ...]:
        try:
            return tuple(read(item.strip()) for item in text.split(",") if item.strip())
        except CreditlineError as error:
            raise click.UsageError(str(error)) from error

    asked = f"{question} (commas between several; Enter for none)"
    answer: tuple[str, ...] = click.prompt(asked, default="", show_default=False, value_proc=items, err=True)
    return answer


def _one_name(text: str) -> str:
    if "," in text:
        raise click.UsageError("one name here, without commas; other names come next")
    try:
        return _name(text)
    except CreditlineError as error:
        raise click.UsageError(str(error)) from error


def _name(text: str) -> str:
    """A name to look for in credits.

    Raises:
        ConfigError: No credit could ever hold it, so that every use would seem uncredited.
    """
    name = " ".join(text.split())
    if not name or "://" in name or name.lower().startswith("www."):
        raise ConfigError(f"not a name: {text!r}; names stand in credits, sites belong to --domain")
    return name


def _own_hosts(domains: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Hosts without ``www.``, and the private ``host:port`` among them that may be indexed."""
    hosts: list[str] = []
    private: list[str] = []
    for text in domains:
        url = _site(text)
        hosts.append(url.host.removeprefix("www."))
        if is_address_literal(url.host) or url.host == "localhost":
            private.append(url.host_port)
            say(f"{url.host_port} is a private address: it may be indexed, never checked")
    return hosts, private


def _site(text: str) -> Url:
    """The address of a site as people write it, private ones (``127.0.0.1:8000``) too."""
    if "://" in text or not _has_literal(text):
        return parse_user_address(text)
    return Url.parse(f"http://{text}")


def _has_literal(text: str) -> bool:
    try:
        return is_address_literal(Url.parse(f"http://{text}").host) or text.startswith("localhost")
    except UrlError:
        return False


def _write(path: Path, owner: dict[str, object]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(tomli_w.dumps({"owner": owner}).encode())
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from error
