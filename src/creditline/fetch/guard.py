"""The one decision whether a connection may be made, and to which address.

Every connection of the HTTP client and of the browser's guard proxy passes `Guard.admit`: rules for
port and name, one look-up, every answer classified, and the checked addresses handed back, so that
nothing is resolved twice and an answer that changes in between (DNS rebinding) changes nothing.
There is no switch to turn it off; the only exceptions name one exact ``host:port`` each.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from creditline.errors import FetchError
from creditline.fetch.addresses import why_forbidden, why_private_name
from creditline.records import FetchProblem
from creditline.urls import Url, is_address_literal

#: Looks a host name up: gives IP literals, raises OSError (`socket.gaierror`) when there are none.
Resolver = Callable[[str, int], Awaitable[list[str]]]

#: Ports of the web. A page may not make us talk to a mail server or a database on another one.
WEB_PORTS = frozenset({80, 443})

#: How long a name service may take, seconds: resolv.conf's own default is 2 tries of 5 s.
RESOLVE_TIMEOUT_S = 10.0

#: A name has a handful of addresses; a longer list is cut before connecting.
MAX_ADDRESSES = 8

_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})


@dataclass(frozen=True, slots=True)
class EgressPolicy:
    """What one way out may reach beyond the public web."""

    #: Exact ``host:port`` (as `Url.host_port` writes it) that may be private: the owner's staging
    #: host. Given to the fetcher that indexes the owner's site, never to one that visits others.
    private_hosts: frozenset[str] = frozenset()
    #: Exact ``host:port`` whose port need not be 80 or 443; its addresses must be public.
    extra_ports: frozenset[str] = frozenset()
    #: An HTTP proxy that all traffic goes through; names are then resolved there.
    upstream_proxy: Url | None = None
    #: PEM file of the authority that signs the proxy's tunnels, trusted besides the usual roots.
    upstream_ca: Path | None = None

    def for_strangers(self) -> EgressPolicy:
        """The same policy without any private host: for pages that others wrote."""
        return EgressPolicy(
            extra_ports=self.extra_ports, upstream_proxy=self.upstream_proxy, upstream_ca=self.upstream_ca
        )


class RefusedError(FetchError):
    """The guard refused a connection, or a name gave no address."""

    def __init__(self, problem: FetchProblem, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Admission:
    """Where to connect, decided once."""

    #: Checked IP literals in the order to try; the proxy's host where there is an upstream proxy.
    addresses: tuple[str, ...]
    port: int
    #: Whether ``addresses`` name the upstream proxy, which then gets the wanted ``host:port``.
    via_proxy: bool = False


async def system_resolver(host: str, port: int) -> list[str]:
    """Look a name up with the operating system, in its preferred order."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Guard:
    """Decides for one policy."""

    policy: EgressPolicy = field(default_factory=EgressPolicy)
    resolver: Resolver = system_resolver

    def check(self, host: str, port: int) -> None:
        """Apply every rule that needs no look-up.

        Args:
            host: Name or IP literal, brackets allowed.
            port: TCP port.

        Raises:
            RefusedError: The port, the name or the literal address is not allowed.
        """
        host = host.strip("[]")
        target = _host_port(host, port)
        if target in self.policy.private_hosts:
            return
        if port not in WEB_PORTS and target not in self.policy.extra_ports:
            raise RefusedError(FetchProblem.REFUSED_PORT, f"port {port} of {host} is not a port of the web")
        why = why_forbidden(host) if is_address_literal(host) else why_private_name(host)
        if why:
            raise RefusedError(FetchProblem.REFUSED_ADDRESS, f"{host} is not on the public internet: {why}")

    async def admit(self, host: str, port: int) -> Admission:
        """Decide whether a connection may be made, and to which addresses.

        Raises:
            RefusedError: It may not, or the name has no address.
        """
        host = host.strip("[]")
        self.check(host, port)
        if self.policy.upstream_proxy is not None:
            return await self.admit_proxy()
        if is_address_literal(host):
            return Admission((host,), port)
        found = await self._resolve(host, port)
        if _host_port(host, port) not in self.policy.private_hosts:
            _refuse_forbidden(host, found)
        return Admission(tuple(found[:MAX_ADDRESSES]), port)

    async def admit_proxy(self) -> Admission:
        """Where the upstream proxy is; the user named it, so its address may be private.

        Raises:
            RefusedError: Its name has no address.
        """
        proxy = self.policy.upstream_proxy
        if proxy is None:
            raise RefusedError(FetchProblem.PROXY, "there is no upstream proxy")
        try:
            return Admission(tuple(await self._resolve(proxy.host, proxy.port)), proxy.port, via_proxy=True)
        except RefusedError as error:
            raise RefusedError(FetchProblem.PROXY, f"the proxy cannot be found: {error.detail}") from error

    async def _resolve(self, host: str, port: int) -> list[str]:
        if is_address_literal(host):
            return [host]
        try:
            async with asyncio.timeout(RESOLVE_TIMEOUT_S):
                found = await self.resolver(host, port)
        except TimeoutError as error:
            raise RefusedError(
                FetchProblem.UNREACHABLE, f"the name service did not answer for {host}"
            ) from error
        except UnicodeError as error:  # labels longer than 63 characters
            raise RefusedError(FetchProblem.DNS, f"{host} is not a name that can exist") from error
        except socket.gaierror as error:
            if error.errno in _NO_SUCH_NAME:
                raise RefusedError(FetchProblem.DNS, f"there is no host named {host}") from error
            raise RefusedError(
                FetchProblem.UNREACHABLE, f"the name service failed for {host}: {error.strerror or error}"
            ) from error
        except OSError as error:
            raise RefusedError(
                FetchProblem.UNREACHABLE, f"the name service failed for {host}: {error}"
            ) from error
        if not found:
            raise RefusedError(FetchProblem.DNS, f"{host} has no address")
        return found


def _refuse_forbidden(host: str, found: list[str]) -> None:
    for address in found:
        if why := why_forbidden(address):
            raise RefusedError(
                FetchProblem.REFUSED_ADDRESS,
                f"{host} resolves to {address}, which is not on the public internet: {why}",
            )


def _host_port(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
