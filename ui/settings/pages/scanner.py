"""Settings › Scanner: which one, how it sends (learned from three scans), the shop's code patterns, and a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.errors import InvalidInput
from ui.devices.choices import ScannerChoice, TillChoices, table
from ui.settings.capture import KeyCapture
from ui.settings.form import choose, chosen
from ui.settings.formpage import FormPage, offer_restart, said
from ui.settings.registry import SettingsPage
from ui.settings.testing import LEARNING_CODE, learning_page
from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shared.tokens import SPACE_L, SPACE_S
from ui.shared.widgets import Button, Card, Words

if TYPE_CHECKING:
    from app.barcodes.model import BarcodeSettings, Recognised
    from app.shop.local import LocalSettings
    from app.shop.service import ShopService
    from hardware.scanner.learn import Sample
    from ui.shared.jobs import Jobs
    from ui.shell.registry import ShellContext

_READINGS = 3
_ASKS = {"keyboard": (), "serial": ("place", "baud"), "evdev": ("place",), "simulated": ()}
_PLACES = {"serial": "/dev/ttyACM0", "evdev": "/dev/input/by-id/usb-scanner-event-kbd"}


class ScannerPage(FormPage):
    def __init__(
        self,
        service: ShopService,
        local: LocalSettings,
        may_edit: bool,
        actor: Any,
        reads: Jobs,
        writes: Jobs,
        notify: Callable[..., None],
        restart: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__(
            self.tr("Scanner"),
            self.tr("Most scanners type like a keyboard and work as they are. Scan anything below to see."),
            reads=reads, writes=writes, notify=notify, read=self._read_all,
        )  # fmt: skip
        self._service, self._local, self._actor, self._may_edit = service, local, actor, may_edit
        self._codes: BarcodeSettings | None = None
        self._learned_gap = ScannerChoice().key_gap_ms
        self._strict = False
        self._samples: list[Sample] = []
        self.capture = KeyCapture(self)
        self.capture.read.connect(self._on_sample)
        self.capture.stopped.connect(self._on_stopped)
        top = QHBoxLayout()
        top.setSpacing(SPACE_L)
        self.content.addLayout(top)
        top.addWidget(self._test_card(), 1)
        top.addWidget(self._learn_card(), 1)
        self._scanner_card()
        self._pattern_card()
        self._restart = restart
        self.saved.connect(self._on_page_saved)

    def _on_page_saved(self) -> None:
        self.learn_state.setText("")
        offer_restart(self, self._restart)

    # Layout

    def _test_card(self) -> Card:
        card = Card(margin=SPACE_L)
        card.box.addWidget(Words(self.tr("Try it"), strong=True, size=16))
        card.box.addWidget(Words(self.tr("Scan a product, a coupon, a gift card, a receipt."), tone="muted", wrap=True))
        self.scan_shown = Words("–", size=20, strong=True, wrap=True)
        self.scan_meaning = Words(tone="muted", wrap=True)
        for words in (self.scan_shown, self.scan_meaning):
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            card.box.addWidget(words)
        card.box.addStretch(1)
        return card

    def _learn_card(self) -> Card:
        from ui.paper.view import PaperView

        card = Card(margin=SPACE_L)
        card.box.addWidget(Words(self.tr("Teach Regulars your scanner"), strong=True, size=16))
        text = self.tr("For one that types like a keyboard: press the button, then scan this code three times.")
        card.box.addWidget(Words(text, tone="muted", wrap=True))
        self.paper = PaperView(self._reads)
        self.paper.setFixedHeight(212)
        self.paper.show_document(learning_page(self.tr("Scan me")))
        card.box.addWidget(self.paper)
        line = QHBoxLayout()
        line.setSpacing(SPACE_S)
        self.learn_button = Button(self.tr("Learn"), self.learn, icon="scan-barcode")
        self.learn_state = Words(tone="muted", wrap=True)
        line.addWidget(self.learn_button)
        line.addWidget(self.learn_state, 1)
        card.box.addLayout(line)
        return card

    def _scanner_card(self) -> None:
        form = self.scanner_form = self.add_form(self.add_card(self.tr("This computer's scanner")))
        self.kind = form.choice(
            "kind",
            self.tr("Scanner"),
            [
                ("keyboard", self.tr("types like a keyboard")),
                ("serial", self.tr("on a serial port")),
                ("evdev", self.tr("read directly (Linux)")),
                ("simulated", self.tr("simulated")),
            ],
        )
        self.place = form.line("place", self.tr("Where it is"), most=200)
        self.baud = form.number("baud", self.tr("Speed"), least=1, most=1_000_000)
        self.prefix = form.line("prefix", self.tr("Sends before the code"), most=20)
        self.suffix = form.line("suffix", self.tr("Sends after the code"), most=20)
        self.terminator = form.choice(
            "terminator",
            self.tr("Ends a reading with"),
            [
                ("any", self.tr("Enter or Tab")),
                ("cr", "Enter (CR)"),
                ("lf", "LF"),
                ("tab", "Tab"),
                ("none", self.tr("nothing, a pause")),
            ],
        )
        self.kind.currentIndexChanged.connect(self._show_asked)

    def _pattern_card(self) -> None:
        card = self.add_card(
            self.tr("Codes from your scales"),
            self.tr(
                "13 places: digits stand for themselves, I item, W weight, P price, N count, V their check digit, "
                "C at the end. Example: 21IIIIIPPPPPC. One pattern a line; decimals after a blank, like: "
                "22IIIIIWWWWWC 3"
            ),
        )
        form = self.add_form(card, columns=1)
        self.patterns = form.lines("in_store", self.tr("Patterns"), self.tr("For every till of the shop"), height=84)
        form.setEnabled(self._may_edit)

    def _show_asked(self) -> None:
        kind = str(chosen(self.kind))
        self.scanner_form.show_only({"place", "baud"} - set(_ASKS.get(kind, ())))
        self.place.setPlaceholderText(_PLACES.get(kind, ""))
        self.learn_button.setEnabled(kind == "keyboard")

    # Read and save

    def _read_all(self) -> tuple[ScannerChoice, BarcodeSettings]:
        from app.barcodes.model import BarcodeSettings

        return TillChoices.of(self._local.config.devices).scanner, self._service.settings(BarcodeSettings)

    def show_values(self, values: tuple[ScannerChoice, BarcodeSettings]) -> None:
        scanner, codes = values
        self._codes = codes
        self._learned_gap, self._strict = scanner.key_gap_ms, scanner.strict
        choose(self.kind, scanner.kind)
        self.place.setText(scanner.place)
        self.baud.setValue(scanner.baud)
        self.prefix.setText(scanner.prefix)
        self.suffix.setText(scanner.suffix)
        choose(self.terminator, scanner.terminator)
        lines = [
            entry.pattern if entry.decimals is None else f"{entry.pattern} {entry.decimals}" for entry in codes.in_store
        ]
        self.patterns.setPlainText("\n".join(lines))
        self._show_asked()

    def collect(self) -> Callable[[], object]:
        assert self._codes is not None  # noqa: S101 - Save is only enabled once they were read
        kind = str(chosen(self.kind))
        if "place" in _ASKS[kind] and not self.place.text().strip():
            raise InvalidInput(self.tr("Say where the scanner is, like {0}.").format(_PLACES[kind]), field="place")
        scanner = ScannerChoice(
            kind=kind,
            place=self.place.text().strip(),
            baud=self.baud.value(),
            prefix=self.prefix.text(),
            suffix=self.suffix.text(),
            terminator=str(chosen(self.terminator)),
            strict=self._strict and bool(self.prefix.text()),
            key_gap_ms=self._learned_gap,
        )
        codes = replace(self._codes, in_store=self._typed_patterns())
        before = self._codes

        def work() -> None:
            self._local.change(lambda config: config.with_device("scanner", table(scanner)))
            if codes != before and self._may_edit:
                self._service.save_settings(self._actor, codes)

        return work

    def _typed_patterns(self) -> tuple[Any, ...]:
        from app.barcodes.model import InStorePattern

        found = []
        for line in self.patterns.toPlainText().splitlines():
            if not line.strip():
                continue
            pattern, _, decimals = line.strip().partition(" ")
            if decimals and not (decimals.isascii() and decimals.isdigit() and len(decimals) == 1):
                raise InvalidInput(self.tr("Decimals are one figure, after a blank."), field="in_store")
            try:
                found.append(InStorePattern(pattern.upper(), int(decimals) if decimals else None))
            except ValueError as error:
                raise InvalidInput(f"{pattern}: {error}", field="in_store") from error
        return tuple(found)

    # Learn

    def learn(self) -> None:
        if self.capture.running:
            self.capture.stop()
            return
        self._samples.clear()
        self.banner.dismiss()
        self.learn_button.set_words(self.tr("Stop"))
        self.learn_state.setText(self.tr("Scan the code: 0 of {0}. Esc stops.").format(_READINGS))
        self.capture.start()

    def _on_sample(self, sample: Sample) -> None:
        self._samples.append(sample)
        self.learn_state.setText(self.tr("Scan the code: {0} of {1}.").format(len(self._samples), _READINGS))
        if len(self._samples) >= _READINGS:
            self.capture.stop()
            self._conclude()

    def _conclude(self) -> None:
        from hardware.scanner.learn import CannotLearn, learn

        try:
            learned = learn(self._samples, LEARNING_CODE)
        except CannotLearn as reason:
            self.learn_state.setText("")
            self.banner.tell(str(reason), kind="warning")
            return
        self.prefix.setText(learned.framing.prefix)
        self.suffix.setText(learned.framing.suffix)
        choose(self.terminator, learned.framing.terminator)
        self._learned_gap, self._strict = learned.timing.key_gap, learned.framing.strict
        self.touched()
        self.learn_state.setText(
            self.tr("Learned: {0} ms between keys at most. Save to keep it.").format(round(learned.slowest_gap))
        )

    def _on_stopped(self) -> None:
        self.learn_button.set_words(self.tr("Learn"))
        if len(self._samples) < _READINGS:
            self.learn_state.setText("")

    # Try

    def on_code(self, text: str) -> None:
        """A scan while this page is in front: shown, never booked."""
        from app.barcodes import recognise
        from app.barcodes.model import BarcodeSettings

        settings = self._codes or BarcodeSettings()
        self.scan_shown.setText("".join(char if char.isprintable() else "·" for char in text)[:120])
        self._reads.start(lambda: recognise(text, settings=settings), self._on_recognised, self._on_not_recognised)

    def _on_recognised(self, found: Recognised) -> None:
        self.scan_meaning.setText(self._meaning(found))

    def _on_not_recognised(self, error: Exception) -> None:
        self.scan_meaning.setText(said(error))

    def _meaning(self, found: Recognised) -> str:
        words = {
            "Product": self.tr("A product's code"),
            "InStore": self.tr("A code of your scales, with weight or price"),
            "Gs1": self.tr("A GS1 code with several fields"),
            "EuroCoupon": self.tr("A manufacturer's coupon"),
            "NaCoupon": self.tr("A manufacturer's coupon"),
            "Sscc": self.tr("A pallet's number: nothing the till can book"),
            "OwnCode": self.tr("One of this shop's own codes"),
            "PlainText": self.tr("Letters and figures: looked up as SKU or coupon"),
        }
        message = getattr(found, "message", "")
        if message:
            return str(message)
        kind = getattr(getattr(found, "kind", None), "value", "")
        text = words.get(type(found).__name__, "")
        return f"{text} ({kind.replace('_', ' ')})" if kind and type(found).__name__ == "OwnCode" else text

    def may_leave(self) -> bool:
        self.capture.stop()
        return super().may_leave()

    def hideEvent(self, event: Any) -> None:
        self.capture.stop()
        super().hideEvent(event)


def _make(context: ShellContext) -> QWidget:
    from app.shop.local import LocalSettings
    from app.shop.service import ShopService

    return ScannerPage(
        context.services.get(ShopService),
        context.services.get(LocalSettings),
        context.staff.may("settings.edit"),
        context.staff,
        context.reads,
        context.writes,
        context.notify,
        context.shift_changed,
    )


PAGE = SettingsPage("scanner", QT_TRANSLATE_NOOP("settings", "Scanner"), "scan-barcode", _make, 80, permission="")
