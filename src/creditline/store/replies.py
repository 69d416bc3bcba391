"""What is known of addresses already fetched, and of bytes already decoded.

All of it can be had again by asking again, so none of it waits for the disk (`Database.write`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from creditline.records import (
    Decoded,
    Fingerprint,
    KnownFile,
    KnownReply,
    Rendering,
    Reply,
    Validators,
)
from creditline.store.codec import (
    boxes_from_json,
    fingerprint_columns,
    pairs_from_json,
    rights_from_json,
    rights_to_json,
)
from creditline.store.models import DecodedRow, KeptBodyRow, KnownFileRow, RenderingRow, ReplyRow
from creditline.store.part import StorePart, chunks, exact_key, sha256_text
from creditline.store.upserts import upsert
from creditline.urls import Url


class Replies(StorePart):
    """Replies, renderings, files and decoded pictures."""

    def known_reply(self, url: Url) -> KnownReply | None:
        """The last whole reply to this address."""
        row = self._db.read(lambda session: session.get(ReplyRow, exact_key(url.href)))
        return _known_reply(row) if row else None

    def remember_reply(self, reply: Reply, *, keep_body: bool) -> str:
        """Keep a whole reply's validators, and its body when asked; return the body's SHA-256.

        A 304 refreshes what is kept of the last whole reply and returns that one's hash.

        Raises:
            ValueError: The reply is not a whole one, or a 304 to an address never seen.
        """
        if not reply.ok:
            raise ValueError(f"not a whole reply: {reply.url} {reply.status} {reply.problem}")
        if reply.not_modified:
            return self._db.write(lambda session: _refresh(session, reply), survives_power_cut=False)
        sha256 = (
            self._files.write_lightly(reply.body) if keep_body else hashlib.sha256(reply.body).hexdigest()
        )

        def work(session: Session) -> str:
            upsert(session, ReplyRow, [_reply_values(reply, sha256)])
            if keep_body:
                _keep(session, sha256, len(reply.body), reply.fetched_at)
            return sha256

        return self._db.write(work, survives_power_cut=False)

    def known_replies(self, urls: Sequence[Url]) -> list[KnownReply | None]:
        """`known_reply` of several addresses, in their order."""
        keys = [exact_key(url.href) for url in urls]

        def work(session: Session) -> list[KnownReply | None]:
            queries = (select(ReplyRow).where(ReplyRow.url_key.in_(part)) for part in chunks(keys))
            rows = {row.url_key: row for query in queries for row in session.scalars(query)}
            return [_known_reply(rows[key]) if key in rows else None for key in keys]

        return self._db.read(work)

    def known_pictures(self, keys: Sequence[tuple[str, str]]) -> list[Decoded | None]:
        """`known_decoded` of several hashes with their algorithms, in their order."""

        def work(session: Session) -> list[Decoded | None]:
            hashes = {sha256 for sha256, _ in keys}
            queries = (select(DecodedRow).where(DecodedRow.sha256.in_(part)) for part in chunks(hashes))
            rows = {(row.sha256, row.algorithm): row for query in queries for row in session.scalars(query)}
            return [_decoded(rows[key]) if key in rows else None for key in keys]

        return self._db.read(work)

    def remember_pictures(self, seen: Sequence[tuple[Reply | None, Decoded | None]]) -> list[None]:
        """Keep whole replies, without their bodies, and what the gate made of them, in one transaction.

        Raises:
            ValueError: A reply is not a whole one, or a 304.
        """
        replies = [reply for reply, _ in seen if reply is not None]
        for reply in replies:
            if not reply.ok or reply.not_modified:
                raise ValueError(f"not a whole reply: {reply.url} {reply.status} {reply.problem}")
        reply_rows = [_reply_values(reply, hashlib.sha256(reply.body).hexdigest()) for reply in replies]
        decoded_rows = [_decoded_values(decoded) for _, decoded in seen if decoded is not None]

        def work(session: Session) -> None:
            upsert(session, ReplyRow, reply_rows)
            upsert(session, DecodedRow, decoded_rows)

        self._db.write(work, survives_power_cut=False)
        return [None] * len(seen)

    def body(self, sha256: str) -> bytes | None:
        """A kept body, ``None`` when it was not kept, retention removed it, or its file was damaged.

        Kept bodies only save requests; evidence is read with `Evidence.get`, which tells damage.
        """
        return self._files.read_whole(sha256)

    def known_rendering(self, url: Url, raw_sha256: str) -> Rendering | None:
        """What the browser made of this page when its raw document had this hash."""
        row = self._db.read(lambda session: session.get(RenderingRow, exact_key(url.href)))
        if row is None or row.raw_sha256 != raw_sha256:
            return None
        html = self._files.read_whole(row.html_sha256)
        return None if html is None else _rendering(row, html)

    def remember_rendering(self, rendering: Rendering, raw_sha256: str) -> None:
        """Keep a whole rendering's DOM and boxes (no screenshot), the latest one per address."""
        html_sha256 = self._files.write_lightly(rendering.html)

        def work(session: Session) -> None:
            session.merge(_rendering_row(rendering, raw_sha256, html_sha256))
            _keep(session, html_sha256, len(rendering.html), rendering.rendered_at)

        self._db.write(work, survives_power_cut=False)

    def known_file(self, address: str) -> KnownFile | None:
        """What is known of a file by its ``file:`` address."""
        row = self._db.read(lambda session: session.get(KnownFileRow, sha256_text(address)))
        if row is None:
            return None
        return KnownFile(row.address, row.bytes_len, row.mtime_ns, row.sha256, row.problem, row.detail)

    def remember_file(self, file: KnownFile) -> None:
        """Keep a file's size, time and hash, the latest ones per address."""
        row = KnownFileRow(address_key=sha256_text(file.address), **asdict(file))
        self._db.write(lambda session: _put(session, row), survives_power_cut=False)

    def known_decoded(self, sha256: str, algorithm: str) -> Decoded | None:
        """What the gate made of these bytes before, with this fingerprint algorithm."""
        row = self._db.read(lambda session: session.get(DecodedRow, (sha256, algorithm)))
        return _decoded(row) if row else None

    def remember_decoded(self, decoded: Decoded) -> None:
        """Keep what the gate made of some bytes, so that they are never decoded twice."""
        row = DecodedRow(**_decoded_values(decoded))
        self._db.write(lambda session: _put(session, row), survives_power_cut=False)


