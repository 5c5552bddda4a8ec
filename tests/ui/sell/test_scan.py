"""Where codes lead; the words of the refusals."""

import pytest

from app.barcodes.model import BarcodeSettings, InStorePattern, OwnCodeKind
from tests.ui.sell.conftest import FORMATS
from tests.ui.sell.fakes import ean13, make_facts
from ui.sell.scan import ChooseProduct, LookUp, NotKnown, Router, SellProduct, shown, split_times

FACTS = make_facts()


@pytest.fixture
def router() -> Router:
    barcodes = BarcodeSettings("USD", in_store=(InStorePattern("28IIIIIWWWWWC"), InStorePattern("29IIIIIPPPPPC")))
    return Router(FACTS.products, FACTS.catalogue, FACTS.settings, barcodes, FORMATS)


def test_a_product_by_its_barcode_and_by_its_sku(router: Router) -> None:
    for code in (ean13(3), "SKU-3", " sku-3 "):
        found = router.route(code)
        assert isinstance(found, SellProduct)
        assert (found.product.id, found.quantity_milli) == (3, 1000)


def test_three_of_them(router: Router) -> None:
    found = router.route(f"3*{ean13(3)}")
    assert isinstance(found, SellProduct)
    assert found.quantity_milli == 3000


@pytest.mark.parametrize("typed", ["0*SKU-3", "100000*SKU-3", "1e3*SKU-3", "--5*SKU-3"])  # F41
def test_a_bad_quantity_books_nothing(router: Router, typed: str) -> None:
    assert isinstance(router.route(typed), NotKnown)


def test_a_shared_supplier_number_asks_which(router: Router) -> None:
    found = router.route("SHARED")
    assert isinstance(found, ChooseProduct)
    assert [match.product.id for match in found.matches] == [1, 2]


def test_one_wrong_digit_is_never_the_nearest_product(router: Router) -> None:  # F38
    code = ean13(3)
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    found = router.route(wrong)
    assert isinstance(found, NotKnown)
    assert found.raw == wrong


def test_half_a_code_and_two_glued_together_are_refused(router: Router) -> None:  # F38
    for code in (ean13(3)[:7], ean13(3) + ean13(4)):
        assert isinstance(router.route(code), NotKnown)


def test_a_good_number_nobody_knows_can_become_a_product(router: Router) -> None:
    found = router.route(ean13(9999))
    assert isinstance(found, NotKnown)
    assert found.unknown


def test_a_coupon_word_and_a_generated_code_are_looked_up(router: Router) -> None:
    coupon, generated = router.route("summer10"), router.route("ABCD-2345-EFGH-7Q4K")
    assert isinstance(coupon, LookUp)
    assert coupon.kind is OwnCodeKind.COUPON
    assert isinstance(generated, LookUp)
    assert generated.kind is OwnCodeKind.ANY
    assert "7Q4K" not in repr(generated)


def test_a_code_that_spends_is_not_taken_several_times(router: Router) -> None:
    assert isinstance(router.route("3*ABCD-2345-EFGH-7Q4K"), NotKnown)


def _with_check(twelve: str) -> str:
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve))
    return twelve + str(-total % 10)


def test_a_scale_label_brings_its_weight_or_price() -> None:
    from app.catalog.till import CodeRow, TillCatalogue

    tomatoes = FACTS.products.by_id(11)
    assert tomatoes is not None
    catalogue = TillCatalogue(1, [tomatoes], [CodeRow(11, "00042", None, 1000)])
    barcodes = BarcodeSettings("USD", in_store=(InStorePattern("28IIIIIWWWWWC"), InStorePattern("29IIIIIPPPPPC")))
    router = Router(catalogue, FACTS.catalogue, FACTS.settings, barcodes, FORMATS)
    weighed = router.route(_with_check("280004201086"))
    assert isinstance(weighed, SellProduct)
    assert (weighed.quantity_milli, weighed.price_minor, weighed.measured) == (1086, None, True)
    priced = router.route(_with_check("290004200350"))
    assert isinstance(priced, SellProduct)
    assert priced.price_minor == 350


def test_what_came_is_shown_safely() -> None:
    assert shown("ab\x1bp\x00c") == "ab\u241bp\u2400c"
    assert len(shown("9" * 5000)) <= 60
    assert shown("<b>x</b>") == "<b>x</b>"


def test_split() -> None:
    assert split_times("2*5", FORMATS) == (2000, "5")
    assert split_times("1.5*SKU", FORMATS) == (1500, "SKU")
    assert split_times("4006381333931", FORMATS) == (None, "4006381333931")
