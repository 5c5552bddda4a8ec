"""Noise in great amounts; the numbers are those of the release gates."""

from __future__ import annotations

import random
import sys

import pytest

from hardware.printer.escpos import encode
from hardware.printer.profile import ROLL_58, ROLL_80
from hardware.protocols import Columns, Document, Scan, Text
from hardware.scanner.framing import LONGEST_READING, Framer, Framing
from hardware.scanner.wedge import WedgeReader
from tests.hardware.escpos_interpreter import Printer

SEED = 20261122
PRINTABLE = [chr(point) for span in ((32, 127), (160, 0x250), (0x370, 0x500), (0x5D0, 0x5EB)) for point in range(*span)]
NASTY = ["\x00", "\x1b", "\x1d", "\x10", "\x7f", "\x9b", "\u202e", "\u2066", "\u2028", "\ud800", "\ufeff", "😀", "紅"]


@pytest.mark.slow
def test_a_million_scanner_strings() -> None:  # F36, F38
    dice = random.Random(SEED)
    framer = Framer(Framing())
    reader = WedgeReader()
    now, scans = 0.0, 0
    for _ in range(1_000_000):
        data = dice.randbytes(dice.randrange(1, 24))
        for result in framer.feed(data):
            if isinstance(result, Scan):
                scans += 1
                assert all(" " <= char <= "~" or char == "\x1d" for char in result.text)
        assert framer.pending <= LONGEST_READING
        now += dice.choice((1, 8, 200))
        reader.feed(chr(data[0]), now, control=data[0] < 32)
        assert reader.holding <= LONGEST_READING
    assert scans > 0


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_hundred_thousand_names_on_paper() -> None:  # F33, F34
    dice = random.Random(SEED)
    peak = _peak_memory()
    for number in range(100_000):
        signs = PRINTABLE if number % 10 else PRINTABLE + NASTY * 40
        name = "".join(dice.choices(signs, k=dice.randrange(0, 60)))
        profile = ROLL_80 if number % 2 else ROLL_58
        document = Document((Text(name, max_lines=3), Columns.pair(name, "9.99")))
        paper = Printer(profile.dots, profile.columns, profile.small_columns)
        paper.run(encode(document, profile))
        assert (paper.kicks, paper.cuts) == ([], 0)
    assert _peak_memory() - peak < 300_000  # kilobytes


def _peak_memory() -> int:
    """Kilobytes; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used // 1024 if sys.platform == "darwin" else used
