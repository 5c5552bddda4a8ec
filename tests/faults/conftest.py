from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.clock import FixedClock
from db.uow import Database
from tests.app.checkout.books import check_books
from tests.builders import ShopBuilder, a_shop


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Iterator[ShopBuilder]:
    """A shop whose books are checked when the test is over."""
    made = a_shop(database, clock)
    yield made
    check_books(database)


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def in_processes(works: list[Callable[[], Any]]) -> list[Any]:
    """Run each in a process of its own, all released at once; what each returned, or the name of what it raised.

    Processes are forked before any of them opens a connection; the parent's are closed by the caller.
    """
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(len(works)), context.SimpleQueue()

    def run(place: int, work: Callable[[], Any]) -> None:
        try:
            barrier.wait(60)
            answers.put((place, work()))
        except Exception as error:
            answers.put((place, f"{type(error).__name__}: {error}"))

    processes = [context.Process(target=run, args=(place, work)) for place, work in enumerate(works)]
    for process in processes:
        process.start()
    found = dict(answers.get() for _ in works)
    for process in processes:
        process.join(60)
    return [found[place] for place in range(len(works))]


@pytest.fixture
def copy_of(tmp_path: Path, sqlite_template: Path) -> Callable[[str], Path]:
    """An empty shop's file under a name of its own."""

    def made(name: str) -> Path:
        return Path(shutil.copyfile(sqlite_template, tmp_path / name))

    return made
