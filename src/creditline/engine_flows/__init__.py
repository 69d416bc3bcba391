"""How search engines are used in the person's own browser: one data file per engine, with a version.

Engines change their pages every few months, so nothing of this is code. A newer file of the same name in
a workspace's folder ``engines/`` takes the place of the one that came along; it is checked like ours.
"""

from creditline.engine_flows.consent import consent_subject, consent_wording
from creditline.engine_flows.flow import engines, load_flow, read_flow

__all__ = ["consent_subject", "consent_wording", "engines", "load_flow", "read_flow"]
