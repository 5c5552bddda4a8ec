"""Scanners against noise, broken lines and the hands of people."""

from __future__ import annotations

import contextlib
import os
import queue
import random
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.backoff import Backoff
from hardware.protocols import DeviceState, DeviceUnavailable, Scan
from hardware.scanner.evdev import EvdevScanner, KeyTranslator
from hardware.scanner.framing import LONGEST_READING, Framer, Framing, Rejected
from hardware.scanner.learn import CannotLearn, Sample, learn
from hardware.scanner.serial_port import SerialScanner
from hardware.scanner.simulated import SimulatedScanner
from hardware.scanner.wedge import Decision, Fate, Verdict, WedgeReader, WedgeTiming

WAIT = 30.0  # seconds; only a failure waits for all of it
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs ptys")


def read(data: bytes, framing: Framing | None = None, *, silence: bool = True) -> list[str]:
    """Readings as their text, refusals as "!"."""
    framer = Framer(framing or Framing())
    results = framer.feed(data) + (framer.silence() if silence else [])
    return [result.text if isinstance(result, Scan) else "!" for result in results]


@pytest.mark.parametrize(
    ("framing", "sent", "expected"),
    [
        (Framing(), b"5901234123457\r\n", ["5901234123457"]),
        (Framing(), b"A1\rB2\nC3\tD4\r\n", ["A1", "B2", "C3", "D4"]),
        (Framing(terminator="cr"), b"A1\r", ["A1"]),
        (Framing(terminator="none"), b"A1", ["A1"]),
        (Framing(prefix="<", suffix=">"), b"<A1>\r", ["A1"]),
        (Framing(prefix="\x02", suffix="\x03"), b"\x02A1\x03\r", ["A1"]),
        (Framing(prefix="<", strict=True), b"A1\r<A2\r", ["!", "A2"]),
        (Framing(), b"]C10107032069804988100329\x1d15210526\r", ["]C10107032069804988100329\x1d15210526"]),
    ],
)
def test_frames(framing: Framing, sent: bytes, expected: list[str]) -> None:
    assert read(sent, framing) == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [  # F38
        (b"59012341", ["!"]),  # half a code, no terminator
        (b"5901234\x00123457\r", ["!"]),
        (b"5901234\xb1123457\r", ["!"]),
        (b"59012341234575901234123457\r", ["59012341234575901234123457"]),  # glued: refused by its length later
        (b"\r\r\n\n\t", []),
        (b"x" * 2000 + b"123\rA1\r", ["!", "A1"]),
    ],
)
def test_damaged_readings(sent: bytes, expected: list[str]) -> None:
    assert read(sent) == expected


def test_the_buffer_is_bounded_whatever_comes() -> None:  # F36
    framer = Framer()
    noise = random.Random(1).randbytes(200_000)
    for start in range(0, len(noise), 997):
        framer.feed(noise[start : start + 997])
        assert framer.pending <= LONGEST_READING


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_the_split_into_reads_changes_nothing(parts: list[bytes]) -> None:
    framer = Framer()
    results = [result for part in parts for result in framer.feed(part)]
    shown = [result.text if isinstance(result, Scan) else "!" for result in results]
    assert shown == read(b"".join(parts), silence=False)


# -- serial ------------------------------------------------------------------------------------------


class Bench:
    def __init__(self, **backoff: object) -> None:
        self.master, self.slave = os.openpty()
        self.scans: queue.Queue[str] = queue.Queue()
        self.rejects: queue.Queue[str] = queue.Queue()
        self.states: queue.Queue[DeviceState] = queue.Queue()
        self.scanner = SerialScanner(os.ttyname(self.slave), 115200, backoff=Backoff((0.02, 0.05)))
        self.scanner.start(
            lambda scan: self.scans.put(scan.text),
            self.rejects.put,
            lambda state, sentence: self.states.put(state),
        )

    def wait_for(self, state: DeviceState) -> None:
        while self.states.get(timeout=WAIT) is not state:
            pass


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    made.wait_for(DeviceState.READY)
    yield made
    made.scanner.stop()
    for descriptor in (made.master, made.slave):
        with contextlib.suppress(OSError):
            os.close(descriptor)


@posix
def test_serial_scans(bench: Bench) -> None:
    os.write(bench.master, b"5901234123457\r\nA1\r")
    assert [bench.scans.get(timeout=WAIT) for _ in "ab"] == ["5901234123457", "A1"]


