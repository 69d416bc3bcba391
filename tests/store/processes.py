"""What child processes of the store's tests do: ``python processes.py JOB URL FOLDER ARGUMENTS...``."""

from __future__ import annotations

import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from creditline.records import (
    CheckResult,
    CheckStatus,
    CreditEvidence,
    Look,
    Match,
    MatchMethod,
    MatchStatus,
    Rendition,
    Role,
    SearchOutcome,
    SearchStatus,
    Sighting,
    UseFinding,
    Verdict,
    VerdictKind,
    Versions,
    Where,
    Work,
)
from creditline.store import SqlStore, open_store, this_holder
from creditline.urls import Url

START = datetime(2026, 3, 1, tzinfo=UTC)


class Clock:
    """The machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def hammer_budget(store: SqlStore, domain: str, delay_s: str, count: str) -> None:
    """Reserve slots and print when each is, in seconds since a fixed time, without waiting for it."""
    for _ in range(int(count)):
        now = datetime.now(UTC)
        wait = store.next_slot(domain, float(delay_s), now)
        print((now - START).total_seconds() + wait)


def claim_pages(store: SqlStore, pages: str) -> None:
    """Claim pages in an order of our own, print those that we got, and live until told to end.

    The claims of a process that has ended may be taken over.
    """
    keys = [str(page) for page in range(int(pages))]
    random.Random(this_holder()).shuffle(keys)
    for key in keys:
        if store.claim("page", key, this_holder(), timedelta(hours=1), START):
            print(key)
    print("done", flush=True)
    sys.stdin.read()


def claim_and_hang(store: SqlStore, key: str) -> None:
    """Claim one page and wait to be killed."""
    lease = store.claim("page", key, this_holder(), timedelta(days=1), START)
    print(lease.token if lease else "refused", flush=True)
    time.sleep(600)


def save_works(store: SqlStore, rounds: str) -> None:
    """Save the same works and searches as everybody else."""
    owner = store.ensure_owner("jane", ["Jane"], START)
    for number in range(int(rounds)):
        store.save_works(owner, [_work(number), _work(number + 1)], START)
        claims = [Sighting("log", _page(n), image_url=_page(n)) for n in range(number, number + 3)]
        store.save_search(owner, "r1", SearchOutcome("log", SearchStatus.RESULTS), claims, START)


def check_for_ever(store: SqlStore, seed: str) -> None:
    """Save checks and evidence until killed."""
    owner = store.ensure_owner("jane", ["Jane"], START)
    [work] = store.save_works(owner, [_work(0)], START)
    chance = random.Random(seed)
    while True:
        number = chance.randrange(20)
        lease = store.claim("page", str(number), this_holder(), timedelta(hours=1), START)
        if lease is None:
            continue
        body = chance.randbytes(chance.randrange(1, 50_000))
        item = store.put(body, "raw_html", "text/html", START)
        load_id = item.sha256
        store.save_check(owner, lease, _check(work.id, number, load_id, chance))
        store.release(lease)
        print("saved", flush=True)


def _page(number: int) -> Url:
    return Url.parse(f"https://blog.example/{number}")


def _work(number: int) -> Work:
    url = f"https://jane.example/{number}.jpg"
    return Work("", "", url, renditions=(Rendition(url, sha256=f"{number:064}"),))


def _check(work_id: str, number: int, load_id: str, chance: random.Random) -> CheckResult:
    evidence = tuple(CreditEvidence(f"rule {n}", "quote", Where.NEAR) for n in range(chance.randrange(1, 5)))
    verdict = Verdict(chance.choice(list(VerdictKind)), reason=load_id, evidence=evidence)
    match = Match(work_id, MatchStatus.CONFIRMED, MatchMethod.BYTES, 1.0)
    finding = UseFinding(
        work_id,
        "https://blog.example/a.jpg",
        False,
        Role.CONTENT,
        match,
        verdict,
        load_id,
        "same",
        frozenset(Look),
        (("raw_html", load_id),),
    )
    return CheckResult(
        _page(number), CheckStatus.SHOWN, START, load_id, Versions("f", "j", "p"), uses=(finding,)
    )


if __name__ == "__main__":
    job, address, folder, *arguments = sys.argv[1:]
    globals()[job](open_store(address, evidence_dir=Path(folder), clock=Clock()), *arguments)
