"""Gift Cards' place in the program.

`open_page("marketing.giftcards", account_id)` shows one card; a CardsOf(customer_id, name) shows a customer's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shell.registry import Page, Section, ShellContext

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class CardsOf:
    """Open the page on one customer's cards. `name` "" where it is not at hand: the cards tell it."""

    customer_id: int
    name: str = ""


def _open(context: ShellContext) -> QWidget:
    from app.customers.service import CustomerService
    from app.giftcards.desk import GiftCardDesk
    from app.giftcards.service import GiftCardService
    from app.giftcards.statements import CardStatements
    from app.shop.service import ShopService
    from ui.invoice.opening import open_invoice
    from ui.marketing.giftcards.presenter import GiftCardsPresenter
    from ui.marketing.giftcards.view import GiftCardsView

    services = context.services
    presenter = GiftCardsPresenter(
        services.get(GiftCardService), services.get(GiftCardDesk), services.get(CustomerService),
        services.get(ShopService), services.get(CardStatements), context.reads, context.writes, context.staff,
        lambda: context.formats.local(services.clock.now()).date(),
    )  # fmt: skip
    view = GiftCardsView(presenter, context.formats, context.notify, context.reads, services.clock)
    if context.devices is not None:
        view.print_document = context.devices.print_now
    view.customer_wanted.connect(lambda customer_id: context.open_page("customerform", customer_id))
    view.invoice_wanted.connect(lambda sale_id: open_invoice(context, context.staff, sale_id, view))
    return view


PAGES = (
    Page(
        "marketing.giftcards",
        QT_TRANSLATE_NOOP("pages", "Gift Cards"),
        "gift",
        _open,
        permission="giftcard.view",
        section=Section.MARKETING,
        order=30,
        words="voucher store credit balance liability",
    ),
)
