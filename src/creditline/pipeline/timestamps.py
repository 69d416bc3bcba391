"""Has an authority attest when evidence was there: RFC 3161 time stamps of the chain's head.

The stamp is over the hash of the chain's last link, as text, which speaks for every item before it. It
is kept as evidence itself. Without the authority's root certificate a stamp is only checked for what
it says; with it, for who says it too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from creditline.errors import ConfigError
from creditline.pipeline.ports import Store
from creditline.records import Api, ChainLink, Disclosure
from creditline.urls import Url

TIME_STAMP = "time_stamp"
MEDIA_TYPE = "application/timestamp-reply"
_QUERY = {"Content-Type": "application/timestamp-query"}


@dataclass(frozen=True, slots=True)
class Stamped:
    """What asking for a time stamp came to."""

    #: The time attested, ``None`` when there is no new stamp.
    at: datetime | None = None
    #: Why there is none though one was due; ``None`` when all is attested.
    problem: str | None = None


async def stamp_head(store: Store, owner_id: str, api: Api, authority: Url, now: datetime) -> Stamped:
    """Have the chain's head attested, unless nothing is new since the last stamp.

    What is sent stands in the ledger before it is sent.
    """
    chain = store.chain()
    stamps = {item.sha256 for item in store.evidence_items() if item.kind == TIME_STAMP}
    if not chain or chain[-1].sha256 in stamps:
        return Stamped()
    head = chain[-1]
    builder = TimestampRequestBuilder().data(_message(head)).hash_algorithm(HashAlgorithm.SHA256)
    question = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    why = "a time stamp of the evidence"
    store.disclose(owner_id, Disclosure(authority.host, "the hash of the chain of evidence", now, why=why))
    reply = await api.post_json(authority, question.as_bytes(), _QUERY)
    if not reply.ok:
        why = reply.detail or (reply.problem.value if reply.problem else f"http {reply.status}")
        return Stamped(problem=f"{authority.host}: {why}")
    try:
        answer = decode_timestamp_response(reply.body)
        problem = _says_otherwise(answer, head)
        if problem is None and answer.tst_info.nonce != question.nonce:
            problem = "it answers another question"
    except ValueError as error:
        problem = f"no time stamp: {error}"
    if problem is not None:
        return Stamped(problem=f"{authority.host}: {problem}")
    store.put(reply.body, TIME_STAMP, MEDIA_TYPE, now)
    return Stamped(answer.tst_info.gen_time)


def stamp_faults(
    stamp: bytes, sha256: str, chain: Sequence[ChainLink], roots: Sequence[x509.Certificate]
) -> list[str]:
    """What is wrong with a stamp: it attests nothing of the chain before it, or nobody vouches for it.

    Args:
        stamp: The authority's reply.
        sha256: The stamp's own hash, which tells its place in the chain.
        chain: The whole chain.
        roots: Whom to believe; empty leaves the signature unchecked.
    """
    own = next((link.position for link in chain if link.sha256 == sha256), len(chain))
    try:
        answer = decode_timestamp_response(stamp)
        attested = next((link for link in chain[:own] if _says_otherwise(answer, link) is None), None)
    except ValueError as error:
        return [f"no time stamp: {error}"]
    if attested is None:
        return ["it attests no link of the chain before it"]
    if not roots:
        return []
    builder = VerifierBuilder()
    for root in roots:
        builder = builder.add_root_certificate(root)
    try:
        builder.build().verify_message(answer, _message(attested))
    except VerificationError as error:
        return [f"its signature does not hold: {str(error)[:200]}"]
    return []


def load_roots(path: str | None) -> list[x509.Certificate]:
    """The root certificates of a PEM file; none where no file is set.

    Raises:
        ConfigError: The file cannot be read as such.
    """
    if path is None:
        return []
    try:
        return list(dict.fromkeys(x509.load_pem_x509_certificates(Path(path).read_bytes())))
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"[evidence] timestamp_ca: {path} is no PEM file of certificates: {error}"
        ) from error


def _says_otherwise(answer: TimeStampResponse, link: ChainLink) -> str | None:
    """Why a reply is no stamp of this link; ``None`` when it is one."""
    if answer.status not in (PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS):
        said = "; ".join(answer.status_string) or PKIStatus(answer.status).name.lower()
        return f"the authority refused: {said}"
    if answer.tst_info.message_imprint.message != hashlib.sha256(_message(link)).digest():
        return "it attests something else"
    return None


def _message(link: ChainLink) -> bytes:
    return link.entry_hash.encode("ascii")
