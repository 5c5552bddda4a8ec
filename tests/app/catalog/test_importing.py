"""A list of products is looked at first, taken whole or not at all, and can be taken back."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlalchemy import insert

from app import cli
from app.catalog.import_file import MOST_BYTES, FileUnreadable
from app.catalog.import_rows import HEADINGS, read_amount
from app.catalog.importing import (
    ImportRefused,
    ImportService,
    ImportStopped,
    Preview,
    RowState,
    write_template,
    write_wrong,
)
from app.catalog.model import Barcode, ProductDraft, ProductKind
from app.catalog.service import CatalogService
from app.clock import FixedClock
from app.errors import InvalidInput, NotPermitted
from app.staff.model import Actor, with_all_rights
from db.models import TaxClass, TaxRate
from db.uow import Database

ANNE = with_all_rights(1, "Anne")
CASHIER = Actor(2, "Carl", "cashier", {"sale.sell": None})
OIL, TEA, JAM = "5012345678900", "4006381333931", "036000291452"


@pytest.fixture
def catalog(database: Database, clock: FixedClock) -> CatalogService:
    with database.write() as uow:
        for number, (code, percent) in enumerate((("standard", "20"), ("reduced", "5.5")), 1):
            uow.connection.execute(insert(TaxClass).values(id=number, code=code, name=code.capitalize()))
            uow.connection.execute(insert(TaxRate).values(tax_class_id=number, name="VAT", percent=Decimal(percent)))
        uow.commit()
    return CatalogService(database, clock)


@pytest.fixture
def importing(catalog: CatalogService, database: Database, clock: FixedClock) -> ImportService:
    return ImportService(database, clock)


@pytest.fixture
def reading(sqlite_db: Database, clock: FixedClock) -> ImportService:
    """For what depends on the file alone."""
    return ImportService(sqlite_db, clock)


def listed(tmp_path: Path, text: str | bytes, encoding: str = "utf-8") -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def look(importing: ImportService, tmp_path: Path, text: str | bytes, encoding: str = "utf-8") -> Preview:
    return importing.preview(listed(tmp_path, text, encoding), by=ANNE)


def reasons(preview: Preview) -> dict[int, str]:
    return {row.line: " ".join(row.reasons) for row in preview.rows if row.reasons}


FULL = (
    "Name,Price,SKU,Barcode,Category,Brand,Tax,Cost,Type,Tags,Discountable\n"
    f'"Olive oil, 500 ml",9.90,OIL,{OIL},Pantry > Oils,Alba,Reduced,6.10,standard,"bio, local",no\n'
    f"Earl Grey,4.5,TEA,{TEA}|6*{JAM},Pantry > Tea,,20%,,,,\n"
    "Cheddar,24,CHE,,Dairy,,,,kg,,yes\n"
)


def test_a_list_becomes_products(importing: ImportService, catalog: CatalogService, tmp_path: Path) -> None:  # T26
    preview = look(importing, tmp_path, FULL)
    assert [(row.line, row.state) for row in preview.rows] == [(2, "new"), (3, "new"), (4, "new")]
    assert preview.new_categories == (("Pantry",), ("Pantry", "Oils"), ("Pantry", "Tea"), ("Dairy",))
    assert catalog.search("olive") == ()  # a look changes nothing
    done = importing.apply(preview, by=ANNE)
    oil, tea, cheddar = (catalog.product(key) for key in done.added)
    assert (oil.name, oil.price_minor, oil.cost_minor, oil.brand) == ("Olive oil, 500 ml", 990, 610, "Alba")
    assert (oil.tags, oil.discountable, oil.tax_class_id) == (("bio", "local"), False, 2)
    assert (tea.price_minor, tea.tax_class_id) == (450, 1)
    assert tea.barcodes == (Barcode(TEA), Barcode(JAM, 6000))
    assert (cheddar.kind, cheddar.price_minor, cheddar.tax_class_id) == (ProductKind.WEIGHED, 2400, 1)
    names = {node.id: node.name for node in catalog.categories()}
    paths = [[names[part] for part in node.path] for node in catalog.categories()]
    assert ["Pantry", "Oils"] in paths and len(paths) == 4
    assert catalog.search("alba")[0].id == oil.id
    assert catalog.till_catalogue().find(JAM).pack_milli == 6000  # type: ignore[union-attr]


def test_a_workbook_is_read_as_it_shows(  # F44
    importing: ImportService, catalog: CatalogService, tmp_path: Path
) -> None:
    """Numbers as the sheet shows them, a barcode kept as a number, and the wrong row told by its line."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Name", "Price", "SKU", "Barcode", "Tax"])
    sheet.append(["Olive oil", 12.499999999999998, "OIL", int(OIL), 20])
    sheet.append(["Tea", "4.20", 1001, TEA, "Reduced"])
    sheet.append([])
    sheet.append(["Jam", "lots", "JAM", JAM, 20])
    book.save(tmp_path / "products.xlsx")
    preview = importing.preview(tmp_path / "products.xlsx", by=ANNE)
    assert [(row.line, row.state) for row in preview.rows] == [
        (2, RowState.NEW), (3, RowState.NEW), (5, RowState.WRONG),
    ]  # fmt: skip
    assert "amount" in preview.rows[2].reasons[0]
    importing.apply(preview, lines=preview.good_lines, by=ANNE)
    oil, tea = (catalog.product(catalog.search(word)[0].id) for word in ("olive", "tea"))
    assert (oil.price_minor, oil.barcodes, oil.tax_class_id) == (1250, (Barcode(OIL),), 1)
    assert (tea.price_minor, tea.sku, tea.tax_class_id) == (420, "1001", 2)


