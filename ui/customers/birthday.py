"""A birthday: typed as people write it, or picked from a calendar."""

from __future__ import annotations

import re
from datetime import date

from PySide6.QtCore import QCoreApplication, QDate, QLocale, Qt, Signal
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QComboBox, QLineEdit, QSpinBox, QWidget

from app.customers.model import EARLIEST_BIRTH
from app.errors import InvalidInput
from ui.shared import icons
from ui.shared.dialogs import Dialog
from ui.shared.format import Formats
from ui.shared.widgets import row

_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,4})\s*[./ -]\s*(\d{1,4})\s*[./ -]\s*(\d{1,4})\.?", re.ASCII)


def _tr(text: str) -> str:
    return QCoreApplication.translate("customerfields", text)


class BirthField(QLineEdit):
    """A day, typed as 1990-04-23 or in the order of the shop's locale, or picked from a calendar."""

    def __init__(self, formats: Formats) -> None:
        super().__init__()
        self._formats = formats
        self._order, self._example = day_order(formats)
        self._calendar: CalendarDialog | None = None
        self.setPlaceholderText(_tr("like {0} or 1990-04-23").format(self._example))
        self.setMaxLength(20)
        pick = self.addAction(icons.icon("calendar", "muted"), QLineEdit.ActionPosition.TrailingPosition)
        pick.setText(_tr("Pick a day"))
        pick.setToolTip(_tr("Pick a day"))
        pick.triggered.connect(self.pick)

    def show_day(self, day: date | None) -> None:
        self.setText(day.isoformat() if day is not None else "")

    def day(self) -> date | None:
        """None when empty. Raises InvalidInput for what is no day."""
        typed = self.text().strip()
        if not typed:
            return None
        found = read_day(typed, self._order)
        if found is None:
            words = _tr("Write the birthday like {0} or 1990-04-23.").format(self._example)
            raise InvalidInput(words, field="birth_date")
        return found

    def pick(self) -> None:
        self._calendar = CalendarDialog(read_day(self.text().strip(), self._order), self._formats, self.window())
        self._calendar.picked.connect(self.show_day)
        self._calendar.open()

    @property
    def calendar(self) -> CalendarDialog | None:
        return self._calendar


class CalendarDialog(Dialog):
    """Month, year and the days of it; the calendar's own bar would not follow the colours."""

    picked = Signal(object)  # date

    def __init__(self, day: date | None, formats: Formats, parent: QWidget | None = None) -> None:
        super().__init__(_tr("Date of birth"), parent, width=360)
        locale = QLocale(formats.locale)
        today = QDate.currentDate()
        self.days = QCalendarWidget()
        self.days.setLocale(locale)
        self.days.setNavigationBarVisible(False)
        self.days.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.days.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.SingleLetterDayNames)
        self.days.setDateRange(QDate(EARLIEST_BIRTH.year, EARLIEST_BIRTH.month, EARLIEST_BIRTH.day), today)
        self.days.setMinimumHeight(240)
        for weekday in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.days.setWeekdayTextFormat(weekday, QTextCharFormat())
        self.month = QComboBox()
        self.month.setAccessibleName(_tr("Month"))
        self.month.addItems([locale.standaloneMonthName(number) for number in range(1, 13)])
        self.year = QSpinBox()
        self.year.setAccessibleName(_tr("Year"))
        self.year.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)  # typed, or turned by the arrow keys
        self.year.setRange(EARLIEST_BIRTH.year, today.year())
        shown = day or date(1990, 1, 1)
        self.days.setSelectedDate(QDate(shown.year, shown.month, shown.day))
        self.month.setCurrentIndex(shown.month - 1)
        self.year.setValue(shown.year)
        self.month.currentIndexChanged.connect(self._on_month)
        self.year.valueChanged.connect(self._on_month)
        self.days.currentPageChanged.connect(self._on_page)
        self.days.activated.connect(self._on_pick)
        self.body.addLayout(row(self.month, self.year))
        self.body.addWidget(self.days)
        self.set_primary(_tr("Take this day"), self._on_pick)
        self.days.setFocus()

    def _on_month(self) -> None:
        self.days.setCurrentPage(self.year.value(), self.month.currentIndex() + 1)

    def _on_page(self, year: int, month: int) -> None:
        """The keyboard walks over the month's end: the boxes follow without sending it back."""
        for box in (self.month, self.year):
            box.blockSignals(True)
        self.month.setCurrentIndex(month - 1)
        self.year.setValue(year)
        for box in (self.month, self.year):
            box.blockSignals(False)

    def _on_pick(self) -> None:
        """The chosen day, moved into the month that is shown if that is another one."""
        chosen = self.days.selectedDate()
        year, month = self.days.yearShown(), self.days.monthShown()
        last = QDate(year, month, 1).daysInMonth()
        day = date(year, month, min(chosen.day(), last))
        self.accept()
        self.picked.emit(day)


def day_order(formats: Formats) -> tuple[str, str]:
    """In which order the locale writes a day ("dmy"), and 23 April 1990 written that way."""
    from babel import UnknownLocaleError
    from babel.dates import get_date_format

    try:
        pattern = get_date_format("short", locale=formats.locale.replace("-", "_")).pattern.lower()
    except (UnknownLocaleError, ValueError):
        pattern = "y-m-d"
    order = "".join(sorted("dmy", key=lambda part: pattern.find(part) % 100))  # a part it lacks comes last
    sign = next((sign for sign in "./-" if sign in pattern), "/")
    return order, sign.join({"d": "23", "m": "4", "y": "1990"}[part] for part in order)


def read_day(typed: str, order: str) -> date | None:
    """A day as 1990-04-23, or as three numbers in `order` with a year of four digits; None for no day."""
    iso = _DATE.fullmatch(typed)
    parts = [int(part) for part in iso.groups()] if iso is not None else []
    if not parts:
        numbers = _NUMBERS.fullmatch(typed)
        if numbers is None:
            return None
        given = dict(zip(order, numbers.groups(), strict=True))
        if len(given["y"]) != 4:
            return None
        parts = [int(given[part]) for part in "ymd"]
    try:
        return date(*parts)
    except ValueError:
        return None
