"""Floor and candidate take turns in one process, so a drift of the machine meets both alike."""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """Medians in milliseconds and the median of the round-by-round ratios, with their spread."""

    candidate_ms: float
    floor_ms: float
    ratio: float
    lowest: float
    highest: float


def sample(work: Callable[[], object], times: int, *, warm_up: int = 3) -> list[float]:
    """Milliseconds of each of `times` calls, after a warm-up, with the collector off while measuring."""
    for _ in range(warm_up):
        work()
    taken = []
    gc.collect()
    gc.disable()
    try:
        for _ in range(times):
            start = time.perf_counter()
            work()
            taken.append((time.perf_counter() - start) * 1000)
    finally:
        gc.enable()
    return taken


def compare(
    candidate: Callable[[], object], floor: Callable[[], object], *, rounds: int = 7, each: int = 20, warm_up: int = 3
) -> Ratio:
    """Medians of `each` calls, candidate and floor in turn, over `rounds` rounds."""
    sample(candidate, 1, warm_up=warm_up)
    sample(floor, 1, warm_up=warm_up)
    pairs = [
        (statistics.median(sample(candidate, each, warm_up=0)), statistics.median(sample(floor, each, warm_up=0)))
        for _ in range(rounds)
    ]
    ratios = [slow / quick for slow, quick in pairs]
    return Ratio(
        candidate_ms=statistics.median(pair[0] for pair in pairs),
        floor_ms=statistics.median(pair[1] for pair in pairs),
        ratio=statistics.median(ratios),
        lowest=min(ratios),
        highest=max(ratios),
    )


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the sample lies, by nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def report(what: str, goal: float, found: float, detail: str = "", *, unit: str = "") -> None:
    """One line of the table; a goal missed is printed, and never turned into a pass by loosening it."""
    verdict = "met" if found <= goal else "MISSED"
    print(f"{verdict:7} {what}: {found:.3g}{unit} (goal ≤ {goal:g}{unit}) {detail}", file=sys.__stdout__, flush=True)
