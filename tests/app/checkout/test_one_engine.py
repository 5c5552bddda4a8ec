"""One price engine for every screen: whoever is asked what a basket costs gives the same answer. # T31"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.checkout.service import CheckoutService
from app.pricing.promotion import Deal, Kind, Promotion, Selection, Target
from app.scenarios.promotions import play
from db.uow import Database
from tests.builders import ShopBuilder

# Two of Bread at 3.30 and 7 %, three of Oil at 9.99 and 19 %, prices without tax. One Oil is free: 9.99. A tenth of the
# 26.58 left is 2.66: .66 of Bread, 2.00 of Oil. 5.94 and 17.98 remain, with .42 and 3.42 of tax: 27.76 in all.
RECORD: dict[str, Any] = {
    "id": "T31",
    "currency": "USD",
    "tax": {"mode": "exclusive", "rates": {"LOW": "7", "VAT": "19"}},
    "products": [{"sku": "BREAD", "price": "3.30", "tax": "LOW"}, {"sku": "OIL", "price": "9.99", "tax": "VAT"}],
    "promotions": [
        {
            "id": "Free oil", "kind": "bogo", "scope": "sku", "buy": {"skus": ["OIL"], "qty": 2, "pool": "shared"},
            "get": {"qty": 1, "percent": "100", "which": "cheapest"},
        },
        {"id": "Tenth", "kind": "percent", "scope": "order", "value": "10", "code": "TENTH"},
    ],
    "basket": [{"sku": "BREAD", "qty": 2}, {"sku": "OIL", "qty": 3}],
    "actions": [{"op": "apply_code", "code": "TENTH"}],
    "expected": {"total": "27.76", "discount": "12.65", "tax": "3.84"},
}  # fmt: skip


def test_every_screen_names_the_same_price(shop: ShopBuilder) -> None:
    shop.tax("LOW", "7")
    shop.tax("VAT", "19")
    shop.product("Bread", "3.30", tax="LOW")
    oil = Target(Selection(frozenset({shop.product("Oil", "9.99", tax="VAT")})))
    shop.promotion(rule=Promotion(0, "Free oil", Kind.BOGO, deal=Deal(buy=oil, buy_units=2)))
    shop.promotion(rule=Promotion(0, "Tenth", Kind.PERCENT, percent=Decimal(10), codes=("TENTH",), priority=1))
    plain = shop.basket(("Bread", 2), ("Oil", 3))
    basket = shop.basket(("Bread", 2), ("Oil", 3), code="TENTH")

    till = shop.view(basket)
    figures = [(line.net_minor, line.discount_minor, line.tax_minor) for line in till.priced.lines]
    assert (str(till.total), figures) == ("27.76", [(594, 66, 42), (1798, 1199, 342)])

    # The record's player prices it with nothing but the engine.
    assert play(RECORD).differences == []

    # Another program, at another register, which loaded the shop by itself.
    other = Database.connect(shop.database.engine.url.render_as_string(hide_password=False))
    elsewhere = CheckoutService(other, shop.clock)
    assert elsewhere.view(shop.second_till(), basket, elsewhere.facts()).priced == till.priced
    other.engine.dispose()

    # What the coupon takes off, and what the customer pays less for it: 2.66, and .42 of tax on that.
    assert [str(code.saving) for code in till.codes] == ["2.66"]
    assert str(shop.view(plain).total - till.total) == "3.08"

    # Put on hold and taken up again, booked, read from the receipt, and looked at as a return of everything.
    recalled = shop.checkout.resume(shop.till, shop.checkout.suspend(shop.till, basket))
    assert shop.view(recalled).priced == till.priced
    done = shop.complete(recalled)
    sale = shop.sale(done)
    assert [(line.net.minor, line.discount.minor, line.tax.minor) for line in sale.lines] == figures
    assert done.total == sale.total == till.total
    assert shop.returns.preview(shop.till, done.sale_id, shop.lines_back(done)).refund == till.total
