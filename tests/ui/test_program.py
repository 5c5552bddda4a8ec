"""The program as it is started: a real shop in a file, signed in, opened, sold, locked."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.catalog.model import Barcode, ProductDraft
from app.catalog.service import CatalogService
from app.checkout.sessions import SessionService
from app.clock import SystemClock
from app.money import Money
from app.shop.local import LocalConfig
from app.shop.local import load as load_config
from app.shop.model import ShopDraft, TaxDraft
from app.shop.service import ShopService
from app.shop.setup import create_shop, set_up
from app.staff.model import with_all_rights
from db.errors import DatabaseUnavailable
from db.uow import Database
from tests.app.shop.test_filekey import forget
from tests.ui.sell.fakes import ean13
from ui.firststart.register import RegisterDialog
from ui.main import has_screen, main
from ui.program import Program

PIN = "739152"


@pytest.fixture
def shop_file(tmp_path: Path) -> str:
    path = str(tmp_path / "shop.db")
    draft = ShopDraft(
        "Fine Foods", PIN, "USD", prices_include_tax=True, taxes=(TaxDraft("Standard", (("VAT", Decimal(8)),)),)
    )
    database = create_shop(path, draft, SystemClock())
    catalog = CatalogService(database, SystemClock())
    manager = with_all_rights(1, "Manager")
    for number, name in enumerate(("Sourdough loaf", "Olive oil", "Aged cheddar"), 1):
        draft_product = ProductDraft(name, f"SKU-{number}", 420 * number, barcodes=(Barcode(ean13(number)),))
        catalog.create(draft_product, by=manager)
    database.close()
    return path


@pytest.fixture
def program(qapp: QApplication, shop_file: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Program]:
    monkeypatch.setattr("app.shop.local.config_path", lambda: tmp_path / "regulars.toml")
    made = Program(qapp, LocalConfig(), shop_file)
    made.start()
    yield made
    made.close()
    for window in (made.start_window, made.frame):
        if window is not None:
            window.hide()
            window.deleteLater()
    qapp.processEvents()


def _sign_in(program: Program, qtbot: QtBot) -> Any:
    signin: Any = program.start_window._stack.currentWidget()
    qtbot.waitUntil(lambda: signin._chosen is not None, timeout=10_000)
    signin.pad.submitted.emit(PIN)
    qtbot.waitUntil(lambda: program.frame is not None and program.frame.isVisible(), timeout=10_000)
    return program.frame


def _open_register(frame_of: Callable[[], Any], qtbot: QtBot) -> Any:
    shift = frame_of().stack.currentWidget()
    shift.field.setText("100.00")
    shift.open()
    qtbot.waitUntil(lambda: hasattr(frame_of().stack.currentWidget(), "sell"), timeout=10_000)
    view = frame_of().stack.currentWidget()
    qtbot.waitUntil(lambda: view.sell.is_ready, timeout=10_000)
    return view


def test_from_start_to_a_booked_sale(program: Program, qtbot: QtBot, shop_file: str) -> None:
    _sign_in(program, qtbot)
    view = _open_register(lambda: program.frame, qtbot)
    view.on_code(ean13(1))
    view.on_code(f"2*{ean13(2)}")
    assert view.sell.view.total.minor == 420 + 2 * 840
    view.pay.open()
    view.pay.take_cash(5000)
    qtbot.waitUntil(lambda: view.side.currentWidget() is view.change_panel, timeout=10_000)
    assert "29.00" in view.change_panel.accessibleName()
    assert view.sell.basket.is_empty
    reader = program._shop.services.database  # type: ignore[union-attr]
    assert reader.scalar("SELECT total_minor FROM sale") == 2100


def test_a_product_made_for_an_unknown_code_is_rung_up_when_the_sale_is_back(program: Program, qtbot: QtBot) -> None:
    _sign_in(program, qtbot)
    view = _open_register(lambda: program.frame, qtbot)
    view.on_code(ean13(1))
    view.on_code(ean13(50))
    view.product_wanted.emit(ean13(50))  # "Create", in the red band
    products: Any = program.frame.stack.currentWidget()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: products.form is not None, timeout=10_000)
    products.form.name.setText("Quince jam")
    products.form.price.setText("3.90")
    products.form.primary.click()
    qtbot.waitUntil(lambda: len(view.sell.basket.lines) == 2, timeout=10_000)
    assert view.sell.view.total.minor == 420 + 390
    assert program.frame.stack.currentWidget() is view  # type: ignore[union-attr]
    qtbot.wait(50)
    view.sell.shop.refresh(fresh=True)
    program.reads._pool.waitForDone(5000)
    qtbot.wait(50)
    assert len(view.sell.basket.lines) == 2  # once only


def test_rights_that_changed_while_the_till_was_locked_count_when_it_is_unlocked(
    program: Program, qtbot: QtBot
) -> None:
    frame = _sign_in(program, qtbot)
    view = _open_register(lambda: program.frame, qtbot)
    view.on_code(ean13(1))
    frame = program.frame
    frame.lock_wanted.emit()
    shop = program._shop
    assert shop is not None
    with shop.services.database.write() as uow:
        uow.connection.exec_driver_sql("DELETE FROM role_permission WHERE permission = 'staff.manage'")
        uow.commit()
    again = _sign_in(program, qtbot)
    assert again is not frame and not again.actor.may("staff.manage")
    second = again.stack.currentWidget()
    qtbot.waitUntil(lambda: second.sell.is_ready, timeout=10_000)
    assert len(second.sell.basket.lines) == 1  # the sale in the making stands


def test_settings_that_changed_while_the_till_was_locked_count_when_it_is_unlocked(
    program: Program, qtbot: QtBot
) -> None:
    frame = _sign_in(program, qtbot)
    frame.lock_wanted.emit()
    assert program._shop is not None
    shop = program._shop.services.get(ShopService)
    shop.save_info(with_all_rights(1, "Manager"), replace(shop.info(), locale="de_DE"))
    again = _sign_in(program, qtbot)
    assert again is not frame
    assert program._shop.formats.locale == "de_DE"


def test_money_that_was_taken_stands_whatever_changed_while_the_till_was_locked(program: Program, qtbot: QtBot) -> None:
    _sign_in(program, qtbot)
    view = _open_register(lambda: program.frame, qtbot)
    view.on_code(ean13(1))
    view.pay.open()
    view.pay.take_card(100)
    qtbot.waitUntil(lambda: view.sell.fixed, timeout=5000)
    frame = program.frame
    assert frame is not None and program._shop is not None
    frame.lock_wanted.emit()
    shop = program._shop.services.get(ShopService)
    shop.save_info(with_all_rights(1, "Manager"), replace(shop.info(), name="Finer Foods"))
    assert _sign_in(program, qtbot) is frame
    assert view.sell.fixed


def test_a_scan_closes_the_palette_and_is_sold(program: Program, qtbot: QtBot) -> None:  # F40
    _sign_in(program, qtbot)
    view = _open_register(lambda: program.frame, qtbot)
    frame: Any = program.frame
    frame.activateWindow()
    frame.open_palette()
    qtbot.keyClicks(frame.palette_box.field, "pay")
    frame.on_scan(ean13(2))
    assert not frame.palette_box.isVisible()
    assert frame.focusWidget() is view.field
    assert view.sell.view.total.minor == 840


def test_a_till_in_full_screen_stays_so_when_its_devices_are_made_anew(program: Program, qtbot: QtBot) -> None:
    frame = _sign_in(program, qtbot)
    frame.showFullScreen()
    program._on_shift_changed()
    qtbot.waitUntil(lambda: program.frame is not None and program.frame is not frame, timeout=10_000)
    assert program.frame is not None and program.frame.isFullScreen()


def test_a_full_screen_stays_one_when_the_shift_opens(program: Program, qtbot: QtBot) -> None:
    frame = _sign_in(program, qtbot)
    frame.toggle_full_screen()
    _open_register(lambda: program.frame, qtbot)
    assert program.frame is not None
    assert program.frame is not frame
    assert program.frame.isFullScreen()


def test_locking_keeps_the_basket_and_the_same_person_gets_it_back(program: Program, qtbot: QtBot) -> None:
    _sign_in(program, qtbot)
    view = _open_register(lambda: program.frame, qtbot)
    view.on_code(ean13(3))
    assert program.frame is not None
    frame = program.frame
    frame.lock_wanted.emit()
    assert program.start_window.isVisible()
    assert not frame.isVisible()
    assert _sign_in(program, qtbot) is frame
    assert len(view.sell.basket.lines) == 1


def test_an_interrupted_basket_is_back_after_a_new_start(  # F1
    program: Program, qtbot: QtBot, qapp: QApplication, shop_file: str
) -> None:
    _sign_in(program, qtbot)
    view = _open_register(lambda: program.frame, qtbot)
    view.on_code(ean13(1))
    view.on_code(ean13(2))
    program.writes._pool.waitForDone(5000)
    again = Program(qapp, LocalConfig(), shop_file)  # the first one never ended properly
    again.start()
    try:
        _sign_in(again, qtbot)
        second = again.frame.stack.currentWidget()  # type: ignore[union-attr]
        qtbot.waitUntil(lambda: second.sell.is_ready and len(second.sell.basket.lines) == 2, timeout=10_000)  # type: ignore[union-attr]
    finally:
        again.close()
        again.start_window.deleteLater()
        if again.frame is not None:
            again.frame.hide()
            again.frame.deleteLater()


def test_keys_alone_sell(program: Program, qtbot: QtBot) -> None:
    _sign_in(program, qtbot)
    view = _open_register(lambda: program.frame, qtbot)
    frame = program.frame
    frame.activateWindow()  # type: ignore[union-attr]
    qtbot.waitUntil(view.field.hasFocus, timeout=3000)
    qtbot.keyClicks(view.field, f"3*{ean13(1)}", delay=0)
    qtbot.keyClick(view.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(view.sell.basket.lines), timeout=3000)
    qtbot.keyClick(view.field, Qt.Key.Key_F12)
    qtbot.waitUntil(lambda: view.side.currentWidget() is view.change_panel, timeout=10_000)
    assert "12.60" in view.change_panel.accessibleName()


def test_a_shop_that_cannot_be_opened_is_told_in_the_window(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    broken = tmp_path / "shop.db"
    broken.write_bytes(b"this is no database at all" * 100)
    made = Program(qapp, LocalConfig(), str(broken))
    made.start()
    try:
        signin: Any = made.start_window._stack.currentWidget()
        qtbot.waitUntil(lambda: signin.banner.isVisible(), timeout=5000)
        assert "Restore" in signin.banner.text
        assert broken.read_bytes().startswith(b"this is no database")  # F10: nothing was made in its place
    finally:
        made.close()
        made.start_window.hide()
        made.start_window.deleteLater()


# The entry point


def _settled_on(path: Path) -> LocalConfig:
    return load_config(path, use_keyring=False)[0]


@pytest.fixture
def joining(qapp: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[str], Program]]:
    """The program on a computer that knows no shop yet."""
    monkeypatch.setattr("app.shop.local.config_path", lambda: tmp_path / "regulars.toml")
    made: list[Program] = []

    def start(url: str) -> Program:
        program = Program(qapp, LocalConfig(), url)
        program._remember = True
        made.append(program)
        program.start()
        return program

    yield start
    for program in made:
        program.close()
        program.start_window.hide()
        program.start_window.deleteLater()
    qapp.processEvents()


def test_who_joins_a_shop_on_a_server_says_which_register_this_computer_is(
    joining: Callable[[str], Program], qtbot: QtBot, postgres_db: Database, postgres_url: str, tmp_path: Path
) -> None:
    """The first register was taken without a word, and two computers counted one drawer."""
    set_up(postgres_db, ShopDraft("Fine Foods", PIN), SystemClock())
    shop = ShopService(postgres_db, SystemClock())
    first = shop.registers()[0]
    second = shop.save_register(with_all_rights(1, "M"), replace(first, id=0, name="By the door"))
    SessionService(postgres_db, SystemClock()).open(
        with_all_rights(1, "M", register_id=first.id, outlet_id=first.outlet_id), first.id, Money(0, "USD"),
        request_id=uuid4(),
    )  # fmt: skip
    program = joining(postgres_url)
    qtbot.waitUntil(lambda: program.start_window.findChild(RegisterDialog) is not None, timeout=10_000)
    dialog = program.start_window.findChild(RegisterDialog)
    assert dialog is not None
    lines = [dialog.list.item(place).text() for place in range(dialog.list.count())]
    assert "its shift is open" in lines[0] and "By the door" in lines[1] and "open" not in lines[1]
    qtbot.keyClick(dialog, Qt.Key.Key_Return)  # it stands on the one that is free
    qtbot.waitUntil(lambda: _settled_on(tmp_path / "regulars.toml").register_id == second, timeout=10_000)
    signin: Any = program.start_window._stack.currentWidget()
    qtbot.waitUntil(lambda: "By the door" in signin.place.text(), timeout=10_000)


def test_who_joins_a_shop_whose_one_register_is_open_is_told(
    joining: Callable[[str], Program], qtbot: QtBot, postgres_db: Database, postgres_url: str
) -> None:
    set_up(postgres_db, ShopDraft("Fine Foods", PIN), SystemClock())
    only = ShopService(postgres_db, SystemClock()).registers()[0]
    SessionService(postgres_db, SystemClock()).open(
        with_all_rights(1, "M", register_id=only.id, outlet_id=only.outlet_id), only.id, Money(0, "USD"),
        request_id=uuid4(),
    )  # fmt: skip
    program = joining(postgres_url)
    qtbot.waitUntil(lambda: "only register" in program.start_window.banner.title, timeout=10_000)


def test_a_till_that_is_up_before_its_server_opens_by_itself(
    joining: Callable[[str], Program], qtbot: QtBot, shop_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # F22
    from ui import program as module

    really, tries = module._open_shop, [0]

    def not_yet(url: str, register_id: int | None) -> Any:
        tries[0] += 1
        if tries[0] < 3:
            raise DatabaseUnavailable("The server at till-server does not answer.")
        return really(url, register_id)

    monkeypatch.setattr(module, "_open_shop", not_yet)
    monkeypatch.setattr(module, "_AGAIN_MS", 20)
    signin: Any = joining(shop_file).start_window._stack.currentWidget()
    qtbot.waitUntil(lambda: "does not answer" in signin.banner.text, timeout=10_000)
    qtbot.waitUntil(lambda: signin._chosen is not None, timeout=10_000)
    assert not signin.banner.isVisible()
    assert tries == [3]


def test_no_screen_is_a_sentence_and_status_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert main([]) == 2
    assert "screen" in capsys.readouterr().err


def test_a_display_nobody_answers_is_no_screen() -> None:
    assert not has_screen({"DISPLAY": ":987"}, "linux")
    assert not has_screen({"DISPLAY": "nonsense"}, "linux")
    assert not has_screen({}, "linux")
    assert has_screen({}, "win32")
    assert has_screen({"WAYLAND_DISPLAY": "wayland-0"}, "linux")


def _python(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=os.environ, check=False)


def test_commands_load_no_qt() -> None:
    code = (
        "import sys; from ui.main import main\n"
        "status = main(['--version'])\n"
        "bad = [name for name in sys.modules if name.startswith('PySide6')]\n"
        "sys.exit(1 if bad or status else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=os.environ, check=False
    )
    assert done.returncode == 0, done.stderr


def test_modules_are_imported_by_python_itself() -> None:
    code = (
        "import builtins; own = builtins.__import__\n"
        "from ui.main import load_qt\n"
        "load_qt(); assert builtins.__import__ is own\n"
        "from PySide6.QtWidgets import QApplication, QLabel; app = QApplication([]); QLabel('as ever').show()\n"
        "import ui.program; assert builtins.__import__ is own"
    )
    done = _python(code)
    assert done.returncode == 0, done.stderr


def test_the_program_is_in_its_own_style_whatever_the_desktop_prefers() -> None:
    code = (
        "import sys\n"
        "from ui.main import load_qt\n"
        "load_qt()\n"
        "from ui.shared import theme\n"
        "from ui.shared.tokens import Scheme\n"
        "app = theme.application('regulars')\n"
        "theme.apply(app, Scheme.LIGHT); theme.apply(app, Scheme.DARK)\n"
        "app.setStyleSheet('')  # the style sheet's own style stands before the other\n"
        "print(app.style().name()); sys.exit(app.style().name() != 'fusion')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, timeout=60, env=os.environ | {"QT_STYLE_OVERRIDE": "windows"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_before_the_first_paint_no_database_library_is_loaded() -> None:
    code = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from app.shop.local import LocalConfig\n"
        "from ui.program import Program\n"
        "app = QApplication([]); program = Program(app, LocalConfig(), 'nowhere.db'); program.start()\n"
        "names = ('sqlalchemy', 'babel', 'alembic', 'reportlab', 'escpos', 'openpyxl')\n"
        "heavy = [name for name in names if name in sys.modules]\n"
        "print(heavy); sys.exit(1 if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=os.environ, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_price_changed_at_another_till_is_refused_once_then_paid(  # T20
    program: Program, qtbot: QtBot, shop_file: str
) -> None:
    """The basket kept the price it was rung up at, and Pay refused it for ever."""
    _sign_in(program, qtbot)
    view = _open_register(lambda: program.frame, qtbot)
    view.on_code(ean13(1))
    view.on_code(ean13(2))
    other = Database.connect(shop_file)
    catalog = CatalogService(other, SystemClock())
    catalog.edit(1, replace(catalog.product(1), price_minor=450), by=with_all_rights(1, "Manager"))
    other.close()
    view.pay.open()
    with qtbot.waitSignal(
        view.pay.refused, check_params_cb=lambda said: "450" in said.replace(".", ""), timeout=10_000
    ):
        view.pay.exact_cash()
    qtbot.waitUntil(lambda: view.sell.view.total.minor == 450 + 840, timeout=10_000)
    assert "Sourdough loaf 4.50" in view.error.title
    assert view.pay.settlement.due.minor == 450 + 840
    view.pay.exact_cash()
    qtbot.waitUntil(lambda: view.side.currentWidget() is view.change_panel, timeout=10_000)
    shop: Any = program._shop
    assert shop.services.database.scalar("SELECT total_minor FROM sale") == 450 + 840


def test_a_return_by_the_receipt_s_number_with_its_preview(program: Program, qtbot: QtBot) -> None:  # N12
    _sign_in(program, qtbot)
    view = _open_register(lambda: program.frame, qtbot)
    view.on_code(f"3*{ean13(1)}")
    view.on_code(ean13(2))
    view.pay.exact_cash()
    qtbot.waitUntil(lambda: view.side.currentWidget() is view.change_panel, timeout=10_000)
    shop: Any = program._shop
    number = shop.services.database.scalar("SELECT number_text FROM sale")
    view.chores.take_back()
    panel = view.chores.return_panel
    panel.number.setText(number)
    panel.find_wanted.emit(number)
    qtbot.waitUntil(lambda: len(panel._pickers) == 2, timeout=5000)
    panel._pickers[0].tick.setChecked(True)
    panel._pickers[0]._stepper.wanted.emit(-1)
    panel.reasons.other.setText("Not wanted")
    qtbot.waitUntil(panel.refund.isEnabled, timeout=5000)
    assert "8.40" in panel.refund.text()
    panel.refund.click()
    qtbot.waitUntil(lambda: view.side.currentWidget() is view.change_panel, timeout=10_000)
    assert "8.40" in view.change_panel.accessibleName()
    assert shop.services.database.scalar("SELECT count(*) FROM sale WHERE kind = 'return'") == 1


def test_a_customer_is_added_and_stays_with_the_sale(program: Program, qtbot: QtBot) -> None:
    _sign_in(program, qtbot)
    view = _open_register(lambda: program.frame, qtbot)
    view.on_code(ean13(1))
    view.chores.find_customer()
    search = view.chores.search_panel
    search._show_add()
    search.first.setText("Amara")
    search.last.setText("Diallo")
    search.mail.setText("amara@example.org")
    search.add.click()
    qtbot.waitUntil(lambda: view.sell.basket.customer is not None, timeout=5000)
    view.pay.exact_cash()
    qtbot.waitUntil(lambda: view.side.currentWidget() is view.change_panel, timeout=10_000)
    shop: Any = program._shop
    assert shop.services.database.scalar("SELECT count(*) FROM sale WHERE customer_id IS NOT NULL") == 1
    view.chores.find_customer()
    view.errands.customers.search("diallo")
    qtbot.waitUntil(lambda: search.list.count() == 1, timeout=5000)


def test_a_gift_card_is_sold_then_pays(program: Program, qtbot: QtBot) -> None:  # A16, T6
    _sign_in(program, qtbot)
    view = _open_register(lambda: program.frame, qtbot)
    view.chores.gift_card()
    view.chores.card_panel.money.setText("25")
    view.chores.card_panel._on_sell()
    finished: list[Any] = []
    view.pay.finished.connect(finished.append)
    view.pay.exact_cash()
    qtbot.waitUntil(lambda: len(finished) == 1, timeout=10_000)
    code = finished[0].sale.cards[0].code
    view.on_code(ean13(1))
    view.pay.open()
    view.on_code(code)
    qtbot.waitUntil(lambda: len(finished) == 2, timeout=10_000)
    assert "20.80" in view.change_panel._lines.text()
    assert code not in view.change_panel._lines.text()


def test_closing_the_register_leads_to_opening_it(program: Program, qtbot: QtBot) -> None:
    _sign_in(program, qtbot)
    view = _open_register(lambda: program.frame, qtbot)
    view.chores.close_register()
    view.chores.cash_panel.money.setText("100")
    view.chores.cash_panel.take()
    panel = view.asking.choice_panel
    qtbot.waitUntil(lambda: view.side.currentWidget() is panel, timeout=5000)
    assert "exactly right" in panel.heading.text()
    view.shift_ended.emit()
    qtbot.waitUntil(lambda: hasattr(program.frame.stack.currentWidget(), "opened"), timeout=10_000)  # type: ignore[union-attr]


def test_what_changed_on_another_page_counts_back_at_the_sale(program: Program, qtbot: QtBot) -> None:
    """A product made or repriced in Settings is sold at its new price without a restart."""
    _sign_in(program, qtbot)
    view = _open_register(lambda: program.frame, qtbot)
    database = program._shop.services.database  # type: ignore[union-attr]
    with database.write() as uow:
        uow.connection.exec_driver_sql("UPDATE product SET price_minor = 999 WHERE price_minor = 420")
        uow.commit()
    with qtbot.waitSignal(view.sell.shop.renewed, timeout=10_000):
        view.page_shown(None)
    view.on_code(ean13(1))
    assert view.sell.view.total.minor == 999


# --- An encrypted shop --------------------------------------------------------------------------------------------


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("app.shop.local.config_path", lambda: tmp_path / "regulars.toml")
    monkeypatch.setattr("keyring.get_password", lambda *_: None)
    monkeypatch.setattr("keyring.set_password", lambda *_: None)


def test_the_shop_is_encrypted_while_it_is_open_and_the_sale_goes_on(
    no_keyring: None, program: Program, qtbot: QtBot, shop_file: str
) -> None:
    from app.shop.filekey import KeyStore, new_key
    from db.cipher import head_in

    _sign_in(program, qtbot)
    view = _open_register(lambda: program.frame, qtbot)
    view.on_code(ean13(1))
    frame: Any = program.frame
    frame.open_page("settings")
    key = new_key()
    program._on_encrypt_wanted(key, False)
    qtbot.waitUntil(lambda: "file is encrypted" in program.start_window.banner.title, timeout=15_000)
    assert head_in(Path(shop_file)) == key.head
    assert KeyStore().recall(key.head) == key
    _sign_in(program, qtbot)
    view = program.frame.stack.currentWidget()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: view.sell.is_ready, timeout=10_000)
    assert view.sell.view.total.minor == 420
    assert b"Sourdough" not in Path(shop_file).read_bytes()


def test_a_shop_whose_key_is_gone_opens_with_the_one_on_paper(
    no_keyring: None, qapp: QApplication, qtbot: QtBot, shop_file: str
) -> None:
    from app.shop.encryption import encrypt_file
    from app.shop.filekey import KeyStore, new_key
    from ui.firststart.unlock import UnlockDialog

    key = new_key()
    encrypt_file(Path(shop_file), key)
    forget(key)
    program = Program(qapp, LocalConfig(), shop_file)
    program.start()
    try:
        qtbot.waitUntil(lambda: bool(program.start_window.findChildren(UnlockDialog)), timeout=10_000)
        [dialog] = program.start_window.findChildren(UnlockDialog)
        signin: Any = program.start_window._stack.currentWidget()
        assert "encrypted shop" in signin.banner.text
        dialog.key.setText(key.written())
        dialog.primary.click()  # type: ignore[union-attr]
        _sign_in(program, qtbot)
        assert KeyStore().recall(key.head) == key
    finally:
        program.close()
        for window in (program.start_window, program.frame):
            if window is not None:
                window.hide()
                window.deleteLater()
        qapp.processEvents()
