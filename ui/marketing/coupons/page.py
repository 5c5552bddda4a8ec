"""Coupons' place in the program. `open_page("marketing.coupons", promotion_id)` shows one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shell.registry import Page, Section, ShellContext

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def _open(context: ShellContext) -> QWidget:
    from app.catalog.service import CatalogService
    from app.coupons.service import CouponService
    from app.shop.service import ShopService
    from ui.invoice.opening import open_invoice
    from ui.marketing.coupons.presenter import CouponsPresenter
    from ui.marketing.coupons.view import CouponsView

    services = context.services
    presenter = CouponsPresenter(
        services.get(CouponService), services.get(CatalogService), services.get(ShopService),
        context.reads, context.writes, context.staff,
    )  # fmt: skip
    view = CouponsView(presenter, context.formats, context.notify, context.reads, services.clock)
    if context.devices is not None:
        view.print_document = context.devices.print_now
    view.customer_wanted.connect(lambda customer_id: context.open_page("customerform", customer_id))
    view.invoice_wanted.connect(lambda sale_id: open_invoice(context, context.staff, sale_id, view))
    return view


PAGES = (
    Page(
        "marketing.coupons",
        QT_TRANSLATE_NOOP("pages", "Coupons"),
        "ticket-percent",
        _open,
        permission="coupon.view",
        section=Section.MARKETING,
        order=20,
        words="promotion discount code offer campaign bulk codes",
    ),
)
