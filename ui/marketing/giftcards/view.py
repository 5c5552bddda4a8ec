"""Gift Cards: the list on the left, on the right the card that is marked, with all that ever happened to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QMenu

from app.clock import Clock
from app.codes import mask
from app.giftcards.desk import CardHistory, HistoryRow, OpenHold
from app.giftcards.model import CardSort, State, ValueKind
from app.giftcards.service import Card as GiftCard
from app.giftcards.service import IssuedCard
from app.money import Money
from app.permissions import Permission
from hardware.protocols import Document
from ui.marketing.dropped import tell_dropped
from ui.marketing.giftcards.card_panel import HISTORY_BALANCE, PANEL_NARROW, PANEL_WIDTH, CardPanel
from ui.marketing.giftcards.dialogs import (
    AssignDialog,
    ExtendDialog,
    FormDialog,
    IssuedDialog,
    IssueDialog,
    PinDialog,
    ReasonDialog,
    ReloadDialog,
)
from ui.marketing.giftcards.holds import HoldsDialog
from ui.marketing.giftcards.page import CardsOf
from ui.marketing.giftcards.presenter import GiftCardsPresenter
from ui.marketing.giftcards.words import movement, name_of, number_of, status_with_badge, tone_of, tr
from ui.paper.view import PaperDialog
from ui.shared.desk import NARROW, Desk, ListPane
from ui.shared.format import Formats
from ui.shared.jobs import Jobs
from ui.shared.tables import Column, RowsModel
from ui.shared.widgets import Button, EmptyState, Words
from ui.shell.registry import Action

_STATUS, _EXPIRES = 3, 4  # columns of the list
_STATUS_WIDTH, _STATUS_NARROW = 208, 132  # pixels; the longest is "Fully Redeemed · deactivated"
_ROOMY = 1400  # page width from which status and expiry stand side by side


def filters() -> list[tuple[str, str]]:
    return [
        ("", tr("All")),
        ("active", tr("Active")),
        ("soon", tr("Expires soon")),
        ("expired", tr("Expired")),
        ("fully_redeemed", tr("Fully Redeemed")),
        ("deactivated", tr("Deactivated")),
        ("unsold", tr("Not sold")),
    ]


def kinds() -> list[tuple[str, tuple[str, ...]]]:
    return [
        (tr("Cards, vouchers and credit"), ()),
        (tr("Gift cards"), (ValueKind.GIFT_CARD.value,)),
        (tr("Vouchers"), (ValueKind.VOUCHER.value,)),
        (tr("Store credit"), (ValueKind.STORE_CREDIT.value,)),
    ]


def card_columns(formats: Formats) -> list[Column[GiftCard]]:
    return [
        Column(tr("Card"), name_of, width=178, sort=CardSort.CARD),
        Column(tr("Customer"), lambda one: one.customer_name, sort=CardSort.HOLDER),
        Column(tr("Balance"), lambda one: formats.money(one.balance), width=110, number=True, sort=CardSort.BALANCE),
        Column(tr("Status"), status_with_badge, width=_STATUS_WIDTH, sort=CardSort.STATUS, tone=tone_of),
        Column(
            tr("Expires"),
            lambda one: formats.date(one.expires_on) if one.expires_on else "",
            width=114,
            sort=CardSort.EXPIRES,
        ),
    ]


class GiftCardsView(Desk):
    customer_wanted = Signal(int)  # customer id
    invoice_wanted = Signal(int)  # sale id

    def __init__(
        self,
        presenter: GiftCardsPresenter,
        formats: Formats,
        notify: Callable[..., None],
        jobs: Jobs,
        clock: Clock,
    ) -> None:
        super().__init__()
        self._presenter, self._formats, self._notify, self._jobs = presenter, formats, notify, jobs
        self._clock = clock
        self.print_document: Callable[[Document], None] | None = None  # the till's printer, where there is one
        presenter.setParent(self)
        self._card: GiftCard | None = None
        self._wanted_id = 0
        self._said = ""  # what to tell when the change in hand is done
        self.kind = QComboBox()
        self.kind.setAccessibleName(tr("Kind"))
        for words, _codes in kinds():
            self.kind.addItem(words)
        self.of_customer = Button("", self._clear_customer, kind="chip", icon="x")
        self.of_customer.hide()
        self.issue = Button(tr("Issue…"), self.open_issue, kind="primary", icon="plus")
        self.list: RowsModel[GiftCard] = RowsModel(card_columns(formats))
        self.panel = CardPanel(formats)
        self.owed = Words(tone="muted")
        may_issue = presenter.may(Permission.GIFTCARD_ISSUE)
        self.pane = ListPane(
            self.list,
            tr("Gift Cards"),
            hint=tr("Scan or type a number, its last four, or the holder's name"),
            chips=filters(),
            nothing=EmptyState(
                "gift",
                tr("No gift cards yet"),
                tr(
                    "Sell one at the till, or issue one here. "
                    "Cards, vouchers and store credit are listed with their past."
                ),
                tr("Issue…") if may_issue else "",
            ),
            no_match=EmptyState("search", tr("No card fits"), tr("Change the search or choose another status.")),
        )
        self.search, self.table, self.chips = self.pane.search, self.pane.table, self.pane.chips
        self.search.setAccessibleName(tr("Search cards"))
        if not may_issue:
            self.issue.hide()
        self._lay_out()
        self._connect()
        self._show_card(None)

    def _lay_out(self) -> None:
        self.pane.top.addWidget(self.kind)
        self.pane.top.addWidget(self.issue)
        self.pane.narrowing.addWidget(self.of_customer)
        self.pane.narrowing.addStretch(1)
        self.pane.foot.addWidget(self.owed)
        self.lay_out(self.pane, self.panel)
        walk = [self.search, self.kind, self.issue, *self.chips.values(), self.of_customer, self.table]
        for before, after in pairwise(walk):  # as the eye goes: these two were made after the list
            self.setTabOrder(before, after)

    def _connect(self) -> None:
        presenter = self._presenter
        self.pane.search_wanted.connect(lambda text: presenter.show(text=text))
        self.pane.filter_wanted.connect(self._on_filter)
        self.kind.currentIndexChanged.connect(lambda at: presenter.show(kinds=kinds()[at][1]))
        self.list.more_wanted.connect(lambda _last: presenter.fetch())
        self.table.sort_wanted.connect(presenter.sort_by)
        self.pane.chosen.connect(self._on_chosen)
        self.table.opened.connect(lambda _card: self.panel.go_to_history())
        self.pane.nothing.acted.connect(self.open_issue)
        self.panel.reload.clicked.connect(self.open_reload)
        self.panel.switch.clicked.connect(self.open_switch)
        self.panel.customer.clicked.connect(self._on_customer)
        self.panel.more.clicked.connect(self._open_menu)
        self.panel.history.opened.connect(self._on_history_row)
        presenter.listed.connect(self._on_listed)
        presenter.added.connect(self.list.show_more)
        presenter.holds_read.connect(self._on_holds)
        presenter.history_shown.connect(self._on_history)
        presenter.changed.connect(self._on_changed)
        presenter.issued.connect(self._on_issued)
        presenter.paper_ready.connect(self._on_paper)
        presenter.statement_ready.connect(self._on_statement)
        presenter.pin_made.connect(self._on_pin)
        presenter.found.connect(self._on_found)
        presenter.owed.connect(self._on_owed)
        presenter.refused.connect(self.say)
        presenter.form_refused.connect(self._on_form_refused)

    def fit(self, width: int) -> None:
        """The panel and two filters give way; status gives way to the expiry where all are active and expire soon."""
        narrow = width < NARROW
        self.panel.setFixedWidth(PANEL_NARROW if narrow else PANEL_WIDTH)
        soon = self.pane.state == "soon"
        self.table.setColumnHidden(_STATUS, soon)
        self.table.setColumnHidden(_EXPIRES, not soon and width < _ROOMY)
        self.table.setColumnWidth(_STATUS, _STATUS_NARROW if narrow else _STATUS_WIDTH)
        self.panel.history.setColumnHidden(HISTORY_BALANCE, narrow)
        for code in ("soon", "unsold"):
            self.chips[code].setVisible(not narrow or self.chips[code].isChecked())

    # --- the frame's calls ---------------------------------------------------------------------------------

    def page_shown(self, argument: object) -> None:
        """`argument`: a card's id, CardsOf a customer, or None."""
        self.banner.hide()
        self._presenter.count_owed()
        if isinstance(argument, CardsOf):
            self.of_customer.set_words(_whose(argument.name))
            self.of_customer.show()
            self._presenter.only_customer(argument.customer_id)
            return
        if isinstance(argument, int):
            self._wanted_id = argument
        if reopen := self._wanted_id or (self._card.id if self._card is not None else 0):
            self._presenter.show_history(reopen)
        self._presenter.show()

    def focus_home(self) -> None:
        self.search.setFocus()

    def palette_actions(self) -> Sequence[Action]:
        found = []
        if self._presenter.may(Permission.GIFTCARD_ISSUE):
            found.append(Action("giftcards.issue", tr("Issue a card or voucher"), self.open_issue, icon="gift"))
        found.append(Action("giftcards.find", tr("Find a gift card"), self.focus_home, icon="search"))
        return found

    def on_code(self, text: str) -> None:
        """A scan finds the card; where one is being issued, it is the number of the printed card. Any other dialog
        says that it has no use for one."""
        if isinstance(self.dialog, IssueDialog):
            self.dialog.number.setText(text)
        elif self.dialog is None:
            self.pane.look_for(text, shown=mask(text[-4:]))
        else:
            tell_dropped(self.dialog, text)

    # --- answers -------------------------------------------------------------------------------------------

    def _on_listed(self, cards: Sequence[GiftCard], complete: bool) -> None:
        narrowed = self.kind.currentIndex() > 0 or not self.of_customer.isHidden()
        if not self.of_customer.isHidden() and cards:
            self.of_customer.set_words(_whose(cards[0].customer_name))
        marked = self.pane.show_rows(
            cards,
            complete,
            wanted=self._wanted_id or (self._card.id if self._card is not None else 0),
            or_first=not self._wanted_id,
            narrowed=narrowed,
        )
        self.panel.setVisible(bool(cards) or self._card is not None or narrowed or self.pane.narrowed)
        if marked is not None or (not cards and not self._wanted_id):
            self._show_card(marked)
        self._wanted_id = 0

    def _on_owed(self, minor: int) -> None:
        owed = self._formats.money(Money(minor, self._formats.currency))
        self.owed.setText(tr("The shop owes holders {0} in all.").format(owed))

    def _on_chosen(self, card: GiftCard) -> None:
        self._show_card(card)
        self._presenter.show_history(card.id)

    def _show_card(self, card: GiftCard | None) -> None:
        changed = card is None or self._card is None or card.id != self._card.id
        self._card = card
        may_switch = self._presenter.may(Permission.GIFTCARD_DEACTIVATE)
        self.panel.show_card(card, may_reload=self._presenter.may(Permission.GIFTCARD_ISSUE), may_switch=may_switch)
        if changed:
            self.panel.show_history(())

    def _on_history(self, history: CardHistory) -> None:
        if self._card is None or history.card.id in (self._card.id, self._wanted_id):
            self._show_card(history.card)
            self.panel.show_history(history.rows, history.complete)

    def _on_history_row(self, row: HistoryRow) -> None:
        if row.sale_id is not None:
            self.invoice_wanted.emit(row.sale_id)

    def _on_changed(self, card: GiftCard) -> None:
        self.close_dialog()
        self._wanted_id = card.id
        self._notify(self._said or tr("Saved"))

    def _on_issued(self, issued: IssuedCard) -> None:
        self.close_dialog()
        self._wanted_id = issued.card.id
        if self.search.text():
            self.pane.look_for("")  # what was searched before would keep the new card out of the list
        dialog = IssuedDialog(issued, self._formats, self)
        dialog.print_wanted.connect(lambda: self._presenter.make_paper(issued.card))
        self._open(dialog)

    def _on_paper(self, document: Document) -> None:
        from app.paper.pdf import A6_VOUCHER

        printer = self.print_document
        on_print = None if printer is None else partial(printer, document)
        self._open(PaperDialog(document, self._jobs, self, on_print=on_print, page=A6_VOUCHER))
        if self._card is not None:
            self._presenter.show_history(self._card.id)

    def _on_found(self, rows: object) -> None:
        if isinstance(self.dialog, AssignDialog | IssueDialog):
            self.dialog.customer.show_found(rows)  # type: ignore[arg-type]  # the presenter's CustomerRow

    def _on_form_refused(self, sentence: str, field: str) -> None:
        if isinstance(self.dialog, FormDialog):
            self.dialog.refuse(sentence, field)
            if isinstance(self.dialog, HoldsDialog) and self._card is not None:
                self._presenter.read_holds(self._card)  # somebody else may have taken it meanwhile
        else:
            self.banner.tell(sentence)

    def _on_filter(self, code: str) -> None:
        self.fit(self.width())
        self._presenter.show(shown=code)

    def _clear_customer(self) -> None:
        self.of_customer.hide()
        self._presenter.only_customer(None)

    def _on_customer(self) -> None:
        if self._card is not None and self._card.customer_id is not None:
            self.customer_wanted.emit(self._card.customer_id)

    # --- what can be done ----------------------------------------------------------------------------------

    def _today(self) -> date:
        return self._formats.local(self._clock.now()).date()

    def open_issue(self) -> None:
        dialog = IssueDialog(self._formats, self._today(), self)
        dialog.customer.search_wanted.connect(self._presenter.search_customers)
        dialog.issue_wanted.connect(self._presenter.issue)
        dialog.credit_wanted.connect(self._presenter.give_credit)
        self._said = tr("The store credit is given")
        self._open(dialog)

    def open_reload(self) -> None:
        if (card := self._card) is not None:
            dialog = ReloadDialog(card, self._formats, self)
            self._said = tr("{0} is reloaded").format(number_of(card))
            dialog.reload_wanted.connect(lambda amount, reason: self._presenter.reload(card, amount, reason))
            self._open(dialog)

    def open_switch(self) -> None:
        if (card := self._card) is None:
            return
        number = number_of(card)
        if card.state is State.INACTIVE:
            dialog = ReasonDialog(
                tr("Activate {0}?").format(number),
                tr("It can be paid with again. It holds {0}.").format(self._formats.money(card.balance)),
                tr("Activate"),
                self,
            )
            self._said = tr("{0} is active again").format(number)
            dialog.confirmed.connect(lambda reason: self._presenter.activate(card, reason))
        else:
            dialog = ReasonDialog(
                tr("Deactivate {0}?").format(number),
                tr("No till takes it until it is activated again. Its {0} stay owed to the holder.").format(
                    self._formats.money(card.balance)
                ),
                tr("Deactivate"),
                self,
                danger=True,
            )
            self._said = tr("{0} is deactivated").format(number)
            dialog.confirmed.connect(lambda reason: self._presenter.deactivate(card, reason))
        self._open(dialog)

    def open_assign(self) -> None:
        if (card := self._card) is not None:
            dialog = AssignDialog(card, self._formats, self)
            dialog.customer.search_wanted.connect(self._presenter.search_customers)
            self._said = tr("{0} is assigned").format(number_of(card))
            dialog.assign_wanted.connect(lambda who, only: self._presenter.assign(card, who, only))
            self._open(dialog)

    def open_extend(self) -> None:
        if (card := self._card) is not None:
            dialog = ExtendDialog(card, self._formats, self._today(), self)
            self._said = tr("The expiry of {0} is changed").format(number_of(card))
            dialog.extend_wanted.connect(lambda day, reason: self._presenter.extend(card, day, reason))
            self._open(dialog)

    def open_holds(self) -> None:
        if (card := self._card) is not None:
            dialog = HoldsDialog(card, self._formats, self)
            number, money = number_of(card), self._formats.money
            dialog.hold_wanted.connect(lambda amount: self._on_hold(card, amount))
            dialog.take_wanted.connect(
                lambda hold_id, amount: self._then_say(
                    tr("{0} of {1} are taken").format(money(amount), number), self._presenter.take_hold, hold_id, amount
                )
            )
            dialog.free_wanted.connect(
                lambda hold_id: self._then_say(
                    tr("What was set aside on {0} is free again").format(number), self._presenter.free_hold, hold_id
                )
            )
            self._open(dialog)
            self._presenter.read_holds(card)

    def _on_hold(self, card: GiftCard, amount: Money) -> None:
        said = tr("{0} of {1} are set aside").format(self._formats.money(amount), number_of(card))
        self._then_say(said, self._presenter.hold, card, amount)

    def _then_say(self, words: str, act: Callable[..., None], *arguments: object) -> None:
        self._said = words
        act(*arguments)

    def _on_holds(self, holds: Sequence[OpenHold], available: Money) -> None:
        if isinstance(self.dialog, HoldsDialog):
            self.dialog.show_holds(holds, available)

    def open_new_pin(self) -> None:
        if (card := self._card) is not None:
            dialog = ReasonDialog(
                tr("Give {0} a new PIN?").format(number_of(card)),
                tr("The PIN it has stops working. The new one is shown once, for the holder to write down."),
                tr("Make the PIN"),
                self,
            )
            dialog.confirmed.connect(lambda reason: self._presenter.new_pin(card, reason))
            self._open(dialog)

    def _on_pin(self, card: GiftCard, pin: str) -> None:
        self.close_dialog()
        self._open(PinDialog(card, pin, self))

    def open_delete(self) -> None:
        if (card := self._card) is not None:
            dialog = ReasonDialog(
                tr("Delete {0}?").format(number_of(card)),
                tr("It can never be used again, and {0} on it are lost to the holder. Its history stays.").format(
                    self._formats.money(card.balance)
                ),
                tr("Delete"),
                self,
                danger=True,
            )
            self._said = tr("{0} is deleted").format(number_of(card))
            dialog.confirmed.connect(lambda reason: self._presenter.delete(card, reason))
            self._open(dialog)

    def print_card(self) -> None:
        if self._card is not None:
            self._presenter.make_paper(self._card)

    def open_statement(self) -> None:
        if self._card is not None:
            self._presenter.make_statement(self._card, movement)

    def _on_statement(self, document: Document) -> None:
        printer = self.print_document
        on_print = None if printer is None else partial(printer, document)
        self._open(PaperDialog(document, self._jobs, self, on_print=on_print))

    def menu(self) -> QMenu:
        """What else can be done to the card that is marked."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        card = self._card
        if card is None:
            return menu
        owned = card.kind is not ValueKind.STORE_CREDIT and card.state in (State.ACTIVE, State.INACTIVE)
        if owned and self._presenter.may(Permission.GIFTCARD_ISSUE):
            menu.addAction(tr("Assign to a customer…"), self.open_assign)
        if owned and self._presenter.may(Permission.GIFTCARD_DEACTIVATE):
            menu.addAction(tr("Change the expiry…"), self.open_extend)
        may_print = self._presenter.may(Permission.GIFTCARD_REPRINT)
        may_print = may_print or (not card.print_count and self._presenter.may(Permission.GIFTCARD_ISSUE))
        if owned and may_print:
            menu.addAction(tr("Print or save as PDF…"), self.print_card)
        if owned and card.has_pin and self._presenter.may(Permission.GIFTCARD_REPRINT):
            menu.addAction(tr("New PIN…"), self.open_new_pin)
        if card.state is State.ACTIVE and self._presenter.may(Permission.SALE_SELL):
            menu.addAction(tr("Set money aside…"), self.open_holds)
        menu.addAction(tr("Statement…"), self.open_statement)
        deletable = card.state in (State.ISSUED, State.ACTIVE, State.INACTIVE)
        if deletable and self._presenter.may(Permission.GIFTCARD_DEACTIVATE):
            menu.addSeparator()
            menu.addAction(tr("Delete…"), self.open_delete)
        return menu

    def _open_menu(self) -> None:
        self.menu().popup(self.panel.more.mapToGlobal(self.panel.more.rect().bottomLeft()))

    def _open(self, dialog: FormDialog | IssuedDialog | PinDialog | PaperDialog) -> None:
        self._presenter.begin()
        self.open_dialog(dialog)


def _whose(name: str) -> str:
    return tr("Cards of {0}").format(name[:40]) if name else tr("Cards of this customer")
