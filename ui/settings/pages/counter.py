"""Settings › Drawer & display: what else stands on the counter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.errors import InvalidInput
from ui.devices.choices import DisplayChoice, TillChoices, table
from ui.settings.form import choose, chosen
from ui.settings.formpage import FormPage, offer_restart, said
from ui.settings.registry import SettingsPage
from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shared.jobs import Jobs
from ui.shared.tokens import SPACE_S
from ui.shared.widgets import Button

if TYPE_CHECKING:
    from app.shop.local import LocalSettings
    from ui.shell.registry import ShellContext

_PLACE = "/dev/ttyUSB1"


class CounterPage(FormPage):
    def __init__(
        self,
        local: LocalSettings,
        shop: str,
        reads: Jobs,
        writes: Jobs,
        notify: Callable[..., None],
        restart: Callable[[], object],
    ) -> None:
        super().__init__(
            self.tr("Drawer & display"),
            self.tr("For this computer. The drawer opens by itself when a sale takes or gives cash."),
            reads=reads, writes=writes, notify=notify, read=lambda: TillChoices.of(local.config.devices),
        )  # fmt: skip
        self._local, self._shop, self._restart = local, shop, restart
        self._device_jobs = Jobs(1)
        self._choices = TillChoices()
        self._drawer_card()
        self._display_card()
        self.saved.connect(lambda: offer_restart(self, self._restart))

    def _drawer_card(self) -> None:
        form = self.add_form(self.add_card(self.tr("Cash drawer")))
        self.drawer = form.choice(
            "drawer",
            self.tr("Drawer"),
            [
                ("printer", self.tr("on the printer's socket")),
                ("simulated", self.tr("simulated")),
                ("off", self.tr("none")),
            ],
        )
        self.pin = form.choice("pin", self.tr("Pulse on pin"), [(2, "2"), (5, "5")])
        self.switch = form.choice(
            "switch",
            self.tr("Its switch"),
            [
                ("none", self.tr("none, or not known")),
                ("high_open", self.tr("high when open")),
                ("low_open", self.tr("low when open")),
            ],
        )

    def _display_card(self) -> None:
        card = self.add_card(self.tr("Customer display"))
        form = self.display_form = self.add_form(card)
        self.display = form.choice(
            "display",
            self.tr("Display"),
            [
                ("off", self.tr("none")),
                ("serial", self.tr("two lines, on a serial port")),
                ("simulated", self.tr("simulated")),
            ],
        )
        self.place = form.line("place", self.tr("Where it is"), most=200)
        self.place.setPlaceholderText(_PLACE)
        self.baud = form.number("baud", self.tr("Speed"), least=1, most=1_000_000)
        self.display.currentIndexChanged.connect(self._show_asked)
        line = QHBoxLayout()
        line.setSpacing(SPACE_S)
        self.test_button = Button(self.tr("Show a test"), self.test_display, icon="monitor")
        line.addWidget(self.test_button)
        line.addStretch(1)
        card.box.addLayout(line)

    def _show_asked(self) -> None:
        serial = chosen(self.display) == "serial"
        self.display_form.show_only(set() if serial else {"place", "baud"})
        self.test_button.setEnabled(serial)

    def show_values(self, values: TillChoices) -> None:
        self._choices = values
        choose(self.drawer, values.drawer.kind)
        choose(self.pin, values.drawer.pin)
        choose(self.switch, values.drawer.switch)
        choose(self.display, values.display.kind)
        self.place.setText(values.display.place)
        self.baud.setValue(values.display.baud)
        self._show_asked()

    def display_choice(self) -> DisplayChoice:
        """What stands in the fields. Raises InvalidInput where the place is missing."""
        kind, place = str(chosen(self.display)), self.place.text().strip()
        if kind == "serial" and not place:
            raise InvalidInput(self.tr("Say where the display is, like {0}.").format(_PLACE), field="place")
        return replace(self._choices.display, kind=kind, place=place, baud=self.baud.value())

    def collect(self) -> Callable[[], object]:
        drawer = replace(
            self._choices.drawer,
            kind=str(chosen(self.drawer)),
            pin=5 if chosen(self.pin) == 5 else 2,
            switch=str(chosen(self.switch)),
        )
        display = self.display_choice()
        return lambda: self._local.change(
            lambda config: config.with_device("drawer", table(drawer)).with_device("display", table(display))
        )

    def test_display(self) -> None:
        """Two lines on the display as it stands in the fields, saved or not."""
        self.display_form.clear_refusals()
        try:
            choice = self.display_choice()
        except InvalidInput as refusal:
            self.display_form.refuse(refusal, str(refusal))
            return
        self.banner.dismiss()
        shop, make = self._shop, self.make_display

        def work() -> None:
            display = make(choice)
            try:
                display.show(shop, "12345678901234567890")
            finally:
                display.close()

        self._device_jobs.start(work, self._on_displayed, self._on_display_failed)

    def make_display(self, choice: DisplayChoice) -> Any:
        from ui.devices import making

        return making.display(choice)

    def _on_displayed(self, _: None) -> None:
        self.banner.tell(self.tr("Sent. The display shows the shop's name and the figures 1 to 0."), kind="success")

    def _on_display_failed(self, error: Exception) -> None:
        self.banner.tell(said(error), kind="warning")


def _make(context: ShellContext) -> QWidget:
    from app.shop.local import LocalSettings

    return CounterPage(
        context.services.get(LocalSettings),
        context.place.shop,
        context.reads,
        context.writes,
        context.notify,
        context.shift_changed,
    )


PAGE = SettingsPage("counter", QT_TRANSLATE_NOOP("settings", "Drawer & display"), "monitor", _make, 75, permission="")
