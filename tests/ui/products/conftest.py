"""A shop with a few products behind the Products and Quick keys pages: real services on a real file."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from sqlalchemy import insert

from app.catalog.model import Barcode, ProductDraft, ProductKind
from app.catalog.service import CatalogService
from app.staff.model import Actor
from db.models import PriceGroup, TaxClass, TaxRate
from db.uow import Database
from tests.ui.crm_shop import CrmShop
from tests.ui.sell.fakes import ean13


class ProductShop(CrmShop):
    def __init__(self, database: Database) -> None:
        super().__init__(database)
        with database.write() as uow:
            put = uow.connection.execute
            for name, percent in (("Standard", "23"), ("Reduced", "13.5")):
                made = put(insert(TaxClass).values(code=name.lower(), name=name).returning(TaxClass.id)).scalar_one()
                put(insert(TaxRate).values(tax_class_id=made, name="VAT", percent=Decimal(percent)))
            put(insert(PriceGroup).values(name="Staff", percent_off=Decimal(10)))
            uow.commit()
        self.catalog = self.services.get(CatalogService)

    def product(self, name: str, sku: str, **more: Any) -> int:
        return self.catalog.create(ProductDraft(name, sku, **({"price_minor": 990} | more)), by=self.actor).id

    def stock(self) -> None:
        """A handful in a tree, for lists and pictures."""
        pantry = self.catalog.add_category("Pantry", by=self.actor).id
        oils = self.catalog.add_category("Oils & vinegars", pantry, by=self.actor, colour="#B7791F").id
        dairy = self.catalog.add_category("Dairy", by=self.actor, colour="#2F6FDE").id
        self.product("Olive oil 500 ml", "OIL-1", category_id=oils, brand="Alba", barcodes=(Barcode(ean13(1)),))
        self.product("Balsamic vinegar", "VIN-1", category_id=oils, brand="Alba", price_minor=1450)
        self.product("Cheddar", "CHE-1", category_id=dairy, kind=ProductKind.WEIGHED, price_minor=2390)
        self.product("Almonds <b>raw</b> & salted", "ALM-1", category_id=pantry, price_minor=425)
        self.product("Gift wrapping", "WRAP", kind=ProductKind.SERVICE, price_minor=150)
        self.product("Winter tea", "TEA-W", active=False, price_minor=550)

    def idle(self) -> None:
        for _ in range(4):
            for jobs in (self.reads, self.writes):
                jobs._pool.waitForDone(5000)
                QApplication.processEvents()


def seller() -> Actor:
    return Actor(1, "Lee", "cashier", {"sale.sell": None}, register_id=1, outlet_id=1)


@pytest.fixture
def shop(sqlite_db: Database, qapp: object) -> Iterator[ProductShop]:
    made = ProductShop(sqlite_db)
    yield made
    made.close()
