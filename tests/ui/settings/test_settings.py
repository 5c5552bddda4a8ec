"""The settings pages, used as a manager would, on a real shop."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton

from app.codekeys import name_beside, open_vault
from app.giftcards.model import ValuePolicy
from app.shop.local import LocalSettings
from app.shop.service import ShopService
from app.shop.settings import BackupSettings, ReceiptSettings, SellingSettings
from app.staff.people import PeopleService
from app.staff.service import PinRefused, StaffService
from hardware.protocols import DeviceUnavailable, PrinterStatus, PrintOutcome
from tests.ui.settings.conftest import Frame, cashier, open_settings
from ui.devices.choices import TillChoices
from ui.services import Services
from ui.settings.form import choose
from ui.settings.keeping import Findings
from ui.settings.pages.database import DatabasePage
from ui.settings.pages.outlets import OutletDialog, RegisterDialog
from ui.settings.pages.staff import PersonDialog, PinDialog
from ui.settings.pages.taxes import TaxDialog
from ui.settings.rights import RightsDialog
from ui.settings.testing import LEARNING_CODE
from ui.settings.view import SettingsView
from ui.shared import theme
from ui.shared.dialogs import Confirm
from ui.shared.jobs import Progress
from ui.shared.tokens import Scheme
from ui.shell.registry import ShellContext

ALL = [
    "shop", "taxes", "groups", "outlets", "staff", "mypin", "selling", "giftcards", "points", "printer", "counter",
    "scanner", "appearance", "database", "about",
]  # fmt: skip


@pytest.fixture
def view(qtbot, context: ShellContext) -> SettingsView:  # type: ignore[no-untyped-def]
    return open_settings(qtbot, context)


def go(qtbot, view: SettingsView, page_id: str) -> Any:  # type: ignore[no-untyped-def]
    """The page, opened and with what it reads in its fields."""
    assert view.open(page_id)
    page = view.widget(page_id)
    settle(qtbot, page)
    return page


def settle(qtbot, page: Any) -> None:  # type: ignore[no-untyped-def]
    for name in ("_reads", "_writes", "_device_jobs", "_long"):
        jobs = getattr(page, name, None)
        if jobs is not None:
            assert jobs._pool.waitForDone(10_000)
    for _ in range(3):
        QApplication.processEvents()


def save(qtbot, page: Any) -> None:  # type: ignore[no-untyped-def]
    with qtbot.waitSignal(page.saved):
        page.save_button.click()
    settle(qtbot, page)


def dialog(page: Any, kind: type) -> Any:
    found = [one for one in page.findChildren(kind) if one.isVisible()]
    assert len(found) == 1
    return found[0]


def accept(qtbot, page: Any, shown: Any) -> None:  # type: ignore[no-untyped-def]
    with qtbot.waitSignal(shown.accepted):
        shown.primary.click()
    settle(qtbot, page)


def test_every_page_opens_for_a_manager_and_few_for_a_cashier(qtbot, view: SettingsView, context: ShellContext) -> None:  # type: ignore[no-untyped-def]
    assert [page.id for page in view._pages] == ALL
    for page_id in ALL:
        page = go(qtbot, view, page_id)
        assert page.banner.isHidden(), page_id
        assert not getattr(page, "dirty", False), page_id
    few = open_settings(qtbot, cashier(context))
    assert [page.id for page in few._pages] == ["mypin", "printer", "counter", "scanner", "appearance", "about"]


def test_the_shop_is_changed_and_a_refusal_stands_at_its_field(qtbot, view: SettingsView, services: Services) -> None:  # type: ignore[no-untyped-def]
    page = go(qtbot, view, "shop")
    assert page.name.text() == "Green Door Deli"
    assert not page.save_button.isEnabled()
    page.name.setText("Blue Door Deli")
    assert page.save_button.isEnabled()
    save(qtbot, page)
    assert services.get(ShopService).info().name == "Blue Door Deli"
    assert "next sign-in" in page.banner.title  # other pages still show the old name
    page.phone.setText("030 1234")
    save(qtbot, page)
    assert page.banner.isHidden()  # nothing any other page shows
    page.name.setText("")
    page.save_button.click()
    settle(qtbot, page)
    assert "missing" in page.forms[0].fields["name"].said.text()
    assert services.get(ShopService).info().name == "Blue Door Deli"


def test_nothing_typed_is_lost_by_going_elsewhere(qtbot, view: SettingsView, frame: Frame) -> None:  # type: ignore[no-untyped-def]
    page = go(qtbot, view, "shop")
    page.name.setText("Half typed")
    assert not view.page_left()
    view.open("taxes")
    settle(qtbot, page)
    assert view._current == "shop"
    assert "not saved" in page.banner.title
    page.load()
    settle(qtbot, page)
    assert view.page_left()
    assert page.name.text() == "Green Door Deli"


def test_what_is_typed_while_a_page_is_read_again_stays(qtbot, view: SettingsView, services: Services) -> None:  # type: ignore[no-untyped-def]
    page = go(qtbot, view, "shop")
    page.page_shown()  # coming back to it reads it again; the answer is on its way
    page.name.setText("Typed meanwhile")
    settle(qtbot, page)
    assert page.name.text() == "Typed meanwhile" and page.dirty
    page.discard.click()
    settle(qtbot, page)
    assert page.name.text() == "Green Door Deli" and not page.dirty


def test_esc_while_a_dialog_saves_waits_for_what_was_kept(qtbot, view: SettingsView, services: Services) -> None:  # type: ignore[no-untyped-def]
    page = go(qtbot, view, "taxes")
    page.edit(page.rows.model.row(0))
    shown = dialog(page, TaxDialog)
    shown.name.setText("Full rate")
    with qtbot.waitSignal(shown.accepted):
        shown.primary.click()
        shown.reject()
    settle(qtbot, page)
    assert "Full rate" in [row.name for row in services.get(ShopService).taxes()]
    assert page.rows.model.data(page.rows.model.index(0, 1)) == "Full rate"


def test_selling_rules_are_kept(qtbot, view: SettingsView, services: Services) -> None:  # type: ignore[no-untyped-def]
    page = go(qtbot, view, "selling")
    choose(page.combine, "best_one")
    choose(page.rounding, "line")
    choose(page.case, True)
    choose(page.threshold, "block")
    page.coin.setValue(5)
    page.lock.setValue(15)
    save(qtbot, page)
    shop = services.get(ShopService)
    pricing = shop.pricing()
    assert (pricing.combine.value, pricing.tax_rounding.value, pricing.cash_step_minor) == ("best_one", "line", 5)
    assert pricing.codes_case_sensitive
    assert shop.settings(SellingSettings).lock_after_minutes == 15
    from app.checkout.returns import ReturnPolicy

    assert shop.settings(ReturnPolicy).threshold.value == "block"


def test_rules_for_refunds_another_way_and_without_a_receipt_are_kept(  # type: ignore[no-untyped-def]
    qtbot, view: SettingsView, services: Services
) -> None:
    from app.checkout.returns import ReturnPolicy

    page = go(qtbot, view, "selling")
    choose(page.to_cash, "approved")
    choose(page.to_card, "never")
    choose(page.no_receipt, "any")
    page.days.setValue(14)
    page.customer.setChecked(False)
    page.most.setText("")
    page.touched()
    page.save()
    (field,) = [form.fields[name] for form in page.forms for name in form.fields if name == "no_receipt_most_minor"]
    assert "always a cap" in field.said.text()
    page.most.setText("25")
    page.month.setText("75,50")  # the shop's locale
    save(qtbot, page)
    kept = services.get(ShopService).settings(ReturnPolicy)
    assert (kept.to_cash.value, kept.to_store_credit.value, kept.to_gift_card.value) == (
        "approved",
        "by_right",
        "never",
    )
    assert (kept.no_receipt.value, kept.no_receipt_days, kept.no_receipt_customer) == ("any", 14, False)
    assert (kept.no_receipt_most_minor, kept.no_receipt_month_minor) == (2500, 7550)


def test_gift_card_rules_are_kept_and_amounts_read_in_the_shops_locale(  # type: ignore[no-untyped-def]
    qtbot, view: SettingsView, services: Services
) -> None:
    page = go(qtbot, view, "giftcards")
    page.months.setValue(24)
    page.largest.setText("1.000,50")
    page.touched()
    save(qtbot, page)
    policy = services.get(ShopService).settings(ValuePolicy)
    assert (policy.expiry_months, policy.largest_balance_minor) == (24, 100_050)
    page.smallest.setText("2.000,00")
    page.save_button.click()
    settle(qtbot, page)
    assert "less than the smallest" in page.forms[1].fields["largest_balance_minor"].said.text()
    page.smallest.setText("lots")
    page.save_button.click()
    settle(qtbot, page)
    assert "not a number" in page.forms[1].fields["smallest_issue_minor"].said.text()


def test_a_tax_rate_is_added_changed_and_refused(qtbot, view: SettingsView, services: Services) -> None:  # type: ignore[no-untyped-def]
    page = go(qtbot, view, "taxes")
    page.edit(None)
    shown = dialog(page, TaxDialog)
    shown.name.setText("Standard")
    shown.parts.show_components([("A", __import__("decimal").Decimal("5.5"))])
    shown.primary.click()
    settle(qtbot, page)
    assert "has this name" in shown.form.fields["name"].said.text()
    shown.name.setText("Drinks")
    accept(qtbot, page, shown)
    assert [tax.name for tax in services.get(ShopService).taxes()] == ["Standard", "Reduced", "Drinks"]
    assert page.rows.model.rowCount() == 3


def test_outlets_and_registers_are_added(qtbot, view: SettingsView, services: Services, local: LocalSettings) -> None:  # type: ignore[no-untyped-def]
    page = go(qtbot, view, "outlets")
    page.edit_outlet(None)
    shown = dialog(page, OutletDialog)
    shown.name.setText("Harbour")
    accept(qtbot, page, shown)
    page.edit_register(None)
    shown = dialog(page, RegisterDialog)
    shown.name.setText("Café till")
    choose(shown.outlet, services.get(ShopService).outlets()[1].id)
    accept(qtbot, page, shown)
    assert [row.code for row in services.get(ShopService).registers()] == ["R1", "R2"]
    page.registers.table.selectRow(1)
    page._on_here()
    settle(qtbot, page)
    assert local.config.register_id == services.get(ShopService).registers()[1].id


def test_somebody_joins_gets_a_pin_and_leaves(qtbot, view: SettingsView, services: Services) -> None:  # type: ignore[no-untyped-def]
    page = go(qtbot, view, "staff")
    page.edit(None)
    shown = dialog(page, PersonDialog)
    shown.name.setText("Ben Hart")
    shown.pin.setText("5938")
    shown.again.setText("5939")
    shown.primary.click()
    assert "differ" in shown.form.fields["again"].said.text()
    shown.again.setText("5938")
    accept(qtbot, page, shown)
    ben = next(row for row in services.get(PeopleService).staff() if row.name == "Ben Hart")
    assert services.get(StaffService).sign_in(ben.id, "5938", 1).name == "Ben Hart"
    select(page.staff, "Ben Hart")
    page._on_pin()
    shown = dialog(page, PinDialog)
    shown.pin.setText("6174")
    shown.again.setText("6174")
    accept(qtbot, page, shown)
    with pytest.raises(PinRefused):
        services.get(StaffService).sign_in(ben.id, "5938", 1)
    select(page.staff, "Ben Hart")
    page._on_left()
    question = dialog(page, Confirm)
    question.primary.click()
    settle(qtbot, page)
    assert not next(row for row in services.get(PeopleService).staff() if row.name == "Ben Hart").active


def select(card: Any, name: str) -> None:
    position = next(place for place, row in enumerate(card.model.rows()) if row.name == name)
    card.table.selectRow(position)


def test_a_roles_rights_and_limits_are_set_in_the_shops_money(qtbot, view: SettingsView, services: Services) -> None:  # type: ignore[no-untyped-def]
    page = go(qtbot, view, "staff")
    role = next(role for role in services.get(PeopleService).roles() if role.code == "cashier")
    page.edit_role(role)
    shown = dialog(page, RightsDialog)
    lines = {line.right.permission.value: line for line in shown.lines}
    assert lines["sale.return"].limit.text() == "50,00"
    assert lines["sale.discount"].limit.text() == "10"
    assert not lines["drawer.open"].tick.isChecked()
    lines["sale.return"].limit.setText("75,5")
    lines["sale.discount"].limit.setText("")
    lines["drawer.open"].tick.setChecked(True)
    accept(qtbot, page, shown)
    role = next(role for role in services.get(PeopleService).roles() if role.code == "cashier")
    assert role.rights["sale.return"] == 7550
    assert role.rights["sale.discount"] is None
    assert "drawer.open" in role.rights
    page.edit_role(role)
    shown = dialog(page, RightsDialog)
    next(line for line in shown.lines if line.right.permission == "sale.discount").limit.setText("101")
    shown.primary.click()
    settle(qtbot, page)
    assert "at most 100" in shown.banner.title


def test_ones_own_pin_is_changed(qtbot, context: ShellContext, services: Services) -> None:  # type: ignore[no-untyped-def]
    view = open_settings(qtbot, cashier(context))
    page = go(qtbot, view, "mypin")
    page.old.setText("1111")
    page.new.setText("6174")
    page.again.setText("6174")
    page.save_button.click()
    settle(qtbot, page)
    assert "does not match" in page.banner.title
    page.old.setText("4827")
    save(qtbot, page)
    assert services.get(StaffService).sign_in(2, "6174", 1).name == "Ines Duarte"
    assert page.new.text() == ""


def test_the_scheme_is_applied_at_once_and_kept(qtbot, view: SettingsView, local: LocalSettings) -> None:  # type: ignore[no-untyped-def]
    page = go(qtbot, view, "appearance")
    page.buttons["dark"].click()
    settle(qtbot, page)
    assert theme.current().scheme is Scheme.DARK
    assert local.config.scheme == "dark"
    page.buttons["light"].click()
    settle(qtbot, page)


# --- Printer ------------------------------------------------------------------------------------------------------


class Paper:
    def __init__(self, outcome: object) -> None:
        self.outcome, self.closed, self.documents = outcome, 0, []

    def print_document(self, document: Any) -> Any:
        self.documents.append(document)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    def status(self) -> Any:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    def close(self) -> None:
        self.closed += 1


def test_a_printer_is_chosen_for_this_computer(  # type: ignore[no-untyped-def]
    qtbot, view: SettingsView, local: LocalSettings, services: Services
) -> None:
    page = go(qtbot, view, "printer")
    choose(page.kind, "tcp")
    assert page.printer_form.fields["tcp_port"].isVisibleTo(page)
    assert not page.printer_form.fields["baud"].isVisibleTo(page)
    page.save_button.click()
    assert "Say where" in page.printer_form.fields["place"].said.text()
    page.place.setText("10.0.0.9")
    choose(page.paper, 58)
    page.thanks.setText("Bis bald!")
    save(qtbot, page)
    choices = TillChoices.of(local.config.devices)
    assert (choices.printer.kind, choices.printer.place, choices.printer.paper_mm) == ("tcp", "10.0.0.9", 58)
    assert services.get(ShopService).settings(ReceiptSettings).thanks == "Bis bald!"


def test_new_devices_are_used_from_the_next_sign_in_or_at_once(  # type: ignore[no-untyped-def]
    qtbot, context: ShellContext, local: LocalSettings
) -> None:
    again = []
    view = open_settings(qtbot, replace(context, shift_changed=lambda: again.append(1)))
    page = go(qtbot, view, "printer")
    page.thanks.setText("Until soon")
    save(qtbot, page)
    assert page.banner.isHidden()  # no device changed
    page = go(qtbot, view, "counter")
    choose(page.pin, 5)
    choose(page.display, "serial")
    page.save_button.click()
    assert "Say where the display" in page.display_form.fields["place"].said.text()
    page.place.setText("/dev/ttyUSB9")
    page.touched()
    save(qtbot, page)
    kept = TillChoices.of(local.config.devices)
    assert (kept.drawer.pin, kept.display.kind, kept.display.place) == (5, "serial", "/dev/ttyUSB9")
    assert "next sign-in" in page.banner.title
    [now] = [button for button in page.banner.findChildren(QPushButton) if button.text() == "Use it now"]
    now.click()
    assert again == [1]


def test_a_display_that_is_away_is_told(qtbot, view: SettingsView) -> None:  # type: ignore[no-untyped-def]  # F37
    class Away:
        def show(self, upper: str, lower: str) -> None:
            raise DeviceUnavailable("The customer display does not answer.", code="display.gone")

        def close(self) -> None:
            pass

    page = go(qtbot, view, "counter")
    choose(page.display, "serial")
    page.place.setText("/dev/ttyUSB9")
    page.make_display = lambda choice: Away()
    page.test_button.click()
    settle(qtbot, page)
    assert "does not answer" in page.banner.title


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (PrintOutcome.PRINTED, "is printed"),
        (PrintOutcome.SENT, "look at the paper"),
        (PrintOutcome.CHECK_PAPER, "went silent"),
        (DeviceUnavailable("The printer is out of paper.", code="printer.paper_out"), "out of paper"),
    ],
)
def test_a_test_print_says_how_it_went(qtbot, view: SettingsView, outcome: object, words: str) -> None:  # type: ignore[no-untyped-def]  # F30 F32
    page = go(qtbot, view, "printer")
    paper = Paper(outcome)
    page._make_printer = lambda choice: paper
    choose(page.kind, "tcp")
    page.place.setText("10.0.0.9")
    page.test_button.click()
    settle(qtbot, page)
    assert words in page.banner.title
    assert paper.closed == 1
    assert not paper.documents[0].kicks_drawer
    assert page.test_button.isEnabled()


def test_a_printer_that_hangs_holds_nothing_up(qtbot, view: SettingsView, services: Services) -> None:  # type: ignore[no-untyped-def]  # F31
    class Hanging(Paper):
        def print_document(self, document: Any) -> Any:
            time.sleep(0.6)
            return PrintOutcome.SENT

    page = go(qtbot, view, "printer")
    page._make_printer = lambda choice: Hanging(None)
    began = time.monotonic()
    page.test_button.click()
    page.thanks.setText("Until soon")
    save_began = time.monotonic()
    with qtbot.waitSignal(page.saved):
        page.save_button.click()
    assert time.monotonic() - save_began < 0.5
    assert time.monotonic() - began < 0.6
    settle(qtbot, page)


def test_the_printer_is_asked_how_it_is(qtbot, view: SettingsView) -> None:  # type: ignore[no-untyped-def]
    page = go(qtbot, view, "printer")
    choose(page.kind, "tcp")
    page.place.setText("10.0.0.9")
    for status, words in (
        (PrinterStatus(known=True), "ready"),
        (PrinterStatus.unknown(), "does not answer"),
        (PrinterStatus(known=True, cover_open=True), "cover is open"),
        (PrinterStatus(known=True, paper_low=True), "running low"),
    ):
        page._make_printer = lambda choice, told=status: Paper(told)
        page.ask_button.click()
        settle(qtbot, page)
        assert words in page.banner.title


@pytest.mark.parametrize(
    ("fault", "asked", "printed"),
    [
        ("none", "It is ready", ""),
        ("paper_out", "paper", "paper"),
        ("cover_open", "cover is open", "cover"),
        ("unplugged", "no printer", "no printer"),
        ("silent", "does not answer", ""),
    ],
)
def test_the_simulated_printer_fails_as_it_is_told(  # type: ignore[no-untyped-def]
    qtbot, view: SettingsView, local: LocalSettings, fault: str, asked: str, printed: str
) -> None:
    """The same choice is what the till's printer is made from, so that a whole shift can be tried with it."""
    page = go(qtbot, view, "printer")
    choose(page.fault, fault)
    page.ask_button.click()
    settle(qtbot, page)
    assert asked in page.banner.title
    if printed:
        page.test_button.click()
        settle(qtbot, page)
        assert printed in page.banner.title
    if page.dirty:
        save(qtbot, page)
    assert TillChoices.of(local.config.devices).printer.fault == fault
    choose(page.kind, "tcp")
    page.place.setText("10.0.0.9")
    save(qtbot, page)
    assert TillChoices.of(local.config.devices).printer.fault == "none"  # a real one has its own


