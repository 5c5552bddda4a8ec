"""The Marketing hub: what can be done here, and the way there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ui.marketing.facts import HubPresenter
from ui.shared.banner import Banner
from ui.shared.tokens import SPACE_L, SPACE_M, SPACE_XL, TYPE_TOUCH
from ui.shared.widgets import Button, Card, Picture, Words, row
from ui.shell.registry import Page

_ACROSS = 3


def _tr(text: str) -> str:
    return QCoreApplication.translate("marketing", text)


def purposes() -> dict[str, str]:
    """What each page is for, by its id."""
    return {
        "marketing.segments": _tr("Name groups of customers, and say who is in them."),
        "marketing.coupons": _tr("Make coupons and their codes, set limits and dates, see how they were used."),
        "marketing.giftcards": _tr("Issue, reload and deactivate gift cards and vouchers; see every movement."),
    }


class MarketingHub(QWidget):
    page_wanted = Signal(str)  # page id

    def __init__(self, pages: Sequence[Page], presenter: HubPresenter) -> None:
        super().__init__()
        self.setObjectName("page")
        self._presenter = presenter
        presenter.setParent(self)
        self.facts: dict[str, Words] = {}
        self.banner = Banner()
        self.buttons: dict[str, Button] = {}
        grid = QGridLayout()
        grid.setSpacing(SPACE_M)
        words = purposes()
        for place, page in enumerate(pages):
            grid.addWidget(self._entry(page, words.get(page.id, "")), place // _ACROSS, place % _ACROSS)
        for column in range(_ACROSS):
            grid.setColumnStretch(column, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(SPACE_L, SPACE_XL, SPACE_L, SPACE_L)
        box.addWidget(self.banner)
        box.addLayout(grid)
        box.addStretch(1)
        presenter.told.connect(self._on_told)
        presenter.refused.connect(self.banner.tell)

    def page_shown(self, _argument: object) -> None:
        self.banner.hide()
        self._presenter.refresh(list(self.facts))

    def _on_told(self, page_id: str, line: str) -> None:
        self.facts[page_id].setText(line)

    def _entry(self, page: Page, purpose: str) -> Card:
        card = Card("card", margin=SPACE_L, spacing=SPACE_M)
        title = Words(page.shown_title, size=TYPE_TOUCH, strong=True)
        card.box.addLayout(row(Picture(page.icon, "accent", 24), title, None, spacing=SPACE_M))
        about = Words(purpose, tone="muted", wrap=True)
        about.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        card.box.addWidget(about, 1)
        fact = self.facts[page.id] = Words(" ", strong=True)
        card.box.addWidget(fact)
        go = Button(
            _tr("Open"),
            partial(self.page_wanted.emit, page.id),
            name=_tr("Open {0}").format(page.shown_title),
        )
        self.buttons[page.id] = go
        card.box.addLayout(row(go, None))
        return card
