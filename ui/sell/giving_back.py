"""What both kinds of return show: why, which lines, which way the money goes, and all that it will do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.checkout.returns import PreviewTender
from app.money import Money
from ui.sell.ask import ReasonChips
from ui.sell.ports import CardShown
from ui.sell.side import SidePanel, clear
from ui.sell.way_picker import WayPicker
from ui.shared.format import Formats
from ui.shared.tokens import SPACE_XS, TYPE_TITLE
from ui.shared.widgets import Button, Picture, Words, row

Effect = tuple[str, str]  # what it says, and in which tone
_PAUSE_MS = 120  # after the last change, before the preview is worked out


def effect(text: str, tone: str) -> QWidget:
    """One effect; what the cashier should see before confirming has a sign of its own."""
    words = Words(text, tone=tone, wrap=True)
    if not tone:
        return words
    holder = QWidget()
    line = row(Picture("triangle-alert", tone, 16), words)
    line.setStretch(1, 1)
    holder.setLayout(line)
    return holder


def way_line(one: PreviewTender, formats: Formats) -> Effect:
    """ "12.00 → store credit", and no tone."""
    tr = QCoreApplication.translate
    ways = {
        "cash": tr("ReturnPanel", "cash"),
        "card": tr("ReturnPanel", "card"),
        "gift_card": tr("ReturnPanel", "gift card"),
        "voucher": tr("ReturnPanel", "voucher") if one.account_id else tr("ReturnPanel", "a new voucher, printed"),
        "store_credit": tr("ReturnPanel", "store credit"),
        "points": tr("ReturnPanel", "points"),
    }
    kind = one.kind.value
    return f"{formats.money(one.amount)} → {ways.get(kind, kind)} {one.shown}".strip(), ""


class GivingBackPanel(SidePanel):
    """Begun by `lay_out` below what is particular to the panel; `refund` does it once there is a preview."""

    card_wanted = Signal(str)  # the number of a gift card that the money goes to

    def __init__(self, title: str, formats: Formats) -> None:
        super().__init__(title)
        self._formats = formats
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._on_pause)

    def lay_out(self, reasons: Sequence[str], refund: str) -> None:
        self.reasons = ReasonChips(reasons, self.tr("Another reason"))
        self.body.addLayout(self.reasons)  # above the lines: what appears below them moves nothing to be pressed
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        holder = QWidget()
        holder.setProperty("panel", "none")
        holder.setLayout(self._lines)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(holder)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(scroll, 1)
        self.way = WayPicker()
        self.way.changed.connect(self._ask)
        self.way.card_wanted.connect(self.card_wanted)
        self.body.addWidget(self.way)
        self._effects = QVBoxLayout()
        self._effects.setSpacing(SPACE_XS)
        self.body.addLayout(self._effects)
        self.refund = Button(refund, self._on_refund, kind="primary", icon="undo-2")

    def show_card(self, card: CardShown) -> None:
        if card.can_reload:
            self.tell("")
            self.way.show_card(card)
        else:
            self.tell(card.said or self.tr("Nothing can be put on this card."))

    def refuse(self, sentence: str) -> None:
        self._unlock()
        self.tell(sentence)

    def show_effects(self, refund: Money, lines: Sequence[Effect]) -> None:
        clear(self._effects)
        head = self.tr("Back to the customer: {0}").format(self._formats.money(refund))
        self._effects.addWidget(Words(head, size=TYPE_TITLE - 2, strong=True))
        for text, tone in lines:
            self._effects.addWidget(effect(text, tone))

    def points_lines(self, taken: int, owed: int) -> list[Effect]:
        lines = []
        if taken:
            one, many = self.tr("1 point is taken back"), self.tr("{0} points are taken back")
            lines.append(((one if taken == 1 else many).format(taken), ""))
        if owed:
            one = self.tr("1 of them is spent already and stays owed")
            many = self.tr("{0} of them are spent already and stay owed")
            lines.append(((one if owed == 1 else many).format(owed), "warning"))
        return lines

    def ask_why(self) -> None:
        """The reasons stand above the lines, so Tab has not come past them on its way down."""
        self.tell(self.tr("Choose why it comes back; it is kept with the return."))
        self.reasons.focus_first()

    def _ask(self) -> None:
        self._forget_preview()
        self._pause.start()

    def _on_pause(self) -> None:
        """Ask for the preview of what is wanted now."""
        raise NotImplementedError

    def _forget_preview(self) -> None:
        """What was previewed is no longer what is wanted."""
        raise NotImplementedError

    def _on_refund(self) -> None:
        raise NotImplementedError

    def _unlock(self) -> None:
        """The button back, where there is something to give back."""
        raise NotImplementedError
