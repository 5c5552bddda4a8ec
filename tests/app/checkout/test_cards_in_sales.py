"""Gift cards within sales: sold, reloaded, paid with, refunded to, taken back."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from app.checkout import basket as steps
from app.checkout.errors import TenderRefused, ValueShort
from app.checkout.model import CardOnLine, Tender, TenderKind
from app.errors import DomainError
from app.giftcards.model import GiftCardExpired, GiftCardShort, GiftCardSpent, GiftCardUnknown
from app.giftcards.service import GiftCardService
from tests.builders import ShopBuilder


def test_selling_a_card_is_a_liability_without_tax_or_discount(shop: ShopBuilder) -> None:  # T6
    shop.tax("VAT", "10")
    shop.product("Oil", "10.00", tax="VAT")
    shop.promotion("Ten", percent="10")
    done = shop.complete(shop.with_card_sold(shop.basket("Oil"), "50.00"), shop.cash("60.00"))
    assert str(done.total) == "59.90"  # 9.00 + 0.90 + 50.00: the promotion leaves the card alone
    sale = shop.sale(done)
    assert (str(sale.discount), str(sale.tax)) == ("1.00", "0.90")
    assert shop.one("SELECT liability_minor FROM sale") == 5000
    (card,) = done.cards
    assert (str(card.balance), len(card.code)) == ("50.00", 16)
    assert shop.balance(card.code) == 5000
    assert [job.kind for job in shop.outbox.due(shop.register_ids[0])] == ["drawer", "receipt", "gift_card"]
    # V10: one issue entry, of one sale line of the same amount
    assert shop.rows(
        "SELECT e.amount_minor, l.net_minor FROM value_entry e JOIN sale_line l ON l.id = e.sale_line_id"
    ) == [(5000, 5000)]


def test_a_card_pays_in_part_and_in_whole(shop: ShopBuilder) -> None:  # V11, A16
    shop.product("Oil", "9.90")
    number = shop.gift_card("15.00")
    done = shop.sell("Oil", tenders=[shop.gift(number)])
    assert [(shown, str(left)) for shown, left in done.balances] == [(f"•••• {number[-4:]}", "5.10")]
    done = shop.complete(shop.basket("Oil"), shop.gift(number), shop.cash("5.00"))
    assert (shop.balance(number), str(done.change)) == (0, "0.20")
    sale = shop.sale(done)
    assert [(one.kind, str(one.amount), one.shown) for one in sale.tenders] == [
        ("gift_card", "5.10", f"•••• {number[-4:]}"), ("cash", "4.80", ""),
    ]  # fmt: skip


def test_several_cards_on_one_sale(shop: ShopBuilder) -> None:
    shop.product("Oil", "9.90")
    cards = [shop.gift_card("3.00") for _ in range(3)]
    done = shop.complete(shop.basket("Oil"), *(shop.gift(number) for number in cards), shop.card())
    assert [str(one.amount) for one in shop.sale(done).tenders] == ["3.00", "3.00", "3.00", "0.90"]


def test_a_card_spent_meanwhile_is_refused_and_nothing_is_written(shop: ShopBuilder) -> None:
    shop.product("Oil", "9.90")
    number = shop.gift_card("10.00")
    stale = shop.gift(number)
    shop.complete(shop.basket("Oil"), shop.gift(number, "5.00"), shop.cash())
    with pytest.raises(GiftCardShort, match=r"5\.00"):
        shop.complete(shop.basket("Oil"), stale)
    assert shop.one("SELECT count(*) FROM sale") == 1
    with pytest.raises(ValueShort):  # what the till knows already
        shop.complete(shop.basket("Oil"), shop.gift(number, "5.01"), shop.cash())


def test_an_expired_card_does_not_pay(shop: ShopBuilder) -> None:  # T15
    shop.product("Oil", "9.90")
    number = shop.gift_card("10.00", expires_on=date(2026, 3, 14))
    shop.complete(shop.basket("Oil"), shop.gift(number, "0.10"), shop.cash())  # good through its day
    known = shop.gift(number)
    shop.clock.advance(days=1)
    with pytest.raises(GiftCardExpired):
        shop.gift(number)
    with pytest.raises(GiftCardExpired):
        shop.complete(shop.basket("Oil"), known)


def test_reload_raises_the_balance_when_paid(shop: ShopBuilder) -> None:
    shop.product("Oil", "9.90")
    number = shop.gift_card("1.00")
    account = shop.gift(number).account_id
    card = CardOnLine(account, shown="•••• 7Q4K")
    basket, _ = steps.add_card(shop.basket("Oil"), 2000, card=card, reload=True)
    assert shop.balance(number) == 100
    done = shop.complete(basket)
    assert (str(done.total), shop.balance(number)) == ("29.90", 2100)
    assert [(one.shown, str(one.balance)) for one in done.cards] == [("•••• 7Q4K", "21.00")]


def test_a_card_cannot_be_bought_with_itself(shop: ShopBuilder) -> None:
    """Reloading a card with its own value moves nothing: the ledger still adds up."""
    number = shop.gift_card("20.00")
    account = shop.gift(number).account_id
    basket, _ = steps.add_card(shop.basket(), 2000, card=CardOnLine(account), reload=True)
    shop.complete(basket, shop.gift(number))
    assert shop.balance(number) == 2000


def test_a_preprinted_number_is_used_once(shop: ShopBuilder) -> None:  # V10
    basket, _ = steps.add_card(shop.basket(), 2000, card=CardOnLine(code="GC-1001"))
    done = shop.complete(basket)
    assert done.cards[0].pin  # short numbers get one
    again, _ = steps.add_card(shop.basket(), 2000, card=CardOnLine(code="gc 1001"))
    with pytest.raises(DomainError):
        shop.complete(again)
    assert shop.one("SELECT count(*) FROM sale") == 1


def test_refund_goes_back_to_the_card_even_when_empty(shop: ShopBuilder) -> None:  # T13
    shop.product("Oil", "9.90")
    number = shop.gift_card("9.90")
    done = shop.sell("Oil", tenders=[shop.gift(number)])
    assert shop.balance(number) == 0
    shop.give_back(done)
    assert shop.balance(number) == 990


def test_a_refund_may_fill_a_card_past_its_largest_balance(shop: ShopBuilder) -> None:  # T13
    """The limit is for what is sold: the money was on the card before."""
    shop.setting("giftcards.largest_balance_minor", 2000)
    shop.product("Oil", "15.00")
    number = shop.gift_card("20.00")
    done = shop.sell("Oil", tenders=[shop.gift(number)])
    account = shop.gift(number).account_id
    full, _ = steps.add_card(shop.basket(), 1500, card=CardOnLine(account), reload=True)
    shop.complete(full)
    shop.give_back(done)
    assert shop.balance(number) == 3500
    more, _ = steps.add_card(shop.basket(), 100, card=CardOnLine(account), reload=True)
    with pytest.raises(DomainError, match="at most"):
        shop.complete(more)


def test_refund_goes_back_first_tender_first(shop: ShopBuilder) -> None:  # N12
    shop.product("Oil", "10.00")
    number = shop.gift_card("12.00")
    done = shop.complete(shop.basket(("Oil", 3)), shop.gift(number), shop.cash("20.00"))
    lines = shop.lines_back(done, 2)
    preview = shop.returns.preview(shop.till, done.sale_id, lines)
    assert [(one.kind.value, str(one.amount)) for one in preview.tenders] == [("gift_card", "12.00"), ("cash", "8.00")]
    shop.give_back(done, 2)
    assert shop.balance(number) == 1200
    shop.give_back(done, 1)
    assert shop.one("SELECT sum(amount_minor) FROM cash_movement WHERE kind <> 'float'") == 0


def test_refunding_the_purchase_of_a_card_takes_its_value(shop: ShopBuilder) -> None:  # T13, V20
    shop.product("Oil", "9.90")
    done = shop.complete(shop.with_card_sold(shop.basket(), "50.00"))
    number = done.cards[0].code
    shop.sell("Oil", tenders=[shop.gift(number)])
    preview = shop.returns.preview(shop.till, done.sale_id, shop.lines_back(done))
    assert "40.10 left" in preview.warnings[0]
    with pytest.raises(GiftCardSpent):
        shop.give_back(done)
    fresh = shop.complete(shop.with_card_sold(shop.basket(), "50.00"))
    shop.give_back(fresh)
    assert shop.balance(fresh.cards[0].code) == 0
    with pytest.raises(DomainError):
        shop.complete(shop.basket("Oil"), shop.gift(fresh.cards[0].code), shop.cash())


def test_store_credit_by_approval_and_as_tender(shop: ShopBuilder) -> None:
    customer = shop.customer()
    shop.product("Oil", "10.00")
    done = shop.sell("Oil", customer_id=customer)
    lines = shop.lines_back(done)
    shop.returns.complete_return(
        shop.till, done.sale_id, lines, request_id=uuid4(), shown_refund=shop.money("10.00"),
        tenders=[Tender(TenderKind.STORE_CREDIT, -1000)],
    )  # fmt: skip
    tender = shop.checkout.store_credit_tender(customer)
    assert tender.available_minor == 1000
    shop.complete(shop.basket("Oil", customer_id=customer), tender)
    with pytest.raises(DomainError):
        shop.checkout.store_credit_tender(customer)


def test_what_was_set_aside_pays_again_the_moment_its_time_is_over(shop: ShopBuilder) -> None:  # V14
    """However it gets to the pay dialog: scanned, from the customer's panel, as store credit."""
    shop.setting("giftcards.hold_minutes", 30)
    cards = GiftCardService(shop.database, shop.clock)
    who = shop.customer()
    number = shop.gift_card("20.00", customer_id=who)
    account_id = shop.checkout.tender_for_code(shop.till, number).account_id or 0
    credit = cards.give_store_credit(who, shop.money("5.00"), shop.manager, reason="x", request_id=uuid4()).card
    for held, amount in ((account_id, "15.00"), (credit.id, "5.00")):
        cards.authorise(held, shop.money(amount), shop.manager, request_id=uuid4(), customer_id=who)
    assert shop.checkout.tender_for_account(account_id).available_minor == 500
    with pytest.raises(DomainError):
        shop.checkout.store_credit_tender(who)
    shop.clock.advance(minutes=30)
    assert shop.checkout.tender_for_code(shop.till, number).available_minor == 2000
    assert shop.checkout.tender_for_account(account_id).available_minor == 2000
    assert shop.checkout.store_credit_tender(who).available_minor == 500
    shown = {fact.account_id: fact.balance.minor for fact in shop.checkout.customer(who).cards}
    assert shown == {account_id: 2000, credit.id: 500}
    shop.product("Oil", "25.00")
    shop.complete(shop.basket("Oil", customer_id=who), shop.gift(number), shop.checkout.store_credit_tender(who))
    assert shop.balance(number) == 0


