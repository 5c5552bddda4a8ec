"""One signed-in frame: pages, context, scanners, idle lock."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.outbox.service import OutboxService
from app.paper.maker import PaperMaker
from app.shop.local import LocalConfig
from app.shop.service import ShopService
from hardware.protocols import Document
from ui.devices.choices import TillChoices
from ui.devices.making import wedge_reader
from ui.devices.till import TillDevices
from ui.sell.wedge import install
from ui.shared.dropped import tell_dropped, words_about
from ui.shared.jobs import Jobs
from ui.shell.database_watch import DatabaseWatch
from ui.shell.frame import MainWindow
from ui.shell.idle import IdleWatch
from ui.shell.registry import Section, ShellContext, discover

if TYPE_CHECKING:
    from app.shop.filekey import FileKey
    from app.staff.model import Actor
    from ui.opening import OpenShop, SignedInTill

_REST_MS = 30_000  # how often it is looked whether the shop's file can be tidied while nobody sells


class TillFrame(MainWindow):
    """The frame of one person at one till. Scans go to the page in front, or to the sale."""

    def __init__(self, shop: OpenShop, signed: SignedInTill, reads: Jobs) -> None:
        super().__init__(discover(), signed.actor, shop.place, shop.formats, shop.services.clock)
        self.actor: Actor = signed.actor
        self.reads = reads
        self._stops: list[Callable[[], None]] = []

    def on_stop(self, act: Callable[[], None]) -> None:
        self._stops.append(act)

    def stop(self) -> None:
        for act in self._stops:
            act()
        self._stops.clear()

    def open_first(self) -> None:
        """Sell, or the first page this person may see."""
        for section in Section:
            if any(self.open_page(page.id) for page in self._registry.in_section(section, self._staff)[:1]):
                return

    @property
    def is_paid_at(self) -> bool:
        """Whether money was taken for a sale that is not booked yet: nothing may come in between."""
        sell = getattr(self.page_widget("sell"), "sell", None)
        return bool(getattr(sell, "fixed", False) or getattr(sell, "locked", False))

    def on_scan(self, text: str) -> None:
        """A scan is never typed into what has the focus (F40). The dialog in front gets it, if it takes codes; else
        the page in front, else the sale. What cannot be used is told: no page changes under a dialog."""
        self.palette_box.dismiss()
        if (menu := QApplication.activePopupWidget()) is not None:
            menu.close()
        page, sale = self.stack.currentWidget(), self.page_widget("sell")
        dialog = QApplication.activeModalWidget() if page is not sale else None
        takes = page if dialog is None else dialog
        if callable(take := getattr(takes, "on_code" if dialog is None else "take_code", None)):
            take(text)
        elif dialog is not None:
            if not tell_dropped(dialog, text):
                self.notify(words_about(text))
        elif callable(sell := getattr(sale, "on_code", None)):
            if self.open_page("sell"):
                sell(text)
            else:
                QApplication.beep()
                self.notify(words_about(text))

    def on_scan_rejected(self, words: str) -> None:
        self.banner.tell(words, kind="danger")

    def on_paper_trouble(self, words: str, retry: Callable[[], None]) -> None:
        """A paper that will not come by itself. The sale stands; the paper waits."""

        def again() -> None:
            self.banner.dismiss()
            retry()

        actions = ((self.tr("Print it now"), again), (self.tr("Later"), self.banner.dismiss))
        self.banner.tell(words, kind="warning", actions=actions)

    def on_paper(self, document: Document) -> None:
        """A simulated printer put this out: it can be looked at, and takes no focus."""
        if document.kind != "drawer":
            words = self.tr("Printed: {0}").format(document.title or self.tr("paper"))
            self.notify(words, undo=lambda: self._show_paper(document), verb=self.tr("Show"))

    def _show_paper(self, document: Document) -> None:
        from ui.paper.view import PaperDialog

        PaperDialog(document, self.reads, self).open()


def make_frame(
    app: QApplication,
    shop: OpenShop,
    signed: SignedInTill,
    reads: Jobs,
    writes: Jobs,
    config: LocalConfig,
    shift_changed: Callable[[], None],
    encrypt: Callable[[FileKey, bool], None],
) -> TillFrame:
    frame = TillFrame(shop, signed, reads)
    devices = _start_devices(frame, shop, config, writes)
    frame.use(
        ShellContext(
            services=shop.services,
            reads=reads,
            writes=writes,
            formats=shop.formats,
            staff=signed.actor,
            till=signed.till,
            place=shop.place,
            open_page=frame.open_page,
            notify=frame.notify,
            set_held=frame.strip.show_held,
            shift_changed=shift_changed,
            wake_devices=devices.wake,
            encrypt=encrypt,
            devices=devices,
        )
    )
    watch = DatabaseWatch(
        shop.services.database, reads, partial(frame.show_device, "database", frame.tr("Database")), frame
    )
    frame.on_stop(watch.stop)
    rest = QTimer(frame)
    rest.timeout.connect(lambda: writes.start(shop.services.database.rest))
    rest.start(_REST_MS)
    frame.on_stop(rest.stop)
    idle = IdleWatch(signed.lock_after_minutes, frame)
    idle.idle.connect(frame.lock_wanted)
    app.installEventFilter(idle)
    return frame


def _start_devices(frame: TillFrame, shop: OpenShop, config: LocalConfig, writes: Jobs) -> TillDevices:
    """What this computer's settings name, running until the frame goes."""
    choices = TillChoices.of(config.devices)
    services = shop.services
    devices = TillDevices(
        choices,
        services.get(OutboxService),
        services.get(PaperMaker),
        services.get(ShopService),
        shop.register_id,
        writes,
        services.clock,
        frame,
    )
    wedge = install(frame, wedge_reader(choices.scanner))
    for source in (wedge, devices):
        source.scanned.connect(frame.on_scan)
        source.rejected.connect(frame.on_scan_rejected)
    devices.state_changed.connect(frame.strip.show_device)
    devices.troubled.connect(lambda words: frame.on_paper_trouble(words, devices.retry))
    devices.paper_shown.connect(frame.on_paper)
    frame.on_stop(devices.stop)
    devices.start()
    return devices
