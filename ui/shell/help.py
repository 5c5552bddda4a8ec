"""F1: the help pages of resources/help, searched as one types."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QTextBrowser, QVBoxLayout, QWidget

from ui.shared import fonts
from ui.shared.tokens import ROW_DESK, SPACE_L, SPACE_S, TYPE_LARGE, TYPE_TOUCH
from ui.shared.widgets import Words

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "help"


@dataclass(frozen=True, slots=True)
class HelpPage:
    name: str  # the file's stem: what "help for this page" asks for
    title: str
    text: str


def read_pages(folder: Path = FOLDER) -> list[HelpPage]:
    """Every Markdown page; its first heading is its title. "start" comes first, the others by title."""
    pages = []
    for file in sorted(folder.glob("*.md")):
        text = file.read_text(encoding="utf-8")
        heading = next((line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("#")), file.stem)
        pages.append(HelpPage(file.stem, heading, text))
    return sorted(pages, key=lambda page: (page.name != "start", page.title.casefold()))


class HelpWindow(QWidget):
    """A window of its own, so that it can stand beside the till. Our own pages only: markup is trusted here."""

    def __init__(self, folder: Path = FOLDER) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setWindowTitle(self.tr("Help"))
        self.resize(900, 640)
        self._pages = read_pages(folder)
        box = QHBoxLayout(self)
        box.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        left = QVBoxLayout()
        left.setSpacing(SPACE_S)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Search the help"))
        self.field.setAccessibleName(self.tr("Search the help"))
        self.field.setMaximumWidth(260)
        self.list = QListWidget()
        self.list.setMaximumWidth(260)
        self.list.setAccessibleName(self.tr("Help pages"))
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setAccessibleName(self.tr("Help"))
        self.text.anchorClicked.connect(self._on_link)
        self._none = Words(self.tr("Nothing found. Try one word."), tone="muted", wrap=True)
        self._none.hide()
        left.addWidget(self.field)
        left.addWidget(self._none)
        left.addWidget(self.list, 1)
        box.addLayout(left)
        box.addWidget(self.text, 1)
        self.field.textChanged.connect(self._fill)
        self.list.currentRowChanged.connect(self._on_row)
        self._found: list[HelpPage] = []
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        self._fill("")

    def show_page(self, name: str) -> None:
        """Open on the page for a screen; the first page when there is none."""
        self.field.clear()
        for position, page in enumerate(self._found):
            if page.name == name:
                self.list.setCurrentRow(position)
                break
        self.show()
        self.raise_()
        self.activateWindow()

    def _fill(self, typed: str) -> None:
        words = typed.casefold().split()
        self._found = [page for page in self._pages if all(word in page.text.casefold() for word in words)]
        self.list.clear()
        for page in self._found:
            item = QListWidgetItem(page.title)
            item.setSizeHint(QSize(0, ROW_DESK))
            self.list.addItem(item)
        self._none.setVisible(not self._found)
        if self._found:
            self.list.setCurrentRow(0)

    def _on_row(self, position: int) -> None:
        if 0 <= position < len(self._found):
            self.text.setMarkdown(self._found[position].text)
            self._give_air()

    def _give_air(self) -> None:
        """Room between paragraphs, and headings in the weight that is bundled (a bolder one would be faked)."""
        block = self.text.document().begin()
        while block.isValid():
            cursor = QTextCursor(block)
            shape = block.blockFormat()
            heading = shape.headingLevel()
            shape.setTopMargin(14 if heading else 2)
            shape.setBottomMargin(6)
            shape.setLineHeight(125, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            cursor.setBlockFormat(shape)
            if heading:
                letters = QTextCharFormat()
                letters.setFont(fonts.bold(TYPE_LARGE - 4 if heading == 1 else TYPE_TOUCH))
                cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
                cursor.mergeCharFormat(letters)
            block = block.next()
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _on_link(self, url: QUrl) -> None:
        if url.isRelative():
            self.show_page(Path(url.path()).stem)
        elif url.scheme() == "https":
            QDesktopServices.openUrl(url)
