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

    def __str__(self) -> str:
        return f"{self.candidate_ms:.2f} against {self.floor_ms:.2f} ms, rounds {self.lowest:.2f} to {self.highest:.2f}"


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
    return alternate(
        lambda: sample(candidate, each, warm_up=0), lambda: sample(floor, each, warm_up=0), rounds=rounds, warm_up=False
    )


def alternate(
    candidate: Callable[[], list[float]], floor: Callable[[], list[float]], *, rounds: int, warm_up: bool = True
) -> Ratio:
    """Each gives the milliseconds of a few calls; they take turns, and medians of each round are compared."""
    if warm_up:
        candidate()
        floor()
    pairs = [(statistics.median(candidate()), statistics.median(floor())) for _ in range(rounds)]
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


@dataclass(frozen=True)
class Line:
    """One line of the table. A goal of None: stated only."""

    what: str
    found: float
    goal: float | None
    unit: str
    detail: str

    @property
    def met(self) -> bool:
        return self.goal is None or self.found <= self.goal

    def __str__(self) -> str:
        verdict = "stated" if self.goal is None else "met" if self.met else "MISSED"
        goal = "" if self.goal is None else f" (goal ≤ {self.goal:g}{self.unit})"
        return f"{verdict:7} {self.what}: {self.found:.3g}{self.unit}{goal} {self.detail}"


TABLE: list[Line] = []


def report(what: str, goal: float | None, found: float, detail: str = "", *, unit: str = "") -> None:
    """One line of the table; a goal missed is printed, and the run ends in failure when all are measured."""
    TABLE.append(Line(what, found, goal, unit, detail))
    print(TABLE[-1], file=sys.__stdout__, flush=True)
