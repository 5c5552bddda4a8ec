"""From a stream of bytes to whole readings, whatever arrives."""

from __future__ import annotations

from dataclasses import dataclass, field

from hardware.protocols import Scan

LONGEST_READING = 512  # bytes; a full QR code of this program is a tenth of it
_TERMINATORS = {"cr": b"\r", "lf": b"\n", "tab": b"\t", "none": b""}


@dataclass(frozen=True, slots=True)
class Framing:
    """How a scanner frames its readings, as learned or set.

    `terminator`: "any" (CR, LF, CRLF or TAB), "cr", "lf", "tab", or "none", where a reading ends after `gap`
    seconds of silence. `prefix` and `suffix` are taken off where they stand and not demanded, unless `strict`.
    """

    prefix: str = ""
    suffix: str = ""
    terminator: str = "any"
    gap: float = 0.08
    strict: bool = False

    def __post_init__(self) -> None:
        if self.terminator != "any" and self.terminator not in _TERMINATORS:
            raise ValueError("a terminator is any, cr, lf, tab or none")

    @property
    def end_bytes(self) -> bytes:
        return b"\r\n\t" if self.terminator == "any" else _TERMINATORS[self.terminator]


class Rejected(Exception):
    """A reading that cannot be a code; `str` is the sentence for the cashier."""


_GARBAGE = "The scanner sent noise instead of a code. Scan again; if it stays so, check its speed in Settings."
_TOO_LONG = "The scanner sent more than any code holds. Scan again."
_FRAME = "The reading came without the scanner's prefix or suffix, so part of it is missing. Scan again."


def unframe(reading: bytes, framing: Framing) -> str:
    """The code itself. Raises Rejected for what is no text: bytes from 0x80 up, control bytes other than GS.

    Only 7-bit codes are read: 8-bit bytes come from wrong speed or parity far more often than from a code.
    """
    text = reading.decode("latin-1")
    has_prefix, has_suffix = text.startswith(framing.prefix), text.endswith(framing.suffix)
    if framing.strict and not (has_prefix and has_suffix):
        raise Rejected(_FRAME)
    text = text[len(framing.prefix) :] if has_prefix else text
    text = text[: -len(framing.suffix)] if framing.suffix and text.endswith(framing.suffix) else text
    if any(not (" " <= char <= "~" or char == "\x1d") for char in text):
        raise Rejected(_GARBAGE)
    return text


@dataclass(slots=True)
class Framer:
    """Feed it bytes as they come; it gives readings and refusals in order, and never grows past one reading.

    After an overlong reading everything up to the next terminator or silence is thrown away, so that the tail
    of noise is not taken for a code.
    """

    framing: Framing = field(default_factory=Framing)
    longest: int = LONGEST_READING
    _buffer: bytearray = field(default_factory=bytearray)
    _skipping: bool = False

    @property
    def pending(self) -> int:
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Scan | Rejected]:
        results: list[Scan | Rejected] = []
        ends = self.framing.end_bytes
        for byte in data:
            if byte in ends:
                self._finish(results)
            elif not self._skipping:
                self._buffer.append(byte)
                if len(self._buffer) > self.longest:
                    self._buffer.clear()
                    self._skipping = True
                    results.append(Rejected(_TOO_LONG))
        return results

    def silence(self) -> list[Scan | Rejected]:
        """Called after `framing.gap` seconds without a byte: ends a reading without a terminator.

        With a terminator set, what came without one is a broken reading and is refused.
        """
        results: list[Scan | Rejected] = []
        if self.framing.terminator == "none":
            self._finish(results)
        elif self._buffer:
            self._buffer.clear()
            results.append(Rejected("The reading broke off before its end. Scan again."))
        self._skipping = False
        return results

    def _finish(self, results: list[Scan | Rejected]) -> None:
        reading, self._buffer = bytes(self._buffer), bytearray()
        skipping, self._skipping = self._skipping, False
        if skipping or not reading:
            return
        try:
            text = unframe(reading, self.framing)
        except Rejected as refused:
            results.append(refused)
            return
        if text:
            results.append(Scan(text))
