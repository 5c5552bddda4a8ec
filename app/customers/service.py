"""What people do with customers: find one, add one, keep one right, see what they brought, erase one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.clock import Clock
from app.customers import model, profile
from app.customers.model import (
    Channel,
    Customer,
    CustomerDraft,
    CustomerEdited,
    CustomerRow,
    CustomerTwin,
    CustomerUnknown,
    Group,
    SortBy,
    Tag,
    TillCustomer,
)
from app.customers.reading import at_till, find_rows, read_customer, read_page
from app.errors import InvalidInput
from app.paging import Cursor, Page
from app.permissions import Permission
from app.staff.model import Actor, require
from db.queries import customer_lists as lists
from db.queries import customers as queries
from db.queries import value_accounts as accounts
from db.uow import Database, UnitOfWork

PAGE_ROWS = 100


class CustomerService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    # --- Finding --------------------------------------------------------------------------------------------------

    def search(self, question: str, *, by: Actor, limit: int = 20) -> tuple[CustomerRow, ...]:
        """Customers by name, phone (any form, or its last digits), e-mail address or number; surest first.

        Raises NotPermitted.
        """
        require(by, Permission.CUSTOMER_VIEW)
        with self._database.read() as uow:
            return find_rows(uow, question, limit)

    def search_at_till(self, question: str, *, by: Actor, limit: int = 20) -> tuple[TillCustomer, ...]:
        """The same hits, with as much of each as choosing the customer of a sale needs. Raises NotPermitted."""
        require(by, Permission.SALE_SELL)
        with self._database.read() as uow:
            rows = find_rows(uow, question, limit)
        return tuple(at_till(row, whole=by.may(Permission.CUSTOMER_VIEW)) for row in rows)

    def by_number(self, number: str, *, by: Actor) -> int | None:
        """The customer whose loyalty card, held out at the till, shows this number. Raises NotPermitted."""
        require(by, Permission.SALE_SELL)
        with self._database.read() as uow:
            return queries.id_by_number(uow.connection, number.strip().upper())

    def page(
        self,
        *,
        by: Actor,
        sort: SortBy = SortBy.NAME,
        descending: bool = False,
        after: Cursor | None = None,
        limit: int = PAGE_ROWS,
    ) -> Page[CustomerRow]:
        """The grid, a page at a time. Those without what is sorted by come last, newest first. Raises NotPermitted."""
        require(by, Permission.CUSTOMER_VIEW)
        with self._database.read() as uow:
            return read_page(uow, sort, descending, after, limit)

    def how_many(self, *, by: Actor) -> int:
        """Raises NotPermitted."""
        require(by, Permission.CUSTOMER_VIEW)
        with self._database.read() as uow:
            return queries.how_many(uow.connection)

    # --- One customer ---------------------------------------------------------------------------------------------

    def customer(self, customer_id: int, *, by: Actor) -> Customer:
        """Raises NotPermitted, CustomerUnknown."""
        require(by, Permission.CUSTOMER_VIEW)
        with self._database.read() as uow:
            return read_customer(uow, customer_id)

    def photo(self, customer_id: int, *, by: Actor) -> bytes | None:
        """Raises NotPermitted."""
        require(by, Permission.CUSTOMER_VIEW)
        with self._database.read() as uow:
            return queries.photo(uow.connection, customer_id)

    # --- Keeping --------------------------------------------------------------------------------------------------

    def create(self, draft: CustomerDraft, *, source: str = "", by: Actor) -> Customer:
        """A new customer. Raises NotPermitted, InvalidInput (with its field), CustomerTwin."""
        require(by, Permission.CUSTOMER_EDIT)
        now = self._clock.now()
        with self._database.write() as uow:
            lists.wait_for_contacts(uow.connection)
            shop = queries.shop(uow.connection)
            values = profile.checked(draft, shop, now)
            _refuse_twin(uow, values, but=None)
            customer_id = queries.next_id(uow.connection)
            number = model.number_of(customer_id)
            values |= profile.consents(draft, None, now) | {
                "id": customer_id,
                "number": number,
                "search_text": model.search_text(values["first_name"], values["last_name"], values["email"], number),
                "consent_source": source[:80],
                "created_at": now,
            }
            queries.add(uow.connection, values)
            queries.record_event(uow.connection, customer_id, "created", "", staff_id=by.staff_id, at=now)
            made = read_customer(uow, customer_id)
            uow.commit()
        return made

    def quick_add(
        self, first_name: str, last_name: str = "", *, phone: str = "", email: str = "", by: Actor
    ) -> Customer:
        """A new customer from the till, with what is at hand. Raises as `create`."""
        return self.create(CustomerDraft(first_name, last_name, phone=phone, email=email), source="till", by=by)

    def edit(
        self,
        customer_id: int,
        draft: CustomerDraft,
        *,
        tags: Mapping[str, str] | None = None,
        groups: Collection[int] | None = None,
        seen: datetime | None = None,
        source: str = "",
        by: Actor,
    ) -> Customer:
        """Keep the whole form or nothing of it. None for `tags` (key to value) or `groups` (ids) leaves them alone.

        `seen`: `updated_at` of the record that the draft was made from; None writes over what came since. `source` is
        kept as the proof of a consent, where one changed.
        Raises NotPermitted, InvalidInput, CustomerTwin, CustomerUnknown, CustomerEdited.
        """
        require(by, Permission.CUSTOMER_EDIT)
        wanted = None if tags is None else [model.clean_tag(key, value) for key, value in tags.items()]
        with self._database.write() as uow:
            lists.wait_for_contacts(uow.connection)
            before = _known(uow, customer_id)
            if seen is not None and before.updated_at != seen:
                raise CustomerEdited
            now = self._clock.now()
            values = self._values(uow, before, draft, source, now)
            changed = profile.changed_fields(before, values)
            consents = profile.changed_consents(before, values)
            if wanted is not None and _set_tags(uow, customer_id, wanted):
                changed.append("tags")
            if groups is not None and _set_groups(uow, customer_id, groups):
                changed.append("groups")
            if changed or consents:
                queries.change(uow.connection, customer_id, values)
                _record(uow, customer_id, changed, consents, by=by, at=now)
            after = read_customer(uow, customer_id)
            uow.commit()
        return after

    def _values(self, uow: UnitOfWork, before: Any, draft: CustomerDraft, source: str, now: datetime) -> dict[str, Any]:
        values = profile.checked(draft, queries.shop(uow.connection), now)
        _refuse_twin(uow, values, but=before.id)
        values |= profile.consents(draft, before, now)
        values["updated_at"] = profile.later(now, before.updated_at)
        values["search_text"] = model.search_text(
            values["first_name"], values["last_name"], values["email"], before.number
        )
        if source and profile.changed_consents(before, values):
            values["consent_source"] = source[:80]
        return values

    def set_consent(self, customer_id: int, channel: Channel, given: bool, *, source: str, by: Actor) -> None:
        """Consent given or withdrawn on one channel, with when and how (T25). Raises CustomerUnknown."""
        require(by, Permission.CUSTOMER_EDIT)
        with self._database.write() as uow:
            column = profile.consent_column(channel)
            before = _known(uow, customer_id)
            if (getattr(before, column) is not None) == given:
                return
            now = self._clock.now()
            values = {column: now if given else None, "consent_source": source[:80]}
            queries.change(uow.connection, customer_id, values | {"updated_at": profile.later(now, before.updated_at)})
            _record(uow, customer_id, [], [profile.consent_words(channel, given)], by=by, at=now)
            uow.commit()

    def tag(self, customer_id: int, key: str, value: str = "true", *, by: Actor) -> Tag:
        """Set KEY = VALUE. Raises NotPermitted, InvalidInput, CustomerUnknown."""
        require(by, Permission.CUSTOMER_EDIT)
        tag = model.clean_tag(key, value)
        with self._database.write() as uow:
            before = _known(uow, customer_id)
            had = {row.key: row.value for row in queries.tags(uow.connection, customer_id)}
            if had.get(tag.key) != tag.value:
                queries.set_tag(uow.connection, customer_id, tag.key, tag.value)
                self._touch(uow, before, "tags", by=by)
                uow.commit()
        return tag

    def untag(self, customer_id: int, key: str, *, by: Actor) -> None:
        """Raises NotPermitted, CustomerUnknown."""
        require(by, Permission.CUSTOMER_EDIT)
        with self._database.write() as uow:
            before = _known(uow, customer_id)
            if queries.drop_tag(uow.connection, customer_id, key):
                self._touch(uow, before, "tags", by=by)
                uow.commit()

    def groups(self, *, by: Actor) -> tuple[Group, ...]:
        """Every customer group there is, by name. Raises NotPermitted."""
        require(by, Permission.CUSTOMER_VIEW)
        with self._database.read() as uow:
            found = [Group(row.id, row.name) for row in queries.all_groups(uow.connection)]
        return tuple(sorted(found, key=lambda group: group.name.casefold()))

    def set_groups(self, customer_id: int, group_ids: Sequence[int], *, by: Actor) -> None:
        """Raises NotPermitted, InvalidInput for a group that is gone, CustomerUnknown."""
        require(by, Permission.CUSTOMER_EDIT)
        with self._database.write() as uow:
            before = _known(uow, customer_id)
            if _set_groups(uow, customer_id, group_ids):
                self._touch(uow, before, "groups", by=by)
                uow.commit()

    def _touch(self, uow: UnitOfWork, before: Any, what: str, *, by: Actor) -> None:
        """A form that shows the customer as they were must not write over this."""
        now = self._clock.now()
        queries.change(uow.connection, before.id, {"updated_at": profile.later(now, before.updated_at)})
        _record(uow, before.id, [what], [], by=by, at=now)

    def erase(self, customer_id: int, *, by: Actor) -> None:
        """Empty the profile for good; sales, cards and points stay, nobody's (P13, T30, V30).

        Raises NotPermitted, CustomerUnknown. There is no way back.
        """
        require(by, Permission.CUSTOMER_ERASE)
        now = self._clock.now()
        with self._database.write() as uow:
            _known(uow, customer_id)
            queries.change(uow.connection, customer_id, profile.empty(customer_id, now))
            queries.leave_everything(uow.connection, customer_id, now)
            accounts.forget_notes(uow.connection, customer_id)
            queries.record_event(uow.connection, customer_id, "erased", "", staff_id=by.staff_id, at=now)
            uow.commit()


def _known(uow: UnitOfWork, customer_id: int) -> Any:
    """The customer's row, held until the transaction ends. Raises CustomerUnknown for none and for an erased one."""
    queries.hold(uow.connection, customer_id)
    row = queries.by_id(uow.connection, customer_id)
    if row is None or row.erased_at is not None:
        raise CustomerUnknown
    return row