def test_without_a_printer_the_test_is_shown_on_the_screen(qtbot, view: SettingsView) -> None:  # type: ignore[no-untyped-def]
    from ui.paper.view import PaperDialog

    page = go(qtbot, view, "printer")
    page.test_button.click()
    settle(qtbot, page)
    shown = dialog(page, PaperDialog)
    qtbot.waitUntil(lambda: shown.view.pages == 1)
    shown.reject()


# --- Scanner ------------------------------------------------------------------------------------------------------


def burst(page: Any, text: str) -> None:
    """Keys as a scanner types them, given to the capture directly: their real times would vary with the machine."""
    from hardware.scanner.learn import Sample

    page.capture.read.emit(Sample(text, tuple(float(place * 4) for place in range(len(text)))))


def test_a_scanner_is_learned_from_three_scans(qtbot, view: SettingsView, local: LocalSettings) -> None:  # type: ignore[no-untyped-def]
    page = go(qtbot, view, "scanner")
    page.learn_button.click()
    assert page.capture.running
    for _ in range(3):
        burst(page, f"~{LEARNING_CODE}\t")
    assert not page.capture.running
    assert page.prefix.text() == "~"
    save(qtbot, page)
    learned = TillChoices.of(local.config.devices).scanner
    assert (learned.prefix, learned.terminator, learned.strict) == ("~", "tab", True)


