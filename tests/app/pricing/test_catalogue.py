"""What a promotion is found by, and that idle ones are never looked at."""

from dataclasses import replace

import pytest

from app.pricing import engine, kinds
from app.pricing.catalogue import Catalogue
from app.pricing.model import CustomerFacts, LineKind
from app.pricing.promotion import Audience, Conditions, Deal, Kind, Pool, Promotion, Selection, Target
from tests.app.pricing.build import NOON, PLAIN, basket, in_category, line, on, percent, priced, promotion


def found(*promotions: Promotion, customer: CustomerFacts | None = None) -> list[int]:
    sold = basket(line(1, 100, category_path=(5, 6), brand_id=3, tags=frozenset({"bio"})))
    return [rule.id for rule in Catalogue(promotions).automatic(sold, customer)]


@pytest.mark.parametrize(
    ("target", "there"),
    [
        (Target(), True),
        (on(1), True),
        (on(2), False),
        (in_category(5), True),  # any category on the way to the product's own
        (in_category(6), True),
        (in_category(7), False),
        (Target(Selection(brands=frozenset({3}))), True),
        (Target(Selection(brands=frozenset({4}))), False),
        (Target(Selection(tags=frozenset({"bio", "new"}))), True),
        (Target(Selection(tags=frozenset({"new"}))), False),
    ],
)
def test_automatic_promotions_are_found_by_what_they_discount(target: Target, there: bool) -> None:
    assert bool(found(percent("10", targets=target))) is there


def test_a_deal_is_found_by_what_is_bought_and_by_what_is_got() -> None:
    deal = Deal(buy=on(2), pool=Pool.SEPARATE, get=on(1))
    assert found(promotion(Kind.BOGO, deal=deal))
    assert found(promotion(Kind.BOGO, deal=replace(deal, buy=on(1), get=on(2))))
    assert not found(promotion(Kind.BOGO, deal=replace(deal, get=on(3))))


def test_personal_offers_are_found_by_the_customer() -> None:
    personal = percent("10", audience=Audience(customers=frozenset({7})))
    assert found(personal, customer=CustomerFacts(7)) == [personal.id]
    assert not found(personal, customer=CustomerFacts(8))


def test_promotions_by_code_wait_for_the_code() -> None:
    assert not found(percent("10", codes=("X",)), percent("10", needs_code=True), percent("10", active=False))


def test_one_code_may_unlock_several() -> None:
    sold = basket(line(1, 1000), line(2, 1000), codes=("SET",))
    result = priced(sold, percent("10", targets=on(1), codes=("SET",)), percent("20", targets=on(2), codes=("set",)))
    assert result.discount_minor == 300


def test_gift_cards_and_returns_bring_nothing_into_play() -> None:
    card = replace(line(1, 1000), kind=LineKind.GIFT_CARD)
    assert Catalogue([percent("10")]).automatic(basket(card), None) == []


def test_two_of_one_id_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="same id"):
        Catalogue([percent("10", id=1), percent("10", id=1)])


def test_idle_promotions_are_never_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand coupons and offers on other products: three promotions are weighed, the ones in play."""
    idle = [percent("5", id=number, codes=(f"C{number}",)) for number in range(1, 5001)]
    idle += [percent("5", id=number, targets=on(number)) for number in range(5001, 10001)]
    live = [
        percent("10", id=20001),
        percent("10", id=20002, codes=("LIVE",)),
        percent("10", id=20003, targets=on(1), conditions=Conditions(min_amount_minor=10**6)),
    ]
    weighed: list[int] = []
    asked = engine.why_not
    monkeypatch.setattr(engine, "why_not", lambda rule, *rest: weighed.append(rule.id) or asked(rule, *rest))
    sold = basket(*(line(number, 500) for number in range(1, 101)), codes=("LIVE",))
    result = engine.price(sold, Catalogue([*idle, *live]), PLAIN, now=NOON)
    assert weighed == [20001, 20002, 20003]
    assert len(result.trail) == 3


def test_a_proposal_looks_only_at_the_lines_of_its_target(monkeypatch: pytest.MonkeyPatch) -> None:
    cut: list[int] = []
    plain = kinds._line_cut
    monkeypatch.setattr(kinds, "_line_cut", lambda each, most: cut.append(each.place) or plain(each, most))
    priced(basket(*(line(number, 500) for number in range(1, 101))), percent("10", targets=on(3, 4)))
    assert cut == [2, 3]
