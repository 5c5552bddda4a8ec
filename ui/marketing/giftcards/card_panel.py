"""One card: what is on it, whose it is, what can be done, and everything that happened to it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from app.giftcards.desk import HistoryRow
from app.giftcards.model import State, ValueKind
from app.giftcards.service import Card as GiftCard
from app.money import Money
from ui.marketing.giftcards.words import badge_of, movement, name_of, status_of, tone_of, tr
from ui.shared.format import Formats
from ui.shared.tables import Column, RowsModel, Table
from ui.shared.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XS, TYPE_LARGE, TYPE_TITLE
from ui.shared.widgets import Button, Card, ElidedWords, EmptyState, Words, row

PANEL_WIDTH, PANEL_NARROW = 520, 400
HISTORY_BALANCE = 3  # column of the history: the balance after each movement
_PADDING = 24  # of a cell, both sides


def history_columns(formats: Formats, currency: str) -> list[Column[HistoryRow]]:
    def amount(one: HistoryRow) -> str:
        return "" if one.amount_minor is None else formats.amount(Money(one.amount_minor, currency))

    def after(one: HistoryRow) -> str:
        return "" if one.balance_after_minor is None else formats.amount(Money(one.balance_after_minor, currency))

    def what(one: HistoryRow) -> str:
        by_hold = one.kind == "redemption" and one.sale_id is None
        said = tr("Taken off without a sale") if by_hold else movement(one.kind)
        who = f"{one.staff_name} / {one.approver_name}" if one.approver_name else one.staff_name
        # Who did it comes last: what has no room is cut at the end, and a pointer over the row tells it whole.
        return " · ".join(part for part in (said, one.sale_number or one.reason, who) if part)

    return [
        Column(tr("When"), lambda one: formats.moment(one.at), width=146),
        Column(tr("What"), what),
        Column(
            tr("Amount"),
            amount,
            width=66,
            number=True,
            tone=lambda one: "" if (one.amount_minor or 0) >= 0 else "danger",
        ),
        Column(tr("Balance"), after, width=66, number=True),
    ]


class CardPanel(Card):
    def __init__(self, formats: Formats) -> None:
        super().__init__("card", margin=0, spacing=0)
        self.setFixedWidth(PANEL_WIDTH)
        self._formats = formats
        self.number = ElidedWords(size=TYPE_TITLE, strong=True)
        self.status = Words(strong=True)
        self.badge = Words(strong=True, tone="danger")
        self.balance = Words(size=TYPE_LARGE, strong=True)
        self.facts: dict[str, Words] = {}
        self.customer = Button("", kind="link")
        self.reload = Button(tr("Reload…"), icon="plus")
        self.switch = Button(tr("Deactivate…"))
        self.more = Button(tr("More"), icon="ellipsis")
        self.rows: RowsModel[HistoryRow] = RowsModel(history_columns(formats, formats.currency))
        self.history = Table(self.rows, tr("History of this card"), framed=False)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._lay_out())
        self._pages.addWidget(
            EmptyState(
                "credit-card", tr("No card is marked"), tr("Mark one on the left to see its balance and history.")
            )
        )
        self.box.addWidget(self._pages)

    def _lay_out(self) -> QWidget:
        inside = QWidget()
        box = QVBoxLayout(inside)
        box.setContentsMargins(0, SPACE_M, 0, SPACE_XS)
        box.setSpacing(SPACE_S)
        head = QVBoxLayout()
        head.setContentsMargins(SPACE_L, 0, SPACE_L, SPACE_S)
        head.setSpacing(SPACE_XS)
        head.addWidget(self.number)
        head.addLayout(row(self.status, self.badge, None))
        head.addWidget(self.balance)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_L)
        grid.setVerticalSpacing(SPACE_XS)
        names = [
            ("original", tr("Original")),
            ("available", tr("Can be spent")),
            ("issued", tr("Issued")),
            ("expires", tr("Expires")),
        ]
        for place, (code, words) in enumerate(names):
            self.facts[code] = Words()
            grid.addWidget(Words(words, tone="muted"), place // 2, place % 2 * 2)
            grid.addWidget(self.facts[code], place // 2, place % 2 * 2 + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        head.addLayout(grid)
        self.owner = Words(tone="muted")
        head.addLayout(row(self.owner, self.customer, None, spacing=SPACE_XS))
        self.note = ElidedWords(tone="muted")
        head.addWidget(self.note)
        head.addSpacing(SPACE_XS)
        head.addLayout(row(self.reload, self.switch, self.more, None))
        box.addLayout(head)
        box.addWidget(self.history, 1)
        self.rest = Words(tr("These are the latest. More › Statement… has all of them."), tone="muted")
        self.rest.setContentsMargins(SPACE_L, 0, SPACE_L, SPACE_XS)
        self.rest.hide()
        box.addWidget(self.rest)
        return inside

    def show_card(self, card: GiftCard | None, *, may_reload: bool, may_switch: bool) -> None:
        self._pages.setCurrentIndex(1 if card is None else 0)
        if card is None:
            return
        formats = self._formats
        self.number.setText(name_of(card))
        self.status.setText(status_of(card))
        self.status.set_tone(tone_of(card) if not card.deactivated else "")
        self.badge.setText(badge_of(card))
        self.badge.setVisible(bool(badge_of(card)))
        self.balance.setText(formats.money(card.balance))
        self.facts["original"].setText(formats.money(card.original))
        # Deactivated, no till takes any of it, whatever it holds.
        spendable = Money.zero(card.available.currency) if card.deactivated else card.available
        self.facts["available"].setText(formats.money(spendable))
        self.facts["issued"].setText(formats.date(formats.local(card.issued_at).date()))
        self.facts["expires"].setText(formats.date(card.expires_on) if card.expires_on else tr("never"))
        self._show_owner(card)
        self.note.setText(" · ".join(part for part in (card.series, card.note) if part))
        self.note.setVisible(bool(card.series or card.note))
        self.reload.setVisible(may_reload and card.state is State.ACTIVE)
        self.switch.setVisible(may_switch and card.state in (State.ACTIVE, State.INACTIVE))
        self.switch.set_words(tr("Activate…") if card.state is State.INACTIVE else tr("Deactivate…"))

    def _show_owner(self, card: GiftCard) -> None:
        alone = card.owner_only and card.kind is not ValueKind.STORE_CREDIT
        words = tr("For this customer only:") if alone else tr("Customer:")
        nobody = tr("Not tied to a customer") if card.customer_id is None else tr("Its customer was erased")
        self.owner.setText(words if card.customer_name else nobody)
        self.customer.set_words(card.customer_name)
        self.customer.setVisible(bool(card.customer_name))
        self.customer.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_history(self, rows: Sequence[HistoryRow], complete: bool = True) -> None:
        self.rows.show_rows(rows)
        self.rest.setVisible(not complete)
        self._fit_columns()

    def go_to_history(self) -> None:
        """The keyboard, with a row to walk on from."""
        self.history.setFocus()
        if self.rows.rowCount() and not self.history.currentIndex().isValid():
            self.history.selectRow(0)

    def _fit_columns(self) -> None:
        """Times and amounts as wide as they are; what happened gets the rest."""
        heads, cells = self.history.horizontalHeader().fontMetrics(), self.history.fontMetrics()
        for place, column in enumerate(self.rows.columns):
            if column.width:
                texts = {column.text(one) for one in self.rows.rows()}
                widest = max((cells.horizontalAdvance(text) for text in texts), default=0)
                wanted = max(heads.horizontalAdvance(column.title), widest) + _PADDING
                self.history.setColumnWidth(place, wanted if texts else column.width)