@posix
def test_noise_adds_nothing_and_a_code_after_it_is_read(bench: Bench) -> None:  # F36
    noise = random.Random(2).randbytes(200_000)
    began = time.monotonic()
    for start in range(0, len(noise), 1024):
        os.write(bench.master, noise[start : start + 1024])
    assert bench.rejects.get(timeout=WAIT)
    threading.Event().wait(0.4)
    os.write(bench.master, b"5901234123457\r")
    assert bench.scans.get(timeout=WAIT) == "5901234123457"
    assert bench.scans.empty()
    assert time.monotonic() - began < 5
    assert bench.rejects.qsize() < 20


@posix
def test_unplugged_scanner_is_one_notice(bench: Bench) -> None:  # F37
    os.close(bench.master)
    bench.wait_for(DeviceState.TROUBLE)
    threading.Event().wait(0.3)
    assert bench.states.empty()
    bench.scanner.stop()
    bench.wait_for(DeviceState.OFF)
    assert all(thread.name != "scanner" for thread in threading.enumerate())


@posix
def test_a_scanner_comes_back_by_itself(tmp_path) -> None:  # F37
    master, slave = os.openpty()
    link = tmp_path / "scanner"
    scans: queue.Queue[str] = queue.Queue()
    states: queue.Queue[DeviceState] = queue.Queue()
    scanner = SerialScanner(str(link), backoff=Backoff((0.02,)))
    scanner.start(lambda scan: scans.put(scan.text), lambda text: None, lambda state, sentence: states.put(state))
    assert [states.get(timeout=WAIT) for _ in "ab"] == [DeviceState.STARTING, DeviceState.TROUBLE]
    link.symlink_to(os.ttyname(slave))
    assert states.get(timeout=WAIT) is DeviceState.READY
    os.write(master, b"A1\r")
    assert scans.get(timeout=WAIT) == "A1"
    scanner.stop()
    os.close(master)
    os.close(slave)


# -- keyboard wedge ----------------------------------------------------------------------------------


class Filter:
    """Does with keys what the interface's event filter does, and keeps what came of them."""

    def __init__(self, reader: WedgeReader | None = None) -> None:
        self.reader = reader or WedgeReader()
        self.held: list[str] = []
        self.typed: list[str] = []
        self.scans: list[str] = []
        self.rejects = 0
        self.now = 1000.0

    def press(self, keys: list[str] | str, gap: float, *, control: bool = False) -> Filter:
        for key in keys:
            self.now += gap
            deadline = self.reader.deadline
            if deadline is not None and self.now > deadline:
                self._settle(self.reader.timeout(deadline + 0.1))
            self._settle(self.reader.feed(key, self.now, control=control), key)
        return self

    def rest(self) -> Filter:
        self.now += 1000
        self._settle(self.reader.timeout(self.now))
        return self

    def _settle(self, decision: Decision, key: str | None = None) -> None:
        settled, self.held = self.held[: decision.keys], self.held[decision.keys :]
        if decision.verdict is Verdict.REPLAY:
            self.typed += settled
        elif decision.verdict is Verdict.SCAN:
            self.scans.append(decision.text)
        elif decision.verdict is Verdict.REJECT:
            self.rejects += 1
        if key is not None and decision.current is Fate.HELD:
            self.held.append(key)
        elif key is not None and decision.current is Fate.PASSED:
            self.typed.append(key)
        assert len(self.held) == self.reader.holding


def test_a_scan_is_read_and_typed_nowhere() -> None:  # F40
    found = Filter().press("5901234123457\r", 8).rest()
    assert (found.scans, found.typed) == (["5901234123457"], [])


def test_a_person_types_undisturbed() -> None:
    found = Filter().press("hello world 12345678\r", 90).rest()
    assert ("".join(found.typed), found.scans) == ("hello world 12345678\r", [])


def test_two_quick_keys_and_enter_are_still_typing() -> None:
    found = Filter().press("12", 20).press("\r", 20).rest()
    assert ("".join(found.typed), found.scans) == ("12\r", [])


def test_typing_then_scanning_then_typing() -> None:
    found = Filter().press("ab", 120).press("x", 120).press("590123", 200).rest()
    found.press("5", 300).press("901234123457\r", 8).press("yz", 150).rest()
    assert found.scans == ["5901234123457"]
    assert "".join(found.typed) == "abx590123yz"


def test_scan_without_terminator_ends_with_silence() -> None:
    found = Filter(WedgeReader(Framing(terminator="none"))).press("5901234123457", 8).rest()
    assert found.scans == ["5901234123457"]


