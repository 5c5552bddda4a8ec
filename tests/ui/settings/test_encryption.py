"""Settings › Database & backup: is the file encrypted, its sheet once more, encrypting it, other shops' backups."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.backup.service import BackupService
from app.clock import FixedClock
from app.shop.encryption import EncryptionService
from app.shop.filekey import FileKey, KeyStore, new_key, open_shop
from app.shop.setup import create_encrypted_shop
from app.staff.model import Actor, with_all_rights
from db.cipher import head_in
from db.uow import Database
from tests.app.shop.test_filekey import forget
from tests.app.shop.test_setup import CHEAP, DRAFT
from tests.ui.settings.test_settings import settle
from ui.settings.encryption import EncryptDialog, EncryptionPanel, KeyDialog, SheetDialog
from ui.settings.keeping import Keeper
from ui.settings.pages.database import DatabasePage
from ui.shared.jobs import Jobs
from ui.shell.registry import ShellContext

MOYA = with_all_rights(1, "Moya", register_id=1, outlet_id=1)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeyStore:
    monkeypatch.setattr("app.shop.local.config_path", lambda: tmp_path / "config" / "regulars.toml")
    monkeypatch.setattr("keyring.get_password", lambda *_: None)
    monkeypatch.setattr("keyring.set_password", lambda *_: None)
    return KeyStore()


@pytest.fixture
def key() -> FileKey:
    return new_key()


@pytest.fixture
def shop(tmp_path: Path, clock: FixedClock, key: FileKey, store: KeyStore) -> Iterator[Database]:
    database = create_encrypted_shop(tmp_path / "own" / "shop.db", DRAFT, clock, key, pins=CHEAP)
    yield database
    database.close()


def panel(
    qtbot: Any, database: Database, clock: FixedClock, actor: Actor = MOYA
) -> tuple[EncryptionPanel, Jobs, list[Any]]:
    jobs, wanted = Jobs(1), []
    made = EncryptionPanel(EncryptionService(database, clock), actor, jobs, lambda *asked: wanted.append(asked))
    qtbot.addWidget(made)
    made.show()
    return made, jobs, wanted


def test_an_encrypted_shop_shows_its_sheet_to_who_may(qtbot, shop: Database, clock: FixedClock, key: FileKey) -> None:  # type: ignore[no-untyped-def]
    made, jobs, _ = panel(qtbot, shop, clock)
    assert "This file is encrypted" in made.state.text()
    assert made.button is not None
    made.button.click()
    qtbot.waitUntil(lambda: bool(made.findChildren(SheetDialog)))
    [dialog] = made.findChildren(SheetDialog)
    assert tuple(words.text() for words in dialog.panel.groups) == key.groups
    dialog.reject()
    assert shop.scalar("SELECT count(*) FROM journal WHERE kind = 'recovery_sheet'") == 1
    jobs.close()
    other, jobs, _ = panel(qtbot, shop, clock, Actor(2, "Sam", "supervisor", {"backup.run": None}, 1, 1))
    other.show_sheet()
    qtbot.waitUntil(lambda: other.banner.isVisible())
    assert "may not" in other.banner.title
    assert other.findChildren(SheetDialog) == []
    jobs.close()


def test_a_plain_shop_is_encrypted_after_its_key_was_read_back(  # type: ignore[no-untyped-def]
    qtbot, context: ShellContext, clock: FixedClock
) -> None:
    made, jobs, wanted = panel(qtbot, context.services.database, clock)
    assert "not encrypted" in made.state.text()
    assert made.button is not None
    made.button.click()
    qtbot.waitUntil(lambda: bool(made.findChildren(EncryptDialog)))
    [dialog] = made.findChildren(EncryptDialog)
    key = dialog._key
    assert QApplication.focusWidget() is dialog.panel.print_button
    assert dialog.primary is not None
    dialog.primary.click()
    dialog.read_back.setText("7Q4K0 ZTM9X")
    dialog.primary.click()
    assert "not what the sheet says" in dialog.form.fields["read_back"].said.text()
    dialog.back.click()
    assert dialog.stack.currentIndex() == 0
    dialog.primary.click()
    dialog.read_back.setText(key.asked_back)
    assert wanted == []
    QTest.keyClick(dialog.read_back, Qt.Key.Key_Return)
    assert wanted == [(key, False)]
    jobs.close()


def test_a_server_offers_nothing(qtbot, postgres_db: Database, clock: FixedClock) -> None:  # type: ignore[no-untyped-def]
    made, jobs, _ = panel(qtbot, postgres_db, clock)
    assert made.button is None
    assert "server" in made.state.text()
    jobs.close()


def test_a_backup_under_a_key_that_is_not_known_asks_for_it(  # type: ignore[no-untyped-def]
    qtbot, context: ShellContext, shop: Database, clock: FixedClock, key: FileKey, store: KeyStore, tmp_path: Path
) -> None:
    from app.shop.service import ShopService

    backup = BackupService(shop, clock).make(tmp_path / "theirs.regulars").path
    forget(key)
    database = context.services.database
    page = DatabasePage(
        context.services.get(ShopService), Keeper(database, clock, MOYA), "", tmp_path, clock.now, MOYA,
        context.reads, context.writes, context.notify,
    )  # fmt: skip
    qtbot.addWidget(page)
    page.show()
    settle(qtbot, page)
    target = tmp_path / "restored-theirs.db"
    for typed, words in ((new_key().written(), ""), (key.written(), "restored and checked")):
        if not page.findChildren(KeyDialog):
            page._on_backup_chosen(backup)
        qtbot.waitUntil(lambda: any(one.isVisible() for one in page.findChildren(KeyDialog)))
        dialog = next(one for one in page.findChildren(KeyDialog) if one.isVisible())
        dialog.key.setText(typed[:-1])
        assert dialog.primary is not None
        dialog.primary.click()
        assert "34" in dialog.form.fields["key"].said.text()
        dialog.key.setText(typed)
        dialog.primary.click()
        settle(qtbot, page)
        qtbot.waitUntil(lambda words=words: words in page.banner.title)  # type: ignore[misc]
    assert head_in(target) == key.head
    assert store.recall(key.head) == key
    back = open_shop(str(target))
    assert back.scalar("SELECT name FROM shop") == DRAFT.name
    back.close()
