"""Customers from a list and into one: each row judged with a reason, taken once, consents and erasures honoured."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from app import cli
from app.catalog.import_file import FileUnreadable
from app.clock import FixedClock
from app.customers import importing as module
from app.customers.exporting import CustomerExport, NobodyToExport
from app.customers.import_judging import RowState
from app.customers.import_rows import read_day
from app.customers.importing import CustomerImport, ImportDone, ImportStopped, Preview
from app.customers.model import Channel, Customer, CustomerDraft, is_number, number_of
from app.customers.service import CustomerService
from app.errors import InvalidInput, NotPermitted
from app.staff.model import Actor, with_all_rights
from db.uow import Database
from tests.conftest import NOON

ANNE = with_all_rights(1, "Anne")
CASHIER = Actor(1, "Carl", "cashier", {"sale.sell": None})


@pytest.fixture
def customers(british_shop: Database, clock: FixedClock) -> CustomerService:
    return CustomerService(british_shop, clock)


def listed(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def look(importing: CustomerImport, tmp_path: Path, *lines: str) -> Preview:
    return importing.preview(listed(tmp_path / "people.csv", *lines), by=ANNE)


def take(importing: CustomerImport, tmp_path: Path, *lines: str) -> ImportDone:
    return importing.apply(look(importing, tmp_path, *lines), by=ANNE)


def found(customers: CustomerService, question: str) -> Customer:
    return customers.customer(customers.search(question, by=ANNE)[0].id, by=ANNE)


def reasons(preview: Preview) -> dict[int, str]:
    return {row.line: " ".join(row.reasons) for row in preview.rows if row.state is RowState.WRONG}


def test_a_list_becomes_customers_who_are_found_and_traced(
    importing: CustomerImport, customers: CustomerService, british_shop: Database, tmp_path: Path
) -> None:  # P3, P4
    done = take(
        importing, tmp_path,
        "First name,Last name,Contact number,E-mail,Date of birth,Tags,Newsletter,Shoe size",
        "Amara,Diallo,01632 960123,Amara@Example.COM,14/03/1990,vip; diet=vegan,yes,40",
        "Ben,,'+44 1632 960124,,,,no,",
    )  # fmt: skip
    assert (done.added, done.changed, done.left) == (2, 0, ())
    amara = found(customers, "diallo")
    assert (amara.phone, amara.email, amara.birth_date) == ("+441632960123", "amara@example.com", date(1990, 3, 14))
    assert is_number(amara.number)
    assert {(tag.key, tag.value) for tag in amara.tags} == {("vip", "true"), ("diet", "vegan")}
    assert (amara.email_consent_at, amara.sms_consent_at, amara.consent_source) == (NOON, None, "list people.csv")
    ben = found(customers, "960124")
    assert (ben.name, ben.email_consent_at) == ("Ben", None)
    with british_shop.read() as uow:
        kinds = uow.connection.exec_driver_sql("SELECT kind, text FROM customer_event").all()
    assert [tuple(row) for row in kinds] == [("created", "list"), ("created", "list")]


def test_a_second_reading_finds_nothing_to_do_and_a_correction_changes_that_row_alone(
    importing: CustomerImport, customers: CustomerService, tmp_path: Path
) -> None:  # P3, T26
    lines = ["First name,Phone,E-mail,Notes", "Amara,01632960123,a@example.com,nuts", "Ben,,b@example.com,"]
    take(importing, tmp_path, *lines)
    again = look(importing, tmp_path, *lines)
    assert [row.state for row in again.rows] == [RowState.SAME, RowState.SAME]
    assert importing.apply(again, by=ANNE) == ImportDone(0, 0, ())
    lines[2] = "Benjamin,01632960124,b@example.com,"
    done = take(importing, tmp_path, *lines)
    assert (done.added, done.changed) == (0, 1)
    assert found(customers, "benjamin").phone == "+441632960124"
    assert found(customers, "amara").notes == "nuts"
    assert customers.how_many(by=ANNE) == 2


def test_every_wrong_row_says_why_and_changes_nothing(
    importing: CustomerImport, customers: CustomerService, tmp_path: Path
) -> None:  # T26, F43
    customers.create(CustomerDraft("Cora", phone="01632 960999"), by=ANNE)
    customers.create(CustomerDraft("Dan", email="dan@example.com"), by=ANNE)
    customers.create(CustomerDraft("Moe", phone="01632 960777"), by=ANNE)
    preview = look(
        importing, tmp_path,
        "Number,First name,Phone,E-mail,Birthday,Newsletter",
        "OLD-1,Amara,01632960123,,,",
        ",Ben,01632960123,,,",
        ",Eva,4.4163E+11,not an address,31.02.1990,perhaps",
        ",Finn,,,,",
        ",,01632960125,,,",
        ",Gus,01632960999,dan@example.com,,",
        f"{number_of(9999)},Hal,01632960126,,,",
        "X0000001,Ida,01632960127,,,",
        "OLD-2,Moe,01632960777,,,",
        ",Jo,01632960128,,03/04/1990,,surplus",
    )  # fmt: skip
    told = reasons(preview)
    assert sorted(told) == [3, 4, 5, 6, 7, 8, 9, 10, 11]
    assert told[3] == "Line 2 has this phone number too. Keep one of them."
    assert "a spreadsheet has rounded it" in told[4]
    assert "name@example.com" in told[4]
    assert "1990-03-14" in told[4]
    assert "write yes or no" in told[4]
    assert "to be known again by" in told[5]
    assert "first name" in told[6]
    assert told[7] == "These belong to different customers here: the phone number to Cora, the e-mail address to Dan."
    assert f"Nobody here has the number {number_of(9999)}" in told[8]
    assert "letters, digits and dashes" in told[9]
    assert "Take the number out" in told[10]
    assert "more cells than headings" in told[11]
    assert preview.count(RowState.NEW) == 1
    assert customers.how_many(by=ANNE) == 3
    assert importing.apply(preview, by=ANNE).added == 1
    assert customers.by_number("old-1", by=ANNE) is not None  # the card of the program before still scans


def test_consents_are_given_by_people_and_withdrawn_by_anything(
    importing: CustomerImport, customers: CustomerService, british_shop: Database, tmp_path: Path
) -> None:  # T25
    amara = customers.create(CustomerDraft("Amara", email="a@example.com", sms_consent=True), source="till", by=ANNE)
    customers.set_consent(amara.id, Channel.EMAIL, False, source="till", by=ANNE)
    preview = look(importing, tmp_path, "E-mail,Newsletter,SMS consent", "a@example.com,yes,no")
    assert (preview.rows[0].state, preview.consents_left) == (RowState.CHANGE, 1)
    importing.apply(preview, by=ANNE)
    after = customers.customer(amara.id, by=ANNE)
    assert (after.email_consent_at, after.sms_consent_at) == (None, None)
    with british_shop.read() as uow:
        words = uow.connection.exec_driver_sql("SELECT text FROM customer_event WHERE kind = 'consent'").scalars().all()
    assert list(words) == ["sms: withdrawn"]


def test_an_erased_customer_does_not_come_back_out_of_an_old_export(
    importing: CustomerImport, customers: CustomerService, british_shop: Database, tmp_path: Path
) -> None:  # T30, P13
    amara = customers.create(CustomerDraft("Amara", email="a@example.com"), by=ANNE)
    CustomerExport(british_shop, FixedClock(NOON)).write(tmp_path / "old.csv", by=ANNE)
    customers.erase(amara.id, by=ANNE)
    preview = importing.preview(tmp_path / "old.csv", by=ANNE)
    assert [row.state for row in preview.rows] == [RowState.WRONG]
    with pytest.raises(NobodyToExport):
        CustomerExport(british_shop, FixedClock(NOON)).write(tmp_path / "new.csv", by=ANNE)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_export_reads_back_as_it_is(
    importing: CustomerImport, customers: CustomerService, british_shop: Database, tmp_path: Path, ending: str
) -> None:  # P2, F45
    made = customers.create(
        CustomerDraft(
            '=HYPERLINK("x")', "O'Neil", phone="01632 960123", email="a@example.com", birth_date=date(1990, 3, 14),
            address="1 High St\nTown", notes="-nuts", email_consent=True,
        ),
        by=ANNE,
    )  # fmt: skip
    customers.tag(made.id, "diet", "vegan", by=ANNE)
    path = tmp_path / f"all.{ending}"
    assert CustomerExport(british_shop, FixedClock(NOON)).write(path, by=ANNE) == 1
    if ending == "csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = list(csv.reader(file))[1]
        assert all(not cell.startswith(("=", "+", "-", "@")) for cell in cells)
        assert cells[-4:] == ["0", "0.00", "", ""]
    back = importing.preview(path, by=ANNE)
    assert [(row.state, row.reasons) for row in back.rows] == [(RowState.SAME, ())]
    assert back.passed_over == ("Customer since", "Tier", "Points", "Visits", "Spent", "First visit", "Last visit")


def test_whole_names_are_parted(importing: CustomerImport, customers: CustomerService, tmp_path: Path) -> None:
    take(
        importing, tmp_path, "Customer name;E-mail", "Amara Lou Diallo;a@x.org", '"Stone, Ben";b@x.org', "Cher;c@x.org"
    )
    names = {(one.first_name, one.last_name) for one in (found(customers, f"{key}@x.org") for key in "abc")}
    assert names == {("Amara Lou", "Diallo"), ("Ben", "Stone"), ("Cher", "")}


def test_a_workbook_is_read_as_well(importing: CustomerImport, customers: CustomerService, tmp_path: Path) -> None:
    book = Workbook()
    for row in (("First name", "Phone", "Birthday"), ("Amara", 441632960123, date(1990, 3, 14))):
        book.active.append(row)
    book.save(tmp_path / "l.xlsx")
    preview = importing.preview(tmp_path / "l.xlsx", by=ANNE)
    assert reasons(preview) == {}
    assert preview.count(RowState.NEW) == 1


def test_somebody_added_since_the_look_is_left_and_told(
    importing: CustomerImport, customers: CustomerService, tmp_path: Path
) -> None:
    preview = look(importing, tmp_path, "First name,Phone", "Amara,01632960123", "Ben,01632960124")
    customers.create(CustomerDraft("Somebody", phone="01632 960123"), by=ANNE)
    done = importing.apply(preview, by=ANNE)
    assert done.added == 1
    assert [(row.line, row.reasons[-1][:8]) for row in done.left] == [(2, "Somebody")]
    assert customers.how_many(by=ANNE) == 2


def test_a_stopped_import_goes_on_where_it_stopped(
    importing: CustomerImport, customers: CustomerService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # P3
    monkeypatch.setattr(module, "AT_ONCE", 3)
    preview = look(importing, tmp_path, "First name,E-mail", *(f"P{place},p{place}@x.org" for place in range(8)))
    with pytest.raises(ImportStopped) as stopped:
        importing.apply(preview, by=ANNE, progress=lambda done, _total: done < 6)
    assert stopped.value.taken == customers.how_many(by=ANNE) == 6
    again = importing.preview(preview.path, by=ANNE)
    assert (again.count(RowState.SAME), again.count(RowState.NEW)) == (6, 2)
    assert importing.apply(again, by=ANNE).added == 2
    numbers = {row.number for row in customers.page(by=ANNE).rows}
    assert len(numbers) == 8
    assert customers.create(CustomerDraft("Next"), by=ANNE).number not in numbers


def test_lists_need_the_right_and_the_right_file(
    importing: CustomerImport, british_shop: Database, tmp_path: Path
) -> None:
    path = listed(tmp_path / "l.csv", "First name,Phone", "A,01632960123")
    with pytest.raises(NotPermitted):
        importing.preview(path, by=CASHIER)
    with pytest.raises(NotPermitted):
        importing.apply(importing.preview(path, by=ANNE), by=CASHIER)
    with pytest.raises(NotPermitted):
        CustomerExport(british_shop, FixedClock(NOON)).write(tmp_path / "o.csv", by=CASHIER)
    for lines in (("Colour,Shape", "red,round"), ("Phone,Mobile", "1,2")):
        with pytest.raises(FileUnreadable):
            look(importing, tmp_path, *lines)


@pytest.mark.parametrize(
    ("text", "month_first", "day"),
    [
        ("1990-03-04", False, date(1990, 3, 4)), ("4.3.1990", True, date(1990, 3, 4)),
        ("04/03/1990", False, date(1990, 3, 4)), ("03/04/1990", True, date(1990, 3, 4)),
        ("1990/3/4", True, date(1990, 3, 4)), ("29/02/1991", False, None), ("04/03/90", False, None),
        ("tomorrow", False, None), ("1990-03", False, None), ("٤/٣/١٩٩٠", False, None),
    ],
)  # fmt: skip
def test_days_in_every_form(text: str, month_first: bool, day: date | None) -> None:
    if day is None:
        with pytest.raises(InvalidInput):
            read_day(text, month_first=month_first)
    else:
        assert read_day(text, month_first=month_first) == day


def test_the_command_line_takes_and_writes_lists(british_shop: Database, tmp_path: Path) -> None:
    if not british_shop.is_sqlite:
        pytest.skip("the address of the test server has no words to type")
    url = str(british_shop.file)
    path = listed(tmp_path / "l.csv", "First name,Phone", "Amara,01632960123", "Ben,call me")

    def said(*words: str) -> tuple[int, str]:
        out, err = io.StringIO(), io.StringIO()
        return cli.run([*words, "--db", url], out, err), out.getvalue() + err.getvalue()

    status, words = said("import", "customers", str(path))
    assert status == cli.BROKEN
    assert "Line 3: Phone “call me”: This is not a phone number." in words
    assert "2 rows: 1 new, 0 to change, 0 as they are, 1 wrong." in words
    assert "Nothing was changed." in words
    assert "1 customers added" in said("import", "customers", str(path), "--leave-wrong")[1]
    status, words = said("export", "customers", str(tmp_path / "out.xlsx"))
    assert (status, "holds 1 customers" in words) == (cli.DONE, True)
    assert said("import", "customers", str(tmp_path / "out.xlsx"))[0] == cli.DONE
    assert said("export", "customers", str(tmp_path / "out.txt"))[0] == cli.BROKEN


@pytest.mark.slow
def test_a_hundred_thousand_rows_in_bounded_memory(
    importing: CustomerImport, customers: CustomerService, british_shop: Database, tmp_path: Path
) -> None:
    import resource

    rows = (f"P{place},Name{place % 977},0{1632960000 + place},p{place}@example.com" for place in range(100_000))
    path = listed(tmp_path / "many.csv", "First name,Last name,Phone,E-mail", *rows)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    done = importing.apply(importing.preview(path, by=ANNE), by=ANNE)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert (done.added, customers.how_many(by=ANNE)) == (100_000, 100_000)
    assert grown < 400_000  # KiB
    assert CustomerExport(british_shop, FixedClock(NOON)).write(tmp_path / "out.csv", by=ANNE) == 100_000