def test_money_never_goes_to_a_strangers_card(shop: ShopBuilder) -> None:
    shop.product("Oil", "10.00")
    number = shop.gift_card("1.00")
    done = shop.sell("Oil")
    with pytest.raises(TenderRefused):
        shop.returns.complete_return(
            shop.till, done.sale_id, shop.lines_back(done), request_id=uuid4(), shown_refund=shop.money("10.00"),
            tenders=[Tender(TenderKind.GIFT_CARD, -1000, shop.gift(number).account_id)],
        )  # fmt: skip
    assert shop.balance(number) == 100


def test_guesses_are_counted_at_the_register(shop: ShopBuilder) -> None:  # T29
    for guess in ("0000", "1111", "2222", "3333", "4444"):
        with pytest.raises(GiftCardUnknown):
            shop.gift(guess)
    number = shop.gift_card("1.00")
    with pytest.raises(DomainError, match="Too many"):
        shop.gift(number)


def test_an_owner_only_card_pays_for_its_owner(shop: ShopBuilder) -> None:  # T14
    owner = shop.customer("Owner")
    shop.product("Oil", "5.00")
    number = shop.gift_card("10.00", customer_id=owner)
    shop.complete(shop.basket("Oil"), shop.gift(number))  # anyone may hold a card
    shop.run("UPDATE value_account SET owner_only = true")
    with pytest.raises(DomainError, match="owner"):
        shop.complete(shop.basket("Oil"), shop.gift(number))
    shop.complete(shop.basket("Oil", customer_id=owner), shop.gift(number))
