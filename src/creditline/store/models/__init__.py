"""The tables, one module per family. Importing this package fills `columns.Base.metadata`.

``owner_id`` stands on every row that belongs to an owner: one database may serve several. Tables
without it hold facts about the web (`reply`, `decoded`, `template`, `host_budget`), files (`evidence_item`),
work in progress (`lease`) or people who must never be written to by anybody (`suppression`).
"""

from __future__ import annotations

from creditline.store.append_only import attach_to_fresh_schemas
from creditline.store.columns import Base
from creditline.store.models.discovery import (
    OriginPageRow,
    PageRow,
    PageSourceRow,
    SearchOutcomeRow,
    SightingRow,
    SightingSourceRow,
    SpendingRow,
)
from creditline.store.models.evidence import EvidenceItemRow, ManifestEntryRow
from creditline.store.models.outreach import (
    ConsentRow,
    ContactRow,
    DisclosureRow,
    RequestRow,
    RequestStepRow,
    RequestUseRow,
    SuppressionRow,
)
from creditline.store.models.progress import HostBudgetRow, LeaseRow, MetaRow, RunRow
from creditline.store.models.replies import (
    DecodedRow,
    KeptBodyRow,
    KnownFileRow,
    RenderingRow,
    ReplyRow,
    TemplateRow,
)
from creditline.store.models.uses import (
    CheckResultRow,
    CheckUseRow,
    CreditEvidenceRow,
    DispositionRow,
    DispositionRuleRow,
    UseRow,
    VerdictCorrectionRow,
    VerdictRow,
)
from creditline.store.models.works import (
    FingerprintRow,
    OwnerRow,
    RenditionRow,
    WorkPageRow,
    WorkRow,
)

__all__ = [
    "Base",
    "CheckResultRow",
    "CheckUseRow",
    "ConsentRow",
    "ContactRow",
    "CreditEvidenceRow",
    "DecodedRow",
    "DisclosureRow",
    "DispositionRow",
    "DispositionRuleRow",
    "EvidenceItemRow",
    "FingerprintRow",
    "HostBudgetRow",
    "KeptBodyRow",
    "KnownFileRow",
    "LeaseRow",
    "ManifestEntryRow",
    "MetaRow",
    "OriginPageRow",
    "OwnerRow",
    "PageRow",
    "PageSourceRow",
    "RenderingRow",
    "RenditionRow",
    "ReplyRow",
    "RequestRow",
    "RequestStepRow",
    "RequestUseRow",
    "RunRow",
    "SearchOutcomeRow",
    "SightingRow",
    "SightingSourceRow",
    "SpendingRow",
    "SuppressionRow",
    "TemplateRow",
    "UseRow",
    "VerdictCorrectionRow",
    "VerdictRow",
    "WorkPageRow",
    "WorkRow",
]

attach_to_fresh_schemas()
