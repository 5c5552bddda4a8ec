"""A receipt of a pretend shop and what bringing it back would do."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

from app.checkout.model import TenderKind
from app.checkout.receipts import SaleLineView, SaleView
from app.checkout.returns import PreviewTender, ReturnPreview
from app.money import Money
from tests.ui.sell.fakes import NAMES, NOW


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def _filled(wanted: type[Any], /, **values: Any) -> Any:
    """A frozen value with what matters here; the rest is empty of its own kind."""
    empty: dict[str, Any] = {
        "str": "",
        "int": 0,
        "bool": False,
        "Money": usd(0),
        "datetime": NOW,
        "Decimal": Decimal(0),
    }
    rest = {
        one.name: () if str(one.type).startswith("tuple") else empty.get(str(one.type))
        for one in dataclasses.fields(wanted)
        if one.name not in values and one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING
    }
    return wanted(**rest, **values)


def make_line(number: int, quantity: int = 1, returned: int = 0, price: int = 420) -> SaleLineView:
    line: SaleLineView = _filled(
        SaleLineView, line_id=number, position=number, kind="product", product_id=number, name=NAMES[number - 1],
        quantity_milli=quantity * 1000, unit_price=usd(price), gross=usd(price * quantity), net=usd(price * quantity),
        returned_milli=returned * 1000,
    )  # fmt: skip
    return line


def make_sale(sale_id: int = 41, number: str = "T1-000041") -> SaleView:
    lines = (make_line(1, 3), make_line(2), make_line(3, 2, returned=2), make_line(6, 4, price=260))
    sale: SaleView = _filled(
        SaleView, sale_id=sale_id, number_text=number, kind="sale", lines=lines, total=usd(3560),
        customer_name="Amara Diallo", outlet_name="Old Town", completed_at=NOW, currency="USD",
    )  # fmt: skip
    return sale


def make_preview(sale: SaleView, refund: int = 840) -> ReturnPreview:
    tenders = (
        _filled(PreviewTender, kind=TenderKind.CARD, amount=usd(refund - 100)),
        _filled(PreviewTender, kind=TenderKind.GIFT_CARD, amount=usd(100), shown="•••• 7Q4K"),
    )
    preview: ReturnPreview = _filled(
        ReturnPreview, sale=sale, refund=usd(refund), withheld=usd(60), tenders=tenders, points_back=8, points_owed=3,
        coupons_back=("Ten percent",),
        warnings=("The coupon SUMMER10 has run out meanwhile.",),
    )  # fmt: skip
    return preview
