"""Papers made by several threads at once: the pool that reads has three, and a preview may be saved as it is drawn."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
from reportlab.pdfbase.ttfonts import TTFontFile

from app.paper.pdf import render_pdf
from app.paper.preview import pdf_pictures
from hardware.protocols import Columns, Document, Text

PAPERS = [
    Document((Text(f"Paper {letter}"), *(Columns.pair(f"{letter}{number} èéøłЧ", "1.00") for number in range(40))))
    for letter in "ABC"
]


class Room:
    """Counts who is in a function at the same time; whoever comes in stays a moment."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
        self.inside = self.most = self.visits = 0
        door, real = threading.Lock(), getattr(owner, name)

        def watched(*args: Any, **more: Any) -> Any:
            with door:
                self.inside += 1
                self.visits += 1
                self.most = max(self.most, self.inside)
            threading.Event().wait(0.02)
            try:
                return real(*args, **more)
            finally:
                with door:
                    self.inside -= 1

        monkeypatch.setattr(owner, name, watched)


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """What each gave, or the error it raised."""
    found: list[Any] = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(place: int) -> None:
        start.wait(10)
        try:
            found[place] = works[place]()
        except Exception as error:
            found[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_papers_are_set_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The typeface keeps the signs of the paper in the making: two at once end in one with another's, or in none."""
    alone = [render_pdf(paper) for paper in PAPERS]
    subsets = Room(monkeypatch, TTFontFile, "makeSubset")
    assert at_once([lambda paper=paper: render_pdf(paper) for paper in PAPERS]) == alone
    assert (subsets.visits >= 3, subsets.most) == (True, 1)


def test_pictures_are_drawn_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """PDFium is for one thread at a time: two spoil the program's memory, which ends it some time later."""
    made = [render_pdf(paper) for paper in PAPERS]
    alone = [pdf_pictures(data, dots_per_inch=72) for data in made]
    drawing = Room(monkeypatch, pypdfium2.PdfPage, "render")
    assert at_once([lambda data=data: pdf_pictures(data, dots_per_inch=72) for data in made]) == alone
    assert (drawing.visits, drawing.most) == (3, 1)
