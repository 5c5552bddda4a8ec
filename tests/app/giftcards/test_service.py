"""Cards through the services, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import uuid4

import pytest

from app import codes
from app.codekeys import CodeVault
from app.errors import DomainError, InvalidInput, NotPermitted
from app.giftcards import model as rules
from app.giftcards.desk import GiftCardDesk
from app.giftcards.model import Shown, State, ValueKind, VoucherType, expiry_date, shown_status
from app.giftcards.service import Card, GiftCardService
from app.money import Money
from app.staff.model import Actor
from db.queries.value_lists import AccountFilter
from tests.app.giftcards.shop import SmallShop, audit_value

TODAY = date(2026, 3, 14)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


@pytest.fixture
def vault() -> CodeVault:
    return CodeVault(b"v" * 32)


@pytest.fixture
def service(shop: SmallShop, vault: CodeVault) -> Iterator[GiftCardService]:
    yield GiftCardService(shop.database, shop.clock, vault)
    audit_value(shop)  # V9 after every test


@pytest.fixture
def desk(shop: SmallShop, vault: CodeVault) -> GiftCardDesk:
    return GiftCardDesk(shop.database, shop.clock, vault)


def a_card(service: GiftCardService, shop: SmallShop, minor: int = 5000, **draft: object) -> Card:
    made = service.draft(**draft)  # type: ignore[arg-type]
    return service.issue(made, usd(minor), shop.actor, reason="test", request_id=uuid4()).card


def test_issue_redeem_reload_and_the_ledger_tells_it_all(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:  # A13, A15
    card = a_card(service, shop)
    assert (card.shown, card.original, card.balance) == (Shown.ACTIVE, usd(5000), usd(5000))
    assert service.redeem(card.id, usd(4999), shop.actor, request_id=uuid4()).card.balance == usd(1)
    assert service.redeem(card.id, usd(1), shop.actor, request_id=uuid4()).card.shown is Shown.FULLY_REDEEMED
    assert service.reload(card.id, usd(700), shop.actor, reason="gift", request_id=uuid4()).card.shown is Shown.ACTIVE
    history = desk.history(card.id, shop.actor)
    assert [(row.kind, row.amount_minor) for row in history.rows] == [
        ("reload", 700), ("redemption", -1), ("redemption", -4999), ("issue", 5000),
    ]  # fmt: skip
    assert history.complete
    assert history.entries_minor == history.card.balance.minor == 700
    assert history.rows[0].staff_name == "Grace"
    assert history.rows[0].reason == "gift"


def test_the_code_is_stored_nowhere_in_clear(service: GiftCardService, desk: GiftCardDesk, shop: SmallShop) -> None:
    issued = service.issue(service.draft(), usd(100), shop.actor, reason="x", request_id=uuid4())
    stored = shop.rows("SELECT code_hash, last_four, note, series FROM value_account")
    assert issued.code not in str(stored)
    assert issued.code not in repr(issued)
    assert issued.card.masked == f"•••• {issued.code[-4:]}"
    assert desk.code_for_print(issued.card.id, shop.actor) == issued.code
    assert desk.look_up(codes.grouped(issued.code).lower(), register_id=shop.register_id).id == issued.card.id
    lost_key = GiftCardDesk(shop.database, shop.clock, CodeVault(b"w" * 32))
    assert lost_key.code_for_print(issued.card.id, shop.actor) is None
    assert lost_key.look_up(issued.code, register_id=None).balance == usd(100)  # the card lives on


def test_a_reprint_needs_the_right_a_first_print_does_not(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:  # T15
    card = a_card(service, shop)
    cashier = Actor(shop.actor.staff_id, "Cas", "cashier", {"giftcard.view": None})
    assert desk.code_for_print(card.id, cashier)
    with pytest.raises(NotPermitted):
        desk.code_for_print(card.id, cashier)
    assert desk.code_for_print(card.id, shop.actor)
    with pytest.raises(NotPermitted):  # from the back office even the first print shows a code to a stranger
        desk.code_for_print(a_card(service, shop).id, cashier, of_sale=False)
    kinds = [row.kind for row in desk.history(card.id, shop.actor).rows]
    assert kinds.count("printed") == kinds.count("reprinted") == 1


REFUSED_AMOUNTS = [0, -1, -(10**12), 10**15 + 1]


@pytest.mark.parametrize("minor", REFUSED_AMOUNTS)
def test_amounts_that_cannot_be_are_refused_everywhere(
    service: GiftCardService, shop: SmallShop, minor: int
) -> None:  # F41
    card = a_card(service, shop)
    with pytest.raises(rules.GiftCardAmount):
        service.issue(service.draft(), usd(minor), shop.actor, reason="x", request_id=uuid4())
    with pytest.raises(rules.GiftCardAmount):
        service.reload(card.id, usd(minor), shop.actor, reason="x", request_id=uuid4())
    with pytest.raises(rules.GiftCardAmount):
        service.redeem(card.id, usd(minor), shop.actor, request_id=uuid4())
    with pytest.raises(rules.GiftCardAmount):
        service.refund(card.id, usd(minor), shop.actor, request_id=uuid4(), max_refundable=usd(10**15))
    with pytest.raises(rules.GiftCardAmount):
        service.authorise(card.id, usd(minor), shop.actor, request_id=uuid4())


def test_each_refusal_says_which_and_changes_nothing(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:  # A14, T14, T15
    owner, other = shop.customer("Owner"), shop.customer("Other")

    def refusal(card: Card, minor: int = 100, currency: str = "USD", customer: int | None = None) -> str:
        with pytest.raises(DomainError) as caught:
            service.redeem(card.id, Money(minor, currency), shop.actor, request_id=uuid4(), customer_id=customer)
        assert desk.card(card.id, shop.actor).balance == card.balance
        return caught.value.code

    card = a_card(service, shop, 1000)
    assert refusal(card, 1001) == "giftcard.short"
    assert refusal(card, 100, "EUR") == "giftcard.currency"
    empty = a_card(service, shop, 100)
    empty = service.redeem(empty.id, usd(100), shop.actor, request_id=uuid4()).card
    assert refusal(empty) == "giftcard.empty"
    yesterday = a_card(service, shop, expires_on=TODAY - timedelta(days=1))
    assert yesterday.shown is Shown.EXPIRED
    assert refusal(yesterday) == "giftcard.expired"
    mine = a_card(service, shop, customer_id=owner, owner_only=True)
    assert refusal(mine) == "giftcard.owner"
    assert refusal(mine, customer=other) == "giftcard.owner"
    assert service.redeem(mine.id, usd(100), shop.actor, request_id=uuid4(), customer_id=owner).card.balance == usd(
        4900
    )
    off = desk.deactivate(card.id, shop.actor, reason="lost")
    assert (off.shown, off.deactivated) == (Shown.ACTIVE, True)  # A14 with the badge of A15
    assert refusal(off) == "giftcard.inactive"
    gone = desk.delete(a_card(service, shop).id, shop.actor, reason="test card")
    assert refusal(gone) == "giftcard.deleted"
    with pytest.raises(rules.GiftCardDeleted):
        desk.activate(gone.id, shop.actor, reason="please")


def test_a_card_is_good_through_its_last_day_in_the_shop_zone(service: GiftCardService, shop: SmallShop) -> None:
    card = a_card(service, shop, expires_on=TODAY)
    service.redeem(card.id, usd(1), shop.actor, request_id=uuid4())
    shop.clock.advance(hours=11, minutes=59)
    service.redeem(card.id, usd(1), shop.actor, request_id=uuid4())
    shop.clock.advance(minutes=1)
    with pytest.raises(rules.GiftCardExpired):
        service.redeem(card.id, usd(1), shop.actor, request_id=uuid4())
    with pytest.raises(rules.GiftCardExpired):
        service.reload(card.id, usd(1), shop.actor, reason="x", request_id=uuid4())


def test_where_the_law_says_so_expired_cards_still_pay(service: GiftCardService, shop: SmallShop) -> None:  # A14
    shop.setting("giftcards.expired_redeemable", True)
    card = a_card(service, shop, expires_on=TODAY - timedelta(days=400))
    assert service.redeem(card.id, usd(100), shop.actor, request_id=uuid4()).card.balance == usd(4900)


def test_expiry_by_policy_and_the_nightly_write_off(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:  # V12
    shop.setting("giftcards.expiry_months", 12)
    card = a_card(service, shop, 900)
    assert card.expires_on == date(2027, 3, 14)
    shop.clock.advance(days=400)
    assert service.expire_due(shop.actor) == (0, 0)  # kept as owed unless the shop forfeits
    shop.setting("giftcards.forfeit_expired", True)
    assert service.expire_due(shop.actor) == (0, 1)
    assert service.expire_due(shop.actor) == (0, 0)
    after = desk.history(card.id, shop.actor)
    assert (after.card.shown, after.card.balance, after.rows[0].kind) == (Shown.EXPIRED, usd(0), "expiry")


@pytest.mark.parametrize(
    ("today", "months", "last"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 3, 14), 24, date(2028, 3, 14)),
    ],
)
def test_months_end_where_the_month_does(today: date, months: int, last: date) -> None:
    assert expiry_date(today, months) == last
    assert expiry_date(today, None) is None


@pytest.mark.parametrize(
    ("balance", "expires", "shown"),
    [
        (1, None, Shown.ACTIVE),
        (1, TODAY, Shown.ACTIVE),
        (0, None, Shown.FULLY_REDEEMED),
        (0, TODAY - timedelta(days=1), Shown.EXPIRED),
        (1, TODAY - timedelta(days=1), Shown.EXPIRED),
    ],
)
def test_the_three_statuses(balance: int, expires: date | None, shown: Shown) -> None:  # A14
    assert shown_status(balance_minor=balance, expires_on=expires, today=TODAY) is shown


def test_a_repeat_changes_nothing_and_a_reused_id_is_told(service: GiftCardService, shop: SmallShop) -> None:  # V6, T12
    card, key = a_card(service, shop), uuid4()
    first = service.redeem(card.id, usd(100), shop.actor, request_id=key)
    again = service.redeem(card.id, usd(100), shop.actor, request_id=key)
    assert (first.replayed, again.replayed, again.card.balance) == (False, True, usd(4900))
    with pytest.raises(rules.RequestReused):
        service.redeem(card.id, usd(200), shop.actor, request_id=key)
    with pytest.raises(rules.RequestReused):
        service.redeem(a_card(service, shop).id, usd(100), shop.actor, request_id=key)


def test_refunds_reach_an_empty_card_and_never_exceed_what_was_taken(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:  # T13
    card, key = a_card(service, shop, 1000), uuid4()
    service.redeem(card.id, usd(1000), shop.actor, request_id=key)
    assert service.refund(card.id, usd(400), shop.actor, request_id=uuid4()).card.balance == usd(400)
    with pytest.raises(rules.GiftCardOverRefund) as over:
        service.refund(card.id, usd(601), shop.actor, request_id=uuid4())
    assert "6.00" in str(over.value)
    with pytest.raises(rules.GiftCardOverRefund):
        service.refund(card.id, usd(1), shop.actor, request_id=uuid4(), max_refundable=usd(0))
    service.refund(card.id, usd(600), shop.actor, request_id=uuid4())
    assert desk.card(card.id, shop.actor).balance == usd(1000)


def test_a_refund_reaches_a_card_past_its_date_but_not_a_blocked_one(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:  # V12: no new debit; what is owed may still go back
    card = a_card(service, shop, 1000, expires_on=TODAY)
    service.redeem(card.id, usd(1000), shop.actor, request_id=uuid4())
    shop.clock.advance(days=2)
    back = service.refund(card.id, usd(400), shop.actor, request_id=uuid4()).card
    assert (back.balance, back.shown) == (usd(400), Shown.EXPIRED)
    desk.deactivate(card.id, shop.actor, reason="lost")
    with pytest.raises(rules.GiftCardInactive):
        service.refund(card.id, usd(400), shop.actor, request_id=uuid4())


def test_a_reversal_happens_once(service: GiftCardService, desk: GiftCardDesk, shop: SmallShop) -> None:  # V18, T11
    card, key = a_card(service, shop, 1000), uuid4()
    service.redeem(card.id, usd(700), shop.actor, request_id=key)
    desk.deactivate(card.id, shop.actor, reason="lost")  # undoing what was taken works in any state
    assert service.reverse(key, shop.actor).card.balance == usd(1000)
    assert service.reverse(key, shop.actor).replayed
    assert desk.card(card.id, shop.actor).balance == usd(1000)


def test_refunding_the_purchase_of_a_card(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:  # V20, T13
    unspent = a_card(service, shop, 1000)
    done = service.cancel_purchase(unspent.id, usd(1000), shop.actor, request_id=uuid4())
    assert (done.card.state, done.card.balance) == (State.CANCELLED, usd(0))
    with pytest.raises(rules.GiftCardInactive):
        service.reload(unspent.id, usd(1), shop.actor, reason="x", request_id=uuid4())
    spent = a_card(service, shop, 1000)
    service.redeem(spent.id, usd(300), shop.actor, request_id=uuid4())
    with pytest.raises(rules.GiftCardSpent) as refused:
        service.cancel_purchase(spent.id, usd(1000), shop.actor, request_id=uuid4())
    assert refused.value.left == usd(700)
    with pytest.raises(rules.GiftCardOverRefund):
        service.cancel_purchase(spent.id, usd(1001), shop.actor, request_id=uuid4())
    assert service.cancel_purchase(spent.id, usd(700), shop.actor, request_id=uuid4()).card.state is State.CANCELLED


def test_holds(service: GiftCardService, desk: GiftCardDesk, shop: SmallShop) -> None:  # V14
    card, key = a_card(service, shop, 1000), uuid4()
    held = service.authorise(card.id, usd(600), shop.actor, request_id=key)
    assert (held.card.balance, held.card.available) == (usd(1000), usd(400))
    again = service.authorise(card.id, usd(600), shop.actor, request_id=key)
    assert (again.replayed, again.hold_id) == (True, held.hold_id)
    with pytest.raises(rules.GiftCardShort):
        service.redeem(card.id, usd(401), shop.actor, request_id=uuid4())
    with pytest.raises(rules.GiftCardSpent):  # held money is promised: the purchase cannot be refunded whole
        service.cancel_purchase(card.id, usd(1000), shop.actor, request_id=uuid4())
    assert held.hold_id is not None
    with pytest.raises(rules.HoldExceeded):
        service.capture(held.hold_id, usd(601), shop.actor, request_id=uuid4())
    took = service.capture(held.hold_id, usd(250), shop.actor, request_id=uuid4())
    assert (took.card.balance, took.card.available) == (usd(750), usd(750))
    with pytest.raises(rules.HoldClosed):
        service.capture(held.hold_id, usd(1), shop.actor, request_id=uuid4())
    assert service.release(held.hold_id, shop.actor).replayed
    other = service.authorise(card.id, usd(750), shop.actor, request_id=uuid4())
    assert other.hold_id is not None
    assert not service.release(other.hold_id, shop.actor).replayed
    assert desk.card(card.id, shop.actor).available == usd(750)


def test_a_blocked_card_pays_no_hold_and_one_that_ran_out_frees_its_money(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:  # V12, F54
    shop.setting("giftcards.hold_minutes", 30)
    card = a_card(service, shop, 1000)
    held = service.authorise(card.id, usd(900), shop.actor, request_id=uuid4())
    assert held.hold_id is not None
    [listed] = desk.open_holds(card.id, shop.actor)
    assert (listed.id, listed.amount, listed.until) == (
        held.hold_id,
        usd(900),
        shop.clock.now() + timedelta(minutes=30),
    )
    desk.deactivate(card.id, shop.actor, reason="stolen")
    with pytest.raises(rules.GiftCardInactive):
        service.capture(held.hold_id, usd(900), shop.actor, request_id=uuid4())
    desk.activate(card.id, shop.actor, reason="found")
    shop.clock.advance(minutes=30)
    assert desk.open_holds(card.id, shop.actor) == ()
    with pytest.raises(rules.HoldClosed):
        service.capture(held.hold_id, usd(900), shop.actor, request_id=uuid4())
    # nobody has run the nightly job: the next payment frees what ran out
    assert service.redeem(card.id, usd(1000), shop.actor, request_id=uuid4()).card.balance == usd(0)


def test_pre_printed_numbers(service: GiftCardService, desk: GiftCardDesk, shop: SmallShop) -> None:  # V10
    draft = service.draft(number="043-123 456")
    assert draft.guessable
    assert len(draft.pin) == 6
    issued = service.issue(draft, usd(100), shop.actor, reason="x", request_id=uuid4())
    assert issued.card.has_pin
    assert "043123456" not in repr(draft)
    with pytest.raises(rules.GiftCardDuplicate):
        service.draft(number="043123456")
    with pytest.raises(rules.GiftCardDuplicate):  # and the insert itself refuses what slipped in between
        service.issue(draft, usd(100), shop.actor, reason="x", request_id=uuid4())
    with pytest.raises(rules.PinNeeded):
        desk.look_up("043123456", register_id=None)
    assert desk.look_up("043123456", register_id=None, pin=draft.pin).id == issued.card.id


def test_cards_on_the_rack_are_worth_nothing_until_sold(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:  # V10
    numbers = service.stock(3, shop.actor, series="Spring")
    with pytest.raises(rules.GiftCardUnknown):
        desk.look_up(numbers[0], register_id=None)
    draft = service.draft(number=numbers[0])
    assert not draft.guessable
    assert draft.pin == ""
    sold = service.issue(draft, usd(2500), shop.actor, reason="x", request_id=uuid4()).card
    assert (sold.balance, sold.series) == (usd(2500), "Spring")
    with pytest.raises(rules.GiftCardDuplicate):
        service.issue(draft, usd(2500), shop.actor, reason="x", request_id=uuid4())
    unsold = desk.page(AccountFilter(shown="unsold"), shop.actor)
    assert len(unsold.rows) == 2


def test_wrong_numbers_get_one_answer_and_then_a_pause(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:  # T29
    card = service.issue(service.draft(), usd(100), shop.actor, reason="x", request_id=uuid4())
    gone = service.issue(service.draft(), usd(100), shop.actor, reason="x", request_id=uuid4())
    desk.delete(gone.card.id, shop.actor, reason="x")
    stocked = service.stock(1, shop.actor, series="S")[0]
    typo = card.code[:-1] + ("2" if card.code[-1] != "2" else "3")
    answers = []
    for text in ("", "nonsense", gone.code, stocked, typo):
        with pytest.raises(rules.GiftCardUnknown) as caught:
            desk.look_up(text, register_id=shop.register_id)
        answers.append(str(caught.value))
    assert len(set(answers)) == 1
    with pytest.raises(rules.TooManyLookups):  # even the right number, until the minute is over
        desk.look_up(card.code, register_id=shop.register_id)
    assert desk.look_up(card.code, register_id=None).id == card.card.id  # other registers go on
    shop.clock.advance(seconds=61)
    assert desk.look_up(card.code, register_id=shop.register_id).id == card.card.id
    logged = [row[0] for row in shop.rows("SELECT reason FROM code_attempt ORDER BY id")]
    assert logged == ["empty", "unknown", "deleted", "issued", "mistyped"]
    assert card.code[:8] not in str(shop.rows("SELECT * FROM code_attempt"))


def test_wrong_pins_lock_the_card_for_a_while(service: GiftCardService, desk: GiftCardDesk, shop: SmallShop) -> None:
    issued = service.issue(service.draft(pin="482913"), usd(100), shop.actor, reason="x", request_id=uuid4())
    for place in range(rules.PIN_TRIES):
        with pytest.raises(rules.GiftCardUnknown):
            desk.look_up(issued.code, register_id=place % 2 or None, pin="000000")
        shop.clock.advance(seconds=20)
    with pytest.raises(rules.PinLocked):
        desk.look_up(issued.code, register_id=None, pin="482913")
    shop.clock.advance(minutes=16)
    assert desk.look_up(issued.code, register_id=None, pin="482913").id == issued.card.id
    assert "pin_locked" in [row.kind for row in desk.history(issued.card.id, shop.actor).rows]


def test_vouchers_and_store_credit_are_the_same_ledger(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:  # N10
    ada = shop.customer()
    note = a_card(service, shop, 300, kind=ValueKind.VOUCHER, voucher_type=VoucherType.CREDIT_NOTE, customer_id=ada)
    assert note.voucher_type is VoucherType.CREDIT_NOTE
    with pytest.raises(InvalidInput):
        service.draft(kind=ValueKind.VOUCHER)
    first = service.give_store_credit(ada, usd(500), shop.actor, reason="sorry", request_id=uuid4())
    second = service.give_store_credit(ada, usd(250), shop.actor, reason="sorry", request_id=uuid4())
    assert (first.card.id, second.card.balance) == (second.card.id, usd(750))
    assert desk.liability_minor(shop.actor) == {"voucher": 300, "store_credit": 750}
    assert {card.id for card in desk.page(AccountFilter(customer_id=ada), shop.actor).rows} == {note.id, first.card.id}


def test_rights_and_reasons_are_checked_in_the_service(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:
    card = a_card(service, shop)
    supervisor = Actor(shop.actor.staff_id, "Sue", "supervisor", {"giftcard.issue": 1000})
    nobody = Actor(shop.actor.staff_id, "Ned", "none", {})
    with pytest.raises(NotPermitted):
        service.issue(service.draft(), usd(1001), supervisor, reason="x", request_id=uuid4())
    service.issue(service.draft(), usd(1000), supervisor, reason="x", request_id=uuid4())
    for refused in (
        lambda: service.reload(card.id, usd(1), nobody, reason="x", request_id=uuid4()),
        lambda: service.adjust(card.id, usd(1), nobody, reason="x", request_id=uuid4()),
        lambda: service.redeem(card.id, usd(1), nobody, request_id=uuid4()),
        lambda: service.refund(card.id, usd(1), nobody, request_id=uuid4(), max_refundable=usd(10**6)),
        lambda: service.cancel_purchase(card.id, usd(1), nobody, request_id=uuid4()),
        lambda: service.reverse(uuid4(), nobody),
        lambda: service.authorise(card.id, usd(1), nobody, request_id=uuid4()),
        lambda: service.capture(1, usd(1), nobody, request_id=uuid4()),
        lambda: service.release(1, nobody),
        lambda: desk.deactivate(card.id, nobody, reason="x"),
        lambda: desk.history(card.id, nobody),
        lambda: desk.card(card.id, nobody),
        lambda: desk.page(AccountFilter(), nobody),
        lambda: desk.assign(card.id, None, nobody),
        lambda: service.stock(1, nobody, series=""),
    ):
        with pytest.raises(NotPermitted):
            refused()
    for unexplained in (
        lambda: service.reload(card.id, usd(1), shop.actor, reason="  ", request_id=uuid4()),
        lambda: service.adjust(card.id, usd(1), shop.actor, reason="", request_id=uuid4()),
        lambda: desk.deactivate(card.id, shop.actor, reason=""),
    ):
        with pytest.raises(InvalidInput):
            unexplained()


def test_adjusting_by_hand(service: GiftCardService, desk: GiftCardDesk, shop: SmallShop) -> None:
    card = a_card(service, shop, 1000)
    assert service.adjust(card.id, usd(-300), shop.actor, reason="typo", request_id=uuid4()).card.balance == usd(700)
    assert service.adjust(card.id, usd(50), shop.actor, reason="typo", request_id=uuid4()).card.balance == usd(750)
    with pytest.raises(rules.GiftCardShort):
        service.adjust(card.id, usd(-751), shop.actor, reason="typo", request_id=uuid4())
    assert [row.kind for row in desk.history(card.id, shop.actor).rows][:2] == ["adjustment", "adjustment"]


def test_the_list_filters_searches_and_pages_without_losing_a_card(
    service: GiftCardService, desk: GiftCardDesk, shop: SmallShop
) -> None:  # A15
    ada = shop.customer("Ada")
    cards = [a_card(service, shop, 100 + place) for place in range(7)]
    desk.assign(cards[0].id, ada, shop.actor)
    desk.deactivate(cards[1].id, shop.actor, reason="lost")
    service.redeem(cards[2].id, usd(102), shop.actor, request_id=uuid4())
    old = a_card(service, shop, 900, expires_on=TODAY - timedelta(days=3))

    def ids(shown: str) -> set[int]:
        return {card.id for card in desk.page(AccountFilter(shown=shown), shop.actor).rows}

    assert ids("deactivated") == {cards[1].id}
    assert ids("fully_redeemed") == {cards[2].id}
    assert ids("expired") == {old.id}
    assert ids("active") == {cards[0].id, *(card.id for card in cards[3:])}
    seen: list[int] = []
    after = None
    while True:
        page = desk.page(AccountFilter(), shop.actor, after=after, limit=3)
        seen += [card.id for card in page.rows]
        after = page.after
        if after is None:
            break
    assert sorted(seen) == sorted([*(card.id for card in cards), old.id])
    assert seen == sorted(seen, reverse=True)  # newest first, all issued at one moment
    by_tail = desk.page(desk.by_number(cards[4].masked[-4:], AccountFilter()), shop.actor).rows
    assert cards[4].id in {card.id for card in by_tail}
    named = desk.page(AccountFilter(customer_id=ada), shop.actor).rows
    assert [card.customer_name for card in named] == ["Ada"]


def test_liability_on_any_day(service: GiftCardService, desk: GiftCardDesk, shop: SmallShop) -> None:  # N10, V13
    start = shop.clock.now()
    card = a_card(service, shop, 1000)
    shop.clock.advance(days=1)
    service.redeem(card.id, usd(400), shop.actor, request_id=uuid4())
    assert desk.liability_minor(shop.actor, start) == {"gift_card": 1000}
    assert desk.liability_minor(shop.actor) == {"gift_card": 600}
