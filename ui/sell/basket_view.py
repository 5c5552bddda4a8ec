"""The basket on the screen: a list painted by hand, steppers for the chosen line, the totals below."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.checkout.model import BasketView, LineView
from ui.sell.coupon_lines import CouponLines
from ui.sell.models import FRESH, ROW, BasketModel, BasketRow
from ui.shared import fonts, theme
from ui.shared.format import MINUS, Formats
from ui.shared.keypad import Stepper
from ui.shared.tokens import SPACE_L, SPACE_M, SPACE_S, TYPE_BODY, TYPE_TOTAL, TYPE_TOUCH
from ui.shared.widgets import RIGHT, Button, Card, EmptyState, IconButton, Line, Words, row

_ROW_HEIGHT = 52
_QUANTITY, _UNIT, _NET, _EDGE = 44, 92, 104, 12
_FRESH_MS = 1500
_ROOMY = 560  # pixels across, from which on every line shows the price of one
_SINGLE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_TO_LEFT = int(Qt.AlignmentFlag.AlignLeft | _SINGLE)  # put together once: flags are slow, and a row has six texts
_TO_RIGHT = int(Qt.AlignmentFlag.AlignRight | _SINGLE)


class BasketDelegate(QStyledItemDelegate):
    """Paints one line: quantity × name, unit price, amount; savings in small below. Plain text whatever it holds."""

    def __init__(self) -> None:
        super().__init__()
        self._main = fonts.font(TYPE_TOUCH)
        self._strong = fonts.font(TYPE_TOUCH, weight=QFont.Weight.Medium)
        self._small = fonts.font(TYPE_BODY - 1)
        self._main_size = QFontMetrics(self._main)
        self._small_size = QFontMetrics(self._small)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, _ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        line: BasketRow | None = index.data(ROW)
        if line is None:
            return
        tone = theme.colours()
        box: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if index.data(FRESH) or chosen:
            painter.fillRect(box, theme.colour("accent_soft"))
        if chosen:
            painter.fillRect(QRect(box.left(), box.top(), 4, box.height()), theme.colour("accent"))
        painter.setPen(QPen(theme.colour("border"), tone.border_width))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        self._texts(painter, box.adjusted(_EDGE, 0, -_EDGE, 0), line)
        painter.restore()

    def _texts(self, painter: QPainter, box: QRect, line: BasketRow) -> None:
        first = QRect(box.left(), box.top(), box.width(), 32 if line.under else box.height())
        tone = "danger" if line.is_return else "text"
        self._put(painter, self._strong, tone, self._left(first, _QUANTITY), line.quantity, right=True)
        name = first.adjusted(_QUANTITY + 8, 0, -_NET - (_UNIT if self.shows_unit(line, first.width()) else 0), 0)
        self._put(painter, self._main, "text", name, self._cut(self._main_size, f"× {line.name}", name.width()))
        if self.shows_unit(line, first.width()):
            unit = QRect(first.right() - _NET - _UNIT, first.top(), _UNIT, first.height())
            self._put(painter, self._main, "muted", unit, line.unit, right=True)
        net = QRect(first.right() - _NET, first.top(), _NET, first.height())
        self._put(painter, self._strong, tone, net, line.net, right=True)
        if line.under:
            below = QRect(box.left() + _QUANTITY + 22, box.top() + 28, box.width() - _QUANTITY - 22, 20)
            room = below.width() - _NET
            self._put(painter, self._small, "success", below, self._cut(self._small_size, line.under, room))
            self._put(painter, self._small, "success", below, line.under_amount, right=True)

    @staticmethod
    def shows_unit(line: BasketRow, across: int) -> bool:
        """On a small screen the price of one makes room for the name where it says no more than the amount does."""
        return across >= _ROOMY or line.unit != line.net

    @staticmethod
    def _left(box: QRect, width: int) -> QRect:
        return QRect(box.left(), box.top(), width, box.height())

    @staticmethod
    def _cut(size: QFontMetrics, text: str, room: int) -> str:
        return size.elidedText(text, Qt.TextElideMode.ElideRight, room)

    @staticmethod
    def _put(painter: QPainter, font: QFont, tone: str, box: QRect, text: str, *, right: bool = False) -> None:
        painter.setFont(font)
        painter.setPen(theme.colour(tone))
        painter.drawText(box, _TO_RIGHT if right else _TO_LEFT, text)


class BasketList(QTableView):
    """Lines in scan order; the newest in view and marked for a moment.

    A table of one column: its rows stand where their height puts them, while QListView asks the model for every line
    of the basket, twice, whenever one is added.
    """

    def __init__(self, model: BasketModel) -> None:
        super().__init__()
        self.basket = model
        self.setModel(model)
        self._delegate = BasketDelegate()
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(self.tr("Basket"))
        self.setProperty("frame", "none")
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.verticalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().hide()
        self.setShowGrid(False)
        self.setWordWrap(False)
        for corner in self.findChildren(QAbstractButton):  # never seen without headers, yet read out without a name
            corner.setAccessibleName(self.accessibleName())
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._mark = QTimer(self)
        self._mark.setSingleShot(True)
        self._mark.timeout.connect(lambda: self.basket.highlight(None))

    def touch(self, line_id: int) -> None:
        position = self.basket.position_of(line_id)
        if position is not None:
            index = self.basket.index(position)
            self.setCurrentIndex(index)
            self.scrollTo(index)
            self.basket.highlight(line_id)
            self._mark.start(_FRESH_MS)

    def move_choice(self, step: int) -> None:
        """Choose the line above (-1) or below (+1)."""
        last = self.basket.rowCount() - 1
        if last >= 0:
            self.setCurrentIndex(self.basket.index(max(0, min(last, self.currentIndex().row() + step))))

    def move_page(self, step: int) -> None:
        """As many lines up or down as are in sight, less one to read on from."""
        self.move_choice(step * max(1, self.viewport().height() // _ROW_HEIGHT - 1))

    def chosen_line(self) -> LineView | None:
        index = self.currentIndex()
        return self.basket.line(index.row()) if index.isValid() else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A message above takes room: the chosen line stays in sight if it was."""
        box = self.visualRect(self.currentIndex())
        seen = box.isValid() and box.top() >= 0 and box.bottom() < max(event.oldSize().height(), 1)
        super().resizeEvent(event)
        if seen:
            self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            super().keyPressEvent(event)
        else:
            event.ignore()  # letters belong to the scan field, not to a search in the list


