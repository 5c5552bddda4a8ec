"""The Marketing tab: what the customer is in, has used and holds. It shows; each part is managed elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.customers.marketing import (
    CouponRow,
    GiftCardRow,
    MarketingTab,
    MarketingTabService,
    SegmentRow,
)
from app.giftcards.model import Shown
from app.paging import Page
from app.permissions import Permission
from app.segments.model import AssignedBy
from app.staff.model import Actor
from ui.customerform.section import LinkedModel, LinkedTable, SectionCard, tab_layout
from ui.customerform.tabs import FormContext, FormTab
from ui.marketing.giftcards.page import CardsOf
from ui.shared import fonts, icons, theme
from ui.shared.banner import Banner
from ui.shared.error_text import sentence
from ui.shared.format import Formats
from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shared.jobs import Jobs
from ui.shared.reading import Newest, Pager
from ui.shared.tables import Column, Index
from ui.shared.tokens import TYPE_SMALL
from ui.shared.widgets import plain_tip

NOTHING = "–"
MASK = "•••• "
_STATUS_COLUMN = 3
_ICON = 16  # pixels
_STATUS_ICONS = {
    Shown.ACTIVE: ("circle-check", "success"),
    Shown.EXPIRED: ("clock", "warning"),
    Shown.FULLY_REDEEMED: ("circle-x", "muted"),
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("customerform", text)


class MarketingPresenter(QObject):
    """Reads the tab off the GUI thread; an answer for a customer no longer shown is dropped."""

    opened = Signal(object)  # MarketingTab
    more = Signal(str, object, bool)  # which section, rows that follow, whether these were the last
    refused = Signal(str)  # a sentence

    def __init__(self, service: MarketingTabService, reads: Jobs, actor: Actor) -> None:
        super().__init__()
        self._service, self._actor = service, actor
        self._tab = Newest(reads, self)
        self._tab.failed.connect(self._on_failed)
        self._pages: dict[str, Pager] = {}
        for section in ("segments", "coupons", "gift_cards"):
            pager = self._pages[section] = Pager(reads, self)
            pager.added.connect(partial(self.more.emit, section))
            pager.failed.connect(self._on_failed)

    def open(self, customer_id: int) -> None:
        self._tab.ask(lambda: self._service.open(customer_id, by=self._actor), self._on_opened)

    def _on_opened(self, tab: MarketingTab) -> None:
        service, who = self._service, tab.customer_id
        followed: dict[str, tuple[Callable[..., Page[Any]], Page[Any]]] = {
            "segments": (service.more_segments, tab.segments.page),
            "coupons": (service.more_coupons, tab.coupons.page),
            "gift_cards": (service.more_gift_cards, tab.gift_cards.page),
        }
        for section, (more, first) in followed.items():
            self._pages[section].follow(lambda after, more=more: more(who, after, by=self._actor), first)  # type: ignore[misc]
        self.opened.emit(tab)

    def fetch(self, section: str) -> None:
        """The next page of one section, for whoever scrolls to its end."""
        self._pages[section].fetch()

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(sentence(error))


class MarketingTabView(QWidget):
    invoice_wanted = Signal(int)  # sale id

    def __init__(
        self, presenter: MarketingPresenter, formats: Formats, links: Mapping[str, Callable[[], object]]
    ) -> None:
        super().__init__()
        self._presenter = presenter
        presenter.setParent(self)
        self.customer_id = 0
        self.banner = Banner()
        self.segments = SectionCard(
            _tr("Customer Segments"),
            LinkedTable(LinkedModel(segment_columns(formats)), _tr("Customer Segments")),
            _tr("No segments yet: rules need some purchases first."),
            formats,
        )
        coupons = LinkedTable(CouponsModel(coupon_columns(formats), link=4), _tr("Coupon Usage History"))
        coupons.opened.connect(self._on_coupon)
        self.coupons = SectionCard(
            _tr("Coupon Usage History"),
            coupons,
            _tr("No coupons used yet: a coupon entered at the till is listed once its sale is completed."),
            formats,
        )
        cards = LinkedTable(CardsModel(card_columns(formats)), _tr("Gift Cards"))
        cards.setIconSize(QSize(_ICON, _ICON))
        cards.setItemDelegateForColumn(_STATUS_COLUMN, BadgeDelegate(cards))
        self.gift_cards = SectionCard(
            _tr("Gift Cards"),
            cards,
            _tr("No gift cards yet: cards this customer buys, is given or gets as store credit are listed here."),
            formats,
        )
        self._lay_out(links)
        self._connect()

    def _lay_out(self, links: Mapping[str, Callable[[], object]]) -> None:
        box = self._box = tab_layout(self)
        box.addWidget(self.banner)
        managed = (
            (self.segments, "segments", _tr("Managed in Marketing › Customer Segments")),
            (self.coupons, "coupons", _tr("Managed in Marketing › Coupons")),
            (self.gift_cards, "gift_cards", _tr("Managed in Marketing › Gift Cards")),
        )
        for section, name, words in managed:
            section.add_link(words, links.get(name))
            box.addWidget(section, 1)

    def _connect(self) -> None:
        self._presenter.opened.connect(self._on_opened)
        self._presenter.more.connect(self._on_more)
        self._presenter.refused.connect(self._on_refused)
        for name, section in self._sections().items():
            section.table.rows_model.more_wanted.connect(lambda _last, name=name: self._presenter.fetch(name))

    def _sections(self) -> dict[str, SectionCard]:
        return {"segments": self.segments, "coupons": self.coupons, "gift_cards": self.gift_cards}

    def show_customer(self, customer_id: int) -> None:
        if customer_id != self.customer_id:
            for section in self._sections().values():
                section.clear()
        self.customer_id = customer_id
        self.banner.hide()
        self._presenter.open(customer_id)

    def _on_opened(self, tab: MarketingTab) -> None:
        self.segments.show_page(tab.segments.page, tab.segments.count)
        self.coupons.show_page(tab.coupons.page, tab.coupons.count)
        self.gift_cards.show_page(tab.gift_cards.page, tab.gift_cards.count)
        self._share_room()

    def _share_room(self) -> None:
        """Each shows three of its rows for certain; longer sections share what height is left."""
        for section in self._sections().values():
            section.ask_room(min(section.rows_wanted, 3))
            self._box.setStretchFactor(section, min(section.rows_wanted, 10))

    def _on_more(self, section: str, rows: Sequence[Any], complete: bool) -> None:
        self._sections()[section].table.rows_model.show_more(rows, complete)

    def _on_refused(self, words: str) -> None:
        self.banner.tell(words)

    def _on_coupon(self, coupon: CouponRow) -> None:
        self.invoice_wanted.emit(coupon.sale_id)


def segment_columns(formats: Formats) -> list[Column[SegmentRow]]:
    def assigned_by(one: SegmentRow) -> str:
        return _tr("Automatic (rule-based)") if one.assigned_by is AssignedBy.RULE else _tr("Manual")

    return [
        Column(_tr("Segment Name"), lambda one: one.name, width=280),
        Column(_tr("Date Assigned"), lambda one: formats.date(formats.local(one.assigned_at).date()), width=150),
        Column(_tr("Assigned By"), assigned_by, width=190),
        Column(_tr("Notes"), lambda one: one.notes),
    ]


def coupon_columns(formats: Formats) -> list[Column[CouponRow]]:
    def discount(one: CouponRow) -> str:
        amount = formats.money(one.discount)
        return amount if one.percent is None else f"{formats.percent(one.percent)} ({amount})"

    def name(one: CouponRow) -> str:
        return one.name if not one.given_back_on else _tr("{0} (given back on {1})").format(one.name, one.given_back_on)

    return [
        Column(_tr("Coupon Code"), lambda one: one.code, width=180),
        Column(_tr("Coupon Name"), name),
        Column(_tr("Discount Amount"), discount, width=150, number=True),
        Column(_tr("Date Used"), lambda one: formats.moment(one.used_at), width=190),
        Column(_tr("Invoice Number"), lambda one: one.invoice_number, width=150),
    ]


def card_columns(formats: Formats) -> list[Column[GiftCardRow]]:
    def expires(one: GiftCardRow) -> str:
        return NOTHING if one.expires_on is None else formats.date(one.expires_on)

    return [
        Column(_tr("Card Number"), card_number),
        Column(_tr("Original Balance"), lambda one: formats.money(one.original), width=130, number=True),
        Column(_tr("Current Balance"), lambda one: formats.money(one.current), width=130, number=True),
        Column(_tr("Status"), lambda one: status_words()[one.status], width=250, tone=_status_tone),
        Column(_tr("Issue Date"), lambda one: formats.date(formats.local(one.issued_at).date()), width=130),
        Column(_tr("Expiration Date"), expires, width=130),
    ]


def card_number(one: GiftCardRow) -> str:
    """Masked to its last four; what it is, where it is no gift card."""
    kinds = {
        "gift_voucher": _tr("Gift Voucher"),
        "loyalty": _tr("Loyalty voucher"),
        "credit_note": _tr("Credit Note"),
    }
    if not one.last_four:
        return _tr("Store credit")
    masked = f"{MASK}{one.last_four}"
    kind = kinds.get(one.voucher_type, "")
    return f"{masked} · {kind}" if kind else masked


def status_words() -> dict[Shown, str]:
    return {
        Shown.ACTIVE: _tr("Active"),
        Shown.EXPIRED: _tr("Expired"),
        Shown.FULLY_REDEEMED: _tr("Fully Redeemed"),
    }


def _status_tone(one: GiftCardRow) -> str:
    return _STATUS_ICONS[one.status][1]


class CouponsModel(LinkedModel):
    """Coupon uses; the tip on a name tells the campaign that it was part of."""

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if index.isValid() and role == int(Qt.ItemDataRole.ToolTipRole):
            coupon: CouponRow = self.row(index.row())
            if coupon.campaign:
                return plain_tip(_tr("{0}, of the campaign {1}").format(coupon.name, coupon.campaign))
        return super().data(index, role)


class CardsModel(LinkedModel):
    """Gift cards; a deactivated one carries a badge beside its status."""

    BADGE = int(Qt.ItemDataRole.UserRole) + 1

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if index.isValid() and index.column() == _STATUS_COLUMN:
            badge = _tr("deactivated") if self.row(index.row()).deactivated else ""
            if role == self.BADGE:
                return badge
            if role == int(Qt.ItemDataRole.DecorationRole):
                return icons.icon(*_STATUS_ICONS[self.row(index.row()).status])
            if role == int(Qt.ItemDataRole.AccessibleTextRole) and badge:
                return f"{super().data(index)}, {badge}"
        return super().data(index, role)


class BadgeDelegate(QStyledItemDelegate):
    """Draws the status, then a small outlined word after it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        badge = index.data(CardsModel.BADGE)
        if not badge:
            return
        painter.save()
        painter.setFont(fonts.font(TYPE_SMALL))
        pill = self.badge_place(option, str(index.data()), str(badge))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("danger"), 1))
        painter.drawRoundedRect(pill, 9, 9)
        painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), badge)
        painter.restore()

    @staticmethod
    def badge_place(option: QStyleOptionViewItem, status: str, badge: str) -> QRect:
        cell: QRect = option.rect
        start = option.fontMetrics.horizontalAdvance(status) + _ICON + 26
        width = QFontMetrics(fonts.font(TYPE_SMALL)).horizontalAdvance(badge) + 14
        return QRect(cell.left() + start, cell.center().y() - 9, width, 19)


def _open(context: FormContext) -> QWidget:
    service = context.services.get(MarketingTabService)
    pages = {
        "segments": ("marketing.segments", Permission.SEGMENT_VIEW),
        "coupons": ("marketing.coupons", Permission.COUPON_VIEW),
        "gift_cards": ("marketing.giftcards", Permission.GIFTCARD_VIEW),
    }
    allowed = {name: page for name, (page, permission) in pages.items() if context.actor.may(permission)}

    def go(name: str) -> None:
        """Cards are too many to find one by one: that page opens on this customer's."""
        context.open_page(allowed[name], CardsOf(view.customer_id) if name == "gift_cards" else None)

    links = {name: partial(go, name) for name in allowed}
    view = MarketingTabView(MarketingPresenter(service, context.reads, context.actor), context.formats, links)
    view.invoice_wanted.connect(context.open_invoice)
    return view


TAB = FormTab("marketing", QT_TRANSLATE_NOOP("customerform", "Marketing"), _open, order=20)
