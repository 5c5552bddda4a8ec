"""One line of fact for each entry of the hub, read off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.coupons.service import CouponService
from app.giftcards.desk import GiftCardDesk
from app.money import Money
from app.segments.service import SegmentService
from app.staff.model import Actor
from ui.shared.error_text import sentence
from ui.shared.format import Formats
from ui.shared.jobs import Jobs

_MOST = 100


def _tr(text: str) -> str:
    return QCoreApplication.translate("marketing", text)


class HubPresenter(QObject):
    told = Signal(str, str)  # page id, the line
    refused = Signal(str)  # a sentence

    def __init__(
        self,
        segments: SegmentService,
        coupons: CouponService,
        cards: GiftCardDesk,
        reads: Jobs,
        formats: Formats,
        actor: Actor,
    ) -> None:
        super().__init__()
        self._segments, self._coupons, self._cards = segments, coupons, cards
        self._reads, self._formats, self._actor = reads, formats, actor

    def refresh(self, page_ids: list[str]) -> None:
        """Ask for the line of each of these pages; one that is not known has none."""
        lines: dict[str, Callable[[], str]] = {
            "marketing.segments": self._about_segments,
            "marketing.coupons": self._about_coupons,
            "marketing.giftcards": self._about_cards,
        }
        for page_id in page_ids:
            if page_id in lines:
                self._reads.start(partial(_with, page_id, lines[page_id]), self._on_told, self._on_failed)

    def _on_told(self, answer: tuple[str, str]) -> None:
        self.told.emit(*answer)

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(sentence(error))

    def _about_segments(self) -> str:
        count = len(self._segments.segments(by=self._actor))
        return _tr("1 segment") if count == 1 else _tr("{0} segments").format(self._formats.number(count))

    def _about_coupons(self) -> str:
        page = self._coupons.page(self._actor, state="running", limit=_MOST)
        count = self._formats.number(len(page.rows))
        return (
            _tr("more than {0} running").format(count) if page.after is not None else _tr("{0} running").format(count)
        )

    def _about_cards(self) -> str:
        owed = self._cards.owed_minor(self._actor)
        return _tr("{0} owed to holders").format(self._formats.money(Money(owed, self._formats.currency)))


def _with(page_id: str, line: Callable[[], str]) -> tuple[str, str]:
    return page_id, line()