class LineBar(QWidget):
    """What can be done with the chosen line, in finger size, always at the same place."""

    step_wanted = Signal(int)
    quantity_wanted = Signal()
    price_wanted = Signal()
    discount_wanted = Signal()
    remove_wanted = Signal()
    undo_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.stepper = Stepper(self.tr("Quantity of the chosen line"))
        self.stepper.wanted.connect(self.step_wanted)
        self.stepper.edit_wanted.connect(self.quantity_wanted)
        self._price = Button(self.tr("Price"), self.price_wanted.emit, tip="F7")
        self._discount = Button(self.tr("Discount"), self.discount_wanted.emit, tip="F8")
        self._remove = IconButton("trash-2", self.tr("Remove the line (Del)"), self.remove_wanted.emit, size=44)
        self.undo = IconButton("undo-2", self.tr("Undo (Ctrl+Z)"), self.undo_wanted.emit, size=44)
        box = QHBoxLayout(self)
        box.setContentsMargins(SPACE_S, 2, SPACE_S, 2)
        box.setSpacing(SPACE_S)
        for part in (self.stepper, self._price, self._discount, self._remove):
            box.addWidget(part)
        box.addStretch(1)
        box.addWidget(self.undo)
        for button in (self._price, self._discount, self._remove, self.undo):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.undo.setEnabled(False)

    def show_line(self, line: LineView | None, formats: Formats) -> None:
        changeable = line is not None and not line.is_return and str(line.kind) == "product"
        self.stepper.setEnabled(changeable)
        self._price.setEnabled(changeable)
        self._discount.setEnabled(changeable)
        self._remove.setEnabled(line is not None)
        self.stepper.show_quantity(formats.quantity(line.quantity_milli) if line is not None else MINUS)


