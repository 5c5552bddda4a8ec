"""The same documents as PDF: complete, readable by scanners, within the page."""

from __future__ import annotations

import time
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from app.paper import faces
from app.paper.model import CouponPaper, ReceiptLine
from app.paper.pdf import A4, A4_COUPONS, A6_VOUCHER, LETTER, ROLL_58, ROLL_80, Page, render_pdf
from app.paper.preview import page_pictures, pdf_pictures
from app.paper.receipt import receipt
from app.paper.setting import wrap
from app.paper.value import coupon_sheet, value_paper
from hardware.protocols import Barcode, BarcodeKind, Cut, Document, KickDrawer, Text, system_files
from tests.app.paper.samples import AUSTRIAN, CODE, SALE, SHOP, VOUCHER, eur, logo

PAGES = {"80": ROLL_80, "58": ROLL_58, "A4": A4, "Letter": LETTER}


def pictures(data: bytes) -> list[Image.Image]:
    return [
        Image.frombuffer("RGB", (page.width, page.height), page.pixels, "raw", "BGRX", page.stride, 1)
        for page in pdf_pictures(data, dots_per_inch=200)
    ]


def codes(data: bytes) -> list[str]:
    return sorted(code.text for page in pictures(data) for code in zxingcpp.read_barcodes(page))


def text_of(data: bytes) -> str:
    pdf = pypdfium2.PdfDocument(data)
    return " ".join(page.get_textpage().get_text_range() for page in pdf)


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_receipt_on_every_paper(page: Page) -> None:
    data = render_pdf(receipt(replace(SALE, shop=replace(SHOP, logo_png=logo())), AUSTRIAN), page)
    assert codes(data) == ["R1-000042"]
    text = text_of(data)
    for expected in ("Feinkost", "Espresso", "38,78", "9XZ2", "Vielen"):
        assert expected in text
    assert len(pictures(data)) == 1


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_nothing_runs_off_the_paper(page: Page) -> None:
    sale = replace(SALE, lines=(ReceiptLine("W" * 60, 1000, eur(10**15), eur(10**15)),), total=eur(10**15))
    for picture in pictures(render_pdf(receipt(sale, AUSTRIAN), page)):
        grey = picture.convert("L")
        edge = round(1.5 / 25.4 * 200)
        for box in ((0, 0, edge, grey.height), (grey.width - edge, 0, grey.width, grey.height)):
            assert grey.crop(box).getextrema()[0] > 200


def test_the_same_document_is_the_same_file() -> None:
    document = receipt(SALE, AUSTRIAN)
    assert render_pdf(document) == render_pdf(document)


@pytest.mark.parametrize("page", [A6_VOUCHER, ROLL_80, A4], ids=["A6", "80", "A4"])
def test_voucher_is_one_page_with_its_code(page: Page) -> None:
    data = render_pdf(value_paper(VOUCHER, AUSTRIAN), page)
    assert codes(data) == [CODE]
    assert len(pictures(data)) == 1


def test_coupons_stand_side_by_side() -> None:
    sheet = coupon_sheet(
        [CouponPaper(SHOP, "10 % auf Käse", f"KAESE{i}", as_qr=bool(i % 2)) for i in range(9)], AUSTRIAN
    )
    data = render_pdf(sheet, A4_COUPONS)
    assert codes(data) == [f"KAESE{i}" for i in range(9)]
    assert len(pictures(data)) == 2


@pytest.mark.parametrize(
    ("kind", "data"),
    [(BarcodeKind.EAN13, "5901234123457"), (BarcodeKind.QR, "Grüße"), (BarcodeKind.CODE128, "x" * 60)],
)
def test_every_barcode_reads_back(kind: BarcodeKind, data: str) -> None:
    for page in (ROLL_80, ROLL_58):
        assert codes(render_pdf(Document((Barcode(kind, data),)), page)) == [data]


def test_long_documents_go_over_pages_and_rolls_do_not() -> None:
    document = Document(tuple(Text(f"Line {i}") for i in range(300)))
    assert len(pictures(render_pdf(document, A4))) > 1
    assert len(pictures(render_pdf(document, ROLL_80))) == 1
    assert all(f"Line {i}" in text_of(render_pdf(document, A4)) for i in (0, 150, 299))


def test_each_cut_is_a_page_and_drawers_are_none() -> None:
    document = Document((KickDrawer(), Text("One"), Cut(), Text("Two"), Cut()))
    assert len(pictures(render_pdf(document, ROLL_80))) == 2
    assert len(pictures(render_pdf(Document((KickDrawer(),)), ROLL_80))) == 1


@pytest.mark.parametrize("name", ["紅茶 🍵", "שלום", "شاي أخضر", "x" * 5000, "\x1bp\x00", "A" * 9000])
def test_names_of_any_kind(name: str) -> None:  # F34
    began = time.monotonic()
    sale = replace(SALE, lines=(ReceiptLine(name, 1000, eur(3878), eur(3878)),), customer=name)
    data = render_pdf(receipt(sale, AUSTRIAN))
    assert "38,78" in text_of(data)
    assert codes(data) == ["R1-000042"]
    assert time.monotonic() - began < 5


def test_wrapping_loses_nothing() -> None:
    text = "The quick brown fox jumps over the lazy dog " * 5 + "W" * 200
    lines = wrap(text, 120, False, 9)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(faces.width(line, False, 9) <= 120.1 for line in lines)


def test_pages_without_the_programs_typeface(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "_register", lambda name: False)
    data = render_pdf(receipt(SALE, AUSTRIAN))
    assert codes(data) == ["R1-000042"]
    assert "38,78" in text_of(data)


def test_preview_pictures_are_what_is_printed() -> None:
    (page,) = page_pictures(receipt(SALE, AUSTRIAN), dots_per_inch=96)
    assert page.width == pytest.approx(80 / 25.4 * 96, abs=2)
    assert len(page.pixels) == page.stride * page.height


def test_a_line_of_several_scripts_stays_text_where_it_can() -> None:  # F34
    """What the program's typeface has can be searched and copied; the rest is drawn, and measured as it is drawn."""
    if not system_files():
        pytest.skip("no typefaces for other scripts here")
    sale = replace(SALE, lines=(ReceiptLine("Honey חלב Мёд", 1000, eur(3878), eur(3878)),))
    text = text_of(render_pdf(receipt(sale, AUSTRIAN)))
    for expected in ("Honey", "Мёд", "38,78"):
        assert expected in text
    parts = faces.parts("Honey חלב Мёд", False, 9)
    assert [part.drawn is not None for part in parts] == [False, True, False]
    assert sum(part.width for part in parts) == pytest.approx(faces.width("Honey חלב Мёд", False, 9))
