"""What happens on Gift Cards: the list, one card's history, and each thing that can be done to a card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from app.customers.service import CustomerService
from app.errors import InvalidInput
from app.giftcards.desk import AccountFilter, CardHistory, GiftCardDesk, OpenHold
from app.giftcards.drafts import BY_POLICY, ByPolicy
from app.giftcards.model import CardSort, HoldClosed, ValueKind, VoucherType
from app.giftcards.papers import card_document
from app.giftcards.service import Card, GiftCardService, IssuedCard
from app.giftcards.statements import CardStatements
from app.ids import new_request_id
from app.money import Money
from app.paging import Cursor, Page
from app.permissions import Permission
from app.shop.service import ShopService
from app.staff.model import Actor
from hardware.protocols import Document
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs
from ui.shared.reading import Newest, Pager, TypedSearch

T = TypeVar("T")
MOST_HITS = 30
PAGE = 100
SOON = timedelta(days=60)  # A17: cards whose holders are worth a reminder


@dataclass(frozen=True, slots=True)
class IssueForm:
    """What the Issue dialog holds. `number` empty: a made code. `expires_on` BY_POLICY: as the shop's setting says."""

    amount: Money
    reason: str
    number: str = ""
    voucher_type: VoucherType | None = None
    customer_id: int | None = None
    owner_only: bool = False
    expires_on: date | ByPolicy | None = BY_POLICY
    note: str = ""


