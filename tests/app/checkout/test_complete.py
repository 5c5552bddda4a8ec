"""A sale from basket to books, on both databases."""

from __future__ import annotations

from tests.builders import ShopBuilder


def test_a_cash_sale_writes_its_books(shop: ShopBuilder) -> None:
    shop.tax("VAT", "10")
    shop.product("Bread", "4.20", tax="VAT", category="Bakery")
    shop.product("Oil", "9.90", tax="VAT")
    done = shop.sell(("Bread", 2), "Oil", cash="30.00")
    assert done.number_text == "R1-000001"
    assert (str(done.total), str(done.change)) == ("20.13", "9.87")
    sale = shop.sale(done)
    assert [str(line.net) for line in sale.lines] == ["8.40", "9.90"]
    assert str(sale.tax) == "1.83"
    assert [(tender.kind, str(tender.amount), str(tender.tendered)) for tender in sale.tenders] == [
        ("cash", "20.13", "30.00")
    ]
    assert shop.rows("SELECT kind, amount_minor FROM cash_movement ORDER BY id") == [("float", 10000), ("sale", 2013)]
    assert [job.kind for job in shop.outbox.due(shop.register_ids[0])] == ["drawer", "receipt"]
    assert shop.journal.breaks() == ()
