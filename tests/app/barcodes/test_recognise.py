import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from app.barcodes import (
    BarcodeSettings,
    EuroCoupon,
    Gs1,
    InStore,
    InStorePattern,
    Measure,
    NaCoupon,
    OwnCode,
    OwnCodeKind,
    OwnCodePattern,
    PlainText,
    Product,
    Refused,
    Sscc,
    recognise,
)


def whole(twelve: str) -> str:
    return twelve + ean.calc_check_digit(twelve)


def gtin_of(raw: str, **keywords: str) -> str:
    found = recognise(raw, **keywords)
    assert isinstance(found, Product), found
    return found.gtin14


@pytest.mark.parametrize(
    ("upc_e", "upc_a"),
    [  # GS1 General Specifications, zero suppression: one row per last digit
        ("123450", "012000003455"),
        ("123451", "012100003454"),
        ("123452", "012200003453"),
        ("123453", "012300000451"),
        ("123454", "012340000053"),
        ("123455", "012345000058"),
        ("123456", "012345000065"),
        ("123457", "012345000072"),
        ("123458", "012345000089"),
        ("123459", "012345000096"),
    ],
)
def test_upc_e_expands_in_all_its_forms(upc_e: str, upc_a: str) -> None:
    for sent in (upc_e, "0" + upc_e, "0" + upc_e + upc_a[-1]):
        assert gtin_of(sent, symbology_hint="UPC-E") == "00" + upc_a


def test_eight_digits_right_both_ways_offer_both() -> None:
    found = recognise("12345670")
    assert isinstance(found, Product)
    assert (found.gtin14, found.alternative) == ("00000012345670", "00123456000070")


@pytest.mark.parametrize("padding", ["", "0", "00000"])
def test_leading_zeros_make_no_other_article(padding: str) -> None:
    found = recognise((padding + "96385074").zfill(13) if padding else "96385074")
    assert isinstance(found, Product)
    assert (found.gtin14, found.symbology) == ("00000096385074", "EAN-8")


def test_scale_label_by_the_shops_pattern() -> None:
    settings = BarcodeSettings(currency="EUR", in_store=(InStorePattern("20IIIIIWWWWWC"),))
    assert recognise(whole("201234501086"), settings=settings) == InStore(
        item="12345",
        measure=Measure.WEIGHT,
        amount=Decimal("1.086"),
        gtin14="0" + whole("201234501086"),
        lookup_gtin14="0" + whole("201234500000"),
    )


def test_price_label_takes_the_decimals_of_the_shops_money() -> None:
    pattern = (InStorePattern("21IIIIIPPPPPC"),)
    euro = recognise(whole("211234501250"), settings=BarcodeSettings("EUR", in_store=pattern))
    yen = recognise(whole("211234501250"), settings=BarcodeSettings("JPY", in_store=pattern))
    assert isinstance(euro, InStore) and euro.amount == Decimal("12.50")
    assert isinstance(yen, InStore) and yen.amount == 1250


def test_price_embedded_with_bad_check_digit_is_refused() -> None:  # F38
    settings = BarcodeSettings(in_store=(InStorePattern("20IIIIIWWWWWC"),))
    right = whole("201234501086")
    found = recognise(right[:-1] + str((int(right[-1]) + 1) % 10), settings=settings)
    assert isinstance(found, Refused) and found.reason == "check_digit"
    with_inner = BarcodeSettings(in_store=(InStorePattern("22IIIIIVWWWWC"),))
    # The GS1 General Specifications' own example: 2875 has the price check digit 9.
    assert isinstance(recognise(whole("221234592875"), settings=with_inner), InStore)
    found = recognise(whole("221234582875"), settings=with_inner)
    assert isinstance(found, Refused) and found.reason == "check_digit"


@pytest.mark.parametrize(
    "pattern", ["20IIIIIWWWWW", "20IIIIIWWPPPC", "2000000WWWWWC", "20IIWIIWWWWWC", "20IIIIVVWWWWC", "20IIIVWWWWWWC"]
)
def test_a_pattern_that_cannot_work_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError):
        InStorePattern(pattern)


