"""When a coupon counts, where, and for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from PySide6.QtCore import QDate
from PySide6.QtWidgets import (
    QCheckBox,
    QDateEdit,
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from app.coupons.options import Options
from app.errors import InvalidInput
from app.pricing.promotion import (
    HappyHour,
    Promotion,
)
from ui.marketing.coupons.names_field import Choice, NamesField
from ui.marketing.coupons.sentences import day_names, tr
from ui.marketing.coupons.tab import Tab
from ui.shared.format import Formats
from ui.shared.tokens import SPACE_M, SPACE_S
from ui.shared.widgets import Words


class WhenWhoTab(Tab):
    """When it counts, where, and for whom."""

    def __init__(self, formats: Formats, options: Options, today: date) -> None:
        super().__init__(formats, options)
        self.start = DayField(tr("From"), today)
        self.end = DayField(tr("Until"), today)
        days = QHBoxLayout()
        days.setSpacing(SPACE_M)
        self.days = [QCheckBox(name[:3]) for name in day_names()]
        for box, name in zip(self.days, day_names(), strict=True):
            box.setAccessibleName(name)
            days.addWidget(box)
        days.addStretch(1)
        self.between = QCheckBox(tr("Only between"))
        self.opens, self.closes = QLineEdit("16:00"), QLineEdit("18:00")
        hours = QHBoxLayout()
        hours.setSpacing(SPACE_S)
        for part in (self.between, self.opens, Words("–"), self.closes):
            hours.addWidget(part)
        hours.addStretch(1)
        for edit, name in ((self.opens, tr("Starts at")), (self.closes, tr("Ends at"))):
            edit.setMaxLength(5)
            edit.setMaximumWidth(72)
            edit.setAccessibleName(name)
        who = [
            *(Choice("segments", key, name) for key, name in options.offered("segments")),
            *(Choice("groups", key, name) for key, name in options.groups),
            *(Choice("price_groups", key, name) for key, name in options.offered("price_groups")),
            *(Choice("tiers", name, name) for _key, name in options.tiers),
        ]
        words = {
            "segments": tr("segment"), "groups": tr("group"), "price_groups": tr("price group"), "tiers": tr("tier"),
        }  # fmt: skip
        self.who = NamesField(who, words, tr("For whom"), tr("Everyone, or type a segment, group, price group or tier"))
        shops = [Choice("outlets", key, name) for key, name in options.offered("outlets")]
        self.where = NamesField(shops, {"outlets": tr("outlet")}, tr("Where"), tr("Every outlet, or type one"))
        self.birthday = QCheckBox(tr("In the month of the customer's birthday"))
        self.first = QCheckBox(tr("On a customer's first purchase"))
        rows: list[tuple[str, QWidget]] = [
            (tr("From"), self.start), (tr("Until"), self.end), (tr("On"), _across(days)), ("", _across(hours)),
            (tr("For whom"), self.who), ("", self.birthday), ("", self.first), (tr("Where"), self.where),
        ]  # fmt: skip
        for label, widget in rows:
            self.form.addRow(label, widget)
        self.fields = {"schedule.valid_from": self.start, "schedule.valid_to": self.end, "schedule.hours": self.opens}
        self.listen(
            self.start.on, self.start.day, self.end.on, self.end.day, self.between, self.opens, self.closes,
            self.birthday, self.first, *self.days,
        )  # fmt: skip
        self.who.changed.connect(self.changed)
        self.where.changed.connect(self.changed)

    def load(self, promotion: Promotion) -> None:
        schedule, audience = promotion.schedule, promotion.audience
        self.start.show_day(schedule.valid_from)
        self.end.show_day(schedule.valid_to)
        for place, box in enumerate(self.days):
            box.setChecked(place in schedule.weekdays)
        if schedule.hours:
            self.between.setChecked(True)
            self.opens.setText(f"{schedule.hours[0].start:%H:%M}")
            self.closes.setText(f"{schedule.hours[0].end:%H:%M}")

        def named(kind: str, key: int) -> str:
            name = self.options.name(kind, key)
            marked = self.options.is_retired(kind, key) and kind != "segments"  # whose name says so already
            return tr("{0} (not in use)").format(name) if marked else name

        self.who.show_chosen(
            [
                *(Choice("segments", key, named("segments", key)) for key in sorted(audience.segments)),
                *(Choice("groups", key, named("groups", key)) for key in sorted(audience.groups)),
                *(Choice("price_groups", key, named("price_groups", key)) for key in sorted(audience.price_groups)),
                *(Choice("tiers", name, name) for name in sorted(audience.tiers)),
            ]
        )
        self.where.show_chosen(Choice("outlets", key, named("outlets", key)) for key in sorted(audience.outlets))
        self.birthday.setChecked(audience.birthday_month)
        self.first.setChecked(audience.first_purchase)

    def apply(self, promotion: Promotion) -> Promotion:
        hours = promotion.schedule.hours[1:] if self.between.isChecked() else ()
        if self.between.isChecked():
            hours = (HappyHour(_time(self.opens, "schedule.hours"), _time(self.closes, "schedule.hours")), *hours)
        schedule = replace(
            promotion.schedule,
            valid_from=self.start.value(),
            valid_to=self.end.value(),
            weekdays=frozenset(place for place, box in enumerate(self.days) if box.isChecked()),
            hours=hours,
        )
        if schedule.valid_from and schedule.valid_to and schedule.valid_to < schedule.valid_from:
            raise InvalidInput(tr("It would end before it begins."), field="schedule.valid_to")
        audience = replace(
            promotion.audience,
            segments=self.who.keys("segments"),
            groups=self.who.keys("groups"),
            price_groups=self.who.keys("price_groups"),
            tiers=self.who.texts("tiers"),
            outlets=self.where.keys("outlets"),
            birthday_month=self.birthday.isChecked(),
            first_purchase=self.first.isChecked(),
        )
        return replace(promotion, schedule=schedule, audience=audience)


class DayField(QWidget):
    """A day, or none."""

    def __init__(self, name: str, today: date) -> None:
        super().__init__()
        self.on = QCheckBox(tr("a day"))
        self.on.setAccessibleName(name)
        self.day = QDateEdit(QDate(today.year, today.month, today.day))
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setAccessibleName(name)
        self.day.setEnabled(False)
        self.on.toggled.connect(self.day.setEnabled)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE_S)
        box.addWidget(self.on)
        box.addWidget(self.day)
        box.addStretch(1)

    def show_day(self, day: date | None) -> None:
        self.on.setChecked(day is not None)
        if day is not None:
            self.day.setDate(QDate(day.year, day.month, day.day))

    def value(self) -> date | None:
        if not self.on.isChecked():
            return None
        found = self.day.date()
        return date(found.year(), found.month(), found.day())


def _across(layout: QHBoxLayout) -> QWidget:
    """A row of fields as one widget of the form."""
    layout.setContentsMargins(0, 0, 0, 0)
    widget = QWidget()
    widget.setLayout(layout)
    return widget


def _time(field: QLineEdit, where: str) -> time:
    """ "16:00", "16.30" or "9". Raises InvalidInput naming `where`."""
    hours, _colon, minutes = field.text().strip().replace(".", ":").partition(":")
    if hours.isdecimal() and (not minutes or minutes.isdecimal()):
        found = int(hours), int(minutes or 0)
        if found[0] < 24 and found[1] < 60:
            return time(*found)
    raise InvalidInput(tr("Type a time like 16:00."), field=where)
