"""Reading a body within bounds: bytes, time, rate, and one encoding that can be bounded.

We ask for gzip and take nothing else: a 27 KB brotli body took a plain client to 5.1 GB before the
first chunk came out (research: safety), while zlib inflates step by step into a given size.
"""

from __future__ import annotations

import io
import time
import zlib
from collections.abc import AsyncIterable
from dataclasses import dataclass

from creditline.records import FetchProblem

#: Most bytes inflated at once, so that memory stays near the size of the result.
INFLATE_STEP = 256 * 2**10

_GZIP_WBITS = 16 + zlib.MAX_WBITS


class BodyError(Exception):
    """A body cannot be taken; ``problem`` and ``detail`` go into the reply."""

    def __init__(self, problem: FetchProblem, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem
        self.detail = detail


@dataclass(slots=True)
class RateWatch:
    """Gives up on a body that trickles."""

    least_rate: int
    window_s: float
    _since: float = 0.0
    _bytes: int = 0

    def start(self) -> None:
        """Begin to measure."""
        self._since = time.monotonic()
        self._bytes = 0

    def count(self, amount: int) -> None:
        """Count bytes that came.

        Raises:
            BodyError: The window ended with too few of them.
        """
        self._bytes += amount
        passed = time.monotonic() - self._since
        if passed < self.window_s:
            return
        if self._bytes < self.least_rate * passed:
            raise BodyError(FetchProblem.TOO_SLOW, f"only {self._bytes} bytes in {passed:.0f} s; gave up")
        self.start()


async def read_body(
    chunks: AsyncIterable[bytes],
    encoding: str | None,
    cap: int,
    watch: RateWatch,
    moved: list[int],
    *,
    cut: bool = False,
) -> bytes:
    """Read a whole body.

    Args:
        chunks: The raw body as it comes over the wire.
        encoding: The reply's Content-Encoding, ``None`` without one.
        cap: Most bytes, both on the wire and inflated.
        watch: Started here, told of every chunk.
        moved: Gets the size of every chunk, also when reading ends early.
        cut: Give the first ``cap`` bytes of a longer body instead of refusing it.

    Raises:
        BodyError: Too large, too slow, in another encoding, or broken off.
    """
    decoder = _decoder_for(encoding, cap)
    watch.start()
    async for chunk in chunks:
        moved.append(len(chunk))
        decoder.feed(chunk)
        if decoder.out.tell() > cap:
            if cut:
                return decoder.out.getvalue()[:cap]
            raise BodyError(FetchProblem.TOO_LARGE, f"more than {_size(cap)}")
        watch.count(len(chunk))
    decoder.finish()
    return decoder.out.getvalue()


class _Plain:
    """Takes bytes as they are."""

    def __init__(self) -> None:
        #: Written from its start on; unlike a bytearray it hands its bytes over without a copy.
        self.out = io.BytesIO()

    def feed(self, chunk: bytes) -> None:
        """Take a chunk; the reader holds the cap."""
        self.out.write(chunk)

    def finish(self) -> None:
        """A body without encoding needs no end of its own."""


class _Gzip:
    """Inflates gzip members one after the other, hardly beyond the cap."""

    def __init__(self, cap: int) -> None:
        self.out = io.BytesIO()
        self._cap = cap
        self._inflater = zlib.decompressobj(_GZIP_WBITS)
        self._started = False

    def feed(self, chunk: bytes) -> None:
        """Inflate a chunk until it is used up or the cap is passed."""
        pending = chunk
        try:
            while pending and self.out.tell() <= self._cap:
                if self._inflater.eof:
                    pending = self._next_member(pending)
                    continue
                self._started = True
                self.out.write(self._inflater.decompress(pending, INFLATE_STEP))
                pending = self._inflater.unconsumed_tail or self._inflater.unused_data
        except zlib.error as error:
            raise BodyError(FetchProblem.TRUNCATED, f"damaged gzip body: {error}") from error

    def _next_member(self, pending: bytes) -> bytes:
        """Begin a further member; zero padding after the last one is dropped (RFC 1952)."""
        pending = pending.lstrip(b"\0")
        if pending:
            self._inflater = zlib.decompressobj(_GZIP_WBITS)
        return pending

    def finish(self) -> None:
        """Make sure that the last member came to its end."""
        if self._started and not self._inflater.eof:
            raise BodyError(FetchProblem.TRUNCATED, "the gzip body ends before its end")


def _decoder_for(encoding: str | None, cap: int) -> _Plain | _Gzip:
    name = (encoding or "").strip().lower()
    if name in ("", "identity"):
        return _Plain()
    if name in ("gzip", "x-gzip"):
        return _Gzip(cap)
    raise BodyError(
        FetchProblem.BAD_ENCODING, f"encoded as {name[:40]!r}, which we did not ask for and do not take"
    )


def _size(cap: int) -> str:
    return f"{cap // 2**20} MB" if cap >= 2**20 else f"{cap // 2**10} KB"
