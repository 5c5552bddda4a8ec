import threading
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ui.shared.jobs import Jobs, Progress


class Asker(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.answers: list[object] = []
        self.thread_of_answer: threading.Thread | None = None

    def on_done(self, answer: object) -> None:
        self.thread_of_answer = threading.current_thread()
        self.answers.append(answer)

    def on_failed(self, error: Exception) -> None:
        self.answers.append(error)

    def on_progress(self, done: int, total: int) -> None:
        self.answers.append((done, total))


@pytest.fixture
def jobs(qapp: object) -> Iterator[Jobs]:
    pool = Jobs(1)
    yield pool
    assert pool.close()


def test_answers_come_on_the_gui_thread(jobs: Jobs, qtbot: QtBot) -> None:
    asker = Asker()
    worked_on: list[threading.Thread] = []
    jobs.start(lambda: worked_on.append(threading.current_thread()) or 42, asker.on_done)
    qtbot.waitUntil(lambda: asker.answers == [42])
    assert asker.thread_of_answer is threading.main_thread()
    assert worked_on[0] is not threading.main_thread()


def test_one_thread_keeps_the_order(jobs: Jobs, qtbot: QtBot) -> None:
    asker = Asker()
    for number in range(50):
        jobs.start(lambda number=number: number, asker.on_done)
    qtbot.waitUntil(lambda: len(asker.answers) == 50)
    assert asker.answers == list(range(50))


def test_a_failure_is_handed_over(jobs: Jobs, qtbot: QtBot) -> None:
    asker = Asker()
    jobs.start(lambda: 1 // 0, asker.on_done, asker.on_failed)
    qtbot.waitUntil(lambda: bool(asker.answers))
    assert isinstance(asker.answers[0], ZeroDivisionError)


def test_an_answer_for_a_closed_window_is_dropped(jobs: Jobs, qtbot: QtBot) -> None:
    gone, there = Asker(), Asker()
    go = threading.Event()
    jobs.start(go.wait, gone.on_done)
    jobs.start(lambda: 2, there.on_done)
    shiboken6.delete(gone)
    go.set()
    qtbot.waitUntil(lambda: there.answers == [2])
    assert gone.answers == []


def test_a_failure_nobody_asked_for_reaches_the_last_resort(jobs: Jobs, qtbot: QtBot) -> None:  # F53
    with qtbot.captureExceptions() as caught:
        jobs.start(lambda: 1 // 0)
        qtbot.waitUntil(lambda: bool(caught))
    assert caught[0][0] is ZeroDivisionError


def test_long_work_reports_and_stops(jobs: Jobs, qtbot: QtBot) -> None:
    asker = Asker()
    started, seen = threading.Event(), threading.Event()

    def work(progress: Progress) -> str:
        progress.report(1, 10)
        started.set()
        seen.wait(5)
        return "stopped" if progress.cancelled else "done"

    progress = jobs.start_long(work, asker.on_done, on_progress=asker.on_progress)
    assert started.wait(5)
    progress.cancel()
    seen.set()
    qtbot.waitUntil(lambda: len(asker.answers) == 2)
    assert asker.answers == [(1, 10), "stopped"]


def test_a_pool_that_writes_ends_what_was_handed_to_it() -> None:  # F1
    gate, done = threading.Event(), list[str]()
    writes = Jobs(1)

    def first() -> None:
        gate.wait(5)
        done.append("first")

    writes.start(first)
    writes.start(lambda: done.append("second"))
    threading.Timer(0.1, gate.set).start()
    assert writes.close()
    assert done == ["first", "second"]


def test_a_pool_that_reads_drops_what_has_not_begun() -> None:
    gate, done = threading.Event(), list[int]()
    reads = Jobs(2)
    for _ in range(2):
        reads.start(lambda: gate.wait(5))
    reads.start(lambda: done.append(1))
    threading.Timer(0.1, gate.set).start()
    assert reads.close()
    assert done == []