def _put(session: Session, row: KnownFileRow | DecodedRow) -> None:
    session.merge(row)


def _keep(session: Session, sha256: str, bytes_len: int, now: datetime) -> None:
    kept = {"sha256": sha256, "bytes_len": bytes_len, "kept_at": now, "removed_at": None}
    upsert(session, KeptBodyRow, [kept])


def _refresh(session: Session, reply: Reply) -> str:
    row = session.get(ReplyRow, exact_key(reply.url.href))
    if row is None:
        raise ValueError(f"a 304 for an address never fetched: {reply.url}")
    row.fetched_at = reply.fetched_at
    row.etag = reply.header("etag") or row.etag
    row.last_modified = reply.header("last-modified") or row.last_modified
    return row.body_sha256


def _reply_values(reply: Reply, sha256: str) -> dict[str, Any]:
    return {
        "url_key": exact_key(reply.url.href),
        "url": reply.url.href,
        "final_url": reply.final_url.href,
        "status": reply.status,
        "headers": reply.headers,
        "etag": reply.header("etag"),
        "last_modified": reply.header("last-modified"),
        "body_sha256": sha256,
        "fetched_at": reply.fetched_at,
    }


def _known_reply(row: ReplyRow) -> KnownReply:
    return KnownReply(
        url=Url(row.url),
        final_url=Url(row.final_url),
        status=row.status,
        headers=pairs_from_json(row.headers),
        validators=Validators(row.etag, row.last_modified),
        body_sha256=row.body_sha256,
        fetched_at=row.fetched_at,
    )


def _rendering_row(rendering: Rendering, raw_sha256: str, html_sha256: str) -> RenderingRow:
    return RenderingRow(
        url_key=exact_key(rendering.url.href),
        raw_sha256=raw_sha256,
        url=rendering.url.href,
        final_url=rendering.final_url.href,
        status=rendering.status,
        headers=rendering.headers,
        html_sha256=html_sha256,
        boxes=[asdict(box) for box in rendering.boxes],
        bytes_moved=rendering.bytes_moved,
        rendered_at=rendering.rendered_at,
    )


def _rendering(row: RenderingRow, html: bytes) -> Rendering:
    return Rendering(
        url=Url(row.url),
        final_url=Url(row.final_url),
        rendered_at=row.rendered_at,
        status=row.status,
        headers=pairs_from_json(row.headers),
        html=html,
        boxes=boxes_from_json(row.boxes),
        bytes_moved=row.bytes_moved,
    )


def _decoded_values(decoded: Decoded) -> dict[str, Any]:
    return {
        "sha256": decoded.sha256,
        "format": decoded.format,
        "width": decoded.width,
        "height": decoded.height,
        "bytes_len": decoded.bytes_len,
        "flat": decoded.flat,
        "rights": rights_to_json(decoded.rights),
        "thumbnail": decoded.thumbnail,
        "fingerprint_sha256": decoded.fingerprint.sha256,
        "fingerprint_width": decoded.fingerprint.width,
        "fingerprint_height": decoded.fingerprint.height,
        **fingerprint_columns(decoded.fingerprint),
    }


def _decoded(row: DecodedRow) -> Decoded:
    return Decoded(
        sha256=row.sha256,
        format=row.format,
        width=row.width,
        height=row.height,
        bytes_len=row.bytes_len,
        fingerprint=fingerprint_of(row),
        rights=rights_from_json(row.rights),
        thumbnail=row.thumbnail,
        flat=row.flat,
    )


def fingerprint_of(row: DecodedRow) -> Fingerprint:
    """The fingerprint among what is kept of some bytes."""
    return Fingerprint(
        algorithm=row.algorithm,
        sha256=row.fingerprint_sha256,
        width=row.fingerprint_width,
        height=row.fingerprint_height,
        phash=row.phash,
        phash_mirrored=row.phash_mirrored,
        quality=row.quality,
        features=row.features,
    )
