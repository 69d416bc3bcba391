"""The way to a service that writes into the disclosure ledger what is sent, before it is sent."""

from __future__ import annotations

from collections.abc import Mapping

from creditline.pipeline.context import Context
from creditline.pipeline.search_plan import PlannedSearch
from creditline.records import Api, Credential, Disclosure, Reply
from creditline.urls import Url


class SearchLedger:
    """Writes what one search sends to whom."""

    def __init__(self, context: Context, planned: PlannedSearch, run_id: str) -> None:
        self._context = context
        self._planned = planned
        self._run_id = run_id

    @property
    def sends(self) -> str:
        """What the search sends, for people."""
        return self._planned.plan.sends

    def write(self, recipient: str, what: str) -> None:
        """Write that something is about to be sent."""
        question, plan = self._planned.question, self._planned.plan
        by_picture = getattr(self._planned.source, "by_picture", True)
        picture = question.picture if by_picture and question.picture_url is None else None
        entry = Disclosure(
            recipient=recipient,
            what=what,
            at=self._context.clock.now(),
            work_id=question.work.id if question.work is not None else None,
            sha256=picture.sha256 if picture is not None else None,
            run_id=self._run_id,
            why=": ".join(filter(None, (plan.source.replace("_", " "), self._planned.why))),
        )
        self._context.store.disclose(self._context.owner_id, entry)


class LedgerApi:
    """Fulfils `records.Api` for one search."""

    def __init__(self, api: Api, ledger: SearchLedger) -> None:
        self._api = api
        self._ledger = ledger
        self._is_written = False

    async def get_json(
        self, url: Url, headers: Mapping[str, str] | None = None, credential: Credential | None = None
    ) -> Reply:
        """See `records.Api`."""
        self._write_once(url)
        return await self._api.get_json(url, headers, credential)

    async def post_json(
        self,
        url: Url,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        credential: Credential | None = None,
    ) -> Reply:
        """See `records.Api`."""
        self._write_once(url)
        return await self._api.post_json(url, body, headers, credential)

    def _write_once(self, url: Url) -> None:
        """One entry for each search of a run: its further parts send nothing new."""
        if not self._is_written:
            self._is_written = True
            self._ledger.write(url.host, self._ledger.sends)
