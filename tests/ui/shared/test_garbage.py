"""What is garbage dies on the GUI thread, never on a worker."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from ui.shared import garbage
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


@pytest.fixture
def overdue(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[int]]:
    """What is collected when the oldest generation is due so many times over."""

    def due(times: int) -> list[int]:
        done: list[int] = []
        limit = gc.get_threshold()[2]
        monkeypatch.setattr(gc, "get_count", lambda: (0, 0, limit * times + 1))
        monkeypatch.setattr(gc, "collect", done.append)
        collect_due()
        return done

    return due


def test_the_whole_heap_waits_until_the_cashier_pauses(
    overdue: Callable[[int], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("ui.shared.garbage.time.monotonic", lambda: clock[0])
    garbage.touched()
    assert overdue(1) == []
    clock[0] += 4
    assert overdue(1) == [2]


def test_without_any_pause_it_comes_after_all(overdue: Callable[[int], list[int]]) -> None:
    garbage.touched()
    assert overdue(11) == [2]


def test_what_an_open_shop_holds_is_not_gone_through_again(collector: GuiCollector) -> None:
    before = gc.get_freeze_count()
    kept = [[] for _ in range(1000)]
    collector.settle()
    assert gc.get_freeze_count() >= before + len(kept)
    gc.unfreeze()
