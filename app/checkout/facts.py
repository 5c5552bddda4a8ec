"""What the till knows of the shop while it prices: settings, products, promotions, uses so far. Read once, kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.barcodes.model import BarcodeSettings
from app.catalog.snapshot import read_till_catalogue
from app.catalog.till import TillCatalogue, TillProduct
from app.checkout.model import Item
from app.checkout.policy import ReturnPolicy
from app.clock import Clock, shop_date
from app.coupons import catalogue as coupons
from app.errors import NotFound
from app.giftcards.model import ValuePolicy
from app.pricing.catalogue import Catalogue
from app.pricing.model import PricingSettings, UsageFacts
from app.shop import settings as shop_settings
from db.queries import checkout_reads as reads
from db.uow import UnitOfWork


@dataclass(frozen=True)
class TillFacts:
    """One state of the shop. `version` differs from the next state's, so a till knows when to read again."""

    settings: PricingSettings
    catalogue: Catalogue
    products: TillCatalogue
    usage: UsageFacts = field(default_factory=UsageFacts)
    version: str = ""
    policy: ValuePolicy = field(default_factory=ValuePolicy)
    returns: ReturnPolicy = field(default_factory=ReturnPolicy)
    barcodes: BarcodeSettings = field(default_factory=BarcodeSettings)


def read_facts(uow: UnitOfWork, clock: Clock, known: TillFacts | None = None) -> TillFacts:
    """Everything, in a handful of queries; the version first, so a change in between is met at the next look.

    `known` lends its products when they did not change. Raises NotFound before the shop is set up.
    """
    connection = uow.connection
    if reads.shop_row(connection) is None:
        raise NotFound("There is no shop here yet. Set one up first.")
    version = reads.fingerprint(connection)
    settings = shop_settings.pricing_settings(uow)
    same = known is not None and known.version.split("|")[0] == version.split("|")[0]
    return TillFacts(
        settings=settings,
        catalogue=coupons.load(uow, shop_date(clock.now(), settings.time_zone)).catalogue,
        products=known.products if same and known is not None else read_till_catalogue(connection),
        usage=coupons.usage(uow),
        version=version,
        policy=shop_settings.load(uow, ValuePolicy),
        returns=shop_settings.load(uow, ReturnPolicy),
        barcodes=shop_settings.barcode_settings(uow),
    )


def item_of(product: TillProduct) -> Item:
    """A product of the catalogue as it goes into a basket."""
    return Item(
        product=product.facts,
        kind=product.kind.value,
        category_id=product.category_id,
        tax_class_id=product.tax_class_id,
        tax_percent=product.tax_percent,
        cost_minor=product.cost_minor,
        active=product.active,
    )