def test_enter_twice_is_one_scan_and_no_enter() -> None:  # F29
    found = Filter().press("5901234123457\r\n\r", 8).rest()
    assert (found.scans, found.typed) == (["5901234123457"], [])
    found.press("\r", 300)
    assert found.typed == ["\r"]


def test_control_keys_inside_a_barcode_reach_nobody() -> None:  # F39
    found = Filter()
    found.press("590", 8).press(["\x0f", "\x1b", ""], 8, control=True).press("123\r", 8).rest()
    assert (found.scans, found.typed, found.rejects) == ([], [], 1)


def test_shortcuts_of_a_person_go_straight_through() -> None:
    found = Filter().press(["\x1b"], 200, control=True).press("\t", 200)
    assert found.typed == ["\x1b", "\t"]
    assert found.held == []


def test_an_endless_burst_is_swallowed_to_its_end() -> None:  # F36
    found = Filter().press("7" * 3000, 1)
    assert (found.scans, found.typed, found.rejects, found.held) == ([], [], 1, [])
    found.rest().press("5901234123457\r", 8)
    assert found.scans == ["5901234123457"]


def test_prefix_and_suffix_are_taken_off() -> None:
    reader = WedgeReader(Framing(prefix="$", suffix="#"), WedgeTiming())
    assert Filter(reader).press("$590123#\r", 5).scans == ["590123"]


@given(st.lists(st.tuples(st.sampled_from("0aZ\r\t\x1b "), st.integers(1, 120)), max_size=60))
def test_no_key_is_lost_or_doubled(presses: list[tuple[str, int]]) -> None:
    found = Filter()
    for key, gap in presses:
        found.press(key, gap, control=key == "\x1b")
    found.rest()
    slow = all(gap > 35 for _, gap in presses)
    if slow:
        assert "".join(found.typed) == "".join(key for key, _ in presses)
    assert found.held == []


# -- learning ----------------------------------------------------------------------------------------


def test_learns_frame_and_speed() -> None:
    times = tuple(float(i * 12) for i in range(12))
    learned = learn([Sample("~ABC12345#\r\n", times)] * 3, "ABC12345")
    assert learned.framing == Framing("~", "#", "any", strict=True)
    assert learned.slowest_gap == 12 and learned.timing.key_gap == 25


@pytest.mark.parametrize(("ending", "name"), [("\r", "cr"), ("\n", "lf"), ("\t", "tab"), ("", "none")])
def test_learns_terminators_and_identifiers(ending: str, name: str) -> None:
    learned = learn([Sample("]C0ABC12345" + ending)] * 3, "ABC12345")
    assert (learned.framing.terminator, learned.framing.prefix) == (name, "")
    assert learned.sends_identifiers


@pytest.mark.parametrize(
    "samples",
    [
        [Sample("ABC\r")] * 2,
        [Sample("XYZ\r")] * 3,
        [Sample("ABC\r"), Sample("ABC\n"), Sample("ABC\r")],
        [Sample("ABC\r", (0, 150, 300, 450))] * 3,
    ],
)
def test_does_not_learn_from_these(samples: list[Sample]) -> None:
    with pytest.raises(CannotLearn):
        learn(samples, "ABC")


# -- others ------------------------------------------------------------------------------------------


def test_evdev_keys() -> None:
    keys = KeyTranslator()
    events = [(42, 1), (30, 1), (30, 0), (42, 0), (30, 1), (30, 2), (2, 1), (28, 1)]
    assert "".join(keys.feed(code, value) for code, value in events) == "Aa1\r"


def test_evdev_is_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "evdev", None)
    with pytest.raises(DeviceUnavailable, match="evdev"):
        EvdevScanner("/dev/input/event0").start(lambda scan: None, lambda text: None, lambda *told: None)


def test_simulated_scanner() -> None:
    scans: list[str] = []
    rejects: list[str] = []
    states: list[DeviceState] = []
    scanner = SimulatedScanner(Framing(prefix="<"))
    scanner.start(lambda scan: scans.append(scan.text), rejects.append, lambda state, sentence: states.append(state))
    scanner.scan("A1")
    scanner.send(b"59012")
    scanner.fall_silent()
    scanner.unplug()
    scanner.scan("A2")
    scanner.plug_in()
    scanner.stop()
    assert (scans, len(rejects)) == (["A1"], 1)
    assert states == [DeviceState.READY, DeviceState.TROUBLE, DeviceState.READY, DeviceState.OFF]


def test_a_rejection_is_a_sentence() -> None:
    (refused,) = Framer().feed(b"\xff\xff\xff\r")
    assert isinstance(refused, Rejected) and str(refused).endswith(".")