class Totals(Card):
    """Subtotal, savings, tax; what does not count and why; the total in 44 px."""

    def __init__(self, formats: Formats) -> None:
        super().__init__("flat", margin=SPACE_M, spacing=2)
        self._formats = formats
        self._sums = Words(size=TYPE_BODY, tone="muted")
        self.codes = CouponLines(formats)
        self._hint = Words(size=TYPE_BODY, tone="muted")
        self._word = Words(self.tr("Total"), size=TYPE_TOUCH, strong=True)
        self._pieces = Words(size=TYPE_BODY, tone="muted")
        self.total = Words(size=TYPE_TOTAL, strong=True, align=RIGHT)
        self.total.setMinimumHeight(52)
        for line in (self._sums, self._hint):  # their place is kept: what is above must not move under a finger
            room = line.sizePolicy()
            room.setRetainSizeWhenHidden(True)
            line.setSizePolicy(room)
        self.box.addWidget(self._sums)
        self.box.addWidget(self.codes)
        self.box.addWidget(self._hint)
        last = row(self._word, self._pieces, None, self.total)
        self.box.addLayout(last)

    def show_basket(self, view: BasketView) -> None:
        amount = self._formats.amount
        parts = [self.tr("Subtotal {0}").format(amount(view.subtotal))]
        if view.savings:
            parts.append(self.tr("Savings {0}").format(amount(-view.savings)))
        if view.tax:
            word = self.tr("incl. tax {0}") if view.tax_included else self.tr("Tax {0}")
            parts.append(word.format(amount(view.tax)))
        self._sums.setText("   ".join(parts))
        self._sums.setVisible(bool(view.lines))
        self.total.setText(self._formats.money(view.total))
        self.total.setAccessibleName(self.tr("Total {0}").format(self._formats.money(view.total)))
        pieces = self.tr("1 piece") if view.pieces == 1 else self.tr("{0} pieces").format(view.pieces)
        self._pieces.setText(pieces if view.lines else "")
        self.codes.show_codes(view.codes)
        hint = view.hints[0] if view.hints else ""
        self._hint.setText(hint[:160])
        self._hint.setVisible(bool(hint))


class BasketPane(Card):
    """The left side: lines or an empty state, the bar of the chosen line, totals."""

    def __init__(self, formats: Formats) -> None:
        super().__init__("card", margin=0, spacing=0)
        self._formats = formats
        self.model = BasketModel(formats)
        self.list = BasketList(self.model)
        self.bar = LineBar()
        self.totals = Totals(formats)
        self.empty = EmptyState(
            "scan-barcode",
            self.tr("Ready to scan"),
            self.tr("Scan a product, coupon, gift card or receipt. Or type a name and choose."),
        )
        self.box.setContentsMargins(1, 4, 1, 4)  # the round corners stay in sight
        self.box.addWidget(self.list, 1)
        self.box.addWidget(self.empty, 1)
        self.box.addWidget(Line())
        self.box.addWidget(self.bar)
        self.box.addWidget(Line())
        self.box.addWidget(self.totals)
        self.totals.box.setContentsMargins(SPACE_L, SPACE_S, SPACE_L, SPACE_S)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.hide()
        self.bar.show_line(None, formats)

    def show_basket(self, view: BasketView) -> None:
        self.model.show_basket(view)
        some = bool(view.lines)
        self.list.setVisible(some)
        self.empty.setVisible(not some)
        self.totals.show_basket(view)
        if some and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.index(len(view.lines) - 1))
        self._on_current()

    def _on_current(self) -> None:
        self.bar.show_line(self.list.chosen_line(), self._formats)
