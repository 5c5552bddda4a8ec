"""One shop, one sale, and everything else a paper can say."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal

from PIL import Image

from app.money import Money
from app.paper.formats import Formats
from app.paper.model import (
    Points,
    ReceiptData,
    ReceiptLine,
    Saving,
    ShopHeader,
    TaxRow,
    TenderRow,
    ValuePaper,
)

AUSTRIAN = Formats("de_AT", "Europe/Vienna")
AT = datetime(2026, 11, 22, 15, 42, tzinfo=UTC)
CODE = "7Q4K0ZTM3HJ8W2XC"


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def logo() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (400, 120), (0, 0, 0, 255)).save(out, "PNG")
    return out.getvalue()


SHOP = ShopHeader("Feinkost Linden", ("Lindengasse 12", "1070 Wien"), "Tel. 01 234 56 78", "UID ATU12345678")

SALE = ReceiptData(
    shop=SHOP,
    number="R1-000042",
    at=AT,
    register="Register 1",
    cashier="Anna",
    lines=(
        ReceiptLine("Bergkäse", 532, eur(2490), eur(1325), (Saving("Käsewoche", eur(265)),), "kg", Decimal(10)),
        ReceiptLine("Espresso", 2000, eur(890), eur(1780), (Saving("WELCOME10", eur(152)),), "", Decimal(10)),
        ReceiptLine("Grüner Veltliner", 1000, eur(1190), eur(1190), (), "", Decimal(20)),
    ),
    subtotal=eur(4295),
    discount=eur(417),
    tax=eur(443),
    total=eur(3878),
    prices_include_tax=True,
    tenders=(
        TenderRow("gift_card", eur(1500), None, "•••• 9XZ2", eur(1000)),
        TenderRow("cash", eur(2378), eur(2500)),
    ),
    change=eur(122),
    taxes=(TaxRow("USt", Decimal(10), eur(2444), eur(244)), TaxRow("USt", Decimal(20), eur(992), eur(198))),
    customer="Maria Huber",
    points=Points(38, 1240),
    thanks="Vielen Dank!",
    returns_note="Umtausch innerhalb von 14 Tagen.",
)

VOUCHER = ValuePaper(SHOP, "gift_voucher", CODE, eur(5000), AT, date(2029, 11, 22), "Maria Huber", "Alles Gute!")
