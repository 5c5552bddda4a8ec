"""What the doctor found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule: how many rows break it (0 for a sound shop) and the first of them.

    `notes` are no faults, but somebody should know them.
    """

    name: str
    rule: str
    says: str
    count: int
    examples: tuple[dict[str, Any], ...] = ()
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def broken(self) -> bool:
        return self.count > 0


@dataclass(frozen=True)
class Report:
    findings: tuple[Finding, ...]
    seconds: float = 0.0
    revision: str = ""
    heads: dict[str, str] = field(default_factory=dict)  # register code to the head of its journal

    @property
    def broken(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.broken)

    @property
    def clean(self) -> bool:
        return not self.broken
