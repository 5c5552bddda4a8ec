"""The customer's display shows the newest lines, and a dead one holds nothing up."""

from __future__ import annotations

import threading

import pytest
from pytestqt.qtbot import QtBot

from hardware.display.simulated import SimulatedDisplay
from hardware.protocols import DeviceState, DeviceUnavailable
from ui.devices.display import DisplayDesk
from ui.sell.customer_lines import pair


def test_the_newest_lines_win(qtbot: QtBot) -> None:
    shown: list[tuple[str, str]] = []
    held = threading.Event()

    class Slow(SimulatedDisplay):
        def show(self, upper: str, lower: str) -> None:
            held.wait(5)
            shown.append((upper, lower))

    desk = DisplayDesk(Slow())
    for count in range(50):
        desk.show("Bread", str(count))
    held.set()
    qtbot.waitUntil(lambda: bool(shown) and shown[-1] == ("Bread", "49"), timeout=5000)
    assert len(shown) <= 3
    desk.close()


def test_a_display_that_is_away_is_told_once_it_matters(qtbot: QtBot) -> None:
    class Gone(SimulatedDisplay):
        def show(self, upper: str, lower: str) -> None:
            raise DeviceUnavailable("The customer display does not answer. The sale goes on without it.")

    desk = DisplayDesk(Gone())
    with qtbot.waitSignal(desk.state_changed, timeout=5000) as told:
        desk.show("Bread", "4.20")
    assert told.args[0] is DeviceState.TROUBLE
    desk.close()


@pytest.mark.parametrize(
    ("left", "right", "line"),
    [
        ("Bread", "4.20", "Bread           4.20"),
        ("A very long name of a thing", "1,204.20", "A very long 1,204.20"),
        ("x", "1" * 30, " " + "1" * 30),
    ],
)
def test_the_amount_is_never_cut(left: str, right: str, line: str) -> None:
    assert pair(left, right) == line
