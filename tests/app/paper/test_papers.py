"""What each paper says, on 80 and 58 mm, read back by the interpreter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from app.journal.signing import Anchor, SigningKey, in_groups, read_anchor
from app.money import Money
from app.paper.formats import Formats
from app.paper.model import (
    BalancePaper,
    CouponPaper,
    Mark,
    ReceiptLine,
    ReportData,
    ReportRow,
    ReportSection,
    StatementData,
    StatementRow,
    TaxRow,
)
from app.paper.receipt import gift_receipt, receipt
from app.paper.report import session_report
from app.paper.statement import statement
from app.paper.trial import trial_page
from app.paper.value import balance_slip, coupon_sheet, grouped, value_paper
from hardware.printer.escpos import encode
from hardware.printer.profile import ROLL_58, ROLL_80, PrinterProfile
from hardware.protocols import Document
from tests.app.paper.samples import AT, AUSTRIAN, CODE, SALE, SHOP, VOUCHER, eur, logo
from tests.hardware.escpos_interpreter import Printer

ROLLS = [ROLL_80, ROLL_58]


def on_paper(document: Document, profile: PrinterProfile = ROLL_80) -> Printer:
    paper = Printer(profile.dots, profile.columns, profile.small_columns)
    return paper.run(encode(document, profile))


def codes(paper: Printer) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(paper.picture())}


@pytest.mark.parametrize("profile", ROLLS, ids=["80", "58"])
def test_receipt_says_everything(profile: PrinterProfile) -> None:
    paper = on_paper(receipt(replace(SALE, shop=replace(SHOP, logo_png=logo())), AUSTRIAN, kick=True), profile)
    for expected in (
        "Feinkost Linden", "Lindengasse 12", "ATU12345678", "R1-000042", "22.11.26", "16:42", "Anna", "Maria Huber",
        "0,532 kg × 24,90", "Käsewoche", "-2,65", "2 × 8,90", "WELCOME10", "-1,52", "42,95", "-4,17", "€ 38,78",
        "•••• 9XZ2", "15,00", "10,00", "25,00", "1,22", "USt 10", "24,44", "2,44", "You saved", "1.240",
        "Vielen Dank!",
    ):  # fmt: skip
        assert expected in paper.text.replace("\u00a0", " "), expected
    assert paper.raster_bands >= 1
    assert paper.kicks == [2]
    assert codes(paper) == {"R1-000042"}


def test_amounts_stand_in_line_with_their_tax_letters() -> None:
    paper = on_paper(receipt(SALE, AUSTRIAN))
    ends = {line.text[:8].strip(): line.text[-9:] for line in paper.lines}
    assert ends["Bergkäse"].endswith("13,25 A")
    assert ends["Grüner V"].endswith("11,90 B")
    assert ends["Subtotal"].rstrip().endswith("42,95") and ends["Subtotal"].endswith("42,95  ")


def test_a_copy_says_so_and_opens_no_drawer() -> None:  # V34
    paper = on_paper(receipt(replace(SALE, mark=Mark.DUPLICATE, copy_number=2), AUSTRIAN, kick=True))
    assert paper.text.count("DUPLICATE") == 2
    assert "Copy 2" in paper.text
    assert paper.kicks == []
    assert "DUPLICATE" not in on_paper(receipt(SALE, AUSTRIAN)).text


def test_a_training_receipt_cannot_be_returned() -> None:
    paper = on_paper(receipt(replace(SALE, mark=Mark.TRAINING), AUSTRIAN))
    assert "TRAINING" in paper.text
    assert codes(paper) == set()


def test_one_tax_rate_needs_no_letters() -> None:
    one = replace(SALE, taxes=(TaxRow("USt", Decimal(10), eur(2444), eur(244)),))
    paper = on_paper(receipt(one, AUSTRIAN))
    assert next(line for line in paper.lines if "Bergkäse" in line.text).text.endswith("13,25")


def test_tax_on_top_of_prices_is_among_the_totals() -> None:
    us = Formats("en_US", "America/New_York")
    sale = replace(
        SALE,
        prices_include_tax=False,
        taxes=(TaxRow("Sales tax", Decimal("8.875"), eur(3878), eur(344)),),
        total=eur(4222),
    )
    text = on_paper(receipt(sale, us)).text
    assert "Sales tax 8.875%" in text.replace("\u202f", "")
    assert text.index("Sales tax") < text.index("Total")
    assert "Rate" not in text


def test_return_receipt_names_the_original() -> None:
    back = replace(
        SALE,
        kind="return",
        original_number="R1-000040",
        lines=(ReceiptLine("Espresso", -1000, eur(890), eur(-890), (), "", Decimal(10)),),
        subtotal=eur(-890), discount=eur(0), total=eur(-890), change=None, points=None,
    )  # fmt: skip
    text = on_paper(receipt(back, AUSTRIAN)).text
    assert "Return R1-000042" in text and "R1-000040" in text
    assert "Refund" in text and "-€ 8,90" in text.replace("\u00a0", " ")
    assert "You saved" not in text


def test_gift_receipt_shows_no_price() -> None:
    paper = on_paper(gift_receipt(SALE, AUSTRIAN))
    assert "Espresso" in paper.text and "0,532 kg" in paper.text
    assert not any(amount in paper.text for amount in ("13,25", "17,80", "38,78", "8,90", "€"))
    assert codes(paper) == {"R1-000042"}


@pytest.mark.parametrize("profile", ROLLS, ids=["80", "58"])
def test_voucher_carries_its_code(profile: PrinterProfile) -> None:
    paper = on_paper(value_paper(VOUCHER, AUSTRIAN), profile)
    assert codes(paper) == {CODE}
    assert "7Q4K-0ZTM-3HJ8-W2XC" in paper.text
    assert "50,00" in paper.text and "22.11.2029" in paper.text and "Maria Huber" in paper.text


def test_balance_slip_is_masked() -> None:
    slip = BalancePaper(SHOP, "gift_card", "•••• W2XC", eur(1234), AT, date(2029, 1, 1))
    text = on_paper(balance_slip(slip, AUSTRIAN)).text
    assert "•••• W2XC" in text and "12,34" in text and CODE not in text


def test_coupons_come_apart() -> None:
    sheet = coupon_sheet(
        [CouponPaper(SHOP, "10 % auf Käse", f"KAESE{i}", as_qr=bool(i % 2)) for i in range(3)], AUSTRIAN
    )
    paper = on_paper(sheet)
    assert paper.cuts == 3
    assert codes(paper) == {"KAESE0", "KAESE1", "KAESE2"}


def test_z_report() -> None:
    sections = (ReportSection("Tenders", (ReportRow("Cash", eur(50000), 40), ReportRow("No sale", count=3))),)
    data = ReportData(SHOP, True, "Z 17", "Register 1", "Anna", AT, AT, sections, "9f2c" * 16)
    text = on_paper(session_report(data, AUSTRIAN)).text
    assert "Z report" in text and "500,00" in text and "40" in text and "9f2c 9f2c" in text
    assert "Key" not in text  # a register that does not sign yet
    assert "X report" in on_paper(session_report(replace(data, closing=False), AUSTRIAN)).text


@pytest.mark.parametrize("native", [True, False], ids=["native", "drawn"])
@pytest.mark.parametrize("roll", ROLLS, ids=["80", "58"])
def test_a_z_report_is_signed_for_a_scanner_and_for_people(roll: PrinterProfile, native: bool) -> None:  # V24, F55
    key = SigningKey(b"k" * 32)
    made = "0123456789abcdef" * 4
    anchor = Anchor("R99E12", 99, 10_000, 9_999_999, made, key.fingerprint, key.sign(b"a closing"))
    data = ReportData(
        SHOP, True, "R99E12 Z 10000", "Register 1", "Anna", AT, AT, (), made, key.fingerprint, anchor.text()
    )
    profile = PrinterProfile(roll.dots, roll.columns, roll.small_columns, native_codes=native)
    paper = on_paper(session_report(data, AUSTRIAN), profile)
    assert read_anchor(codes(paper).pop()) == anchor
    words = " ".join(paper.text.split())
    assert "Journal " + "0123 4567 89ab cdef " * 4 in words
    assert f"Key {in_groups(key.fingerprint)} " in words
    assert all(len(group) == 4 for group in in_groups(key.fingerprint).split())
    assert "Z1:" not in words  # the long text is for machines


HOSTILE = ["Tea\x1bp\x00\x19\xfa", "😀" * 40, "\u202eABC\u2066", "<img src=x>", "x" * 10_000, "a\nb\r\nc", "紅茶", ""]


@pytest.mark.parametrize("profile", ROLLS, ids=["80", "58"])
@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_the_total_is_in_sight_whatever_the_names(name: str, profile: PrinterProfile) -> None:  # F33, F34
    sale = replace(
        SALE,
        shop=replace(SHOP, name=name, lines=(name,)),
        customer=name,
        cashier=name,
        lines=(ReceiptLine(name, 1000, eur(3878), eur(3878), note=name),),
        thanks=name[:500],
    )
    paper = on_paper(receipt(sale, AUSTRIAN), profile)
    assert paper.kicks == []
    assert any(line.text.startswith("Total") and "38,78" in line.text for line in paper.lines)
    assert len(paper.lines) < 120


@settings(max_examples=30, deadline=None)
@given(st.integers(-(10**15), 10**15), st.sampled_from(["EUR", "JPY", "KWD"]), st.sampled_from(["de_AT", "en", "fr"]))
def test_any_amount_is_whole_on_both_rolls(minor: int, currency: str, locale: str) -> None:
    money = Money(minor, currency)
    formats = Formats(locale)
    sale = replace(SALE, lines=(ReceiptLine("Goods", 1000, money, money),), subtotal=money, total=money)
    for profile in ROLLS:
        squeezed = on_paper(receipt(sale, formats), profile).text.replace("\u00a0", " ").replace("\u202f", " ")
        shown = formats.amount(money).replace("\u00a0", " ").replace("\u202f", " ")
        assert shown in squeezed


@pytest.mark.parametrize(
    ("locale", "amount", "money"),
    [
        ("de_AT", "1.234,50", "€ 1.234,50"),
        ("de_DE", "1.234,50", "1.234,50 €"),
        ("en_US", "1,234.50", "€1,234.50"),
        ("fr_FR", "1 234,50", "1 234,50 €"),
        ("nonsense", "1,234.50", "€1,234.50"),
    ],
)
def test_money_by_locale(locale: str, amount: str, money: str) -> None:
    formats = Formats(locale)

    def plain(text: str) -> str:
        return text.replace("\u00a0", " ").replace("\u202f", " ")

    assert plain(formats.amount(eur(123450))) == amount
    assert plain(formats.money(eur(123450))) == money


def test_currencies_keep_their_own_decimals() -> None:
    assert Formats("en").amount(Money(1234, "JPY")) == "1,234"
    assert Formats("en").amount(Money(1234, "KWD")) == "1.234"
    assert Formats("en").money(Money(1234, "KWD")).endswith("1.234")


def test_time_is_the_shops() -> None:
    assert "16:42" in AUSTRIAN.moment(AT)
    assert "15:42" in Formats("de_AT", "UTC").moment(AT)


def test_codes_in_fours() -> None:
    assert grouped(CODE) == "7Q4K-0ZTM-3HJ8-W2XC"
    assert grouped("SAVE10") == "SAVE10"


@pytest.mark.parametrize("profile", ROLLS, ids=["80", "58"])
def test_trial_page_fits_and_scans(profile: PrinterProfile) -> None:
    paper = on_paper(trial_page("Counter printer", AT, AUSTRIAN), profile)
    assert codes(paper) == {"TEST-0001", "TEST-0002"}
    assert "€" in paper.text
    assert paper.raster_bands >= 1  # scripts the code pages do not have


def test_statement_shows_each_movement_and_no_code() -> None:
    rows = (StatementRow(AT, "Issued", eur(5000), eur(5000)), StatementRow(AT, "R1-000042", eur(-1500), eur(3500)))
    data = StatementData(
        SHOP, "gift_card", "Maria Huber", "•••• W2XC", date(2026, 1, 1), AT.date(), eur(0), rows, eur(3500)
    )
    text = on_paper(statement(data, AUSTRIAN)).text.replace("\u00a0", " ")
    for expected in ("Statement Gift card •••• W2XC", "Maria Huber", "Issued", "50,00", "-15,00", "€ 35,00"):
        assert expected in text
    assert CODE not in text
    empty = on_paper(statement(replace(data, rows=()), AUSTRIAN), ROLL_58)
    assert "Nothing happened" in empty.text