class GiftCardsPresenter(QObject):
    listed = Signal(object, bool)  # cards, whether these are all
    added = Signal(object, bool)  # cards that follow, whether these were the last
    history_shown = Signal(object)  # CardHistory
    changed = Signal(object)  # Card, after anything was done to it
    issued = Signal(object)  # IssuedCard
    pin_made = Signal(object, str)  # Card, its new PIN in clear
    paper_ready = Signal(object)  # Document
    statement_ready = Signal(object)  # Document
    holds_read = Signal(object, object)  # tuple[OpenHold, ...], Money that can be spent beside them
    found = Signal(object)  # customers
    owed = Signal(object)  # minor units that the shop owes all holders
    refused = Signal(str)  # a sentence
    form_refused = Signal(str, str)  # a sentence, the field

    def __init__(
        self,
        cards: GiftCardService,
        desk: GiftCardDesk,
        customers: CustomerService,
        shop: ShopService,
        statements: CardStatements,
        reads: Jobs,
        writes: Jobs,
        actor: Actor,
        today: Callable[[], date],
    ) -> None:
        super().__init__()
        self._today = today
        self._cards, self._desk, self._customers, self._shop = cards, desk, customers, shop
        self._statements = statements
        self._reads, self._writes, self._actor = reads, writes, actor
        self._filter = AccountFilter()
        self._text = ""
        self._sort, self._descending = CardSort.ISSUED, True
        self._list = Pager(reads, self)
        self._list.shown.connect(self.listed)
        self._list.added.connect(self.added)
        self._history = Newest(reads, self)
        self._people = TypedSearch(reads, lambda typed: customers.search(typed, by=actor, limit=MOST_HITS), self)
        self._people.found.connect(lambda _question, rows: self.found.emit(rows))
        self._statement = Newest(reads, self)
        self._held = Newest(reads, self)
        self._held.failed.connect(self._on_form_refused)
        for reading in (self._list, self._history, self._people, self._statement):
            reading.failed.connect(self._on_failed)
        self._request: UUID = new_request_id()

    def may(self, permission: Permission) -> bool:
        return self._actor.may(permission)

    # --- the list ------------------------------------------------------------------------------------------

    def show(self, *, shown: str | None = None, kinds: Sequence[str] | None = None, text: str | None = None) -> None:
        """List anew under a changed filter; what is not named stays as it was."""
        if shown is not None:
            soon = self._today() + SOON if shown == "soon" else None
            self._filter = replace(self._filter, shown="active" if soon else shown, expires_before=soon)
        if kinds is not None:
            self._filter = replace(self._filter, kinds=tuple(kinds))
        if text is not None:
            self._text = text
        self._list_anew()

    def sort_by(self, key: str, descending: bool) -> None:
        self._sort, self._descending = CardSort(key), descending
        self._list_anew()

    def only_customer(self, customer_id: int | None) -> None:
        self._filter = replace(self._filter, customer_id=customer_id)
        self._list_anew()

    def fetch(self) -> None:
        self._list.fetch()

    def count_owed(self) -> None:
        self._reads.start(lambda: self._desk.owed_minor(self._actor), self._on_owed, self._on_failed)

    def _on_owed(self, minor: int) -> None:
        self.owed.emit(minor)

    def _list_anew(self) -> None:
        wanted, text = self._filter, self._text.strip()
        sort, descending = self._sort, self._descending

        def read(after: Cursor | None) -> Page[Card]:
            return self._desk.page(
                self._narrowed(wanted, text), self._actor, sort=sort, descending=descending, after=after, limit=PAGE
            )

        self._list.show(read)

    def _narrowed(self, wanted: AccountFilter, text: str) -> AccountFilter:
        """The filter for what was typed: a whole number, its last four, or a holder's name."""
        if not text:
            return wanted
        found = self._desk.by_number(text, wanted)
        if len(text) >= 2 and self._actor.may(Permission.CUSTOMER_VIEW):
            holders = self._customers.search(text, by=self._actor, limit=MOST_HITS)
            found = replace(found, customer_ids=tuple(row.id for row in holders))
        return found

    def show_history(self, account_id: int) -> None:
        self._history.ask(lambda: self._desk.history(account_id, self._actor), self._on_history)

    def _on_history(self, history: CardHistory) -> None:
        self.history_shown.emit(history)

    # --- what a manager does -------------------------------------------------------------------------------

    def begin(self) -> None:
        """A dialog opens: whatever it sends, however often, is booked once."""
        self._request = new_request_id()

    def issue(self, form: IssueForm) -> None:
        request = self._request

        def work() -> IssuedCard:
            draft = self._cards.draft(
                number=form.number.strip() or None,
                kind=ValueKind.GIFT_CARD if form.voucher_type is None else ValueKind.VOUCHER,
                voucher_type=form.voucher_type,
                expires_on=form.expires_on,
                customer_id=form.customer_id,
                owner_only=form.owner_only,
                note=form.note,
            )
            return self._cards.issue(draft, form.amount, self._actor, reason=form.reason, request_id=request)

        self._change(work, self._on_issued)

    def give_credit(self, customer_id: int, amount: Money, reason: str) -> None:
        """Store credit for a customer, on top of what there is."""
        request = self._request
        self._change(
            lambda: (
                self._cards.give_store_credit(customer_id, amount, self._actor, reason=reason, request_id=request).card
            ),
            self._on_changed,
        )

    def _on_issued(self, issued: IssuedCard) -> None:
        self.issued.emit(issued)
        self.show_history(issued.card.id)
        self._list_anew()
        self.count_owed()

    def reload(self, card: Card, amount: Money, reason: str) -> None:
        request = self._request
        self._change(
            lambda: self._cards.reload(card.id, amount, self._actor, reason=reason, request_id=request).card,
            self._on_changed,
        )

    def deactivate(self, card: Card, reason: str) -> None:
        self._change(lambda: self._desk.deactivate(card.id, self._actor, reason=reason), self._on_changed)

    def activate(self, card: Card, reason: str) -> None:
        self._change(lambda: self._desk.activate(card.id, self._actor, reason=reason), self._on_changed)

    def delete(self, card: Card, reason: str) -> None:
        self._change(lambda: self._desk.delete(card.id, self._actor, reason=reason), self._on_changed)

    def assign(self, card: Card, customer_id: int | None, owner_only: bool) -> None:
        self._change(
            lambda: self._desk.assign(card.id, customer_id, self._actor, owner_only=owner_only), self._on_changed
        )

    def extend(self, card: Card, expires_on: date | None, reason: str) -> None:
        self._change(lambda: self._desk.extend(card.id, expires_on, self._actor, reason=reason), self._on_changed)

    def _on_changed(self, card: Card) -> None:
        self.changed.emit(card)
        self._list_anew()
        self.count_owed()
        self.show_history(card.id)

    def read_holds(self, card: Card) -> None:
        """For the dialog open now. An answer about another card is dropped: it would be taken from that one."""

        def work() -> tuple[tuple[OpenHold, ...], Money]:
            return self._desk.open_holds(card.id, self._actor), self._desk.card(card.id, self._actor).available

        self._held.ask(work, self._on_holds)

    def _on_holds(self, read: tuple[tuple[OpenHold, ...], Money]) -> None:
        self.holds_read.emit(*read)

    def hold(self, card: Card, amount: Money) -> None:
        """Set money of the card aside."""
        request = self._request
        self._change(
            lambda: (
                self._cards.authorise(
                    card.id, amount, self._actor, request_id=request, customer_id=card.customer_id
                ).card
            ),
            self._on_changed,
        )

    def take_hold(self, hold_id: int, amount: Money) -> None:
        """Take of what was set aside; the rest of that hold is free again."""
        request = self._request
        self._change(
            lambda: self._cards.capture(hold_id, amount, self._actor, request_id=request).card, self._on_changed
        )

    def free_hold(self, hold_id: int) -> None:
        """Let anybody spend it again."""

        def work() -> Card:
            done = self._cards.release(hold_id, self._actor)
            if done.replayed:  # somebody else took it or set it free: saying "set free" would be untrue
                raise HoldClosed(done.applied.currency)
            return done.card

        self._change(work, self._on_changed)

    def new_pin(self, card: Card, reason: str) -> None:
        """Another PIN for the card, told once."""
        self._change(lambda: self._desk.new_pin(card.id, self._actor, reason=reason), self._on_pin)

    def _on_pin(self, made: tuple[Card, str]) -> None:
        self.pin_made.emit(*made)
        self.show_history(made[0].id)

    def make_statement(self, card: Card, movement: Callable[[str], str]) -> None:
        """The card's whole ledger as paper; `movement` says in words what each entry is."""
        self._statement.ask(
            lambda: self._statements.statement(card.id, self._actor, movement=movement), self.statement_ready.emit
        )

    def make_paper(self, card: Card) -> None:
        """The card's paper, to look at, print or keep. Needs the right for a second one."""

        def work() -> Document | None:
            now = self._desk.card(card.id, self._actor)  # with its holder, and with what was printed meanwhile
            code = self._desk.code_for_print(card.id, self._actor, of_sale=False)
            return None if code is None else card_document(now, code, self._shop.info())

        self._writes.start(work, self._on_paper, self._on_failed)

    def _on_paper(self, document: Document | None) -> None:
        if document is None:
            self.refused.emit(
                self.tr("The shop's key is not on this computer, so this card cannot be printed. The card works.")
            )
        else:
            self.paper_ready.emit(document)

    # --- finding a customer --------------------------------------------------------------------------------

    def search_customers(self, question: str) -> None:
        """Customers for a dialog."""
        self._people.ask(question)
        if not self._people.question:
            self.found.emit(())

    # --- inside --------------------------------------------------------------------------------------------

    def _change(self, work: Callable[[], T], on_done: Callable[[T], None]) -> None:
        self._writes.start(work, on_done, self._on_form_refused)

    def _on_form_refused(self, error: Exception) -> None:
        self.form_refused.emit(sentence(error), error.field if isinstance(error, InvalidInput) else "")

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(sentence(error))
