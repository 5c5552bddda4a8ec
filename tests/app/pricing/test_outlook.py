"""What a coupon would do before it is entered."""

from app.pricing.catalogue import Catalogue
from app.pricing.model import Combine, EnteredCode, PricingSettings
from app.pricing.outlook import Prospect, outlook
from app.pricing.promotion import Conditions, Promotion
from tests.app.pricing.build import NOON, PLAIN, basket, fixed, line, percent

TEN = percent("10", codes=("TEN",))
FROM_FIFTY = fixed(500, codes=("FIFTY",), conditions=Conditions(min_amount_minor=5000))


def ask(
    *codes: str, settings: PricingSettings = PLAIN, on: tuple[str, ...] = (), rules: tuple[Promotion, ...] = ()
) -> list[Prospect]:
    sold = basket(line(1, 2000), codes=on)
    asked = [EnteredCode(code) for code in codes]
    return list(outlook(sold, asked, Catalogue([TEN, FROM_FIFTY, *rules]), settings, now=NOON))


def test_each_code_is_answered_by_itself() -> None:
    ten, fifty, unknown = ask("TEN", "FIFTY", "NOPE")
    assert (ten.counts, ten.saving_minor) == (True, 200)
    assert (fifty.counts, fifty.saving_minor, fifty.sentence) == (False, 0, "Needs 30.00 more.")
    assert (unknown.counts, unknown.reason) == (False, "unknown_code")


def test_the_saving_is_what_the_total_falls_by() -> None:
    """Only the best one counts here: 4.00 by itself already, so a code of 2.00 gains nothing."""
    better = percent("20")
    (ten,) = ask("TEN", settings=PricingSettings("EUR", combine=Combine.BEST_ONE), rules=(better,))
    assert (ten.counts, ten.reason) == (False, "best_of")


def test_a_code_on_the_basket_gains_nothing_again() -> None:
    (again,) = ask("TEN", on=("TEN",))
    assert (again.counts, again.saving_minor) == (False, 0)
