"""All replicas, by the hosts that they answer for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from creditline.demo.answers import Answer, Request
from creditline.demo.engines.base import Replica
from creditline.demo.engines.bing import BingReplica
from creditline.demo.engines.google_lens import GoogleLensReplica
from creditline.demo.engines.knowledge import Knowledge
from creditline.demo.engines.tineye import TineyeReplica
from creditline.demo.engines.yandex import YandexReplica

KINDS: tuple[type[Replica], ...] = (BingReplica, GoogleLensReplica, TineyeReplica, YandexReplica)


class Replicas:
    """Some replicas; they answer on https, as the engines do."""

    def __init__(self, replicas: Iterable[Replica]) -> None:
        """Take replicas of different engines."""
        self.by_engine = {replica.engine: replica for replica in replicas}
        self._by_host = {host: replica for replica in self.by_engine.values() for host in replica.hosts}

    @classmethod
    def all_with(cls, knowledge: Callable[[str], Knowledge]) -> Replicas:
        """One of each engine, with what it knows."""
        return cls(kind(knowledge(kind.engine)) for kind in KINDS)

    @classmethod
    def of_truth(cls, root: Path) -> Replicas:
        """One of each engine; each knows a part of the miniature web."""
        return cls.all_with(lambda engine: Knowledge.of_truth(root, engine))

    def __getitem__(self, engine: str) -> Replica:
        """The replica of one engine."""
        return self.by_engine[engine]

    def serves(self, host: str, scheme: str) -> bool:
        """Whether one of them answers."""
        return scheme == "https" and host in self._by_host

    def answer(self, request: Request) -> Answer:
        """Answer a request for one of their hosts."""
        return self._by_host[request.host].answer(request)
