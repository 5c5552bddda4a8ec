"""The management list in order of any heading, and what of a card can be spent now."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from app.codekeys import CodeVault
from app.customers.model import CustomerDraft
from app.customers.service import CustomerService
from app.errors import InvalidInput, NotFound
from app.giftcards import ledger
from app.giftcards.desk import AccountFilter, GiftCardDesk
from app.giftcards.model import CardSort, GiftCardCancelled, GiftCardDeleted, VoucherType
from app.giftcards.model import ValueKind as Kind
from app.giftcards.service import Card, GiftCardService
from app.paging import Cursor
from tests.app.giftcards.shop import SmallShop, audit_value
from tests.app.giftcards.test_race import usd

TODAY = date(2026, 3, 14)


@pytest.fixture
def service(shop: SmallShop) -> GiftCardService:
    return GiftCardService(shop.database, shop.clock, CodeVault(b"v" * 32))


@pytest.fixture
def desk(shop: SmallShop) -> GiftCardDesk:
    return GiftCardDesk(shop.database, shop.clock, CodeVault(b"v" * 32))


def a_card(service: GiftCardService, shop: SmallShop, minor: int = 1000, **draft: object) -> Card:
    made = service.draft(**draft)  # type: ignore[arg-type]
    return service.issue(made, usd(minor), shop.actor, reason="test", request_id=uuid4()).card


@pytest.mark.parametrize("descending", [False, True])
def test_the_list_is_sorted_by_any_heading_page_by_page(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop, descending: bool
) -> None:  # A15
    people = CustomerService(shop.database, shop.clock)
    ids = {name: int(people.create(CustomerDraft(name, ""), by=shop.actor).id) for name in ("Zoë", "Émile", "bo")}
    ends = [None, date(2027, 1, 1), date(2026, 5, 1), None, date(2026, 5, 1), TODAY - timedelta(days=1)]
    holders = ["Zoë", None, "Émile", "bo", None, "Émile"]
    cards = [
        a_card(service, shop, 100 * (place % 4 + 1), expires_on=end, customer_id=ids[who] if who else None)
        for place, (end, who) in enumerate(zip(ends, holders, strict=True))
    ]
    desk.deactivate(cards[0].id, shop.actor, reason="lost")
    service.redeem(cards[1].id, usd(200), shop.actor, request_id=uuid4())
    service.stock(1, shop.actor, series="rack")
    a_card(service, shop, 700, expires_on=None, kind=Kind.VOUCHER, voucher_type=VoucherType.CREDIT_NOTE)

    def listed(sort: CardSort) -> list[Card]:
        rows: list[Card] = []
        after: Cursor | None = None
        while True:
            page = desk.page(AccountFilter(), shop.actor, sort=sort, descending=descending, after=after, limit=3)
            rows += page.rows
            after = page.after
            if after is None:
                return rows

    assert all(len({card.id for card in listed(sort)}) == 8 for sort in CardSort)
    way = -1 if descending else 1
    balances = [card.balance.minor for card in listed(CardSort.BALANCE)]
    assert balances == [0, 0, 100, 100, 200, 300, 400, 700][::way]
    held = [card.customer_name for card in listed(CardSort.HOLDER)]
    assert held == [*["bo", "Émile", "Émile", "Zoë"][::way], "", "", "", ""]  # nobody's come last either way
    days = [card.expires_on or date.max for card in listed(CardSort.EXPIRES)]
    assert days == sorted(days, reverse=descending)
    assert len(set(days)) == 4
    shown = [(card.state.value, card.shown.value) for card in listed(CardSort.STATUS)][::way]
    assert shown[:4] == [("active", "active")] * 4
    assert shown[4:6] == [("active", "expired"), ("active", "fully_redeemed")]
    assert [state for state, _word in shown[6:]] == ["inactive", "issued"]
    assert listed(CardSort.CARD)[::way][0].voucher_type is VoucherType.CREDIT_NOTE
    audit_value(shop)


def test_what_a_hold_kept_can_be_spent_the_moment_its_time_is_over(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:  # V14
    """Shown so as well: a till that reads 4.00 never asks for the 10.00 that it could take."""
    shop.setting("giftcards.hold_minutes", 30)
    draft = service.draft()
    card = service.issue(draft, usd(1000), shop.actor, reason="test", request_id=uuid4()).card
    service.authorise(card.id, usd(600), shop.actor, request_id=uuid4())
    shop.clock.advance(minutes=29)
    assert desk.look_up(draft.code, register_id=shop.register_id).available == usd(400)
    shop.clock.advance(minutes=1)
    assert desk.look_up(draft.code, register_id=shop.register_id).available == usd(1000)
    assert desk.card(card.id, shop.actor).available == usd(1000)
    assert desk.history(card.id, shop.actor).card.available == usd(1000)
    assert service.reload(card.id, usd(1), shop.actor, reason="x", request_id=uuid4()).card.available == usd(1001)
    service.redeem(card.id, usd(1001), shop.actor, request_id=uuid4())
    audit_value(shop)


def test_the_history_tells_who_set_money_aside_and_what_became_of_it(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:  # A15
    shop.setting("giftcards.hold_minutes", 30)
    card = a_card(service, shop)
    for minor in (100, 200, 300):
        held = service.authorise(card.id, usd(minor), shop.actor, request_id=uuid4())
        assert held.hold_id is not None
        if minor == 100:
            service.release(held.hold_id, shop.actor)
            assert service.release(held.hold_id, shop.actor).replayed  # and tells it once
        if minor == 200:
            service.capture(held.hold_id, usd(150), shop.actor, request_id=uuid4())
        shop.clock.advance(minutes=1)
    shop.clock.advance(minutes=30)
    service.expire_due(shop.actor)
    rows = desk.history(card.id, shop.actor).rows
    told = [(row.kind, row.reason, row.amount_minor, row.staff_name) for row in reversed(rows)]
    assert told == [
        ("issue", "test", 1000, "Grace"),
        ("held", str(usd(100)), None, "Grace"),
        ("released", str(usd(100)), None, "Grace"),
        ("redemption", "", -150, "Grace"),
        ("held", str(usd(200)), None, "Grace"),
        ("held", str(usd(300)), None, "Grace"),
        ("hold_expired", str(usd(300)), None, "Grace"),
    ]
    audit_value(shop)


def test_two_tills_open_a_customers_store_credit_at_one_moment(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop, monkeypatch: pytest.MonkeyPatch
) -> None:  # V9
    """The slower one finds it open and adds to it: it has no number that could be in use already."""
    ada = shop.customer()
    service.give_store_credit(ada, usd(500), shop.actor, reason="x", request_id=uuid4())
    looked = iter([None])
    found = ledger.store_credit_of
    monkeypatch.setattr(ledger, "store_credit_of", lambda uow, who: next(looked, found(uow, who)))
    done = service.give_store_credit(ada, usd(300), shop.actor, reason="x", request_id=uuid4())
    assert (done.card.balance, done.card.kind) == (usd(800), Kind.STORE_CREDIT)
    audit_value(shop)


def test_what_is_out_of_use_or_has_no_end_is_not_given_another(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:
    """Another window may have deleted it since this one drew its menu."""
    gone, back_in_till = a_card(service, shop), a_card(service, shop)
    desk.delete(gone.id, shop.actor, reason="x")
    service.cancel_purchase(back_in_till.id, usd(1000), shop.actor, request_id=uuid4())
    ada = shop.customer()
    credit = service.give_store_credit(ada, usd(500), shop.actor, reason="x", request_id=uuid4()).card
    for card, error in ((gone, GiftCardDeleted), (back_in_till, GiftCardCancelled)):
        with pytest.raises(error):
            desk.extend(card.id, None, shop.actor, reason="x")
        with pytest.raises(error):
            desk.assign(card.id, ada, shop.actor)
    with pytest.raises(InvalidInput, match="no end"):
        desk.extend(credit.id, TODAY, shop.actor, reason="x")


def test_a_card_is_not_issued_to_somebody_erased_since_the_dialog_found_them(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:  # T30
    people = CustomerService(shop.database, shop.clock)
    gone = int(people.create(CustomerDraft("Lucia", "Farrell"), by=shop.actor).id)
    draft = service.draft(customer_id=gone, note="For Lucia")
    people.erase(gone, by=shop.actor)
    with pytest.raises(NotFound, match="not in the shop any more"):
        service.issue(draft, usd(300), shop.actor, reason="Prize", request_id=uuid4())
    assert desk.page(AccountFilter(), shop.actor).rows == ()
