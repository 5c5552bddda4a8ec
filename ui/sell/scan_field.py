"""The field on top: scans land here, and a name typed here finds products."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.catalog.model import ProductHit
from ui.shared import fonts, icons
from ui.shared.format import Formats
from ui.shared.tokens import TYPE_TOUCH

_TYPING_MS = 60
_MOST = 400


class ScanField(QLineEdit):
    """Enter takes what is typed as a code; Down goes to the products found, Enter there chooses one."""

    entered = Signal(str)  # a code
    search_wanted = Signal(str)
    product_chosen = Signal(int)  # product id
    backed_out = Signal()  # Esc in an empty field
    delete_wanted = Signal()  # Del in an empty field: the chosen line
    undo_wanted = Signal()  # Ctrl+Z in an empty field
    move_wanted = Signal(int)  # arrows in an empty field: another line, -1 up, +1 down
    page_wanted = Signal(int)  # Page Up, Page Down in an empty field

    def __init__(self, formats: Formats) -> None:
        super().__init__()
        self._formats = formats
        self.setPlaceholderText(self.tr("Scan or search (F2)"))
        self.setAccessibleName(self.tr("Scan or search"))
        self.setFont(fonts.font(TYPE_TOUCH))
        self.setMinimumHeight(48)
        self.setMaxLength(_MOST)
        self.setClearButtonEnabled(True)
        self.addAction(icons.icon("scan-barcode", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.popup: ProductPopup | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._on_pause)
        self.textEdited.connect(self._on_edited)

    def use_popup(self, popup: ProductPopup) -> None:
        self.popup = popup
        popup.chosen.connect(self._on_chosen)

    def _on_edited(self, text: str) -> None:
        if text.strip():
            self._pause.start(_TYPING_MS)
        else:
            self._quiet()
            self.search_wanted.emit("")

    def _on_pause(self) -> None:
        text = self.text().strip()
        if len(text) >= 2 and "*" not in text:
            self.search_wanted.emit(text)

    def show_hits(self, hits: Sequence[ProductHit]) -> None:
        if self.popup is not None:
            self.popup.show_hits(hits if self.text().strip() else (), self._formats)

    def _on_chosen(self, product_id: int) -> None:
        self.take_text()
        self.product_chosen.emit(product_id)

    def take_text(self) -> str:
        """What is typed; the field is empty afterwards."""
        text = self.text()
        self.clear()
        self._quiet()
        return text

    def _quiet(self) -> None:
        self._pause.stop()
        if self.popup is not None:
            self.popup.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.isAutoRepeat():
                return
            if self.popup is not None and self.popup.isVisible() and self.popup.has_choice:
                self.popup.choose()
            elif self.text().strip():
                self.entered.emit(self.take_text())
            return
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.popup is not None and self.popup.isVisible():
            self.popup.move_choice(1 if key == Qt.Key.Key_Down else -1)
            return
        if key == Qt.Key.Key_Escape:
            if self.text():
                self.take_text()
            else:
                self.backed_out.emit()
            return
        if not self.text() and self._for_the_basket(event):
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What was found belongs to who types: it does not stay over the basket when another panel has the keyboard."""
        super().focusOutEvent(event)
        if self.popup is not None and event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self._quiet()
            self.search_wanted.emit("")  # nor does an answer that is still under way

    def _for_the_basket(self, event: QKeyEvent) -> bool:
        """Keys that mean nothing in an empty field act on the basket."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_wanted.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.move_wanted.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.page_wanted.emit(1 if event.key() == Qt.Key.Key_PageDown else -1)
        else:
            return False
        return True


class ProductPopup(QFrame):
    """Products found, under the field; nothing is chosen until an arrow or a tap says so."""

    chosen = Signal(int)

    def __init__(self, host: QWidget, under: QWidget) -> None:
        super().__init__(host)
        self._under = under
        self.setProperty("panel", "card")
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 4, 4, 4)
        self.list = QListWidget()
        self.list.setProperty("frame", "none")
        self.list.setAccessibleName(self.tr("Products found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setFont(fonts.font(TYPE_TOUCH))
        self.list.itemClicked.connect(lambda _item: self.choose())
        box.addWidget(self.list)
        host.installEventFilter(self)
        self.hide()

    def show_hits(self, hits: Sequence[ProductHit], formats: Formats) -> None:
        self.list.clear()
        for hit in hits:
            item = QListWidgetItem(f"{hit.name[:80]}   {formats.amount(hit.price)}   {hit.sku[:24]}")
            item.setData(Qt.ItemDataRole.UserRole, hit.id)
            item.setSizeHint(QSize(0, 44))
            self.list.addItem(item)
        self.list.setCurrentRow(-1)
        self.setVisible(bool(hits))
        if hits:
            self._place()
            self.raise_()

    @property
    def has_choice(self) -> bool:
        return self.list.currentRow() >= 0

    def move_choice(self, step: int) -> None:
        self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + step)))

    def choose(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.hide()
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def _place(self) -> None:
        host = self.parentWidget()
        if host is not None:
            corner = self._under.mapTo(host, self._under.rect().bottomLeft())
            height = min(self.list.count() * 44 + 14, host.height() - corner.y() - 8)
            self.setGeometry(corner.x(), corner.y() + 2, self._under.width(), height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible() and watched is self.parentWidget():
            self._place()
        return False
