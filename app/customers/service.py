"""What people do with customers: find one, add one, keep one right, see what they brought, erase one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.clock import Clock, shop_date
from app.customers import model
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
)
from app.customers.search import find_ids
from app.errors import InvalidInput
from app.money import Money
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

    def search(self, question: str, *, limit: int = 20) -> tuple[CustomerRow, ...]:
        """Customers by name, phone (any form, or its last digits), e-mail address or number; surest first."""
        with self._database.read() as uow:
            shop = queries.shop(uow.connection)
            ids = find_ids(uow.connection, question, shop.country, limit)
            if not ids:
                return ()
            rows = queries.rows_by_ids(uow.connection, ids, queries.first_program(uow.connection))
        by_id = {row.id: row for row in rows}
        return tuple(_grid_row(by_id[found], shop.currency) for found in ids if found in by_id)

    def page(
        self,
        *,
        sort: SortBy = SortBy.NAME,
        descending: bool = False,
        after: Cursor | None = None,
        limit: int = PAGE_ROWS,
    ) -> Page[CustomerRow]:
        """The grid, a page at a time. Sorted by purchases, those who never bought come last, newest first."""
        with self._database.read() as uow:
            currency = queries.shop(uow.connection).currency
            rows, cursor = self._read_page(uow, sort, descending, after, limit)
        return Page(tuple(_grid_row(row, currency) for row in rows), cursor)

    def _read_page(
        self, uow: UnitOfWork, sort: SortBy, descending: bool, after: Cursor | None, limit: int
    ) -> tuple[list[Any], Cursor | None]:
        program = queries.first_program(uow.connection)
        rows: list[Any] = []
        never_bought = after is not None and after[0] == "never"
        if not never_bought:
            key = (after[1], after[2]) if after is not None else None
            rows += queries.page(
                uow.connection, by=sort.value, descending=descending, after=key, limit=limit + 1, program_id=program
            )
        if len(rows) > limit:
            last = rows[limit - 1]
            return rows[:limit], ("bought", _sort_key(last, sort), last.id)
        if sort in (SortBy.NAME, SortBy.CREATED):
            return rows, None
        start = after[2] if never_bought and after is not None else None
        wanted = limit - len(rows)
        rest = queries.page_never_bought(uow.connection, after=start, limit=wanted + 1, program_id=program)
        rows += rest[:wanted]
        if len(rest) <= wanted:
            return rows, None
        return rows, ("never", None, rows[-1].id if rest[:wanted] else 2**62)

    def how_many(self) -> int:
        with self._database.read() as uow:
            return queries.how_many(uow.connection)

    def by_number(self, number: str) -> int | None:
        """The customer whose loyalty card shows this number."""
        with self._database.read() as uow:
            return queries.id_by_number(uow.connection, number.strip().upper())

    # --- One customer ---------------------------------------------------------------------------------------------

    def customer(self, customer_id: int) -> Customer:
        """Raises CustomerUnknown."""
        with self._database.read() as uow:
            return _customer(uow, customer_id)

    def photo(self, customer_id: int) -> bytes | None:
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
            values = _checked(draft, shop, now)
            _refuse_twin(uow, values, but=None)
            customer_id = queries.next_id(uow.connection)
            number = model.number_of(customer_id)
            values |= _consents(draft, None, now) | {
                "id": customer_id,
                "number": number,
                "search_text": model.search_text(values["first_name"], values["last_name"], values["email"], number),
                "consent_source": source[:80],
                "created_at": now,
            }
            queries.add(uow.connection, values)
            queries.record_event(uow.connection, customer_id, "created", "", staff_id=by.staff_id, at=now)
            made = _customer(uow, customer_id)
            uow.commit()
        return made

    def quick_add(
        self, first_name: str, last_name: str = "", *, phone: str = "", email: str = "", by: Actor
    ) -> Customer:
        """A new customer from the till, with what is at hand. Raises as `create`."""
        return self.create(CustomerDraft(first_name, last_name, phone=phone, email=email), source="till", by=by)

    def edit(
        self, customer_id: int, draft: CustomerDraft, *, seen: datetime | None = None, source: str = "", by: Actor
    ) -> Customer:
        """`seen`: `updated_at` of the record that the draft was made from; None writes over what came since.

        Raises NotPermitted, InvalidInput, CustomerTwin, CustomerUnknown, CustomerEdited.
        """
        require(by, Permission.CUSTOMER_EDIT)
        now = self._clock.now()
        with self._database.write() as uow:
            lists.wait_for_contacts(uow.connection)
            before = _known(uow, customer_id)
            if seen is not None and before.updated_at != seen:
                raise CustomerEdited
            shop = queries.shop(uow.connection)
            values = _checked(draft, shop, now)
            _refuse_twin(uow, values, but=customer_id)
            values |= _consents(draft, before, now)
            values["search_text"] = model.search_text(
                values["first_name"], values["last_name"], values["email"], before.number
            )
            if source:
                values["consent_source"] = source[:80]
            if not queries.change(uow.connection, customer_id, values):
                raise CustomerUnknown
            changed = _changes(before, values)
            if changed:
                queries.record_event(uow.connection, customer_id, "edited", changed, staff_id=by.staff_id, at=now)
            after = _customer(uow, customer_id)
            uow.commit()
        return after

    def set_consent(self, customer_id: int, channel: Channel, given: bool, *, source: str, by: Actor) -> None:
        """Consent given or withdrawn on one channel, with when and how (T25). Raises CustomerUnknown."""
        require(by, Permission.CUSTOMER_EDIT)
        now = self._clock.now()
        with self._database.write() as uow:
            column = f"{channel.value}_consent_at"
            before = _known(uow, customer_id)
            if (getattr(before, column) is not None) == given:
                return
            values = {column: now if given else None, "consent_source": source[:80], "updated_at": now}
            queries.change(uow.connection, customer_id, values)
            words = f"{channel.value}: {'given' if given else 'withdrawn'}"
            queries.record_event(uow.connection, customer_id, "consent", words, staff_id=by.staff_id, at=now)
            uow.commit()

    def tag(self, customer_id: int, key: str, value: str = "true", *, by: Actor) -> Tag:
        """Set KEY = VALUE. Raises NotPermitted, InvalidInput, CustomerUnknown."""
        require(by, Permission.CUSTOMER_EDIT)
        tag = model.clean_tag(key, value)
        with self._database.write() as uow:
            _known(uow, customer_id)
            queries.set_tag(uow.connection, customer_id, tag.key, tag.value)
            uow.commit()
        return tag

    def untag(self, customer_id: int, key: str, *, by: Actor) -> None:
        require(by, Permission.CUSTOMER_EDIT)
        with self._database.write() as uow:
            queries.drop_tag(uow.connection, customer_id, key)
            uow.commit()

    def groups(self) -> tuple[Group, ...]:
        with self._database.read() as uow:
            return tuple(Group(row.id, row.name) for row in queries.all_groups(uow.connection))

    def set_groups(self, customer_id: int, group_ids: Sequence[int], *, by: Actor) -> None:
        """Raises NotPermitted, InvalidInput for a group that is gone, CustomerUnknown."""
        require(by, Permission.CUSTOMER_EDIT)
        with self._database.write() as uow:
            _known(uow, customer_id)
            known = {row.id for row in queries.all_groups(uow.connection)}
            if not set(group_ids) <= known:
                raise InvalidInput("One of these groups is not there any more.", field="groups")
            queries.set_groups(uow.connection, customer_id, sorted(set(group_ids)))
            uow.commit()

    def erase(self, customer_id: int, *, by: Actor) -> None:
        """Empty the profile for good; sales, cards and points stay, nobody's (P13, T30, V30).

        Raises NotPermitted, CustomerUnknown. There is no way back.
        """
        require(by, Permission.CUSTOMER_ERASE)
        now = self._clock.now()
        with self._database.write() as uow:
            _known(uow, customer_id)
            queries.change(uow.connection, customer_id, _empty_profile(customer_id, now))
            queries.leave_everything(uow.connection, customer_id, now)
            accounts.forget_notes(uow.connection, customer_id)
            queries.record_event(uow.connection, customer_id, "erased", "", staff_id=by.staff_id, at=now)
            uow.commit()


def _known(uow: UnitOfWork, customer_id: int) -> Any:
    row = queries.by_id(uow.connection, customer_id)
    if row is None or row.erased_at is not None:
        raise CustomerUnknown
    return row


def _customer(uow: UnitOfWork, customer_id: int) -> Customer:
    row = queries.by_id(uow.connection, customer_id)
    if row is None:
        raise CustomerUnknown
    return Customer(
        id=row.id,
        number=row.number,
        first_name=row.first_name,
        last_name=row.last_name,
        phone=row.phone or "",
        email=row.email or "",
        birth_date=row.birth_date,
        address=row.address,
        notes=row.notes,
        tier=row.tier or "",
        price_group_id=row.price_group_id,
        price_group=row.price_group or "",
        accrues_points=bool(row.accrues_points),
        email_consent_at=row.email_consent_at,
        sms_consent_at=row.sms_consent_at,
        post_consent_at=row.post_consent_at,
        consent_source=row.consent_source,
        home_outlet_id=row.home_outlet_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        erased_at=row.erased_at,
        tags=tuple(Tag(tag.key, tag.value) for tag in queries.tags(uow.connection, row.id)),
        groups=tuple(Group(group.id, group.name) for group in queries.groups(uow.connection, row.id)),
        segments=tuple(Group(found.id, found.name) for found in queries.segments(uow.connection, row.id)),
    )


def _checked(draft: CustomerDraft, shop: Any, now: datetime) -> dict[str, Any]:
    first = model.clean_name(draft.first_name, "first_name", required=True)
    last = model.clean_name(draft.last_name, "last_name")
    phone = model.clean_phone(draft.phone, shop.country)
    born = model.clean_birth(draft.birth_date, shop_date(now, shop.time_zone))
    return {
        "first_name": first,
        "last_name": last,
        "sort_name": model.sort_name(first, last),
        "email": model.clean_email(draft.email),
        "phone": phone,
        "phone_tail": model.phone_tail(phone),
        "birth_date": born,
        "birth_month": born.month if born else None,
        "address": model.clean_text(draft.address, "address", model.LONGEST_ADDRESS),
        "notes": model.clean_text(draft.notes, "notes", model.LONGEST_NOTE),
        "price_group_id": draft.price_group_id,
        "accrues_points": draft.accrues_points,
        "home_outlet_id": draft.home_outlet_id,
        "updated_at": now,
    }


def _consents(draft: CustomerDraft, before: Any, now: datetime) -> dict[str, Any]:
    """Consent times: kept where nothing changed, now where newly given, gone where withdrawn."""
    times: dict[str, Any] = {}
    for channel in Channel:
        column = f"{channel.value}_consent_at"
        given = getattr(draft, f"{channel.value}_consent")
        had = getattr(before, column) if before is not None else None
        times[column] = (had or now) if given else None
    return times


def _refuse_twin(uow: UnitOfWork, values: dict[str, Any], *, but: int | None) -> None:
    found = queries.twin(uow.connection, phone=values["phone"], email=values["email"], but=but)
    if found is not None:
        what = "phone number" if values["phone"] and found.phone == values["phone"] else "e-mail address"
        raise CustomerTwin(found.id, model.full_name(found.first_name, found.last_name), what)


_QUIET = {"updated_at", "search_text", "sort_name", "phone_tail", "birth_month"}


def _changes(before: Any, values: dict[str, Any]) -> str:
    """Names of the fields that changed; never what they held, for events outlive an erasure."""
    changed = [name for name, value in values.items() if name not in _QUIET and getattr(before, name) != value]
    return ", ".join(changed)


def _empty_profile(customer_id: int, now: datetime) -> dict[str, Any]:
    texts = dict.fromkeys(
        ("first_name", "last_name", "sort_name", "search_text", "address", "notes", "consent_source", "utm_source"), ""
    )
    nothing = dict.fromkeys(
        (
            "email", "phone", "phone_tail", "birth_date", "birth_month", "photo_png", "price_group_id", "tier_id",
            "email_consent_at", "sms_consent_at", "post_consent_at", "referred_by_id", "home_outlet_id",
        )
    )  # fmt: skip
    gone = {"number": f"X{customer_id:07d}", "accrues_points": False, "erased_at": now, "updated_at": now}
    return texts | nothing | gone


def _sort_key(row: Any, sort: SortBy) -> Any:
    return {
        SortBy.NAME: row.sort_name,
        SortBy.CREATED: row.created_at,
        SortBy.LAST_VISIT: row.last_visit_at,
        SortBy.SPEND: row.spend_minor,
    }[sort]


def _grid_row(row: Any, currency: str) -> CustomerRow:
    return CustomerRow(
        id=row.id,
        number=row.number,
        name=model.full_name(row.first_name, row.last_name),
        phone=row.phone or "",
        email=row.email or "",
        tier=row.tier or "",
        points=row.points or 0,
        visits=row.visits or 0,
        spend=Money(row.spend_minor or 0, currency),
        last_visit_at=row.last_visit_at,
        created_at=row.created_at,
        birth_date=row.birth_date,
        email_consent=bool(row.email_consent),
        sms_consent=bool(row.sms_consent),
    )
