import logging
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from app.errors import NotFound
from app.money import Money
from ui.shared import crash, error_text


@pytest.mark.parametrize(
    ("said", "kept_out"),
    [
        ("card GC7K-2M9Q-44TX-A1B2 failed", "2M9Q"),
        ("no customer amara@example.org", "amara"),
        ("phone +44 20 7946 0958", "7946"),
        ("pin 4711 wrong", "4711"),
        ("postgresql://till:s3cret@shop/db", "s3cret"),
    ],
)
def test_the_log_holds_no_secret(caplog: pytest.LogCaptureFixture, said: str, kept_out: str) -> None:  # F53
    try:
        raise ValueError(said)
    except ValueError as error:
        with caplog.at_level(logging.ERROR):
            number = crash.note_defect(error)
    assert number in caplog.text
    assert "test_crash.py" in caplog.text
    assert kept_out not in caplog.text


class Bell(QObject):
    rung = Signal()


def test_a_defect_in_a_slot_becomes_a_number_and_the_program_goes_on(qtbot: QtBot) -> None:  # F53
    told: list[str] = []
    bell, before = Bell(), sys.excepthook
    after: list[str] = []
    with qtbot.captureExceptions() as caught:
        crash.install(told.append)
        try:
            bell.rung.connect(lambda: 1 // 0)
            bell.rung.connect(lambda: after.append("still here"))
            bell.rung.emit()
        finally:
            crash.install(None)
            sys.excepthook = before
    assert not caught
    assert len(told) == 1
    assert len(told[0]) == 6
    assert after == ["still here"]


def test_an_unwritable_log_folder_costs_only_the_log(tmp_path: Path) -> None:
    in_the_way = tmp_path / "log"
    in_the_way.write_text("a file where the folder should be")
    root, before = logging.getLogger(), logging.getLogger().handlers[:]
    try:
        crash.log_to(in_the_way)
        logging.getLogger("regulars.test").info("goes elsewhere")
    finally:
        for handler in root.handlers[len(before) :]:
            root.removeHandler(handler)


def test_the_log_begins_with_its_first_record(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    root, before = logging.getLogger(), logging.getLogger().handlers[:]
    try:
        crash.log_to(lambda: folder)
        assert not folder.exists()
        logging.getLogger("regulars.test").warning("first")
        logging.getLogger("regulars.test").warning("second")
    finally:
        for handler in root.handlers[len(before) :]:
            root.removeHandler(handler)
            handler.close()
    said = (folder / "regulars.log").read_text(encoding="utf-8").splitlines()
    assert [line.rsplit(" ", 1)[1] for line in said] == ["first", "second"]


def test_refusals_speak_for_themselves(qapp: object) -> None:
    assert error_text.sentence(NotFound("No such card. Look at the number again.")) == (
        "No such card. Look at the number again."
    )


def test_a_defect_is_never_shown_as_it_is(qapp: object) -> None:
    text = error_text.sentence(ValueError("secret 12345"))
    assert "Nothing was changed" not in text  # which nobody knows of a defect
    assert "Look whether it was done" in text
    assert "secret" not in text
    assert "Report number" in text


def test_a_translation_uses_the_error_s_values(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from ui.shared.format import Formats

    error = NotFound("No card.", code="giftcard.short")
    error.left = Money(300, "EUR")  # type: ignore[attr-defined]
    monkeypatch.setattr(error_text.QCoreApplication, "translate", lambda _context, _code: "Noch {left} auf der Karte.")
    assert error_text.sentence(error, Formats("de_DE", "EUR")) == "Noch 3,00\u00a0€ auf der Karte."
