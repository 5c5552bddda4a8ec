"""Code 128: the symbols of a label, and how wide it will be.

Source: ISO/IEC 15417; the worked example of the check value is in the scenarios.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

_START = {"A": 103, "B": 104, "C": 105}
_SWITCH = {"A": 101, "B": 100, "C": 99}


@dataclass(frozen=True, slots=True)
class Code128:
    """`values` between the start symbol and the check symbol."""

    start: str
    values: tuple[int, ...]

    @property
    def check_value(self) -> int:
        return (_START[self.start] + sum(i * value for i, value in enumerate(self.values, start=1))) % 103

    @property
    def modules(self) -> int:
        """Width in modules without quiet zones: start, data and check of 11 each, stop of 13."""
        return 11 * (len(self.values) + 2) + 13


def encode(text: str, start: str | None = None) -> Code128:
    """The shortest usual form: pairs of digits in set C where a run is long enough to pay for the switches.

    `start` A or B keeps to that one set. Raises ValueError for text Code 128 cannot hold.
    """
    if not text or not text.isascii():
        raise ValueError("Code 128 holds ASCII text")
    if start in ("A", "B"):
        return Code128(start, tuple(_value(char, start) for char in text))
    values: list[int] = []
    current = first = ""
    for wanted, part in _segments(text):
        if not current:
            first = wanted
        elif wanted != current:
            values.append(_SWITCH[wanted])
        current = wanted
        if wanted == "C":
            values.extend(int(part[i : i + 2]) for i in range(0, len(part), 2))
        else:
            values.extend(_value(char, wanted) for char in part)
    return Code128(first, tuple(values))


def _segments(text: str) -> list[tuple[str, str]]:
    """Runs of one code set each. A digit run goes to C from four digits at an end, from six inside."""
    runs = [(is_digit, "".join(chars)) for is_digit, chars in groupby(text, lambda char: "0" <= char <= "9")]
    segments: list[tuple[str, str]] = []
    letters = "A" if any(char < " " for char in text) else "B"
    for index, (is_digit, run) in enumerate(runs):
        at_end = index == 0 or index == len(runs) - 1
        pays = is_digit and (len(run) >= (4 if at_end else 6) or (len(run) == 2 and len(runs) == 1))
        if not pays:
            _append(segments, letters, run)
        elif len(run) % 2 == 0:
            _append(segments, "C", run)
        elif index == 0:
            _append(segments, "C", run[:-1])
            _append(segments, letters, run[-1])
        else:
            _append(segments, letters, run[0])
            _append(segments, "C", run[1:])
    return segments


def _append(segments: list[tuple[str, str]], code_set: str, part: str) -> None:
    if segments and segments[-1][0] == code_set:
        segments[-1] = (code_set, segments[-1][1] + part)
    else:
        segments.append((code_set, part))


def _value(char: str, code_set: str) -> int:
    point = ord(char)
    if code_set == "B" and 32 <= point < 128:
        return point - 32
    if code_set == "A" and point < 96:
        return point - 32 if point >= 32 else point + 64
    raise ValueError(f"code set {code_set} has no such character")
