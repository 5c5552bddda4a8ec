"""What the shop sells."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Key, at_least, one_of


class Category(Base):
    """A node of the tree; `path` holds the ids from the root, "/3/17/", so a subtree is one prefix."""

    __tablename__ = "category"
    __table_args__ = (UniqueConstraint("parent_id", "name"),)

    id: Mapped[Key]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    name: Mapped[str] = mapped_column(String(120))
    path: Mapped[str] = mapped_column(String(300), index=True)
    colour: Mapped[str] = mapped_column(String(7), default="")
    position: Mapped[int] = mapped_column(default=0)


class Brand(Base):
    __tablename__ = "brand"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(120), unique=True)


class Product(Base):
    """`kind`: standard; weighed (price per kg); open_price (asked at the till); service."""

    __tablename__ = "product"
    __table_args__ = (one_of("kind", "standard", "weighed", "open_price", "service"), at_least("price_minor"))

    id: Mapped[Key]
    sku: Mapped[str] = mapped_column(String(60), unique=True)
    supplier_sku: Mapped[str | None] = mapped_column(String(60), index=True)
    manufacturer_sku: Mapped[str | None] = mapped_column(String(60), index=True)
    name: Mapped[str] = mapped_column(String(200))
    search_text: Mapped[str] = mapped_column(Text)  # of folded name, sku, brand and codes: " word word"
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"), index=True)
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brand.id"), index=True)
    tax_class_id: Mapped[int | None] = mapped_column(ForeignKey("tax_class.id"))
    kind: Mapped[str] = mapped_column(String(12), default="standard")
    price_minor: Mapped[int]  # as the shop states prices: with or without tax
    cost_minor: Mapped[int | None]  # always without tax
    discountable: Mapped[bool] = mapped_column(default=True)
    picture_png: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ProductBarcode(Base):
    """`code` as printed; `gtin14` the padded number for EAN, UPC and ITF, so leading zeros never matter."""

    __tablename__ = "product_barcode"

    id: Mapped[Key]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)
    gtin14: Mapped[str | None] = mapped_column(String(14), unique=True)
    pack_milli: Mapped[int] = mapped_column(default=1000)  # a carton's code may mean 6000, six pieces


class ProductTag(Base):
    __tablename__ = "product_tag"

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(60), primary_key=True, index=True)


class PriceGroup(Base):
    """A discount level: a percentage off list prices, with exact prices per product where set."""

    __tablename__ = "price_group"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    percent_off: Mapped[Decimal]
    points_threshold: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class PriceGroupPrice(Base):
    __tablename__ = "price_group_price"
    __table_args__ = (at_least("price_minor"),)

    price_group_id: Mapped[int] = mapped_column(ForeignKey("price_group.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, index=True)
    price_minor: Mapped[int]


class QuickKeyPage(Base):
    __tablename__ = "quick_key_page"

    id: Mapped[Key]
    outlet_id: Mapped[int | None] = mapped_column(ForeignKey("outlet.id"))  # NULL: every outlet
    name: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(default=0)


class QuickKey(Base):
    """One tile; `action` names what it does when it is no product (gift_card, balance, …)."""

    __tablename__ = "quick_key"
    __table_args__ = (UniqueConstraint("page_id", "position"),)

    id: Mapped[Key]
    page_id: Mapped[int] = mapped_column(ForeignKey("quick_key_page.id"))
    position: Mapped[int]  # 0 to 19: five across, four down
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    action: Mapped[str | None] = mapped_column(String(30))
    label: Mapped[str] = mapped_column(String(40), default="")
    colour: Mapped[str] = mapped_column(String(7), default="")


class CatalogueVersion(Base):
    """One row, raised by triggers whenever something a till keeps in memory changes (see db.ddl_search)."""

    __tablename__ = "catalogue_version"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=1)
