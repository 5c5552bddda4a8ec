"""The small demo shop, built by app.demo, with its progress on the screen's scale."""

from __future__ import annotations

from ui.shared.jobs import Progress

# Screens are told in hundredths at most: a queued signal for each of thousands of sales would only be work.
_STEPS = 200


class DemoCancelled(Exception):
    """The person changed their mind; nothing is left behind."""


def build(path: str, progress: Progress) -> None:
    """Raises DemoCancelled when asked to stop; the caller clears the file away."""
    from app.demo.builder import build_demo, now_as_date
    from app.demo.plan import Cancelled, DemoPlan

    told = -1

    def tell(_what: str, done: int, total: int) -> None:
        nonlocal told
        if progress.cancelled:
            raise Cancelled
        step = done * _STEPS // total if total else 0
        if step != told:
            told = step
            progress.report(done, total)

    try:
        build_demo(path, DemoPlan(until=now_as_date()), progress=tell)
    except Cancelled as stopped:
        raise DemoCancelled from stopped
