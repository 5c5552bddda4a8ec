"""Taking a card's money within a sale: the guarded update of db.queries.value_changes, sent as the sale's other
statements are. It costs a tenth of the same statement through Core. Why one refused is asked of
app.giftcards.ledger."""

from __future__ import annotations

from datetime import date

from db.queries.sales_batch import Batch, Step

_TAKE = (
    "UPDATE value_account SET balance_minor = balance_minor - ? WHERE id = ? AND currency = ? AND status = 'active' "
    "AND (expires_on IS NULL OR expires_on >= ?) AND balance_minor - held_minor >= ? "
    "AND (NOT owner_only OR customer_id = ?) RETURNING balance_minor"
)


def ask_take(
    batch: Batch, account_id: int, amount_minor: int, *, currency: str, good_on: date, customer_id: int | None
) -> Step:
    """Lower the balance if the card is good on that day; gives (new balance,), no row when refused."""
    owner = -1 if customer_id is None else customer_id
    return batch.read(_TAKE, amount_minor, account_id, currency, good_on, amount_minor, owner)
