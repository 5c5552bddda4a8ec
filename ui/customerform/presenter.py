"""What happens on the Customer Form: it reads who is shown, and edits, tags and erases them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.customers.choices import CustomerChoices
from app.customers.history import CustomerHistoryService
from app.customers.model import Customer, CustomerDraft, CustomerEdited, Group
from app.customers.service import CustomerService
from app.errors import InvalidInput
from app.permissions import Permission
from app.staff.model import Actor
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs
from ui.shared.reading import Newest


@dataclass(frozen=True, slots=True)
class Shown:
    """Who the form shows: the customer, the points they have, their picture (PNG) if there is one."""

    customer: Customer
    points: int
    photo: bytes | None = None


class CustomerFormPresenter(QObject):
    shown = Signal(object)  # Shown
    refused = Signal(str)  # a sentence; nobody is shown
    edit_ready = Signal(object, object, object)  # Customer, tuples of price groups and of groups
    saved = Signal(object)  # Customer
    edit_refused = Signal(str, str)  # a sentence, the field it is about ("" for none)
    edit_overtaken = Signal(str, object)  # a sentence, the Customer as somebody else left them
    erased = Signal()

    def __init__(
        self,
        customers: CustomerService,
        history: CustomerHistoryService,
        choices: CustomerChoices,
        reads: Jobs,
        writes: Jobs,
        actor: Actor,
    ) -> None:
        super().__init__()
        self._customers, self._history, self._choices = customers, history, choices
        self._writes, self._actor = writes, actor
        self._form, self._edit = Newest(reads, self), Newest(reads, self)
        for reading in (self._form, self._edit):
            reading.failed.connect(self._on_failed)

    @property
    def may_edit(self) -> bool:
        return self._actor.may(Permission.CUSTOMER_EDIT)

    @property
    def may_erase(self) -> bool:
        return self._actor.may(Permission.CUSTOMER_ERASE)

    @property
    def may_sell(self) -> bool:
        return self._actor.may(Permission.SALE_SELL)

    def open(self, customer_id: int) -> None:
        self._edit.drop()  # a form that was asked for shows the customer before

        def work() -> Shown:
            customer = self._customers.customer(customer_id, by=self._actor)
            points = self._history.points(customer_id, by=self._actor)
            return Shown(customer, points, self._customers.photo(customer_id, by=self._actor))

        self._form.ask(work, self.shown.emit)

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(sentence(error))

    def begin_edit(self, customer_id: int) -> None:
        """Read the customer afresh, so that an edit never writes back what somebody else changed meanwhile."""

        def work() -> tuple[Customer, tuple[Group, ...], tuple[Group, ...]]:
            by = self._actor
            customer = self._customers.customer(customer_id, by=by)
            return customer, self._choices.price_groups(by=by), self._customers.groups(by=by)

        self._edit.ask(work, self._on_edit_ready)

    def _on_edit_ready(self, answer: tuple[Customer, tuple[Group, ...], tuple[Group, ...]]) -> None:
        self.edit_ready.emit(*answer)

    def save(self, before: Customer, draft: CustomerDraft, tags: dict[str, str], groups: frozenset[int]) -> None:
        """Save the whole form, or nothing of it where somebody else changed the customer since it was opened."""

        def work() -> Customer:
            return self._customers.edit(
                before.id,
                draft,
                tags=tags,
                groups=groups,
                seen=before.updated_at,
                source="customer form",
                by=self._actor,
            )

        def failed(error: Exception) -> None:
            if isinstance(error, CustomerEdited):
                self._edit.ask(
                    lambda: self._customers.customer(before.id, by=self._actor),
                    lambda now: self.edit_overtaken.emit(sentence(error), now),
                )
            else:
                self._on_edit_refused(error)

        self._writes.start(work, self._on_saved, failed, owner=self)

    def _on_saved(self, customer: Customer) -> None:
        self.saved.emit(customer)

    def _on_edit_refused(self, error: Exception) -> None:
        self.edit_refused.emit(sentence(error), error.field if isinstance(error, InvalidInput) else "")

    def erase(self, customer_id: int) -> None:
        self._writes.start(lambda: self._customers.erase(customer_id, by=self._actor), self._on_erased, self._on_failed)

    def _on_erased(self, _nothing: object) -> None:
        self.erased.emit()
