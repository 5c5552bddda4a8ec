"""From a stored sale to what its paper says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.paper.model import (
    BalancePaper,
    Mark,
    Points,
    ReceiptData,
    ReceiptLine,
    Saving,
    ShopHeader,
    TaxRow,
    TenderRow,
    ValuePaper,
)

if TYPE_CHECKING:
    from app.checkout.receipts import SaleLineView, SaleTenderView, SaleView, SoldCardView
    from app.shop.model import ShopInfo
    from app.shop.settings import ReceiptSettings


def shop_header(shop: ShopInfo, sale: SaleView | None = None) -> ShopHeader:
    """The outlet's own address and heading where the sale has them, else the shop's."""
    address = (sale.outlet_address if sale is not None else "") or shop.address
    heading = sale.receipt_header if sale is not None else ""
    lines = (*heading.splitlines(), *address.splitlines())
    return ShopHeader(shop.name, lines, shop.phone, shop.tax_number, shop.logo_png)


def receipt_data(
    sale: SaleView, shop: ShopInfo, settings: ReceiptSettings, *, copy_number: int = 0, training: bool = False
) -> ReceiptData:
    """`copy_number` above 0 marks a duplicate; a training till marks everything it prints."""
    mark = Mark.TRAINING if training else Mark.DUPLICATE if copy_number else Mark.NONE
    cards: dict[int | None, SoldCardView] = {card.account_id: card for card in sale.cards}
    points = None
    if settings.show_points and sale.customer_id is not None:
        points = Points(sale.points_earned, sale.points_balance)
    return ReceiptData(
        shop=shop_header(shop, sale),
        number=sale.number_text,
        at=sale.completed_at,
        register=sale.register_name,
        cashier=sale.cashier,
        lines=tuple(_line(line, cards.get(line.value_account_id)) for line in sale.lines),
        subtotal=sale.subtotal,
        discount=sale.discount,
        tax=sale.tax,
        total=sale.total,
        prices_include_tax=sale.prices_include_tax,
        tenders=tuple(map(_tender, sale.tenders)),
        change=sale.change,
        rounding=sale.rounding,
        taxes=tuple(TaxRow(row.name, row.percent, row.base, row.tax) for row in sale.taxes),
        kind=sale.kind,
        original_number=sale.original_number,
        customer=sale.customer_name,
        points=points,
        thanks=sale.receipt_footer or settings.thanks,
        returns_note=settings.returns_note,
        mark=mark,
        copy_number=copy_number,
        show_savings=settings.show_savings,
        show_barcode=settings.show_barcode,
    )


def _line(line: SaleLineView, card: SoldCardView | None) -> ReceiptLine:
    """A quantity that is no whole number was weighed; a sold card shows its masked number, a return its reason."""
    return ReceiptLine(
        name=line.name,
        quantity_milli=line.quantity_milli,
        unit_price=line.unit_price,
        gross=line.gross,
        savings=tuple(Saving(share.name, share.amount) for share in line.shares if share.amount),
        unit="kg" if line.quantity_milli % 1000 else "",
        tax_percent=line.tax_percent if line.kind == "product" else None,
        note=line.reason or (card.shown if card is not None else ""),
    )


def _tender(tender: SaleTenderView) -> TenderRow:
    handed_over = tender.tendered if tender.kind == "cash" and tender.amount.minor > 0 else None
    return TenderRow(tender.kind, tender.amount, handed_over, tender.shown, tender.balance_after, tender.reference)


def card_paper(sale: SaleView, card: SoldCardView, code: str, shop: ShopInfo, *, copy_number: int = 0) -> ValuePaper:
    """The paper of a card or voucher this sale issued; `code` is whole, for it is what is being handed over."""
    return ValuePaper(
        shop=shop_header(shop, sale),
        kind=card.voucher_type or card.kind,
        code=code,
        value=card.balance,
        issued_at=sale.completed_at,
        expires_on=card.expires_on,
        holder=sale.customer_name,
        reloaded=card.amount != card.balance,
        mark=Mark.DUPLICATE if copy_number else Mark.NONE,
    )


def card_balance(sale: SaleView, card: SoldCardView, shop: ShopInfo) -> BalancePaper:
    """For a card whose code is on the card itself: what it holds, under its masked number."""
    return BalancePaper(
        shop_header(shop, sale), card.voucher_type or card.kind, card.shown, card.balance, sale.completed_at,
        card.expires_on,
    )  # fmt: skip