def test_reading_the_same_list_again_changes_nothing(
    importing: ImportService, catalog: CatalogService, tmp_path: Path
) -> None:
    importing.apply(look(importing, tmp_path, FULL), by=ANNE)
    again = look(importing, tmp_path, FULL)
    assert {row.state for row in again.rows} == {RowState.SAME}
    version = catalog.version()
    done = importing.apply(again, by=ANNE)
    assert (done.added, done.changed, catalog.version()) == ((), 0, version)


def test_a_known_sku_is_changed_and_empty_cells_leave_what_is_there(
    importing: ImportService, catalog: CatalogService, tmp_path: Path
) -> None:
    importing.apply(look(importing, tmp_path, FULL), by=ANNE)
    oil = catalog.search("olive")[0].id
    preview = look(importing, tmp_path, "sku;price;brand\noil;10,40;\n")
    assert preview.delimiter == ";"
    assert [row.state for row in preview.rows] == [RowState.CHANGE]
    done = importing.apply(preview, by=ANNE)
    after = catalog.product(oil)
    assert (after.price_minor, after.brand, after.barcodes, done.changed) == (1040, "Alba", (Barcode(OIL),), 1)
    by_code = look(importing, tmp_path, f"Name,EAN\nOlive oil fine,{OIL}\n")  # no SKU: the barcode tells
    importing.apply(by_code, by=ANNE)
    assert catalog.product(oil).name == "Olive oil fine"


WRONG = (
    "Name,Price,SKU,Barcode,Tax,Kind,Is sold\n"
    ",1.00,A,,,,\n"  # 2 no name
    "B,,B,,,,\n"  # 3 no price
    "C,-3,C,,,,\n"  # 4 negative
    "D,1.00,,,,,\n"  # 5 no code at all
    "E,1.00,E,5012345678901,,,\n"  # 6 check digit
    "F,1.00,F,,Luxury,,\n"  # 7 no such tax
    "G,1.00,G,,,crate,\n"  # 8 no such kind
    f"H,1.00,H,{OIL},,,\n"  # 9 right
    f"I,1.00,h,{OIL},,,\n"  # 10 twice in the file
    "J,1.00,J,5.01235E+12,,,\n"  # 11 rounded by a spreadsheet
    "K,abc,K,,,,maybe\n"  # 12 two reasons
    f"L,1.00,L,{TEA},,,\n"  # 13 the shop's tea
    "M,1.00,M,,,,,,too,many\n"  # 14
    "N,1.234,N,,,,\n"  # 15 three decimals in a file that writes points
)


