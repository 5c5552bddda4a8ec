"""Fields for amounts say what is wrong with them, and forget it with what was typed."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from ui.shared.format import Formats
from ui.shared.money_field import MoneyField


@pytest.fixture
def field(qtbot: QtBot) -> MoneyField:
    made = MoneyField(Formats("en_IE", "EUR"), "Amount")
    qtbot.addWidget(made)
    return made


def test_an_emptied_field_is_not_wrong_any_more(field: MoneyField) -> None:
    field.setText("1e309")
    assert field.value() is None
    assert field.property("wrong") is True
    field.clear()
    assert field.property("wrong") is False
    assert field.accessibleDescription() == ""
