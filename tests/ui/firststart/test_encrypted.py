"""An encrypted shop, clicked through: the sheet, reading it back, opening it where its key is not known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.shop.encryption import SEALING
from app.shop.filekey import FileKey, KeyStore, new_key, open_shop, read_key
from app.shop.setup import MAKING, create_encrypted_shop
from db.cipher import head_in
from tests.app.shop.test_setup import CHEAP, DRAFT
from tests.ui.firststart.test_firststart import _clock, fill, quick_demo, set_up
from ui.firststart.steps import SetUpView
from ui.firststart.unlock import UnlockDialog
from ui.firststart.view import FirstStartView, OpenDialog
from ui.shared.jobs import Jobs


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyStore:
    monkeypatch.setattr("app.shop.local.config_path", lambda: tmp_path / "config" / "regulars.toml")
    monkeypatch.setattr("keyring.get_password", lambda *_: None)
    monkeypatch.setattr("keyring.set_password", lambda *_: None)
    return KeyStore()


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    made = Jobs(1)
    yield made
    assert made.close()


@pytest.fixture
def view(qtbot, jobs: Jobs, tmp_path: Path) -> FirstStartView:  # type: ignore[no-untyped-def]
    shown = FirstStartView(jobs, folder=tmp_path / "data", build_demo=quick_demo)
    qtbot.addWidget(shown)
    shown.resize(QSize(1024, 768))
    shown.show()
    return shown


def to_the_sheet(qtbot, view: FirstStartView) -> SetUpView:  # type: ignore[no-untyped-def]
    form = set_up(view)
    fill(form)
    form.next.click()
    form.next.click()
    form.encrypt.click()
    assert form.next.text() == "Next"
    with qtbot.waitSignal(view.presenter.sheet_ready):
        form.next.click()
    assert form.title.text() == "Recovery sheet"
    return form


def shown_key(form: SetUpView) -> FileKey:
    return read_key("-".join(words.text() for words in form.sheet.groups))


def nothing_made(tmp_path: Path) -> bool:
    return not (tmp_path / "data").exists() and not (tmp_path / "config").exists()


def test_a_shop_is_set_up_encrypted_after_its_key_was_read_back(qtbot, view: FirstStartView, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    form = to_the_sheet(qtbot, view)
    key = shown_key(form)
    form.sheet.save_to(tmp_path / "sheet.pdf")
    with qtbot.waitSignal(form.sheet.kept):
        pass
    assert (tmp_path / "sheet.pdf").stat().st_mode & 0o777 == 0o600
    assert QApplication.focusWidget() is form.next
    form.next.click()
    assert (form.title.text(), form.next.text()) == ("Read it back", "Open my shop")
    for wrong in ("", "7Q4K0 ZTM9X", key.groups[-1]):
        form.read_back.setText(wrong)
        form.next.click()
        assert "not what the sheet says" in form._steps[4][1].fields["read_back"].said.text()
    assert nothing_made(tmp_path)
    form.read_back.setText(" ".join(key.groups[-2:]).lower())
    with qtbot.waitSignal(view.shop_ready, timeout=15_000) as ready:
        QTest.keyClick(form.read_back, Qt.Key.Key_Return)
    file = Path(ready.args[0])
    assert head_in(file) == key.head
    database = open_shop(str(file))
    assert database.scalar("SELECT name FROM shop") == "Green Door Deli"
    database.close()
    assert sorted(path.name for path in file.parent.iterdir()) == ["shop.db"]
    assert file.stat().st_mode & 0o077 == 0


def test_whoever_stops_at_the_sheet_leaves_nothing_behind(qtbot, view: FirstStartView, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    form = to_the_sheet(qtbot, view)
    key = shown_key(form)
    assert nothing_made(tmp_path)
    form.next.click()
    form.read_back.setText("half")
    assert nothing_made(tmp_path)
    form.back.click()
    form.back.click()
    assert form.title.text() == "Till and keys"
    with qtbot.waitSignal(view.presenter.sheet_ready):
        form.next.click()
    assert shown_key(form) == key  # what was printed still counts
    assert form.read_back.text() == ""
    form.back.click()
    form.encrypt.click()
    assert form.next.text() == "Open my shop"
    with qtbot.waitSignal(view.shop_ready, timeout=15_000) as ready:
        form.next.click()
    assert head_in(Path(ready.args[0])) is None


def test_only_a_file_is_encrypted(view: FirstStartView) -> None:
    form = set_up(view)
    assert form._marks[3].isHidden()
    form.encrypt.click()
    assert not form._marks[3].isHidden()
    form.on_server.click()
    assert (form.encrypt.isChecked(), form.encrypt.isEnabled()) == (False, False)
    assert form._marks[3].isHidden()


def test_a_place_that_is_taken_is_told_before_a_sheet_is_printed(  # type: ignore[no-untyped-def]
    qtbot, view: FirstStartView, tmp_path: Path
) -> None:
    place = tmp_path / "taken.db"
    create_encrypted_shop(place, DRAFT, _clock(), new_key(), pins=CHEAP).close()
    form = set_up(view)
    fill(form)
    form.next.click()
    form.next.click()
    form.encrypt.click()
    for text, words in ((str(place), "can be opened"), (str(tmp_path), "not a database address")):
        form.database.setText(text)
        with qtbot.waitSignal(view.presenter.refused):
            form.next.click()
        assert words in form._steps[2][1].fields["database"].said.text()
        assert form.next.isEnabled()


def test_a_set_up_that_was_cut_off_makes_room_for_an_encrypted_one(  # type: ignore[no-untyped-def]
    qtbot, view: FirstStartView, tmp_path: Path
) -> None:
    from db.schema import create_schema

    place = tmp_path / "data" / "shop.db"
    create_schema(str(place)).close()
    place.with_name(place.name + MAKING).write_bytes(b"half made")
    form = to_the_sheet(qtbot, view)
    key = shown_key(form)
    form.next.click()
    form.read_back.setText(key.asked_back)
    with qtbot.waitSignal(view.shop_ready, timeout=15_000):
        form.next.click()
    assert head_in(place) == key.head
    assert [path.name for path in place.parent.iterdir()] == ["shop.db"]


def test_a_key_that_cannot_be_kept_makes_no_shop(  # type: ignore[no-untyped-def]
    qtbot, view: FirstStartView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = to_the_sheet(qtbot, view)
    form.next.click()
    form.read_back.setText(shown_key(form).asked_back)
    (tmp_path / "config").write_bytes(b"")  # a file where the folder should be
    with qtbot.waitSignal(view.presenter.failed):
        form.next.click()
    assert form.banner.isVisible()
    assert not (tmp_path / "data").exists()
    assert form.next.isEnabled()


def test_the_sheet_is_drawn_straight_to_a_printer(qtbot, view: FirstStartView, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    import pypdfium2
    import zxingcpp

    form = to_the_sheet(qtbot, view)
    sheet = form.sheet._sheet
    assert sheet is not None
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "out.pdf"))
    printer.setFullPage(True)
    with qtbot.waitSignal(form.sheet._printer.printed):
        form.sheet._printer.put(sheet.document, sheet.page, printer)
    pdf = pypdfium2.PdfDocument(str(tmp_path / "out.pdf"))
    assert len(pdf) == 1
    (code,) = zxingcpp.read_barcodes(pdf[0].render(scale=2).to_pil())
    assert read_key(code.text) == shown_key(form)
    pdf.close()


@pytest.mark.qt_log_ignore("QPainter::begin", extend=True)
def test_a_printer_that_takes_nothing_is_told(qtbot, view: FirstStartView, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    form = to_the_sheet(qtbot, view)
    sheet = form.sheet._sheet
    assert sheet is not None
    broken = QPrinter()
    broken.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    broken.setOutputFileName(str(tmp_path / "not there" / "out.pdf"))
    with qtbot.waitSignal(form.sheet._printer.failed):
        form.sheet._printer.put(sheet.document, sheet.page, broken)
    assert "No printer took" in form.sheet.banner.title


# --- A file from elsewhere ----------------------------------------------------------------------------------------


@pytest.fixture
def moved(tmp_path: Path, store: KeyStore) -> tuple[Path, FileKey]:
    """An encrypted shop whose key this computer does not know."""
    file, key = tmp_path / "there.db", new_key()
    create_encrypted_shop(file, DRAFT, _clock(), key, pins=CHEAP, store=KeyStore(tmp_path / "other")).close()
    assert store.recall(key.head) is None
    return file, key


def test_a_shop_from_another_computer_asks_for_its_key(  # type: ignore[no-untyped-def]
    qtbot, view: FirstStartView, moved: tuple[Path, FileKey], store: KeyStore
) -> None:
    file, key = moved
    before = file.read_bytes()
    view.ask_existing()
    [dialog] = view.findChildren(OpenDialog)
    assert dialog.form.fields["key"].isHidden()
    dialog.address.setText(str(file))
    assert dialog.primary is not None
    with qtbot.waitSignal(view.presenter.refused):
        dialog.primary.click()
    assert dialog.key.isVisible()
    assert "recovery key" in dialog.banner.title
    written = key.written()
    slip = written[:2] + ("7" if written[2] != "7" else "8") + written[3:]
    for typed, words in ((slip, "group 1"), (new_key().written(), "another one")):
        dialog.key.setText(typed)
        with qtbot.waitSignal(view.presenter.refused):
            dialog.primary.click()
        assert words in dialog.form.fields["key"].said.text()
    assert (file.read_bytes(), store.recall(key.head)) == (before, None)
    dialog.key.setText(written)
    with qtbot.waitSignal(view.shop_ready) as ready:
        dialog.primary.click()
    assert ready.args == [str(file)]
    assert store.recall(key.head) == key


def test_a_demo_shop_that_somebody_encrypted_is_not_thrown_away(  # type: ignore[no-untyped-def]
    qtbot, view: FirstStartView, tmp_path: Path
) -> None:
    demo = tmp_path / "data" / "demo.db"
    create_encrypted_shop(demo, DRAFT, _clock(), new_key(), pins=CHEAP, store=KeyStore(tmp_path / "other")).close()
    before = demo.read_bytes()
    with qtbot.waitSignal(view.presenter.failed):
        view.demo_button.click()
    assert "encrypted" in view.banner.title
    assert demo.read_bytes() == before


def test_another_file_forgets_the_key_that_was_typed(qtbot, view: FirstStartView, moved: tuple[Path, FileKey]) -> None:  # type: ignore[no-untyped-def]
    view.ask_existing()
    [dialog] = view.findChildren(OpenDialog)
    dialog.address.setText(str(moved[0]))
    assert dialog.primary is not None
    with qtbot.waitSignal(view.presenter.refused):
        dialog.primary.click()
    dialog.key.setText("7Q4K0")
    dialog.address.setText("another.db")
    assert (dialog.key.text(), dialog.key.isVisible()) == ("", False)


def test_the_sign_in_window_asks_for_a_key_that_is_gone(  # type: ignore[no-untyped-def]
    qtbot, jobs: Jobs, view: FirstStartView, moved: tuple[Path, FileKey], store: KeyStore
) -> None:
    file, key = moved
    dialog = UnlockDialog(str(file), jobs, view)
    dialog.open()
    for typed, words in (("", "recovery sheet"), (new_key().written(), "another one")):
        dialog.key.setText(typed)
        assert dialog.primary is not None
        dialog.primary.click()
        qtbot.waitUntil(lambda words=words: words in dialog.form.fields["key"].said.text())  # type: ignore[misc]
        assert dialog.primary.isEnabled()
    dialog.key.setText(key.written())
    with qtbot.waitSignal(dialog.unlocked):
        QTest.keyClick(dialog.key, Qt.Key.Key_Return)
    assert store.recall(key.head) == key


def test_a_damaged_file_under_the_right_key_is_told_as_damaged(  # type: ignore[no-untyped-def]
    qtbot, jobs: Jobs, view: FirstStartView, moved: tuple[Path, FileKey]
) -> None:  # F10
    file, key = moved
    data = bytearray(file.read_bytes())
    data[700] ^= 1
    file.write_bytes(data)
    dialog = UnlockDialog(str(file), jobs, view)
    dialog.open()
    dialog.key.setText(key.written())
    assert dialog.primary is not None
    dialog.primary.click()
    qtbot.waitUntil(lambda: "damaged" in dialog.banner.title)
    dialog.reject()
    assert not file.with_name(file.name + SEALING).exists()
