"""The vocabulary: frozen records and enums that every part of creditline passes around.

One word per thing; docs/glossary.md explains them for people. Times are aware UTC. ``None`` means
"not known"; an empty tuple means "known to be none". Regions are ``(x0, y0, x1, y1)`` as fractions
0..1 of the picture they lie in, origin top left.
"""

from creditline.records.asking import (
    MISSING_CREDIT_SEAL,
    Contact,
    ContactKind,
    MissingCredit,
    Request,
    RequestOutcome,
    RequestStatus,
)
from creditline.records.checking import (
    CheckResult,
    CheckStatus,
    Disposition,
    Look,
    PageCheck,
    Use,
    UseFinding,
    Versions,
)
from creditline.records.credit import CreditEvidence, LinkTarget, Tasl, Verdict, VerdictKind, Where
from creditline.records.fetching import (
    Decoded,
    ElementBox,
    FetchProblem,
    GateProblem,
    Rendering,
    Reply,
    Validators,
)
from creditline.records.finding import PageUrlKind, SearchOutcome, SearchStatus, Sighting
from creditline.records.matching import Match, MatchMethod, MatchStatus
from creditline.records.pages import (
    ImageCandidate,
    PageReading,
    PageSnapshot,
    Placement,
    PlacementKind,
    Role,
    SitemapImage,
    SitemapReading,
)
from creditline.records.progress import EvidenceItem, KnownFile, KnownReply, Lease, PageTask, Progress, Run
from creditline.records.searching import Batch, Question, SearchContext
from creditline.records.works import (
    Exclusion,
    Fingerprint,
    ImageRef,
    Owner,
    Region,
    Rendition,
    RightsMetadata,
    Work,
)

__all__ = [
    "MISSING_CREDIT_SEAL",
    "Batch",
    "CheckResult",
    "CheckStatus",
    "Contact",
    "ContactKind",
    "CreditEvidence",
    "Decoded",
    "Disposition",
    "ElementBox",
    "EvidenceItem",
    "Exclusion",
    "FetchProblem",
    "Fingerprint",
    "GateProblem",
    "ImageCandidate",
    "ImageRef",
    "KnownFile",
    "KnownReply",
    "Lease",
    "LinkTarget",
    "Look",
    "Match",
    "MatchMethod",
    "MatchStatus",
    "MissingCredit",
    "Owner",
    "PageCheck",
    "PageReading",
    "PageSnapshot",
    "PageTask",
    "PageUrlKind",
    "Placement",
    "PlacementKind",
    "Progress",
    "Question",
    "Region",
    "Rendering",
    "Rendition",
    "Reply",
    "Request",
    "RequestOutcome",
    "RequestStatus",
    "RightsMetadata",
    "Role",
    "Run",
    "SearchContext",
    "SearchOutcome",
    "SearchStatus",
    "Sighting",
    "SitemapImage",
    "SitemapReading",
    "Tasl",
    "Use",
    "UseFinding",
    "Validators",
    "Verdict",
    "VerdictKind",
    "Versions",
    "Where",
    "Work",
]