@pytest.mark.parametrize(
    ("country", "raw", "measure", "amount"),
    [
        ("NO", "2302148210869", Measure.WEIGHT, "1.086"),
        ("SE", whole("208806011234"), Measure.PRICE, "12.34"),
        ("DE", whole("281234401086"), Measure.WEIGHT, None),
    ],
)
def test_country_layouts(country: str, raw: str, measure: Measure, amount: str | None) -> None:
    found = recognise(raw, settings=BarcodeSettings(country=country))
    if amount is None:
        assert isinstance(found, Refused) and found.reason == "check_digit"
    else:
        assert isinstance(found, InStore)
        assert (found.measure, found.amount) == (measure, Decimal(amount))


@pytest.mark.parametrize(
    ("raw", "value"),
    [("9813765030011", "0.10"), ("9811234021256", "12.50"), ("9828508010106", "0.10"), (whole("981123402000"), "0.00")],
)
def test_euro_coupons(raw: str, value: str) -> None:
    found = recognise(raw)
    assert isinstance(found, EuroCoupon), found
    assert found.value == Decimal(value)


GS1_CASES = [  # text, first fault
    ("(10)", "empty_value"),
    ("99", "empty_value"),
    ("(15)210230", "date"),
    ("(15)211300", "date"),
    ("(17)000000", "date"),
    ("(10)" + "A" * 21, "length"),
    ("(10)AB#C", "characters"),
    ("(01)1234567890123A", "characters"),
    ("(01)12345678901231(02)12345678901231(37)1", "combination"),
    ("(02)12345678901231", "combination"),
    ("(3103)001234(3102)012340", "combination"),
    ("(10)A(10)B", "combination"),
    ("(01)12345678901231(255)1234567890128", "combination"),
    ("(8006)123456789012310302", "piece_number"),
    ("(8006)123456789012320102", "check_digit"),
    ("(9999)1", "unknown_ai"),
    ("(1)1", "unknown_ai"),
    ("()1", "syntax"),
    ("(01)12345678901231(10", "syntax"),
    ("(01)12345678901231(1)0", "unknown_ai"),
    ("(7003)2101012460", "date"),
    ("(81111", "syntax"),
    ("", "empty"),
    ("(8013)123456ABXX", "check_digit"),
    ("(8013)A", "length"),
    ("(401)123", "length"),
    ("(7023)12A4", "characters"),
    ("(8001)12340000012311", "characters"),
    ("(8011)023456789012", "characters"),
    ("(4321)2", "characters"),
    ("(4309)18000000010000000000", "characters"),
    ("(4330)000000X", "characters"),
    ("(4300)ABC%0g", "characters"),
    ("(426)987", "country"),
    ("(3910)9870", "currency"),
    ("(8007)FR12345678901234", "check_digit"),
    ("(8008)20122515300", "length"),
    ("(4324)2012252360", "date"),
    ("(17)9(90)217", "length"),
    ("1(12345", "syntax"),
    ("01A2345678901231", "characters"),
    ("01123456789012312", "unknown_ai"),
    ("2421234567", "length"),
    ("8111123", "length"),
    ("70072112252", "length"),
    ("723012", "length"),
    ("(21)ABC123(235)XYZ", "combination"),
    ("(3955)123456(3929)123", "combination"),
]
GS1_RIGHT = [
    "(00)123456789012345675",
    "(10)12345\\(11)991225",
    "(400)ABC(400)ABC",
    "(02)12345678901231(37)123(00)123456789012345675",
    "(21)ABC123(8006)123456789012310510",
    "0112345678901231\x1d",
    "0112345678901231991234",
    "2421",
    "800112341234512398\x1d0112345678901231",
    "7007211225211231",
    "800302112345678900ABCDEFGHIJKLMNOP",
    "(423)276040",
    "(3910)97812345",
    "(8010)0123#-/A",
]


@pytest.mark.parametrize("raw", GS1_RIGHT)
def test_right_messages_are_taken(raw: str) -> None:
    assert isinstance(recognise(raw, context="gs1_message"), Gs1)


@pytest.mark.parametrize(("raw", "reason"), GS1_CASES)
def test_gs1_refusals_name_the_first_fault(raw: str, reason: str) -> None:
    found = recognise(raw, context="gs1_message")
    assert isinstance(found, Refused)
    assert found.reason == reason