def test_every_wrong_row_says_why(importing: ImportService, catalog: CatalogService, tmp_path: Path) -> None:  # F43
    catalog.create(ProductDraft("Green tea", "GT", 300, barcodes=(Barcode(TEA),)), by=ANNE)
    preview = look(importing, tmp_path, WRONG)
    said = reasons(preview)
    assert sorted(said) == [2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15]
    for line, word in {
        2: "no name", 3: "no price", 4: "never negative", 5: "neither a SKU", 6: "check digit", 7: "Luxury",
        8: "crate", 11: "rounded", 13: "Green tea", 14: "more cells", 15: "2 decimals",
    }.items():  # fmt: skip
        assert word in said[line], (line, said[line])
    assert "stands in line 9 already" in said[10]
    assert "not an amount" in said[12] and "yes or no" in said[12]
    assert preview.good_lines == {9}


def test_all_or_nothing_or_the_stated_rows(importing: ImportService, catalog: CatalogService, tmp_path: Path) -> None:
    preview = look(importing, tmp_path, WRONG)
    with pytest.raises(ImportRefused, match=r"Line 2: There is no name\. \d+ more"):
        importing.apply(preview, by=ANNE)
    assert len(catalog.till_catalogue()) == 0
    done = importing.apply(preview, lines=preview.good_lines, by=ANNE)
    assert [catalog.product(key).name for key in done.added] == ["H", "L"]


def test_a_shop_changed_since_the_look_is_judged_again(
    importing: ImportService, catalog: CatalogService, tmp_path: Path
) -> None:
    preview = look(importing, tmp_path, FULL)
    catalog.create(ProductDraft("Somebody else's", "X", 1, barcodes=(Barcode(TEA),)), by=ANNE)
    with pytest.raises(ImportRefused, match="Somebody else's"):
        importing.apply(preview, by=ANNE)
    assert len(catalog.till_catalogue()) == 1
    assert catalog.categories() == ()


def test_an_import_is_taken_back(
    importing: ImportService, catalog: CatalogService, database: Database, tmp_path: Path
) -> None:  # T26 undo
    kept = catalog.create(ProductDraft("Tea", "TEA", 100, brand="Old", barcodes=(Barcode("T-1"),)), by=ANNE)
    done = importing.apply(look(importing, tmp_path, FULL), by=ANNE)
    assert catalog.product(kept.id).price_minor == 450
    undone = importing.undo(done, by=ANNE)
    assert (undone.removed, undone.retired, undone.restored) == (2, 0, 1)
    after = catalog.product(kept.id)
    assert (after.name, after.price_minor, after.brand, after.barcodes) == ("Tea", 100, "Old", (Barcode("T-1"),))
    assert catalog.search("cheddar") == ()


