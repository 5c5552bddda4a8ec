"""A document's pages as pictures, and a dialog to look at one, print it or keep it as PDF."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFileDialog, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from hardware.protocols import Document
from ui.shared.dialogs import Dialog
from ui.shared.files import file_name, in_documents
from ui.shared.jobs import Jobs
from ui.shared.tokens import SPACE_L
from ui.shared.widgets import Words

if TYPE_CHECKING:
    from app.paper.pdf import Page
    from app.paper.preview import PagePicture

_DOTS_PER_INCH = 120.0
_WIDEST = 720  # pixels; a wider page is drawn smaller
_MOST_PAGES = 12  # as pictures; a sheet of coupons may have hundreds
_BAR = 16  # beside the pages
_log = logging.getLogger(__name__)


def _paper(page: Page | None) -> Page:
    from app.paper.pdf import ROLL_80

    return page or ROLL_80


def shown_width(page: Page | None) -> int:
    """Pixels across, as a page is shown."""
    return min(_WIDEST, round(_paper(page).width / 25.4 * _DOTS_PER_INCH))


def _render(document: Document, page: Page | None, ratio: float) -> list[PagePicture]:
    """One page more than is shown, where there are more."""
    from app.paper.preview import page_pictures

    paper = _paper(page)
    dots = shown_width(paper) / (paper.width / 25.4)
    return page_pictures(document, paper, dots_per_inch=dots * ratio, most=_MOST_PAGES + 1)


def picture(page: PagePicture) -> QImage:
    """A copy of its own: the bytes behind it may go."""
    return QImage(page.pixels, page.width, page.height, page.stride, QImage.Format.Format_RGB32).copy()


class PaperView(QScrollArea):
    """Pages below each other, drawn off the GUI thread. Paper is white in every scheme."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._asked = 0
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Paper"))
        self._sheet = QWidget()
        self._box = QVBoxLayout(self._sheet)
        self._box.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        self._box.setSpacing(SPACE_L)
        self._box.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setWidget(self._sheet)
        self.pages = 0

    def show_document(self, document: Document, page: Page | None = None) -> None:
        self._asked += 1
        asked, ratio = self._asked, self.devicePixelRatioF()
        self._tell(self.tr("One moment…"))
        self._jobs.start(lambda: (asked, _render(document, page, ratio)), self._on_drawn, self._on_failed)

    def _on_drawn(self, answer: tuple[int, list[PagePicture]]) -> None:
        asked, pages = answer
        if asked != self._asked:
            return
        self._clear()
        ratio = self.devicePixelRatioF()
        for page in pages[:_MOST_PAGES]:
            image = picture(page)
            image.setDevicePixelRatio(ratio)
            label = QLabel()
            label.setFrameShape(QFrame.Shape.Box)
            label.setPixmap(QPixmap.fromImage(image))
            label.setFixedSize(QSize(round(page.width / ratio), round(page.height / ratio)))
            self._box.addWidget(label)
        if len(pages) > _MOST_PAGES:
            words = self.tr("The first {0} pages are shown; all of them are printed and saved.").format(_MOST_PAGES)
            self._box.addWidget(Words(words, tone="muted"))
        self.pages = min(len(pages), _MOST_PAGES)

    def _on_failed(self, error: Exception) -> None:
        _log.error("paper could not be drawn", exc_info=error)
        self._tell(self.tr("This paper could not be drawn. It can still be printed."))

    def _tell(self, text: str) -> None:
        self._clear()
        self._box.addWidget(Words(text, tone="muted"))

    def _clear(self) -> None:
        self.pages = 0
        while self._box.count():
            item = self._box.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()


class PaperDialog(Dialog):
    """Look at a document; Enter prints it where `on_print` is given."""

    def __init__(
        self,
        document: Document,
        jobs: Jobs,
        parent: QWidget | None = None,
        *,
        on_print: Callable[[], object] | None = None,
        page: Page | None = None,
    ) -> None:
        super().__init__(document.title, parent, width=max(440, shown_width(page) + 4 * SPACE_L + _BAR))
        self._document, self._jobs, self._page = document, jobs, page
        self.view = PaperView(jobs)
        self.view.setMinimumHeight(520)
        self.body.addWidget(self.view)
        self.view.show_document(document, page)
        self.cancel.set_words(self.tr("Close"))
        self.add_button(self.tr("Save as PDF…"), self._on_save)
        if on_print is not None:
            self._print = on_print
            self.set_primary(self.tr("Print"), self._on_print)

    def _on_print(self) -> None:
        self._print()
        self.accept()

    def _on_save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save as PDF"), in_documents(f"{file_name(self._document.title)}.pdf"), self.tr("PDF (*.pdf)")
        )
        if name:
            self.save_to(Path(name))

    def save_to(self, path: Path) -> None:
        """Written off the GUI thread; the dialog says how it went."""
        document, page = self._document, self._page

        def write() -> str:
            from app.files import whole_or_nothing
            from app.paper.pdf import render_pdf

            data = render_pdf(document, _paper(page))
            with whole_or_nothing(path) as unfinished:
                unfinished.write_bytes(data)
            return path.name

        self._jobs.start(write, self._on_saved, self._on_not_saved)

    def _on_saved(self, name: str) -> None:
        self.tell(self.tr("Saved as {0}.").format(name), "success")

    def _on_not_saved(self, error: Exception) -> None:
        if not isinstance(error, OSError):
            raise error
        self.tell(self.tr("The file could not be written there. Choose another folder."))
