"""From what is stored to what is printed: the documents that outbox jobs and screens ask for."""

from __future__ import annotations

from app.checkout.receipts import SaleLineView, SaleReader, SaleView, SoldCardView
from app.clock import Clock
from app.codekeys import CodeVault
from app.errors import DomainError
from app.giftcards.desk import GiftCardDesk
from app.money import Money
from app.outbox.service import Job
from app.paper import receipt as receipts
from app.paper import value as values
from app.paper.formats import Formats
from app.paper.model import Mark, Points, ReceiptData, ReceiptLine, Saving, ShopHeader, TaxRow, TenderRow, ValuePaper
from app.shop.model import ShopInfo
from app.shop.service import ShopService
from app.shop.settings import ReceiptSettings
from app.staff.model import Actor
from db.uow import Database
from hardware.protocols import Document, KickDrawer


class NothingToPrint(DomainError):
    """The paper cannot be made, and trying again will not help."""

    code = "paper.impossible"


class PaperService:
    """Builds documents; reads only, but for the count of a card's prints. Slow enough for a worker thread."""

    def __init__(self, database: Database, clock: Clock, vault: CodeVault | None = None) -> None:
        self._clock = clock
        self._shop = ShopService(database, clock)
        self._sales = SaleReader(database)
        self._desk = GiftCardDesk(database, clock, vault)

    def document(self, job: Job, printed_for: Actor) -> Document:
        """What a job puts on paper. `printed_for` is who is at the till, for the record of a card's printing.

        Raises NothingToPrint where the thing is gone or the shop's key is lost.
        """
        if job.kind == "drawer":
            return Document((KickDrawer(),), title="Drawer", kind="drawer")
        if job.sale_id is None:
            raise NothingToPrint("This paper names no sale, so it cannot be printed.")
        if job.kind in ("gift_card", "voucher"):
            return self._card(job, printed_for)
        return self.receipt(job.sale_id, copy_number=job.copy_number, gift=job.kind == "gift_receipt")

    def receipt(self, sale_id: int, *, copy_number: int = 0, gift: bool = False) -> Document:
        """A sale's receipt, or its gift receipt without prices. A copy says DUPLICATE (V34). Raises SaleUnknown."""
        sale = self._sales.sale(sale_id)
        info, choices = self._shop.info(), self._shop.settings(ReceiptSettings)
        formats = Formats(info.locale, info.time_zone)
        data = receipt_data(sale, info, choices, copy_number=copy_number)
        return receipts.gift_receipt(data, formats) if gift else receipts.receipt(data, formats)

    def _card(self, job: Job, printed_for: Actor) -> Document:
        sale = self._sales.sale(job.sale_id or 0)
        sold = next((card for card in sale.cards if card.account_id == job.value_account_id), None)
        if sold is None:
            raise NothingToPrint("This card does not belong to the sale, so it is not printed.")
        code = self._desk.code_for_print(sold.account_id, printed_for)
        if code is None:
            raise NothingToPrint(
                "The shop's key is not on this computer, so this card's number cannot be printed. The card works."
            )
        info = self._shop.info()
        return values.value_paper(_value_paper(sale, sold, code, info), Formats(info.locale, info.time_zone))


def receipt_data(sale: SaleView, info: ShopInfo, choices: ReceiptSettings, *, copy_number: int = 0) -> ReceiptData:
    """A stored sale as its receipt says it."""
    points = None
    if choices.show_points and sale.customer_id is not None and sale.points_balance is not None:
        points = Points(sale.points_earned, sale.points_balance)
    return ReceiptData(
        shop=shop_header(sale, info),
        number=sale.number_text,
        at=sale.completed_at,
        register=sale.register_name,
        cashier=sale.cashier,
        lines=tuple(_line(line) for line in sale.lines),
        subtotal=sale.subtotal,
        discount=sale.discount,
        tax=sale.tax,
        total=sale.total,
        prices_include_tax=sale.prices_include_tax,
        tenders=tuple(
            TenderRow(
                tender.kind,
                tender.amount,
                tender.tendered if tender.tendered != tender.amount else None,
                tender.shown,
                tender.balance_after,
                tender.reference,
            )
            for tender in sale.tenders
        ),
        change=sale.change if sale.change else None,
        rounding=sale.rounding if sale.rounding else None,
        taxes=tuple(TaxRow(tax.name, tax.percent, tax.base, tax.tax) for tax in sale.taxes),
        kind=sale.kind,
        original_number=sale.original_number,
        customer=sale.customer_name or sale.customer_number,
        points=points,
        thanks="\n".join(filter(None, (choices.thanks, sale.receipt_footer))),
        returns_note=choices.returns_note,
        mark=Mark.DUPLICATE if copy_number else Mark.NONE,
        copy_number=copy_number,
        show_savings=choices.show_savings,
        show_barcode=choices.show_barcode,
    )


def shop_header(sale: SaleView, info: ShopInfo) -> ShopHeader:
    """The outlet's own address where it has one."""
    address = sale.outlet_address or info.address
    name_line = sale.outlet_name if sale.outlet_name != info.name else ""
    lines = (*sale.receipt_header.splitlines(), name_line, *address.splitlines())
    return ShopHeader(info.name, tuple(filter(None, lines)), info.phone, info.tax_number, info.logo_png)


def _line(line: SaleLineView) -> ReceiptLine:
    shares = [Saving(share.name, share.amount) for share in line.shares if share.amount]
    listed = sum(share.amount.minor for share in shares)
    if listed != line.discount.minor:
        shares.append(Saving("Discount", Money(line.discount.minor - listed, line.discount.currency)))
    return ReceiptLine(
        name=line.name,
        quantity_milli=line.quantity_milli,
        unit_price=line.unit_price,
        gross=line.gross,
        savings=tuple(shares),
        unit="kg" if line.quantity_milli % 1000 else "",
        tax_percent=line.tax_percent if line.tax_class_id is not None else None,
        note=line.reason,
    )


def _value_paper(sale: SaleView, sold: SoldCardView, code: str, info: ShopInfo) -> ValuePaper:
    return ValuePaper(
        shop=shop_header(sale, info),
        kind=sold.voucher_type or sold.kind,
        code=code,
        value=sold.balance,
        issued_at=sale.completed_at,
        expires_on=sold.expires_on,
        holder=sale.customer_name,
        reloaded=sold.balance != sold.amount,
    )
