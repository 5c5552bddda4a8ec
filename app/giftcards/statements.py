"""A card's whole ledger on paper: for the holder who asks, or for the file."""

from __future__ import annotations

from collections.abc import Callable

from app.clock import Clock, shop_date
from app.giftcards.model import GiftCardUnknown
from app.giftcards.papers import shop_header
from app.giftcards.service import Card, card_of
from app.money import Money
from app.paper.formats import Formats
from app.paper.model import StatementData, StatementRow
from app.paper.statement import statement
from app.permissions import Permission
from app.shop.service import ShopService
from app.staff.model import Actor, require
from db.queries import value_accounts as accounts
from db.queries import value_entries as entries
from db.queries import value_lists as lists
from db.queries.value_entries import EntryRow
from db.uow import Database
from hardware.protocols import Document

MOST_ROWS = 1_000  # a longer ledger starts from the balance before them
_AT_ONCE = 500


class CardStatements:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._shop = ShopService(database, clock)

    def statement(self, account_id: int, actor: Actor, *, movement: Callable[[str], str]) -> Document:
        """Every movement with the balance after it, oldest first; the number is masked. `movement` puts the kind of
        an entry in words. Raises NotPermitted, GiftCardUnknown.
        """
        require(actor, Permission.GIFTCARD_VIEW)
        info = self._shop.info()
        now = self._clock.now()
        with self._database.read() as uow:
            row = accounts.by_id(uow.connection, account_id)
            if row is None:
                raise GiftCardUnknown
            today = shop_date(now, info.time_zone)
            card = card_of(row, today, lists.holder_name(uow.connection, row.customer_id))
            moved: list[EntryRow] = []
            while len(moved) < MOST_ROWS:
                before = moved[-1].id if moved else None
                part = entries.entries_page(uow.connection, account_id, before_id=before, limit=_AT_ONCE)
                moved += part
                if len(part) < _AT_ONCE:
                    break
        moved.reverse()
        currency = card.balance.currency
        opening = moved[0].balance_after_minor - moved[0].amount_minor if moved else 0
        first = moved[0].recorded_at if moved else card.issued_at
        data = StatementData(
            shop=shop_header(info),
            kind=_kind(card),
            holder=card.customer_name,
            shown=card.masked if card.kind != "store_credit" else "",
            start=shop_date(first, info.time_zone),
            end=today,
            opening=Money(opening, currency),
            rows=tuple(
                StatementRow(
                    one.recorded_at,
                    " · ".join(part for part in (movement(one.kind), one.sale_number) if part),
                    Money(one.amount_minor, currency),
                    Money(one.balance_after_minor, currency),
                )
                for one in moved
            ),
            closing=card.balance,
        )
        return statement(data, Formats(info.locale, info.time_zone))


def _kind(card: Card) -> str:
    return card.voucher_type.value if card.voucher_type is not None else card.kind.value