def test_readings_that_differ_are_refused_and_change_nothing(qtbot, view: SettingsView) -> None:  # type: ignore[no-untyped-def]
    page = go(qtbot, view, "scanner")
    page.learn_button.click()
    for text in (f"{LEARNING_CODE}\r", f"x{LEARNING_CODE}\r", f"{LEARNING_CODE}\r"):
        burst(page, text)
    assert "differ" in page.banner.title
    assert not page.dirty


def test_while_learning_no_key_reaches_anything_else(qtbot, view: SettingsView) -> None:  # type: ignore[no-untyped-def]  # F39
    page = go(qtbot, view, "scanner")
    page.prefix.setFocus()
    page.learn_button.click()
    for key, text in ((Qt.Key.Key_A, "a"), (Qt.Key.Key_F4, "")):
        QApplication.sendEvent(page.prefix, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text))
    assert page.prefix.text() == ""
    with qtbot.waitSignal(page.capture.read) as read:
        pass
    assert read.args[0].text == "a"
    QApplication.sendEvent(
        page.prefix, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier, "\x1b")
    )
    assert not page.capture.running
    assert page.learn_button.accessibleName() == "Learn"


def test_leaving_the_page_ends_the_learning(qtbot, view: SettingsView) -> None:  # type: ignore[no-untyped-def]
    page = go(qtbot, view, "scanner")
    page.learn_button.click()
    view.open("about")
    assert not page.capture.running


