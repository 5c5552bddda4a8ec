"""The small demo shop, built by app.demo, with its progress on the screen's scale."""

from __future__ import annotations

from ui.firststart.presenter import DemoCancelled
from ui.shared.jobs import Progress


def build(path: str, progress: Progress) -> None:
    """Raises DemoCancelled when asked to stop; the caller clears the file away."""
    raise NotImplementedError(path, progress, DemoCancelled)