@pytest.mark.parametrize(
    "raw",
    [
        "]C10107032069804988100329\x1d15210526",
        "\x1d0107032069804988100329\x1d\x1d15210526\x1d",
        "(01)07032069804988(10)0329(15)210526",
        "]d20107032069804988100329\x1d15210526\r\n",
    ],
)
def test_one_message_in_all_its_spellings(raw: str) -> None:
    found = recognise(raw, context="plain_scan" if raw.startswith("]") else "gs1_message")
    assert isinstance(found, Gs1)
    assert found.fields == (("01", "07032069804988"), ("10", "0329"), ("15", "210526"))
    assert found.gtin14 == "07032069804988"


def test_quantities_are_taken_out() -> None:
    found = recognise("(01)12345678901231(3103)001086(30)4(3922)1234", context="gs1_message")
    assert isinstance(found, Gs1)
    assert (found.weight_kg, found.count, found.price("EUR")) == (Decimal("1.086"), 4, Decimal("12.34"))
    assert found.price("JPY") is None
    stated = recognise("(01)12345678901231(30)1(3932)9781234", context="gs1_message")
    assert isinstance(stated, Gs1)
    assert (stated.price("EUR"), stated.price("USD")) == (Decimal("12.34"), None)


def test_composite_parts_add_ons_and_links() -> None:
    found = recognise("]E02112345678900|]e099COMPOSITE\x1d98XYZ")
    assert isinstance(found, Product) and found.gtin14 == "02112345678900"
    magazine = recognise("]E3590123412345712")
    assert isinstance(magazine, Product) and (magazine.gtin14, magazine.add_on) == ("05901234123457", "12")
    link = recognise("]Q1HTTPS://example.com/01/12312312312333?99=TEST")
    assert isinstance(link, Gs1) and link.gtin14 == "12312312312333"


def test_a_reader_that_cannot_send_the_separator() -> None:
    settings = BarcodeSettings(separators="|")
    found = recognise("]C1100329|15210526", settings=settings)
    assert isinstance(found, Gs1)
    assert found.fields == (("10", "0329"), ("15", "210526"))


COUPON_CASES: list[tuple[str, str | None]] = [
    ("012345612345611110123", None),
    ("01234561234561111", "truncated"),
    ("012345612345611115123", "purchase_code"),
    ("012345612345660", "length_digit"),
    ("0123456123456111101231", "truncated"),
    ("01234561234561111012314", "additional_rule"),
    ("012345612345611110123101101237", "coupon_prefix_length"),
    ("0123456123456111101235012345661765432190110", None),
    ("0123456123456111101233210230", "date"),
    ("012345612345611110123321010142", "truncated"),
    ("01234561234561111012360", "length_digit"),
    ("0123456123456111101239300", "value_code"),
    ("01234561234561111012390300", "applies_to"),
    ("01234561234561111012390002", "flag"),
    ("0123456123456111101238", "excess_data"),
    ("01234561234561111012X", "characters"),
]


@pytest.mark.parametrize(("data", "reason"), COUPON_CASES)
def test_north_american_coupons(data: str, reason: str | None) -> None:
    found = recognise("(8110)" + data, context="gs1_message")
    if reason is None:
        assert isinstance(found, NaCoupon)
        assert found.value == Decimal("0.01")
    else:
        assert isinstance(found, Refused)
        assert found.reason == reason


def test_every_field_of_a_long_coupon() -> None:
    data = "1" + "0614141" + "123456" + "275" + "110" + "650" + "1" + "0" + "130" + "850" + "0123456"
    data += "2" + "12" + "1" + "111" + "9" + "3140131" + "4130101" + "90110"
    found = recognise("(8110)" + data, context="gs1_message")
    assert isinstance(found, NaCoupon), found
    assert found.fields == {
        "company_prefix": "0614141",
        "offer": "123456",
        "save_value": "75",
        "purchase_requirement": "1",
        "purchase_code": "0",
        "family": "650",
        "additional_rule": "0",
        "second": {"requirement": "3", "code": "0", "family": "850", "company_prefix": "123456"},
        "third": {"requirement": "2", "code": "1", "family": "111"},
        "expires": "140131",
        "starts": "130101",
        "save_value_code": "0",
        "applies_to": "1",
        "store_coupon": "1",
        "do_not_multiply": "0",
    }


@pytest.mark.parametrize(
    ("data", "reason"),
    [("001234561234560123456", None), ("201234561234560123456", "format_code"), ("001234561234560", "truncated")],
)
def test_paperless_coupons(data: str, reason: str | None) -> None:
    found = recognise("(8112)" + data, context="gs1_message")
    assert (found.reason if isinstance(found, Refused) else None) == reason


