"""Telling a scanner that types from a person who does, by timing alone.

Keys are held back for a moment. Keys that keep coming faster than any hand become a scan; the first one that
comes late shows that a person is typing, and what was held is given back in order.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum

from hardware.scanner.framing import LONGEST_READING, Framing


@dataclass(frozen=True, slots=True)
class WedgeTiming:
    """`key_gap`: milliseconds between keys up to which both may be a scanner's. A quick typist needs about 60,
    a slow scanner about 25; bursts of two or three keys happen to people too, so a scan without a terminator
    has at least `shortest` keys, and one with it at least `shortest_ended`.
    """

    key_gap: float = 35.0
    shortest: int = 6
    shortest_ended: int = 3
    longest: int = LONGEST_READING


class Verdict(Enum):
    WAIT = "wait"  # nothing to do yet
    REPLAY = "replay"  # a person typed: give the held keys back to whoever has the focus, in order
    SCAN = "scan"  # `text` was read
    REJECT = "reject"  # a scan, but no code: show the sentence in `text`, book nothing


class Fate(Enum):
    """What becomes of the key press that was fed."""

    HELD = "held"  # kept back by the filter, as the next of its held keys
    SWALLOWED = "swallowed"  # part of a scan: it reaches nobody
    PASSED = "passed"  # goes on to the focused widget, after any replayed keys


@dataclass(frozen=True, slots=True)
class Decision:
    """`keys` is how many of the held keys, oldest first, the verdict settles; the rest stay held."""

    verdict: Verdict
    current: Fate = Fate.HELD
    keys: int = 0
    text: str = ""


_ENDS = frozenset("\r\n\t")
_ENDINGS = {"any": "\r\n\t", "cr": "\r\n", "lf": "\r\n", "tab": "\t", "none": ""}  # Return and Enter are one
_NOISE = "The scanner sent control keys instead of a code. Check its settings; nothing was added."


@dataclass(slots=True)
class WedgeReader:
    """Feed every key press with its time; ask `timeout` when `deadline` has passed without another one.

    A key without a character (a function key, a shortcut) is fed as "" or with `control`; modifiers alone are not
    fed. Inside a burst such keys are swallowed with the scan: a barcode must not press Alt+F4.
    """

    framing: Framing = field(default_factory=Framing)
    timing: WedgeTiming = field(default_factory=WedgeTiming)
    _held: list[str] = field(default_factory=list)
    _controls: int = 0
    _last: float = float("-inf")
    _ended: bool = False  # a scan has just ended: its own line feed or second Enter may follow
    _drowned: bool = False  # an overlong burst is being swallowed to its end

    @property
    def holding(self) -> int:
        return len(self._held)

    @property
    def deadline(self) -> float | None:
        """Time in milliseconds at which `timeout` is due; None while nothing is held."""
        return self._last + self.timing.key_gap if self._held else None

    def feed(self, char: str, at: float, *, control: bool = False) -> Decision:
        """What to do with this key press at time `at` (milliseconds, from any steady clock)."""
        quick = at - self._last <= self.timing.key_gap
        is_control = control or not char or (char < " " and char not in "\r\n\t\x1d")
        if quick and (self._drowned or (self._ended and (is_control or char in _ENDS))):
            self._last = at
            return Decision(Verdict.WAIT, Fate.SWALLOWED)
        self._drowned = self._ended = False
        if self._held and not quick:
            return self._late(char, at, is_control)
        return self._take(char, at, is_control)

    def timeout(self, at: float) -> Decision:
        """Settles what is held once no key has come for the key gap."""
        if not self._held or at - self._last <= self.timing.key_gap:
            return Decision(Verdict.WAIT)
        if self.framing.terminator in ("none", "any") and len(self._held) >= self.timing.shortest:
            return self._scanned(Fate.HELD)
        return Decision(Verdict.REPLAY, Fate.HELD, self._clear())

    def _late(self, char: str, at: float, is_control: bool) -> Decision:
        """What is held came before a pause: settle it, then begin anew with this key."""
        settled = self.timeout(at)
        self._ended = False
        return replace(settled, current=self._take(char, at, is_control).current)

    def _take(self, char: str, at: float, is_control: bool) -> Decision:
        if not self._held and (is_control or char in _ENDS):
            return Decision(Verdict.WAIT, Fate.PASSED)  # no scan begins with these
        self._last = at
        if char and char in _ENDINGS[self.framing.terminator] and not is_control:
            if len(self._held) >= self.timing.shortest_ended:
                return self._scanned(Fate.SWALLOWED)
            return Decision(Verdict.REPLAY, Fate.PASSED, self._clear())
        self._held.append(char)
        self._controls += is_control or char in _ENDS
        if len(self._held) > self.timing.longest:
            self._drowned = True
            return Decision(Verdict.REJECT, Fate.SWALLOWED, self._clear() - 1, _NOISE)
        return Decision(Verdict.WAIT)

    def _scanned(self, current: Fate) -> Decision:
        text, controls, count = "".join(self._held), self._controls, self._clear()
        self._ended = True
        text = text.removeprefix(self.framing.prefix)
        text = text.removesuffix(self.framing.suffix)
        if controls or not text:
            return Decision(Verdict.REJECT, current, count, _NOISE)
        return Decision(Verdict.SCAN, current, count, text)

    def _clear(self) -> int:
        count = len(self._held)
        self._held = []
        self._controls = 0
        return count