def test_undo_names_what_took_a_code_since(importing: ImportService, catalog: CatalogService, tmp_path: Path) -> None:
    kept = catalog.create(ProductDraft("Tea", "TEA", 100, barcodes=(Barcode("T-1"),)), by=ANNE)
    done = importing.apply(look(importing, tmp_path, FULL), by=ANNE)
    catalog.create(ProductDraft("Thief", "TH", 1, barcodes=(Barcode("T-1"),)), by=ANNE)
    with pytest.raises(ImportRefused, match="Thief"):
        importing.undo(done, by=ANNE)
    assert catalog.product(kept.id).price_minor == 450


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-8"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(reading: ImportService, tmp_path: Path, encoding: str, ends: str) -> None:  # F43
    text = "Name;Preis;SKU\nGrüner Tee;4,50;T1\nCrème brûlée «à la façon»;1.234,50;C1\nKäse Österreich;3,00;K1\n"
    preview = look(reading, tmp_path, text.replace("\n", ends).encode(encoding))
    assert [(row.name, row.price_minor) for row in preview.rows] == [
        ("Grüner Tee", 450), ("Crème brûlée «à la façon»", 123_450), ("Käse Österreich", 300)
    ]  # fmt: skip
    assert reasons(preview) == {}


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"PK\x03\x04rest", "workbook"),
        (b"\xd0\xcf\x11\xe0rest", "spreadsheet"),
        (b"foo,bar\n1,2\n", "first line"),
        (b'Name,Price\n"Tea,1.00\nMore,2.00\n', "line 2"),
        (b"Name,Price,Title\nTea,1.00,T\n", "Name, Title"),
        (b"Name," * 300 + b"Price\n", "columns"),
        (b"\xff\xfeN", "cut off"),
    ],
)
def test_files_that_are_none_are_refused_in_a_sentence(
    reading: ImportService, tmp_path: Path, data: bytes, word: str
) -> None:  # F43
    with pytest.raises(FileUnreadable, match=word):
        look(reading, tmp_path, data)


def test_a_file_too_large_is_not_read(reading: ImportService, tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES * 50)  # sparse: a gigabyte that is not there
    with pytest.raises(FileUnreadable, match="larger than 20 MB"):
        reading.preview(path, by=ANNE)


def test_letters_read_wrong_can_be_read_as_said(reading: ImportService, tmp_path: Path) -> None:
    path = listed(tmp_path, "Name;Price;SKU\nŠípkový čaj;1;A\n", "cp1250")
    assert reading.preview(path, by=ANNE, encoding="cp1250").rows[0].name == "Šípkový čaj"
    with pytest.raises(FileUnreadable, match="UTF-8"):
        reading.preview(path, by=ANNE, encoding="utf-8")


def test_nul_and_excels_sep_line(reading: ImportService, tmp_path: Path) -> None:
    preview = look(reading, tmp_path, "sep=;\nName;Price;SKU\nTea\x00;1;A\nOil;2;B\n")
    assert reasons(preview) == {3: "A cell holds what is no text, or far too much of it."}
    assert preview.rows[1].line == 4


def test_formulas_are_text_and_come_back_as_they_were(
    importing: ImportService, catalog: CatalogService, tmp_path: Path
) -> None:  # F45
    text = 'Name,Price,SKU,Colour\n"=HYPERLINK(""http://x"")",1.00,=1+1,red\n\'+49 Tea,oops,T,\n'
    preview = look(importing, tmp_path, text)
    assert preview.rows[0].name == '=HYPERLINK("http://x")'
    assert preview.notes[0] == "Nothing is read from: Colour."
    path = tmp_path / "wrong.csv"
    assert write_wrong(preview, path) == 1
    with path.open(encoding="utf-8-sig", newline="") as file:
        heading, row = csv.reader(file)
    assert heading == ["Name", "Price", "SKU", "Colour", "What is wrong"]
    assert row[0] == "'+49 Tea"
    assert "not an amount" in row[4]
    corrected = path.read_text(encoding="utf-8-sig").replace("oops", "2.00")
    again = look(importing, tmp_path, corrected)
    assert [(one.name, one.state) for one in again.rows] == [("+49 Tea", "new")]


def test_the_template_can_be_read_as_it_is(reading: ImportService, tmp_path: Path) -> None:  # P3
    path = tmp_path / "template.csv"
    write_template(path)
    preview = reading.preview(path, by=ANNE)
    assert reasons(preview) == {}
    assert preview.passed_over == ()
    assert [row.state for row in preview.rows] == ["new", "new"]
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert len({len(row) for row in csv.reader(file)} | {len(HEADINGS)}) == 1


