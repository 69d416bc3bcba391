"""What the browser showed of pages built alike is kept from one run to the next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from creditline.records import TemplateLooks
from creditline.store import SqlStore


def test_looks_are_counted_by_template(store: SqlStore, make: Any) -> None:
    assert store.template_looks("blog.example/0/1") is None
    since = make.now - timedelta(days=30)
    for minutes, gained in enumerate((False, True, False)):
        now = make.later(minutes=minutes)
        store.learn_template("blog.example/0/1", gained=gained, now=now, trusted_since=since)
    store.learn_template("blog.example/0/2", gained=False, now=make.now, trusted_since=since)
    assert store.template_looks("blog.example/0/1") == TemplateLooks(3, 1, make.later(minutes=2))
    assert store.template_looks("blog.example/0/2") == TemplateLooks(1, 0, make.now)


def test_what_is_no_longer_trusted_is_counted_anew(store: SqlStore, make: Any) -> None:
    for days in (0, 0, 40):
        now = make.later(days=days)
        store.learn_template("a.example/1", gained=True, now=now, trusted_since=now - timedelta(days=30))
    assert store.template_looks("a.example/1") == TemplateLooks(1, 1, make.later(days=40))
