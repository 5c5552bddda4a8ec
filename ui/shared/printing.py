"""Printing a sheet on an ordinary printer of this computer: drawn straight to it, so that no copy lies on a disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QImage, QPageSize, QPainter
from PySide6.QtWidgets import QDialog, QWidget

from ui.shared.jobs import Jobs

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from app.paper.preview import PagePicture
    from hardware.protocols import Document

_DOTS_PER_INCH = 300


class SheetPrinter(QObject):
    """`ask(document, page)` opens the system's own dialog; `page` is a name in app.paper.pdf.SHEETS."""

    printed = Signal()
    failed = Signal()  # no printer took it, or this system has no way to print

    def __init__(self, jobs: Jobs, parent: QWidget) -> None:
        super().__init__(parent)
        self._jobs, self._window = jobs, parent

    def ask(self, document: Document, page: str) -> None:
        try:
            from PySide6.QtPrintSupport import QPrintDialog, QPrinter
        except ImportError:
            self.failed.emit()
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.Letter if page == "Letter" else QPageSize.PageSizeId.A4))
        printer.setFullPage(True)
        dialog = QPrintDialog(printer, self._window)
        dialog.accepted.connect(lambda: self.put(document, page, printer))
        dialog.finished.connect(dialog.deleteLater)
        QDialog.open(dialog)  # its own `open` wants a slot by name

    def put(self, document: Document, page: str, printer: QPrinter) -> None:
        """Draw the pages on a worker, then hand them to `printer`."""

        def work() -> list[PagePicture]:
            from app.paper.pdf import SHEETS
            from app.paper.preview import page_pictures

            return page_pictures(document, SHEETS[page], dots_per_inch=_DOTS_PER_INCH)

        self._jobs.start(work, lambda pages: self._paint(pages, printer), owner=self)

    def _paint(self, pages: list[PagePicture], printer: QPrinter) -> None:
        painter = QPainter()
        if not painter.begin(printer):
            self.failed.emit()
            return
        try:
            for number, page in enumerate(pages):
                if number:
                    printer.newPage()
                image = QImage(page.pixels, page.width, page.height, page.stride, QImage.Format.Format_RGB32)
                size = image.size().scaled(painter.viewport().size(), Qt.AspectRatioMode.KeepAspectRatio)
                painter.drawImage(QRect(QPoint(0, 0), size), image)
        finally:
            painter.end()
        self.printed.emit()