def test_stopping_leaves_nothing(importing: ImportService, catalog: CatalogService, tmp_path: Path) -> None:
    rows = "".join(f"Thing {number},1.00,S{number}\n" for number in range(1200))
    preview = look(importing, tmp_path, f"Name,Price,SKU\n{rows}")
    with pytest.raises(ImportStopped):
        importing.apply(preview, by=ANNE, progress=lambda done, _total: done < 1000)
    assert len(catalog.till_catalogue()) == 0
    told: list[int] = []
    done = importing.apply(preview, by=ANNE, progress=lambda count, _total: told.append(count) is None)
    assert len(done.added) == 1200
    assert told == [0, 500, 1000, 1200, 1200]
    assert [catalog.product(done.added[place]).sku for place in (0, 700, 1199)] == ["S0", "S700", "S1199"]


def test_who_may_not_change_products_may_not_import(importing: ImportService, tmp_path: Path) -> None:
    preview = look(importing, tmp_path, FULL)
    with pytest.raises(NotPermitted):
        importing.preview(preview.path, by=CASHIER)
    with pytest.raises(NotPermitted):
        importing.apply(preview, by=CASHIER)


@pytest.mark.parametrize(
    ("text", "sign", "currency", "minor"),
    [
        ("12.50", "", "EUR", 1250), ("12,5", "", "EUR", 1250), ("1,234.50", "", "EUR", 123_450),
        ("1.234,50", "", "EUR", 123_450), ("1'234.50", "", "CHF", 123_450), ("€ 7", "", "EUR", 700),
        ("7.00 EUR", "", "EUR", 700), ("1,234", ".", "EUR", 123_400), ("1.234", ",", "EUR", 123_400),
        ("1.234.567", "", "EUR", 123_456_700), ("1 234,50", ",", "EUR", 123_450), ("1.234", "", "KWD", 1234),
        ("1.234", "", "JPY", 1234), ("0", "", "EUR", 0),
    ],
)  # fmt: skip
def test_amounts_as_lists_write_them(text: str, sign: str, currency: str, minor: int) -> None:  # F41
    assert read_amount(text, sign, currency) == minor


@pytest.mark.parametrize(
    "text", ["1.234", "1,234", "-1", "(5.00)", "1e3", "NaN", "1.2.3", "12,34,56", "9" * 25, "", "--5", "٣", "1.234.5"]
)
def test_amounts_in_doubt_are_refused(text: str) -> None:  # F41
    with pytest.raises(InvalidInput):
        read_amount(text, "", "EUR")


@given(data=st.one_of(st.binary(max_size=400), st.text(max_size=300).map(lambda text: f"Name,Price\n{text}".encode())))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_file_is_ever_a_defect(  # F43, fuzz
    sqlite_db: Database, clock: FixedClock, tmp_path: Path, data: bytes
) -> None:
    try:
        ImportService(sqlite_db, clock).preview(listed(tmp_path, data), by=ANNE)
    except FileUnreadable as refusal:
        assert str(refusal).endswith(".")


def test_the_command_line_says_the_same(
    sqlite_db: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = listed(tmp_path, "Name,Price,SKU\nTea,3.00,T\nOil,-1,O\n")
    shop = str(sqlite_db.file)
    assert cli.run(["import", "products", str(path), "--db", shop]) == cli.BROKEN
    said = capsys.readouterr().out
    assert "Line 3: Price “-1”: a price is never negative." in said
    assert "2 rows: 1 new, 0 to change, 0 as they are, 1 wrong." in said
    assert "Nothing was changed." in said
    assert cli.run(["import", "products", str(path), "--db", shop, "--leave-wrong"]) == cli.BROKEN
    assert "1 products added, 0 changed." in capsys.readouterr().out
    assert cli.run(["import", "products", str(tmp_path / "none.csv"), "--db", shop]) == cli.BROKEN
    assert "No such file" in capsys.readouterr().err
