"""What goes wrong between two people, two tills or two nightly runs."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest

from app import codes
from app.codekeys import CodeVault
from app.errors import InvalidInput, NotFound
from app.giftcards import ledger
from app.giftcards import model as rules
from app.giftcards.desk import GiftCardDesk
from app.giftcards.service import Card, GiftCardService
from app.staff.model import Actor
from db.queries import value_accounts as accounts
from db.queries import value_holds as holds
from db.queries import value_lists as lists
from db.queries.value_lists import AccountFilter
from tests.app.giftcards.shop import SmallShop, audit_value
from tests.app.giftcards.test_race import at_once, usd

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


def balance(desk: GiftCardDesk, card: Card, by: Actor) -> int:
    return desk.history(card.id, by).card.balance.minor


# --- money back --------------------------------------------------------------------------------------------


def test_four_tills_give_one_redemption_back_once(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:  # V9, V19
    card = a_card(service, shop)
    service.redeem(card.id, usd(600), shop.actor, request_id=uuid4())

    def give_back(service: GiftCardService, _place: int) -> str:
        try:
            service.refund(card.id, usd(600), shop.actor, request_id=uuid4())
        except rules.GiftCardOverRefund:
            return "too much"
        return "given"

    assert sorted(at_once(shop, 4, give_back)) == ["given", "too much", "too much", "too much"]
    assert balance(desk, card, shop.actor) == 1000


def test_a_card_too_full_is_left_as_it_was_inside_the_transaction_too(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:
    card = a_card(service, shop)
    act = rules.Act(at=shop.clock.now(), today=TODAY, staff_id=shop.actor.staff_id)
    policy = rules.ValuePolicy(largest_balance_minor=1500)
    with shop.database.write() as uow:
        with pytest.raises(rules.GiftCardAmount, match=r"holds at most"):
            ledger.reload(uow, act, card.id, usd(501), request_id=uuid4(), policy=policy)
        uow.commit()  # the caller went on with something else
    assert balance(desk, card, shop.actor) == 1000
    audit_value(shop)


# --- holds -------------------------------------------------------------------------------------------------


def test_a_capture_after_another_says_that_the_hold_is_closed(
    service: GiftCardService, shop: SmallShop, monkeypatch: pytest.MonkeyPatch
) -> None:  # V14
    card = a_card(service, shop)
    held = service.authorise(card.id, usd(500), shop.actor, request_id=uuid4())
    assert held.hold_id is not None
    seen_open = holds.hold_by_id  # what a till read before the other one captured
    with shop.database.read() as uow:
        before = seen_open(uow.connection, held.hold_id)
    service.capture(held.hold_id, usd(500), shop.actor, request_id=uuid4())
    monkeypatch.setattr(holds, "hold_by_id", lambda _connection, _hold_id: before)
    with pytest.raises(rules.HoldClosed):
        service.capture(held.hold_id, usd(500), shop.actor, request_id=uuid4())


def test_the_nightly_run_frees_every_hold_that_ran_out(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop, monkeypatch: pytest.MonkeyPatch
) -> None:  # F54
    shop.setting("giftcards.hold_minutes", 30)
    monkeypatch.setattr(holds, "AT_ONCE", 2)
    cards = [a_card(service, shop) for _ in range(2)]
    for card in cards:
        for _ in range(3):
            service.authorise(card.id, usd(100), shop.actor, request_id=uuid4())
    shop.clock.advance(minutes=31)
    late = service.authorise(cards[0].id, usd(100), shop.actor, request_id=uuid4())
    assert service.expire_due(shop.actor) == (6, 0)
    assert [desk.history(card.id, shop.actor).card.available for card in cards] == [usd(900), usd(1000)]
    assert late.hold_id is not None
    audit_value(shop)


# --- the nightly run ---------------------------------------------------------------------------------------


def test_money_that_went_back_to_an_expired_card_can_expire_again_the_same_day(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:  # V12
    shop.setting("giftcards.forfeit_expired", True)
    card = a_card(service, shop, expires_on=TODAY)
    service.redeem(card.id, usd(500), shop.actor, request_id=uuid4())
    shop.clock.advance(days=1)
    assert service.expire_due(shop.actor) == (0, 1)
    service.refund(card.id, usd(500), shop.actor, request_id=uuid4())
    assert service.expire_due(shop.actor) == (0, 1)
    assert balance(desk, card, shop.actor) == 0
    audit_value(shop)


def test_a_card_extended_while_the_run_works_keeps_its_money(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.setting("giftcards.forfeit_expired", True)
    card = a_card(service, shop, expires_on=TODAY - timedelta(days=1))
    with shop.database.read() as uow:
        due = lists.expired_with_balance(uow.connection, TODAY)
    desk.extend(card.id, TODAY + timedelta(days=365), shop.actor, reason="goodwill")
    found = iter([due, []])
    monkeypatch.setattr(lists, "expired_with_balance", lambda *_args, **_named: next(found))
    assert service.expire_due(shop.actor) == (0, 0)
    assert balance(desk, card, shop.actor) == 1000


# --- the desk ----------------------------------------------------------------------------------------------


def test_an_unsold_card_is_refused_with_what_is_true_of_it(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:
    service.stock(1, shop.actor, series="Spring")
    ((unsold,),) = shop.rows("SELECT id FROM value_account")
    assert isinstance(unsold, int)
    with pytest.raises(rules.GiftCardUnsold, match="not sold yet"):
        desk.deactivate(unsold, shop.actor, reason="x")
    card = a_card(service, shop)
    service.cancel_purchase(card.id, usd(1000), shop.actor, request_id=uuid4())
    with pytest.raises(rules.GiftCardCancelled):
        desk.activate(card.id, shop.actor, reason="x")


def test_two_managers_deactivating_at_once_leave_one_line_in_the_history(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = a_card(service, shop)
    with shop.database.read() as uow:
        before = accounts.by_id(uow.connection, card.id)
    desk.deactivate(card.id, shop.actor, reason="lost")
    real, looks = accounts.by_id, []

    def looked_too_early(connection: object, account_id: int) -> object:
        looks.append(account_id)
        return before if len(looks) == 1 else real(connection, account_id)  # type: ignore[arg-type]

    monkeypatch.setattr(accounts, "by_id", looked_too_early)
    assert desk.deactivate(card.id, shop.actor, reason="lost too").deactivated
    assert shop.rows("SELECT reason FROM value_event WHERE kind = 'deactivated'") == [("lost",)]


def test_store_credit_stays_with_its_customer(service: GiftCardService, desk: GiftCardDesk, shop: SmallShop) -> None:
    ada, bea = shop.customer("Ada"), shop.customer("Bea")
    credit = service.give_store_credit(ada, usd(500), shop.actor, reason="sorry", request_id=uuid4()).card
    for other in (bea, None):
        with pytest.raises(InvalidInput, match="store credit"):
            desk.assign(credit.id, other, shop.actor)


def test_cards_and_credit_go_to_customers_who_are_there(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:
    card, gone = a_card(service, shop), shop.customer("Ada")
    with shop.database.write() as uow:
        uow.connection.exec_driver_sql(f"UPDATE customer SET erased_at = created_at WHERE id = {gone}")
        uow.commit()
    for nobody in (gone, 987654):
        with pytest.raises(NotFound, match="customer"):
            desk.assign(card.id, nobody, shop.actor)
        with pytest.raises(NotFound, match="customer"):
            service.give_store_credit(nobody, usd(100), shop.actor, reason="x", request_id=uuid4())


def test_two_first_prints_at_once_are_a_print_and_a_reprint(service: GiftCardService, shop: SmallShop) -> None:  # T15
    card = a_card(service, shop)
    seller = Actor(shop.actor.staff_id, "Sam", "cashier", {"sale.sell": None})
    start, told = threading.Barrier(3), ["", "", ""]

    def print_it(place: int) -> None:
        desk = GiftCardDesk(shop.database, shop.clock, CodeVault(b"v" * 32))
        start.wait(timeout=30)
        try:
            told[place] = "printed" if desk.code_for_print(card.id, seller) else "no key"
        except Exception as refusal:
            told[place] = type(refusal).__name__

    threads = [threading.Thread(target=print_it, args=(place,)) for place in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(told) == ["NotPermitted", "NotPermitted", "printed"]
    assert shop.rows("SELECT print_count FROM value_account") == [(1,)]


def test_issuing_again_after_a_lost_answer_gives_the_code_that_was_issued(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:  # T12
    key = uuid4()
    first = service.issue(service.draft(), usd(100), shop.actor, reason="x", request_id=key)
    again = service.issue(service.draft(), usd(100), shop.actor, reason="x", request_id=key)
    assert again.replayed
    assert (again.card.id, again.code) == (first.card.id, first.code)
    assert desk.look_up(again.code, register_id=None).id == first.card.id
    without_key = GiftCardService(shop.database, shop.clock)
    blind = without_key.issue(without_key.draft(), usd(100), shop.actor, reason="x", request_id=key)
    assert (blind.card.id, blind.code) == (first.card.id, "")


def test_the_mask_of_a_short_number_hides_half_of_it(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:
    masks = {number: codes.mask(codes.last_four(number)) for number in ("7", "12", "4711", "471112", "04312345")}
    assert masks == {"7": "••••", "12": "•••• 2", "4711": "•••• 11", "471112": "•••• 112", "04312345": "•••• 2345"}
    card = a_card(service, shop, number="4711", pin="2468")
    assert card.masked == "•••• 11"
    found = desk.page(desk.by_number("4711", AccountFilter()), shop.actor).rows
    assert [one.id for one in found] == [card.id]  # typed whole, it is still found
