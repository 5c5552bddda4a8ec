"""What is garbage dies on the GUI thread, never on a worker."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from ui.shared.garbage import GuiCollector, collect_due
from ui.shared.jobs import Jobs


class Knot:
    """Two of these that name each other are freed by the collector only."""

    def __init__(self) -> None:
        self.other: Knot | None = None


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[GuiCollector]:
    was = gc.isenabled()
    made = GuiCollector()
    yield made
    made.stop()
    if not was:
        gc.disable()


def tie(died_on: list[int]) -> None:
    one, two = Knot(), Knot()
    one.other, two.other = two, one
    weakref.finalize(one, lambda: died_on.append(threading.get_ident()))


def test_a_worker_that_allocates_collects_nothing(qtbot: QtBot, collector: GuiCollector) -> None:
    died_on: list[int] = []
    gc.collect()
    tie(died_on)
    jobs = Jobs(1)
    done: list[int] = []
    jobs.start(lambda: len([[] for _ in range(200_000)]), done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)
    assert not died_on or died_on == [threading.get_ident()]
    gc.collect()
    assert died_on == [threading.get_ident()]
    jobs.close()


def test_the_timer_does_the_collector_s_work(qtbot: QtBot, collector: GuiCollector) -> None:
    died_on: list[int] = []
    tie(died_on)
    kept = [[] for _ in range(3_000)]  # past the youngest generation's limit
    collect_due()
    assert died_on == [threading.get_ident()]
    assert len(kept) == 3_000
