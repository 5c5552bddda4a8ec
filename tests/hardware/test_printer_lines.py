"""Each way a printer's line can fail, on real sockets, ptys and files."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import stat
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import serial

from hardware.printer.cups import CupsTransport
from hardware.printer.device import EscposPrinter
from hardware.printer.device_file import DeviceFileTransport
from hardware.printer.serial_port import SerialTransport
from hardware.printer.simulated import SimulatedLine, SimulatedPrinter
from hardware.printer.tcp import TcpTransport
from hardware.printer.windows import WindowsTransport
from hardware.protocols import Cut, DeviceUnavailable, Document, KickDrawer, PrintOutcome, Text

RECEIPT = Document((KickDrawer(), Text("Receipt"), Cut()))
LONG = Document(tuple(Text("x" * 48) for _ in range(8_000)))
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs ptys")


class NetworkPrinter:
    """Listens on loopback; `serve` handles each connection on a thread."""

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        self.received = bytearray()
        self._serve = serve
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)  # as small as a printer's
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = self._listening.accept()
                threading.Thread(target=self._handle, args=(line,), daemon=True).start()

    def _handle(self, line: socket.socket) -> None:
        with contextlib.suppress(OSError), line:
            self._serve(line)

    def close(self) -> None:
        self._listening.close()


@pytest.fixture
def network() -> Iterator[Callable[[Callable[[socket.socket], None]], NetworkPrinter]]:
    printers: list[NetworkPrinter] = []

    def make(serve: Callable[[socket.socket], None]) -> NetworkPrinter:
        printers.append(NetworkPrinter(serve))
        return printers[-1]

    yield make
    for printer in printers:
        printer.close()


def answering(answers: dict[bytes, bytes], kept: bytearray) -> Callable[[socket.socket], None]:
    """A printer that takes everything and answers the questions it knows."""

    def serve(line: socket.socket) -> None:
        while data := line.recv(65536):
            kept.extend(data)
            for question, answer in answers.items():
                if data.endswith(question):
                    line.sendall(answer)

    return serve


GOOD = {
    b"\x10\x04\x01": b"\x12",
    b"\x10\x04\x02": b"\x12",
    b"\x10\x04\x03": b"\x12",
    b"\x10\x04\x04": b"\x12",
    b"\x1dr\x01": b"\x00",
}


def printer_at(port: int, patience: float = 0.4) -> EscposPrinter:
    return EscposPrinter(TcpTransport("127.0.0.1", port, patience=patience), answer_wait=0.3)


def test_a_good_printer_confirms(network) -> None:
    kept = bytearray()
    printer = printer_at(network(answering(GOOD, kept)).port)
    assert printer.print_document(RECEIPT) is PrintOutcome.PRINTED
    assert printer.status().known
    assert b"Receipt" in kept


def test_one_without_answers_is_unknown_and_prints(network) -> None:
    kept = bytearray()
    printer = printer_at(network(answering({}, kept)).port)
    assert printer.status() == printer.status().unknown()
    assert printer.print_document(RECEIPT) is PrintOutcome.SENT
    assert b"Receipt" in kept


def test_a_silent_printer_holds_up_its_first_receipt_only(network) -> None:
    line = TcpTransport("127.0.0.1", network(answering({}, bytearray())).port, patience=0.2)
    printer = EscposPrinter(line, answer_wait=3)
    printer.status()
    began = time.monotonic()
    assert printer.print_document(RECEIPT) is PrintOutcome.SENT
    assert time.monotonic() - began < 2.5


def test_a_clone_that_knows_only_the_real_time_question(network) -> None:
    answers = {key: value for key, value in GOOD.items() if key != b"\x1dr\x01"}
    printer = printer_at(network(answering(answers, bytearray())).port)
    assert printer.print_document(RECEIPT) is PrintOutcome.PRINTED


@pytest.mark.parametrize(
    ("question", "answer", "code"),
    [
        (b"\x10\x04\x04", b"\x72", "printer.paper_out"),
        (b"\x10\x04\x02", b"\x16", "printer.cover_open"),
        (b"\x10\x04\x03", b"\x1a", "printer.error"),
        (b"\x10\x04\x01", b"\x1a", "printer.offline"),
    ],
)
def test_a_printer_that_says_it_cannot_is_not_sent_the_job(network, question, answer, code) -> None:  # F31
    kept = bytearray()
    printer = printer_at(network(answering({**GOOD, question: answer}, kept)).port)
    with pytest.raises(DeviceUnavailable) as refused:
        printer.print_document(RECEIPT)
    assert (refused.value.code, refused.value.started) == (code, False)
    assert b"Receipt" not in kept


def test_noise_before_the_answer_is_not_an_answer(network) -> None:
    answers = {key: b"\x11\x13\x10" + value for key, value in GOOD.items()}
    printer = printer_at(network(answering(answers, bytearray())).port)
    assert printer.status().can_print


def test_nobody_listening() -> None:  # F30
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(DeviceUnavailable) as refused:
        printer_at(port).print_document(RECEIPT)
    assert (refused.value.code, refused.value.started) == ("printer.not_found", False)


def test_a_sink_that_stops_reading_is_given_up(network) -> None:  # F31
    def serve(line: socket.socket) -> None:
        time.sleep(3)

    began = time.monotonic()
    with pytest.raises(DeviceUnavailable) as refused:
        printer_at(network(serve).port).print_document(LONG)
    assert (refused.value.code, refused.value.started) == ("printer.stuck", True)
    assert time.monotonic() - began < 3


def test_reset_midway(network) -> None:  # F30
    def serve(line: socket.socket) -> None:
        line.recv(3)
        time.sleep(0.35)
        line.recv(10_000)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # RST

    with pytest.raises(DeviceUnavailable) as refused:
        printer_at(network(serve).port).print_document(LONG)
    assert (refused.value.code, refused.value.started) == ("printer.gone", True)


def test_off_and_on_in_a_job_asks_for_a_look_at_the_paper(network) -> None:  # F32
    def serve(line: socket.socket) -> None:
        while data := line.recv(65536):
            if b"Receipt" in data:
                return  # power lost: everything accepted, nothing more said
            for question, answer in GOOD.items():
                if data.endswith(question):
                    line.sendall(answer)

    assert printer_at(network(serve).port).print_document(RECEIPT) is PrintOutcome.CHECK_PAPER


def test_paper_that_ends_within_the_job(network) -> None:  # F31
    state = dict(GOOD)
    kept = bytearray()

    def serve(line: socket.socket) -> None:
        while data := line.recv(65536):
            kept.extend(data)
            if b"Receipt" in kept:
                state[b"\x10\x04\x04"] = b"\x72"
            for question, answer in state.items():
                if data.endswith(question):
                    line.sendall(answer)

    with pytest.raises(DeviceUnavailable) as refused:
        printer_at(network(serve).port).print_document(RECEIPT)
    assert (refused.value.code, refused.value.started) == ("printer.paper_out", True)


@posix
def test_serial_printer_on_a_pty() -> None:
    master, slave = os.openpty()
    kept = bytearray()
    stop = threading.Event()

    def serve() -> None:
        with contextlib.suppress(OSError):
            while not stop.is_set():
                if select.select([master], [], [], 0.05)[0]:
                    data = os.read(master, 4096)
                    kept.extend(data)
                    for question, answer in GOOD.items():
                        if data.endswith(question):
                            os.write(master, answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    printer = EscposPrinter(SerialTransport(os.ttyname(slave), 115200, patience=0.5), answer_wait=0.5)
    assert printer.print_document(RECEIPT) is PrintOutcome.PRINTED
    assert b"Receipt" in kept
    stop.set()
    thread.join()
    os.close(master)  # F30: unplugged after
    with pytest.raises(DeviceUnavailable):
        printer.print_document(RECEIPT)
    printer.close()
    os.close(slave)


@posix
def test_serial_printer_that_takes_nothing_more() -> None:  # F31
    master, slave = os.openpty()
    began = time.monotonic()
    printer = EscposPrinter(SerialTransport(os.ttyname(slave), patience=0.3), answer_wait=0.1)
    with pytest.raises(DeviceUnavailable) as refused:
        printer.print_document(LONG)
    assert refused.value.started
    assert time.monotonic() - began < 3
    printer.close()
    os.close(master)
    os.close(slave)


class FailingPort:
    """A serial port whose n-th write fails; it never says how much of it went out."""

    def __init__(self, fails_at: int, error: Exception) -> None:
        self.in_waiting = 0
        self.written: list[bytes] = []
        self.forgotten = False
        self._fails_at, self._error = fails_at, error

    def write(self, data: bytes) -> None:
        if len(self.written) + 1 == self._fails_at:
            raise self._error
        self.written.append(data)

    def reset_output_buffer(self) -> None:
        self.forgotten = True

    def close(self) -> None:
        raise TypeError("pyserial on a port that is gone")


@pytest.mark.parametrize(("fails_at", "started"), [(1, False), (2, True), (3, True)])
@pytest.mark.parametrize("error", [serial.SerialTimeoutException("late"), serial.SerialException("gone")])
def test_a_serial_line_that_fails_says_whether_paper_may_be_out(
    monkeypatch: pytest.MonkeyPatch, fails_at: int, started: bool, error: Exception
) -> None:  # F30, F31: a job that may have begun is not done again by itself
    port = FailingPort(fails_at, error)
    monkeypatch.setattr(serial, "Serial", lambda *_a, **_k: port)
    line = SerialTransport("COM9")
    line.open()
    with pytest.raises(DeviceUnavailable) as refused:
        line.write(b"\x1b@" + b"x" * 400)
    assert refused.value.started is started
    assert b"".join(port.written) in (b"", b"\x1b@", b"\x1b@" + b"x" * 256)
    assert port.forgotten is isinstance(error, serial.SerialTimeoutException), "it would come out later otherwise"
    line.close()


@posix
def test_device_file(tmp_path: Path) -> None:
    path = tmp_path / "lp0"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    printer = EscposPrinter(DeviceFileTransport(str(path), patience=0.3), answer_wait=0.1)
    assert printer.print_document(RECEIPT) in (PrintOutcome.SENT, PrintOutcome.PRINTED, PrintOutcome.CHECK_PAPER)
    assert b"Receipt" in os.read(reader, 4096)
    with pytest.raises(DeviceUnavailable) as refused:  # F31
        printer.print_document(LONG)
    assert refused.value.started
    os.close(reader)
    printer.close()


def test_device_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DeviceUnavailable) as refused:
        EscposPrinter(DeviceFileTransport(str(tmp_path / "none"))).status()
    assert refused.value.code == "printer.not_found"


@posix
def test_cups_queue(tmp_path: Path) -> None:
    script = tmp_path / "lp"
    script.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/words\ncat > {tmp_path}/job\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    printer = EscposPrinter(CupsTransport("Till_1", command=str(script)))
    assert printer.print_document(RECEIPT) is PrintOutcome.SENT
    assert b"Receipt" in (tmp_path / "job").read_bytes()
    assert (tmp_path / "words").read_text().split() == ["-d", "Till_1", "-o", "raw", "-s", "--", "-"]


@posix
def test_cups_that_fails_or_hangs(tmp_path: Path) -> None:
    for body, code in (("exit 1", "printer.not_found"), ("sleep 5", "printer.stuck")):
        script = tmp_path / "lp"
        script.write_text(f"#!/bin/sh\n{body}\n")
        script.chmod(0o755)
        with pytest.raises(DeviceUnavailable) as refused:
            EscposPrinter(CupsTransport("Till", command=str(script), patience=0.3)).print_document(RECEIPT)
        assert refused.value.code == code


@pytest.mark.parametrize("queue", ["-o raw", "a b", "", "x;rm", "a/b"])
def test_a_queue_name_is_no_option(queue: str) -> None:
    with pytest.raises(DeviceUnavailable):
        CupsTransport(queue)


@pytest.mark.skipif(sys.platform == "win32", reason="about other systems")
def test_windows_spooler_elsewhere() -> None:
    with pytest.raises(DeviceUnavailable) as refused:
        EscposPrinter(WindowsTransport("Receipt")).print_document(RECEIPT)
    assert refused.value.code == "printer.not_windows"


SIMULATED_FAULTS = [
    ({"paper_out": True}, "printer.paper_out", False),
    ({"cover_open": True}, "printer.cover_open", False),
    ({"offline": True}, "printer.offline", False),
    ({"unplugged": True}, "printer.not_found", False),
    ({"hang": True}, "printer.stuck", False),
    ({"drop_at": 10}, "printer.gone", True),
]


@pytest.mark.parametrize(("faults", "code", "started"), SIMULATED_FAULTS)
def test_simulator_fails_as_real_printers_do(faults, code: str, started: bool) -> None:  # F30, F31
    printer = SimulatedPrinter(line=SimulatedLine(patience=0.02, **faults))
    with pytest.raises(DeviceUnavailable) as refused:
        printer.print_document(RECEIPT)
    assert (refused.value.code, refused.value.started) == (code, started)
    assert printer.papers == ()
    for name in faults:
        setattr(printer.line, name, None if name == "drop_at" else False)
    assert printer.print_document(RECEIPT) is PrintOutcome.PRINTED
    assert printer.papers == (RECEIPT,)
    assert printer.drawer_kicks == 1


def test_simulator_silent_or_losing_power() -> None:  # F32
    silent = SimulatedPrinter(line=SimulatedLine(patience=0.02, silent=True))
    assert silent.print_document(RECEIPT) is PrintOutcome.SENT
    power = SimulatedPrinter(line=SimulatedLine(patience=0.02, loses_power_at=5))
    assert power.print_document(RECEIPT) is PrintOutcome.CHECK_PAPER
