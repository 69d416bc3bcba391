"""A store on each engine, and makers of records."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from creditline.records import (
    CheckResult,
    CheckStatus,
    CreditEvidence,
    Fingerprint,
    Lease,
    Look,
    Match,
    MatchMethod,
    MatchStatus,
    Rendition,
    RightsMetadata,
    Role,
    Tasl,
    UseFinding,
    Verdict,
    VerdictKind,
    Versions,
    Where,
    Work,
)
from creditline.store import SqlStore, open_store
from creditline.urls import Url

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
ENGINES = ("sqlite", "postgresql")
BOTH_LOOKS = frozenset({Look.RAW, Look.RENDERED})
_DEBIAN_POSTGRES = Path("/usr/lib/postgresql")


class FixedClock:
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOW


# --- PostgreSQL ---------------------------------------------------------------------------------


def _postgres_program(name: str) -> str:
    """A server program, on PATH or where Debian keeps it (newest version first)."""
    folders = sorted(_DEBIAN_POSTGRES.glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True)
    found = shutil.which(name) or next((str(f / name) for f in folders if (f / name).exists()), None)
    if found is None:
        pytest.fail(f"PostgreSQL's {name} is missing; type: apt-get install --yes postgresql", pytrace=False)
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _as_postgres(command: list[str]) -> None:
    """Run a server program, never as root: PostgreSQL refuses that."""
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=120)
    if done.returncode:
        pytest.fail(f"{' '.join(command)}: {done.stderr or done.stdout}", pytrace=False)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of our own on loopback; gives its address without a database name."""
    folder = Path(tempfile.mkdtemp(prefix="creditline-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data, port = folder / "data", _free_port()
    pg_ctl = _postgres_program("pg_ctl")
    _as_postgres(
        [
            _postgres_program("initdb"),
            "-D",
            str(data),
            "-U",
            "tester",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]
    )
    settings = (
        "listen_addresses=127.0.0.1",
        f"unix_socket_directories={folder}",
        "max_connections=60",
        "fsync=off",  # the server is never killed, only its clients are
        "full_page_writes=off",
    )
    options = f"-p {port} " + " ".join(f"-c {setting}" for setting in settings)
    _as_postgres([pg_ctl, "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start"])
    try:
        yield f"postgresql://tester@127.0.0.1:{port}"
    finally:
        _as_postgres([pg_ctl, "-D", str(data), "-w", "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of a database that was made once and is copied for each test."""
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as admin:
        admin.execute("CREATE DATABASE made_once")
    folder = tmp_path_factory.mktemp("postgres")
    open_store(f"{postgres_server}/made_once", evidence_dir=folder, clock=FixedClock()).close()
    return "made_once"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file that was made once and is copied for each test."""
    folder = tmp_path_factory.mktemp("sqlite")
    open_store(f"sqlite:///{folder / 'made.db'}", evidence_dir=folder, clock=FixedClock()).close()
    return folder / "made.db"


@contextmanager
def _postgres_database(server: str, template: str) -> Iterator[str]:
    name = "t" + secrets.token_hex(6)
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[arg-type]
        yield f"{server}/{name}"
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of a PostgreSQL database without tables."""
    with _postgres_database(postgres_server, "template0") as url:
        yield url


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables, once per engine."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a current database without rows, once per engine."""
    if request.param == "postgresql":
        server, template = map(request.getfixturevalue, ("postgres_server", "postgres_template"))
        with _postgres_database(server, template) as address:
            yield address
        return
    shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "creditline.db")
    yield f"sqlite:///{tmp_path / 'creditline.db'}"


@pytest.fixture
def open_it(url: str, tmp_path: Path) -> Iterator[Callable[[], SqlStore]]:
    """Opens the same database as often as asked."""
    opened: list[SqlStore] = []

    def open_one() -> SqlStore:
        opened.append(open_store(url, evidence_dir=tmp_path / "evidence", clock=FixedClock()))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_it: Callable[[], SqlStore]) -> SqlStore:
    """An open, empty store."""
    return open_it()


@pytest.fixture
def owner(store: SqlStore) -> str:
    """The id of an owner."""
    return store.ensure_owner("jane.example", ["Jane Doe"], NOW)


# --- records ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Make:
    """Makes records that are as full as they can be."""

    now: datetime = NOW

    def later(self, **delta: float) -> datetime:
        return self.now + timedelta(**delta)

    def url(self, name: str = "page", host: str = "blog.example") -> Url:
        return Url.parse(f"https://{host}/{name}")

    def sha(self, name: str) -> str:
        import hashlib

        return hashlib.sha256(name.encode()).hexdigest()

    def fingerprint(
        self, name: str = "harbour", size: int = 1600, algorithm: str = "phash16/1"
    ) -> Fingerprint:
        return Fingerprint(
            algorithm=algorithm,
            sha256=self.sha(f"{name}-{size}"),
            width=size,
            height=size // 2,
            phash=b"\x00\xff" * 16,
            phash_mirrored=b"\xff\x00" * 16,
            quality=87,
            features=b"features\x00" + name.encode(),
        )

    def work(self, name: str = "harbour", **changes: Any) -> Work:
        base = f"https://jane.example/img/{name}"
        work = Work(
            id="",
            owner_id="",
            url=f"{base}-1600.jpg",
            title=f"The {name}",
            alt="boats",
            width=1600,
            height=800,
            renditions=(
                Rendition(f"{base}-1600.jpg", 1600, 800, "jpeg", 250_000, self.sha(f"{name}-1600")),
                Rendition(f"{base}-400.jpg", 400, 200, "jpeg", 20_000, self.sha(f"{name}-400")),
                Rendition(f"{base}-gone.jpg", problem="http 404"),
            ),
            pages=("https://jane.example/", f"https://jane.example/{name}"),
            rights=RightsMetadata(creator=("Jane Doe",), credit_line="Photo: Jane Doe", title=name),
            fingerprint=self.fingerprint(name),
        )
        return replace(work, **changes)

    def verdict(self, kind: VerdictKind = VerdictKind.LINKED, **changes: Any) -> Verdict:
        verdict = Verdict(
            kind=kind,
            nofollow=True,
            nofollow_cause="attribute",
            evidence=(
                CreditEvidence(
                    "caption_link",
                    "Photo: Jane Doe",
                    Where.CAPTION,
                    "https://jane.example/",
                    ("nofollow",),
                    True,
                    "Jane",
                ),
                CreditEvidence("footer", "(c) Blog", Where.SITE_LEVEL, rejected="site owner"),
            ),
            reason="linked in the caption",
            page_links_owner=True,
            tasl=Tasl(title=True, author=True, license=True, license_name="BY-SA 4.0"),
        )
        return replace(verdict, **changes)

    def match(self, work_id: str, **changes: Any) -> Match:
        match = Match(
            work_id,
            MatchStatus.CONFIRMED,
            MatchMethod.GEOMETRY,
            0.91,
            distance=12,
            inliers=44,
            region=(0.1, 0.2, 0.9, 1.0),
            our_region=(0.0, 0.0, 0.5, 0.75),
            mirrored=True,
            scale=0.5,
            rotation=-1.25,
            why="44 inliers",
            to_ours=(-0.5, 0.0, 0.5, 0.0, 0.75, 0.125),
        )
        return replace(match, **changes)

    def finding(self, work_id: str, name: str = "copy", **changes: Any) -> UseFinding:
        finding = UseFinding(
            work_id=work_id,
            image_url=f"https://blog.example/{name}.jpg",
            hotlinked=False,
            role=Role.CONTENT,
            match=self.match(work_id),
            verdict=self.verdict(),
            content_sha256=self.sha(name),
            content_key=self.sha(name),
            complete_looks=BOTH_LOOKS,
            evidence=(("raw_html", self.sha("html")), ("screenshot", self.sha("png"))),
            width=640,
            height=320,
        )
        return replace(finding, **changes)

    def check(
        self, *findings: UseFinding, page: Url | None = None, load: str = "load-1", **changes: Any
    ) -> CheckResult:
        result = CheckResult(
            page_url=page or self.url(),
            status=CheckStatus.SHOWN if findings else CheckStatus.NOT_SHOWN,
            checked_at=self.now,
            load_id=load,
            versions=Versions("phash16/1", "judge/1", "0.1.0"),
            uses=findings,
            note="9 images seen, 3 compared",
            title="A page",
            complete_looks=BOTH_LOOKS,
            raw_sha256=self.sha("html"),
            bytes_moved=12_345,
            language="en-GB",
        )
        return replace(result, **changes)

    def lease(self, store: SqlStore, page: Url | None = None) -> Lease:
        lease = store.claim("page", (page or self.url()).key, "tester", timedelta(minutes=5), self.now)
        assert lease is not None
        return lease

    def save_check(self, store: SqlStore, owner: str, result: CheckResult) -> list[Any]:
        """Claim, save, give back."""
        lease = self.lease(store, result.page_url)
        try:
            return store.save_check(owner, lease, result)
        finally:
            store.release(lease)


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still."""
    return FixedClock()


@pytest.fixture
def make() -> Make:
    """Makers of records."""
    return Make()