def test_own_codes_are_told_by_their_form() -> None:
    settings = BarcodeSettings(
        own_codes=(
            OwnCodePattern(OwnCodeKind.RECEIPT, r"[0-9]{1,3}-[0-9]{6}"),
            OwnCodePattern(OwnCodeKind.LOYALTY_CARD, r"29[0-9]{11}"),
        )
    )
    assert recognise("12-000123", settings=settings) == OwnCode(OwnCodeKind.RECEIPT, "12-000123")
    assert recognise("2900000000001", settings=settings) == OwnCode(OwnCodeKind.LOYALTY_CARD, "2900000000001")
    assert recognise("abcd-efgh-jkmn-pqrs") == OwnCode(OwnCodeKind.ANY, "ABCDEFGHJKMNPQRS")
    assert recognise("SAVE10") == PlainText("SAVE10")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [  # F38
        ("590123412345", "check_digit"),
        ("59012341234575901234123457", "length"),
        ("5901234123458", "check_digit"),
        ("590123\x004123457", "characters"),
        ("59012341234\xff7", "characters"),
        ("59O1234123457", "characters"),
        ("9.78047E+12", "characters"),
        ("]E0123", "length"),
        ("]E0123456789012", "length"),
        ("]E412ABC678", "characters"),
        ("]E402345674", "check_digit"),
        ("]XX5901234123457", "syntax"),
        ("]e0", "empty"),
        (whole("983123402125"), "reserved"),
        ("]", "syntax"),
        ("]E", "syntax"),
        ("C1", "syntax"),
        ("   ", "empty"),
        ("7" * 5000, "length"),
        ("00000000", "reserved"),
        ("340123453111111116", "check_digit"),
    ],
)
def test_damaged_codes_are_refused(raw: str, reason: str) -> None:
    found = recognise(raw)
    assert isinstance(found, Refused)
    assert found.reason == reason


def test_refusals_say_what_to_do() -> None:
    keyboard = recognise("(çà&é\"'&é\"'(è")
    assert isinstance(keyboard, Refused) and "keyboard layout" in keyboard.message
    spreadsheet = recognise("5.90123E+12")
    assert isinstance(spreadsheet, Refused) and "spreadsheet" in spreadsheet.message
    short = recognise("4011")
    assert isinstance(short, Refused) and short.lookup == "4011"
    hostile = recognise("\u202e5901234123457")
    assert isinstance(hostile, Refused) and hostile.lookup is None


def test_pallet_labels_are_no_article() -> None:
    assert recognise("340123453111111115") == Sscc("340123453111111115")


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda noise: noise.decode("latin-1")))
def test_no_noise_is_ever_an_error(raw: str) -> None:  # F36
    for context in ("plain_scan", "gs1_message"):
        found = recognise(raw, context=context)
        if isinstance(found, Refused):
            assert found.message


@given(st.from_regex(r"[0-9]{12}", fullmatch=True), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(payload: str, position: int, step: int) -> None:
    right = payload + ean.calc_check_digit(payload)
    digit = str((int(right[position]) + step) % 10)
    wrong = right[:position] + digit + right[position + 1 :]
    found = recognise(wrong)
    assert isinstance(found, Refused)


@pytest.mark.slow
def test_a_million_strings_are_answered() -> None:  # F36, F38
    dice = random.Random(20261122)
    signs = "0123456789" * 6 + "ABCxyz()[]\x1d\x00\u202e -./+" + "]E0]C1(01)8110"
    contexts = ("plain_scan", "gs1_message")
    refused = 0
    for number in range(1_000_000):
        raw = "".join(dice.choices(signs, k=dice.randrange(0, 40)))
        found = recognise(raw, context=contexts[number % 2])
        if isinstance(found, Refused):
            refused += 1
            assert found.reason and found.message
    assert 0 < refused < 1_000_000


def test_a_code_read_off_paper_is_known_with_its_look_alikes() -> None:
    code = "G6X9XCDPAS0QCQR6"
    for typed in ("g6x9-xcdp-asoq-cqr6", "G6X9 XCDP ASOQ CQR6", "g6x9xcdpas0qcqr6"):
        assert recognise(typed) == OwnCode(OwnCodeKind.ANY, code)
    assert recognise("G6X9-XCDP-ASOQ-CQR7") == PlainText("G6X9-XCDP-ASOQ-CQR7")  # O, and the check symbol is wrong
