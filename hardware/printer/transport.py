"""The line a printer hangs on."""

from __future__ import annotations

from typing import Protocol

from hardware.protocols import DeviceUnavailable

PATIENCE = 5.0  # seconds without a byte taken before a printer counts as stuck


class Transport(Protocol):
    """Bytes out, answers in. One thread at a time; every call comes back within seconds."""

    @property
    def can_answer(self) -> bool:
        """False where nothing ever comes back, such as a print queue. Known once open."""

    @property
    def stays_open(self) -> bool:
        """Whether the line is kept between jobs; a network printer serves one till at a time."""

    def open(self) -> None:
        """Raises DeviceUnavailable. Opening an open line does nothing."""

    def write(self, data: bytes) -> None:
        """All of `data`. Raises DeviceUnavailable, `started` telling whether any of it went out."""

    def read(self, wait: float) -> bytes:
        """What has come in, waiting up to `wait` seconds for the first byte; b"" for nothing.

        Raises DeviceUnavailable when the line is gone.
        """

    def finish(self) -> bool:
        """After the last byte of a job on a line without answers: whether everything was taken over."""

    def close(self) -> None:
        """Never raises."""


def stuck(*, started: bool) -> DeviceUnavailable:
    return DeviceUnavailable(
        "The printer takes no more data. Check its paper and cover; the receipt waits.",
        code="printer.stuck",
        started=started,
    )


def gone(*, started: bool) -> DeviceUnavailable:
    return DeviceUnavailable(
        "The printer was disconnected. Check its cable and power; the receipt waits.",
        code="printer.gone",
        started=started,
    )


def not_found(where: str) -> DeviceUnavailable:
    return DeviceUnavailable(
        f"There is no printer at {where}. Check its cable and power, and the address in Settings.",
        code="printer.not_found",
    )