def test_a_scan_is_shown_with_its_meaning_and_booked_nowhere(qtbot, view: SettingsView) -> None:  # type: ignore[no-untyped-def]
    page = go(qtbot, view, "scanner")
    view.on_code("4006381333931")
    settle(qtbot, page)
    assert page.scan_shown.text() == "4006381333931"
    assert "product" in page.scan_meaning.text()
    view.on_code("4006381333932")  # wrong check digit: F38
    settle(qtbot, page)
    assert "product's code" not in page.scan_meaning.text()
    view.on_code("<b>x</b>\x1b")
    settle(qtbot, page)
    assert page.scan_shown.text() == "<b>x</b>·"


def test_scale_patterns_are_read_line_by_line(qtbot, view: SettingsView, services: Services) -> None:  # type: ignore[no-untyped-def]
    from app.barcodes.model import BarcodeSettings

    page = go(qtbot, view, "scanner")
    page.patterns.setPlainText("21iiiiipppppc\n\n22IIIIIWWWWWC 3\n")
    save(qtbot, page)
    kept = services.get(ShopService).settings(BarcodeSettings).in_store
    assert [(entry.pattern, entry.decimals) for entry in kept] == [("21IIIIIPPPPPC", None), ("22IIIIIWWWWWC", 3)]
    page.patterns.setPlainText("21IIIII")
    page.save_button.click()
    settle(qtbot, page)
    assert "13 places" in page.forms[1].fields["in_store"].said.text()


