"""Birthdays as people write them, and the calendar for those who would rather pick."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QDate
from pytestqt.qtbot import QtBot

from ui.customers.birthday import BirthField, day_order, read_day
from ui.shared.format import Formats

APRIL = date(1990, 4, 23)


@pytest.mark.parametrize(
    ("locale", "order", "example"),
    [
        ("en_US", "mdy", "4/23/1990"),
        ("en_IE", "dmy", "23/4/1990"),
        ("de_DE", "dmy", "23.4.1990"),
        ("sv_SE", "ymd", "1990-4-23"),
        ("ja_JP", "ymd", "1990/4/23"),
        ("xx_YY", "ymd", "1990-4-23"),
    ],
)
def test_a_locale_has_its_order(locale: str, order: str, example: str) -> None:
    assert day_order(Formats(locale)) == (order, example)


@pytest.mark.parametrize(
    ("typed", "order", "day"),
    [
        ("1990-04-23", "mdy", APRIL),
        ("1990-4-23", "dmy", APRIL),
        ("4/23/1990", "mdy", APRIL),
        ("23/4/1990", "dmy", APRIL),
        ("23. 4. 1990", "dmy", APRIL),
        ("23.4.1990.", "dmy", APRIL),
        ("1990/4/23", "ymd", APRIL),
        ("23/4/1990", "mdy", None),  # there is no month 23: never turned round in secret
        ("23/4/90", "dmy", None),  # 1990 or 2090 is for the person to say
        ("1990-02-30", "dmy", None),
        ("29/2/1999", "dmy", None),
        ("tomorrow", "dmy", None),
        ("", "dmy", None),
        ("٢٣/٤/١٩٩٠", "dmy", None),
        ("1/2/3/4", "dmy", None),
    ],
)
def test_a_day_is_read_exactly_or_not_at_all(typed: str, order: str, day: date | None) -> None:
    assert read_day(typed, order) == day


def test_a_day_can_be_picked(qtbot: QtBot) -> None:  # P12
    field = BirthField(Formats("en_IE"))
    qtbot.addWidget(field)
    field.setText("23/4/1990")
    field.pick()
    assert field.calendar is not None
    assert field.calendar.days.selectedDate() == QDate(1990, 4, 23)
    assert (field.calendar.month.currentText(), field.calendar.year.value()) == ("April", 1990)
    field.calendar.year.setValue(1988)
    field.calendar.month.setCurrentIndex(1)
    field.calendar.days.setSelectedDate(QDate(1988, 2, 29))
    assert field.calendar.primary is not None
    field.calendar.primary.click()
    assert field.text() == "1988-02-29"
    assert field.day() == date(1988, 2, 29)


def test_the_day_goes_with_the_month_that_is_shown(qtbot: QtBot) -> None:
    field = BirthField(Formats("en_IE"))
    qtbot.addWidget(field)
    field.setText("1990-03-31")
    field.pick()
    assert field.calendar is not None
    field.calendar.month.setCurrentIndex(1)  # February has no 31st
    field.calendar._on_pick()
    assert field.text() == "1990-02-28"
