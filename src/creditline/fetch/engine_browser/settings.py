"""What the person's browser is set to."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from creditline.fetch.engine_browser.pace import PaceSettings


@dataclass(frozen=True, slots=True)
class EngineBrowserSettings:
    """How engines are asked in the browser; nothing of it can switch the guard or a wall off."""

    #: Folder of the profile and of the notes about engines; never a profile that the person uses.
    folder: Path
    #: Folder with newer flows, where there is one.
    flows: Path | None = None
    pace: PaceSettings = field(default_factory=PaceSettings)
    #: Seconds that a person is waited for at a wall; 0 where nobody is there.
    person_s: float = 0.0
    #: Seconds for an answer, and for an element that a step needs.
    answer_s: float = 45.0
    step_s: float = 8.0
    #: Only for replicas of engines on this machine: no window. What they answer proves nothing.
    replicas: bool = False