# --- Database -----------------------------------------------------------------------------------------------------


class FakeKeeper:
    def __init__(self) -> None:
        self.clean = True
        self.on_server = False
        self.backed_up: list[Path] = []

    def back_up(self, path: Path, progress: Progress) -> str:
        progress.report(1, 2)
        self.backed_up.append(path)
        return "12.0 MB"

    def restore(self, backup: Path, target: str, progress: Progress, typed_key: str = "") -> tuple[str, ...]:
        while not progress.cancelled:
            time.sleep(0.005)
        from ui.settings.keeping import Stopped

        raise Stopped

    def examine(self) -> Findings:
        return Findings(self.clean, "V1  0\nV2  0" if self.clean else "V9  3 cards")


@pytest.fixture
def database_page(qtbot, context: ShellContext, services: Services, tmp_path: Path) -> DatabasePage:  # type: ignore[no-untyped-def]
    page = DatabasePage(
        services.get(ShopService), FakeKeeper(), "/data/shop.db", tmp_path, services.clock.now, context.staff,
        context.reads, context.writes, context.notify,
    )  # fmt: skip
    qtbot.addWidget(page)
    page.show()
    page.page_shown()
    settle(qtbot, page)
    return page


def test_a_backup_is_made_while_the_program_runs(qtbot, database_page: DatabasePage, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    database_page.back_up(tmp_path / "x.backup")
    settle(qtbot, database_page)
    assert "backup is made" in database_page.banner.title
    assert database_page.backup_button.isEnabled()
    assert database_page.bar.isHidden()


def test_a_restore_can_be_stopped(qtbot, database_page: DatabasePage, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    database_page.restore(tmp_path / "x.backup", str(tmp_path / "y.db"))
    assert not database_page.restore_button.isEnabled()
    database_page.cancel_button.click()
    settle(qtbot, database_page)
    assert database_page.restore_button.isEnabled()
    assert database_page.banner.isHidden()


def test_a_restored_shop_never_takes_a_name_in_use(database_page: DatabasePage, tmp_path: Path) -> None:
    first = database_page._free_place(tmp_path / "a.backup")
    first.write_text("here")
    assert database_page._free_place(tmp_path / "a.backup") != first


def test_a_real_backup_is_made_and_restored_beside_the_shop(qtbot, view: SettingsView, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    from db.schema import open_shop

    page = go(qtbot, view, "database")
    backup = tmp_path / "today.backup"
    page.back_up(backup)
    settle(qtbot, page)
    assert "backup is made" in page.banner.title, page.banner.text
    page._on_backup_chosen(backup)
    settle(qtbot, page)
    assert "restored and checked" in page.banner.title, page.banner.text
    restored = open_shop(str(tmp_path / "restored-today.db"))
    with restored.read() as uow:
        from db.models import Shop

        assert uow.session.get_one(Shop, 1).name == "Green Door Deli"
    restored.close()
    shop = page._keeper._database.file
    assert open_vault(tmp_path, "codes-restored-today").key == open_vault(shop.parent, name_beside(shop)).key
    page.check()
    settle(qtbot, page)
    assert "in order" in page.banner.title, page.findings.toPlainText()


def test_a_damaged_backup_is_refused_in_words(qtbot, view: SettingsView, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    page = go(qtbot, view, "database")
    (tmp_path / "bad.backup").write_bytes(b"not a backup at all")
    page._on_backup_chosen(tmp_path / "bad.backup")
    settle(qtbot, page)
    assert page.banner.title and "Report number" not in page.banner.title
    assert not (tmp_path / "restored-bad.db").exists()
    assert page.restore_button.isEnabled()


def test_a_servers_backup_asks_where_to(qtbot, database_page: DatabasePage, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    from ui.settings.pages.database import TargetDialog

    database_page._keeper.on_server = True  # type: ignore[attr-defined,misc]
    database_page._on_backup_chosen(tmp_path / "x.backup")
    shown = dialog(database_page, TargetDialog)
    shown.address.setText("restored")
    shown.primary.click()
    assert "not a database address" in shown.form.fields["database"].said.text()
    shown.reject()


def test_the_doctors_findings_are_shown(qtbot, database_page: DatabasePage) -> None:  # type: ignore[no-untyped-def]
    database_page.check()
    settle(qtbot, database_page)
    assert "in order" in database_page.banner.title
    database_page._keeper.clean = False  # type: ignore[attr-defined]
    database_page.check()
    settle(qtbot, database_page)
    assert "does not add up" in database_page.banner.title
    assert "V9" in database_page.findings.toPlainText()


def test_the_nightly_backup_is_set(qtbot, database_page: DatabasePage, services: Services) -> None:  # type: ignore[no-untyped-def]
    database_page.keep.setValue(30)
    database_page.nightly.setChecked(False)
    save(qtbot, database_page)
    assert services.get(ShopService).settings(BackupSettings) == BackupSettings(False, 30, "")


def test_a_database_that_is_away_is_said_on_the_page(qtbot, view: SettingsView, services: Services) -> None:  # type: ignore[no-untyped-def]
    from db.errors import DatabaseUnavailable

    page = go(qtbot, view, "shop")

    def away(*_: object) -> None:
        raise DatabaseUnavailable

    page._service = type("Away", (), {"save_info": away})()
    page.name.setText("Other")
    page.save_button.click()
    settle(qtbot, page)
    assert "does not answer" in page.banner.title
    assert page.dirty and page.save_button.isEnabled()
    page.load()
    settle(qtbot, page)


@pytest.mark.slow
def test_pictures(qtbot, view: SettingsView, render, services: Services) -> None:  # type: ignore[no-untyped-def]
    shop = services.get(ShopService)
    actor = view._make  # the pages are those of the real shop
    assert callable(actor)
    for page_id in ALL:
        go(qtbot, view, page_id)
        assert render(view, f"settings-{page_id}", size=(1216, 724))
    page = go(qtbot, view, "staff")
    page.edit_role(next(role for role in services.get(PeopleService).roles() if role.code == "supervisor"))
    assert render(dialog(page, RightsDialog), "settings-rights", size=(660, 700))
    page = go(qtbot, view, "taxes")
    page.edit(shop.taxes()[0])
    assert render(dialog(page, TaxDialog), "settings-tax", size=(520, 420))
    assert replace(shop.info(), name="x").name == "x"
