"""Learning how a scanner sends, from a few readings of a code that is known or the same each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from hardware.scanner.framing import Framing
from hardware.scanner.wedge import WedgeTiming

_TERMINATOR_NAMES = {"\r": "cr", "\n": "lf", "\t": "tab"}
_LEAST_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading, character by character as it arrived, with each one's time in milliseconds."""

    text: str
    times: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Learned:
    """What to set, and the slowest gap between two characters that was seen (0 where times were not given)."""

    framing: Framing
    timing: WedgeTiming
    slowest_gap: float
    sends_identifiers: bool


class CannotLearn(ValueError):
    """The samples do not show how the scanner sends; `str` says what to do."""


def learn(samples: Sequence[Sample], printed: str) -> Learned:
    """From at least three readings of the code `printed` (what stands under its bars).

    What comes before the code is prefix, what comes after it suffix and terminator; an AIM identifier is neither.
    Raises CannotLearn when readings differ, the code is not in them or keys came no faster than by hand.
    """
    if len(samples) < _LEAST_SAMPLES:
        raise CannotLearn("Scan the same code three times.")
    frames = {_frame(sample.text, printed) for sample in samples}
    if None in frames:
        raise CannotLearn("The code read is not the one shown. Scan the code on this screen.")
    if len(frames) != 1:
        raise CannotLearn("The readings differ from each other. Check the scanner's settings and start again.")
    prefix, suffix, terminator, identifier = frames.pop() or ("", "", "none", False)
    slowest = max((gap for sample in samples for gap in _gaps(sample.times)), default=0.0)
    if slowest > 80:
        raise CannotLearn("This came as slowly as typing. Scan the code instead of typing it.")
    timing = WedgeTiming(key_gap=min(max(slowest * 2.0, 25.0), 100.0)) if slowest else WedgeTiming()
    return Learned(Framing(prefix, suffix, terminator, strict=bool(prefix)), timing, slowest, identifier)


def _frame(text: str, printed: str) -> tuple[str, str, str, bool] | None:
    start = text.find(printed)
    if start < 0:
        return None
    before, after = text[:start], text[start + len(printed) :]
    identifier = len(before) >= 3 and before[-3] == "]"
    if identifier:
        before = before[:-3]
    body = after.rstrip("\r\n\t")
    ending = after[len(body) :]
    return before, body, _TERMINATOR_NAMES.get(ending[:1], "none") if len(ending) < 2 else "any", identifier


def _gaps(times: tuple[float, ...]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(times)]
