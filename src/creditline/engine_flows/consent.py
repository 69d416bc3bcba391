"""What the owner is asked before an engine is used in their browser, word for word."""

from __future__ import annotations

from creditline.records import EngineFlow


def consent_subject(flow: EngineFlow) -> str:
    """Under which subject the answer is recorded."""
    return f"browser search: {flow.engine}"


def consent_wording(flow: EngineFlow) -> str:
    """What is agreed to. Other words need another answer, so only what is agreed to stands here."""
    return (
        f"Use {flow.title} in my own browser, at a person's pace, to look for pages with my pictures.\n"
        f"Each search shows {flow.title} the picture, or its public address.\n"
        f"{flow.position}\n"
        f"Its terms: {flow.terms_url}\n"
        "Captchas and consent pages are left to me; nothing is solved or disguised. "
        "I take it on myself whether I may do this."
    )