def _refuse_twin(uow: UnitOfWork, values: dict[str, Any], *, but: int | None) -> None:
    found = queries.twin(uow.connection, phone=values["phone"], email=values["email"], but=but)
    if found is not None:
        what = "phone number" if values["phone"] and found.phone == values["phone"] else "e-mail address"
        raise CustomerTwin(found.id, model.full_name(found.first_name, found.last_name), what)


def _set_tags(uow: UnitOfWork, customer_id: int, wanted: Sequence[Tag]) -> bool:
    """Have these tags and no others; whether anything changed."""
    now = {tag.key: tag.value for tag in wanted}
    had = {row.key: row.value for row in queries.tags(uow.connection, customer_id)}
    for key in had.keys() - now.keys():
        queries.drop_tag(uow.connection, customer_id, key)
    for key, value in now.items():
        if had.get(key) != value:
            queries.set_tag(uow.connection, customer_id, key, value)
    return had != now


def _set_groups(uow: UnitOfWork, customer_id: int, wanted: Collection[int]) -> bool:
    """Be in these groups and no others; whether anything changed. Raises InvalidInput for a group that is gone."""
    if not set(wanted) <= {row.id for row in queries.all_groups(uow.connection)}:
        raise InvalidInput("One of these groups is not there any more.", field="groups")
    if set(wanted) == {row.id for row in queries.groups(uow.connection, customer_id)}:
        return False
    queries.set_groups(uow.connection, customer_id, sorted(set(wanted)))
    return True


def _record(
    uow: UnitOfWork, customer_id: int, fields: Sequence[str], consents: Sequence[str], *, by: Actor, at: datetime
) -> None:
    """What an edit changed, for the Activities tab: the fields in one line, each consent in its own."""
    steps = [("edited", ", ".join(fields))] if fields else []
    for kind, words in steps + [("consent", words) for words in consents]:
        queries.record_event(uow.connection, customer_id, kind, words, staff_id=by.staff_id, at=at)
