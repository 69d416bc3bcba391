"""What looks in the browser taught about pages that are built alike, from one run to the next."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from creditline.records import TemplateLooks
from creditline.store.connections import lock
from creditline.store.models import TemplateRow
from creditline.store.part import StorePart, sha256_text


class Templates(StorePart):
    """One row per template, whoever looked."""

    def template_looks(self, name: str) -> TemplateLooks | None:
        """What is known of a template; ``None`` where none of its pages was looked at."""
        row = self._db.read(lambda session: session.get(TemplateRow, sha256_text(name)))
        return None if row is None else TemplateLooks(row.looked, row.gained, row.last_at)

    def learn_template(self, name: str, *, gained: bool, now: datetime, trusted_since: datetime) -> None:
        """Count one more look at a page of a template.

        Args:
            name: The template.
            gained: Whether the browser showed more of the page than its source.
            now: When it was looked at.
            trusted_since: Looks that all lie further back are forgotten: the site may be another one.
        """

        def work(session: Session) -> None:
            key = sha256_text(name)
            lock(session, "template " + key)
            row = session.get(TemplateRow, key)
            if row is None or row.last_at < trusted_since:
                session.merge(TemplateRow(key=key, name=name, looked=1, gained=int(gained), last_at=now))
                return
            row.looked += 1
            row.gained += gained
            row.last_at = max(row.last_at, now)

        self._db.write(work)
