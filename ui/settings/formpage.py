"""A settings page with fields: read off the GUI thread, saved with one button, never left unsaved by accident."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.errors import DomainError
from db.errors import DatabaseProblem
from ui.settings.form import Form
from ui.shared.banner import Banner
from ui.shared.error_text import sentence
from ui.shared.jobs import Jobs
from ui.shared.tokens import SPACE_L, SPACE_M, SPACE_S, TYPE_TITLE
from ui.shared.widgets import Button, Card, Words

_WIDEST = 1200


def said(error: Exception) -> str:
    """A sentence for anything a settings page can run into."""
    if isinstance(error, DatabaseProblem):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.strerror or error}: {error.filename}" if error.filename else str(error.strerror or error)
    return sentence(error)


class PlainPage(QWidget):
    """A title, a line of explanation, a banner, and room for cards in a scroll area."""

    def __init__(self, title: str, intro: str = "", *, wide: bool = False) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, SPACE_S, 0, 0)
        outer.setSpacing(SPACE_S)
        outer.addWidget(Words(title, size=TYPE_TITLE, strong=True))
        if intro:
            outer.addWidget(Words(intro, tone="muted", wrap=True))
        self.banner = Banner()
        outer.addWidget(self.banner)
        self.content = QVBoxLayout()
        self.content.setContentsMargins(0, SPACE_S, SPACE_S, SPACE_M)
        self.content.setSpacing(SPACE_L)
        if wide:
            outer.addLayout(self.content, 1)
        else:
            outer.addWidget(self._scrolled(), 1)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(SPACE_S)
        outer.addLayout(self.foot)

    def _scrolled(self) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        inside.setProperty("panel", "none")
        inside.setMaximumWidth(_WIDEST)
        box = QVBoxLayout(inside)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(self.content)
        box.addStretch(1)
        area.setWidget(inside)
        return area

    def add_card(self, title: str = "", text: str = "") -> Card:
        card = Card(margin=SPACE_L, spacing=SPACE_M)
        if title:
            card.box.addWidget(Words(title, strong=True, size=16))
        if text:
            card.box.addWidget(Words(text, tone="muted", wrap=True))
        self.content.addWidget(card)
        return card


def offer_restart(page: PlainPage, restart: Callable[[], object]) -> None:
    """Devices and pages are made when somebody signs in: say so, and offer to make them anew at once."""
    page.banner.tell(
        page.tr("Saved. The till uses it from the next sign-in."),
        kind="success",
        actions=((page.tr("Use it now"), restart),),
    )


class FormPage(PlainPage):
    """Subclasses add forms, then say how to read, show and collect. `saved` follows a successful save."""

    saved = Signal()

    def __init__(
        self,
        title: str,
        intro: str,
        *,
        reads: Jobs,
        writes: Jobs,
        notify: Callable[..., None],
        read: Callable[[], Any],
    ) -> None:
        super().__init__(title, intro)
        self._reads, self._writes, self._notify, self._read = reads, writes, notify, read
        self.forms: list[Form] = []
        self.dirty = False
        self._showing = False
        self._busy = False
        self._asked = 0
        self._known = False  # whether anything was read yet
        self.discard = Button(self.tr("Discard"), self.load)
        self.save_button = Button(self.tr("Save"), self.save, kind="primary")
        self.save_button.setMinimumWidth(140)
        self.foot.addStretch(1)
        self.foot.addWidget(self.discard)
        self.foot.addWidget(self.save_button)
        self._show_dirty(False)

    def add_form(self, card: Card, *, columns: int = 2) -> Form:
        form = Form(columns=columns)
        form.changed.connect(self.touched)
        card.box.addWidget(form)
        self.forms.append(form)
        return form

    # For subclasses

    def show_values(self, values: Any) -> None:
        """Put what was read into the fields."""
        raise NotImplementedError

    def collect(self) -> Callable[[], object]:
        """The work that saves what stands in the fields. Raises InvalidInput for what cannot be read."""
        raise NotImplementedError

    # The page's life

    def page_shown(self) -> None:
        if not self.dirty:
            self.load()

    def may_leave(self) -> bool:
        if not self.dirty:
            return True
        self.banner.tell(
            self.tr("Something here is not saved yet"),
            self.tr("Save it or discard it before going on."),
            kind="warning",
            actions=((self.tr("Discard"), self.load), (self.tr("Save"), self.save)),
        )
        return False

    def load(self) -> None:
        """Read anew; what is typed before the answer comes counts more than the answer."""
        self.banner.dismiss()
        self._asked += 1
        asked, read = self._asked, self._read
        self._reads.start(lambda: (asked, read()), self._on_read, self._on_failed)

    def touched(self) -> None:
        if not self._showing:
            self._asked += 1 if self._known else 0
            self._show_dirty(True)

    def save(self) -> None:
        if self._busy:
            return
        for form in self.forms:
            form.clear_refusals()
        try:
            work = self.collect()
        except DomainError as error:
            self._on_failed(error)
            return
        self._busy = True
        self.save_button.setEnabled(False)
        self._writes.start(work, self._on_saved, self._on_failed)

    def _on_read(self, answer: tuple[int, Any]) -> None:
        asked, values = answer
        if asked != self._asked:
            return
        self._showing = self._known = True
        try:
            for form in self.forms:
                form.clear_refusals()
            self.show_values(values)
        finally:
            self._showing = False
        self._show_dirty(False)

    def _on_saved(self, _: object) -> None:
        self._busy = False
        self.banner.dismiss()
        self._show_dirty(False)
        self._notify(self.tr("Saved"))
        self.load()
        self.saved.emit()

    def _on_failed(self, error: Exception) -> None:
        self._busy = False
        self.save_button.setEnabled(self.dirty)
        text = said(error)
        if isinstance(error, DomainError) and any(form.refuse(error, text) for form in self.forms):
            return
        self.banner.tell(text)

    def _show_dirty(self, dirty: bool) -> None:
        self.dirty = dirty
        self.save_button.setEnabled(dirty and not self._busy)
        self.discard.setEnabled(dirty)
