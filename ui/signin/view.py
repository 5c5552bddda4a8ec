"""The sign-in window: tiles on the left, the PIN pad on the right. Painted before the shop's data is open."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui.shared import theme
from ui.shared.banner import Banner
from ui.shared.jobs import Jobs
from ui.shared.keypad import PinPad
from ui.shared.tokens import (
    SPACE_L,
    SPACE_M,
    SPACE_S,
    SPACE_XL,
    SPACE_XXL,
    TYPE_LARGE,
    TYPE_TITLE,
    TYPE_TOUCH,
    Density,
)
from ui.shared.widgets import Button, Card, ElidedWords, Picture, Words
from ui.signin.presenter import SignInPresenter
from ui.signin.tiles import PeopleTiles

if TYPE_CHECKING:
    from datetime import datetime

    from app.staff.model import Actor, SignInPage, StaffTile
    from ui.services import Services

_TICK_MS = 250
# A scanner types a figure every few milliseconds; fingers do not, and a PIN has eight figures at most.
_SCAN_GAP_S = 0.02
_SCAN_LENGTH = 6


def _utc_now() -> datetime:
    from datetime import UTC, datetime  # what it takes to load is not needed to paint the window

    return datetime.now(UTC)


class SignInView(QWidget):
    signed_in = Signal(object)  # app.staff.model.Actor
    shop_wanted = Signal()
    help_page = "signin"

    def __init__(self, writes: Jobs) -> None:
        super().__init__()
        self.setObjectName("page")
        theme.set_density(self, Density.TOUCH)
        self._chosen: StaffTile | None = None
        self._last_id: int | None = None
        self._locked: dict[int, datetime] = {}
        self._keys: list[float] = []
        self._now: Callable[[], datetime] = _utc_now
        self.presenter = SignInPresenter(writes)
        self.presenter.page_read.connect(self._on_page)
        self.presenter.signed_in.connect(self._on_signed_in)
        self.presenter.refused.connect(self._on_refused)
        self.presenter.locked.connect(self._on_locked)
        self.presenter.failed.connect(self.fail)
        self._ticks = QTimer(self)
        self._ticks.setInterval(_TICK_MS)
        self._ticks.timeout.connect(self._show_lock)
        self._build()
        self.pad.set_busy(True)

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SPACE_XXL, SPACE_XL, SPACE_XXL, SPACE_L)
        outer.setSpacing(SPACE_L)
        self.banner = Banner(closable=False)
        outer.addWidget(self.banner)
        middle = QHBoxLayout()
        middle.setSpacing(SPACE_XXL)
        middle.addStretch(1)
        middle.addLayout(self._people(), 6)
        middle.addWidget(self._pad_card(), 4)
        middle.addStretch(1)
        outer.addLayout(middle, 1)
        other = Button(self.tr("Open another shop"), self.shop_wanted.emit, kind="link")
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(other)
        outer.addLayout(foot)

    def _people(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(SPACE_S)
        name = QHBoxLayout()
        name.setSpacing(SPACE_M)
        name.addWidget(Picture("store", "accent", 28))
        self.shop = ElidedWords("Regulars", size=TYPE_LARGE, strong=True)
        name.addWidget(self.shop, 1)
        self.place = ElidedWords(self.tr("Opening the shop …"), tone="muted", size=TYPE_TOUCH)
        self.people = PeopleTiles()
        self.people.chosen.connect(self._on_chosen)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        inside.setProperty("panel", "none")
        box = QVBoxLayout(inside)
        box.setContentsMargins(0, 0, SPACE_S, 0)
        box.addWidget(self.people)
        box.addStretch(1)
        scroll.setWidget(inside)
        self.demo_note = Words(
            self.tr("This is the demo shop: the figures beside each name are their PIN."), tone="muted", wrap=True
        )
        self.demo_note.hide()
        column.addStretch(1)
        column.addLayout(name)
        column.addWidget(self.place)
        column.addWidget(self.demo_note)
        column.addSpacing(SPACE_L)
        column.addWidget(scroll, 12)
        column.addStretch(1)
        return column

    def _pad_card(self) -> QWidget:
        card = Card(margin=SPACE_XL, spacing=SPACE_S)
        card.setMaximumWidth(400)
        card.setMinimumWidth(320)
        self.who = ElidedWords(self.tr("Choose your name"), size=TYPE_TITLE, strong=True)
        self.who.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        self.pad = PinPad()
        self.pad.submitted.connect(self._on_pin)
        self.pad.installEventFilter(self)
        card.box.addWidget(self.who)
        card.box.addWidget(self.pad)
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        box.addStretch(1)
        box.addWidget(card)
        box.addStretch(1)
        return holder

    # What the start asks of this window (ui.shell.start)

    def use(self, services: Services, register_id: int) -> None:
        from app.staff.service import StaffService

        self._now = services.clock.now
        self.presenter.use(services.get(StaffService), register_id)

    def fail(self, sentence: str, *, unlock: Callable[[], object] | None = None) -> None:
        """`unlock` asks for the recovery key of an encrypted shop, where that is what is missing."""
        self.place.setText("")
        other = (self.tr("Open another shop"), self.shop_wanted.emit)
        known = () if unlock is None else ((self.tr("Type the recovery key"), unlock),)
        self.banner.tell(self.tr("The shop cannot be opened"), sentence, actions=(*known, other))

    def lock(self) -> None:
        """Forget what was typed and ask again, with whoever was here already chosen."""
        self.pad.clear()
        self.presenter.read()
        self.pad.setFocus()

    # What happens

    def _on_page(self, page: SignInPage) -> None:
        self.banner.hide()
        self.shop.setText(page.shop)
        self.place.setText(f"{page.outlet} · {page.register}")
        self.demo_note.setVisible(page.demo)
        self._locked = {tile.id: tile.locked_until for tile in page.tiles if tile.locked_until is not None}
        self._chosen = None
        self.people.show_people(page.tiles, self._last_id)
        self.pad.set_busy(self._chosen is None)
        self._show_lock()

    def _on_chosen(self, tile: StaffTile) -> None:
        self._chosen = tile
        self.who.setText(tile.name)
        self.pad.clear()
        self.pad.set_busy(False)
        self.pad.setFocus()
        self._show_lock()

    def _on_pin(self, pin: str) -> None:
        if self._chosen is None:
            return
        self._last_id = self._chosen.id
        if self.presenter.sign_in(self._chosen.id, pin):
            self.pad.set_busy(True)

    def _on_signed_in(self, actor: Actor) -> None:
        self.pad.clear()
        self.pad.set_busy(False)
        self._locked.pop(actor.staff_id, None)
        self.signed_in.emit(actor)

    def _on_refused(self, sentence: str) -> None:
        self.pad.set_busy(False)
        self.pad.clear(sentence)
        self.pad.setFocus()

    def _on_locked(self, until: datetime, sentence: str) -> None:
        if self._chosen is not None:
            self._locked[self._chosen.id] = until
        self.pad.clear(sentence)
        self._show_lock()

    def _show_lock(self) -> None:
        """Count a locked person's seconds down; the pad opens by itself when they are over."""
        until = self._locked.get(self._chosen.id) if self._chosen is not None else None
        left = 0 if until is None else round((until - self._now()).total_seconds())
        if until is None:
            self._ticks.stop()
            return
        if left <= 0:
            self._ticks.stop()
            if self._chosen is not None:
                self._locked.pop(self._chosen.id, None)
            self.pad.clear()
            self.pad.set_busy(False)
            self.pad.setFocus()
            return
        self.pad.set_busy(True)
        minutes, seconds = divmod(left, 60)
        self.pad.clear(self.tr("Too many wrong PINs. Try again in {0}.").format(f"{minutes}:{seconds:02d}"))
        if not self._ticks.isActive():
            self._ticks.start()

    def focusInEvent(self, event: QEvent) -> None:
        self.pad.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A scan into this window is no PIN: drop it whole rather than count it as a wrong one (F40)."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched is self.pad:
            now = time.monotonic()
            if event.text().isdigit():
                self._keys.append(now)
                return False
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            scanned = enter and self._was_scanned(now)
            self._keys.clear()
            if scanned:
                self.pad.clear(self.tr("That was a scan. Type your PIN to sign in first."))
                return True
        return False

    def _was_scanned(self, now: float) -> bool:
        times = [*self._keys, now]
        gaps = [later - earlier for earlier, later in pairwise(times)]
        return len(self._keys) >= _SCAN_LENGTH and max(gaps) < _SCAN_GAP_S
