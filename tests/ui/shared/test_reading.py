"""Of each kind of question only the newest counts, whatever order the answers come in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.errors import InvalidInput
from app.paging import Cursor, Page
from ui.shared.jobs import Jobs
from ui.shared.reading import Newest, Pager, TypedSearch


class HeldJobs(Jobs):
    """Keeps what was started; a test lets each one run when and in the order it likes."""

    def __init__(self) -> None:
        super().__init__(1)
        self.held: list[tuple[Callable[[], Any], Any, Any]] = []

    def start(self, work: Any, on_done: Any = None, on_failed: Any = None, *, owner: QObject | None = None) -> None:
        self.held.append((work, on_done, on_failed))

    def let(self, place: int) -> None:
        work, on_done, on_failed = self.held[place]
        try:
            answer = work()
        except Exception as error:
            on_failed(error)
        else:
            on_done(answer)


@pytest.fixture
def jobs(qtbot: QtBot) -> HeldJobs:
    return HeldJobs()


def refuse() -> int:
    raise InvalidInput("no")


def test_an_answer_and_a_failure_that_were_overtaken_are_silent(jobs: HeldJobs) -> None:
    newest, told = Newest(jobs), []
    newest.failed.connect(told.append)
    newest.ask(lambda: 1, told.append)
    newest.ask(refuse, told.append)
    newest.ask(lambda: 3, told.append)
    for place in (2, 1, 0):
        jobs.let(place)
    assert told == [3]
    newest.ask(lambda: 4, told.append)
    newest.drop()
    jobs.let(3)
    assert told == [3]


def pages(of: str) -> Callable[[Cursor | None], Page[str]]:
    return lambda after: Page((of + "1",), (1,)) if after is None else Page((of + "2",), None)


def test_rows_of_the_list_before_never_reach_the_one_that_is_shown(jobs: HeldJobs) -> None:
    pager, told = Pager(jobs), []
    pager.shown.connect(lambda rows, complete: told.append(("shown", rows, complete)))
    pager.added.connect(lambda rows, complete: told.append(("added", rows, complete)))
    pager.show(pages("a"))
    jobs.let(0)
    pager.fetch()
    pager.show(pages("b"))
    jobs.let(2)
    jobs.let(1)  # the second page of "a", late
    pager.fetch()
    pager.fetch()  # the first is still under way
    assert len(jobs.held) == 4
    jobs.let(3)
    pager.fetch()  # that was the last
    assert len(jobs.held) == 4
    assert told == [("shown", ("a1",), False), ("shown", ("b1",), False), ("added", ("b2",), True)]


def test_a_page_that_could_not_be_read_is_asked_for_again(jobs: HeldJobs) -> None:
    pager, told = Pager(jobs), []
    failing = [True]

    def read(after: Cursor | None) -> Page[str]:
        if after is not None and failing.pop():
            raise InvalidInput("locked")
        return pages("a")(after)

    pager.added.connect(lambda rows, complete: told.append((rows, complete)))
    pager.failed.connect(lambda error: told.append(str(error)))
    pager.show(read)
    jobs.let(0)
    pager.fetch()
    jobs.let(1)
    assert told == [((), False), "locked"]
    failing.append(False)
    pager.fetch()
    jobs.let(2)
    assert told[2:] == [(("a2",), True)]


def test_a_list_goes_on_from_a_first_page_read_elsewhere(jobs: HeldJobs) -> None:
    pager, told = Pager(jobs), []
    pager.added.connect(lambda rows, complete: told.append((rows, complete)))
    pager.follow(pages("a"), Page(("a1",), (1,)))
    pager.fetch()
    jobs.let(0)
    assert told == [(("a2",), True)]
    pager.follow(pages("a"), Page(("a1",), (1,)))
    pager.fetch()
    pager.stop()
    jobs.let(1)
    pager.fetch()
    assert len(jobs.held) == 2
    assert len(told) == 1


def test_typing_skips_the_letters_in_between(jobs: HeldJobs) -> None:
    asked: list[str] = []
    search, told = TypedSearch(jobs, lambda text: asked.append(text) or text.upper()), []
    search.found.connect(lambda question, hits: told.append((question, hits)))
    for text in ("a", "am", "ama "):
        search.ask(text)
    assert search.waiting
    jobs.let(0)  # "a": overtaken
    jobs.let(1)
    assert asked == ["a", "ama"]
    assert told == [("ama", "AMA")]
    assert not search.waiting
    search.ask("amar")
    search.ask("")
    jobs.let(2)
    assert len(told) == 1


def test_after_a_failed_search_the_question_that_waited_is_asked(jobs: HeldJobs) -> None:
    def find(text: str) -> str:
        if text == "a":
            raise InvalidInput("no")
        return text

    search, told = TypedSearch(jobs, find), []
    search.found.connect(lambda question, _hits: told.append(question))
    search.failed.connect(lambda error: told.append(str(error)))
    search.ask("a")
    search.ask("b")
    jobs.let(0)
    jobs.let(1)
    assert told == ["b"]
    search.ask("a")
    jobs.let(2)
    assert told == ["b", "no"]
