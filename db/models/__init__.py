"""The whole schema. Import tables from here; importing this package registers them all."""

from db.base import Base
from db.models.customer import (
    Customer,
    CustomerCategory,
    CustomerEvent,
    CustomerGroup,
    CustomerGroupMember,
    CustomerMonth,
    CustomerOutlet,
    CustomerStats,
    CustomerTag,
    LoyaltyTier,
    Segment,
    SegmentEvent,
    SegmentMember,
)  # fmt: skip
from db.models.loyalty import LoyaltyProgram, PointsAccount, PointsEntry, PointsLot
from db.models.product import (
    Brand,
    CatalogueVersion,
    Category,
    PriceGroup,
    PriceGroupPrice,
    Product,
    ProductBarcode,
    ProductTag,
    QuickKey,
    QuickKeyPage,
)  # fmt: skip
from db.models.promotion import (
    Campaign,
    CodeAttempt,
    CouponCode,
    CouponRedemption,
    CouponUse,
    Promotion,
    PromotionVersion,
)  # fmt: skip
from db.models.sale import (
    Basket,
    CashMovement,
    Journal,
    Outbox,
    Sale,
    SaleLine,
    SaleShare,
    SaleTax,
    SaleTender,
    SaleTrail,
)  # fmt: skip
from db.models.shop import Outlet, Register, RegisterSession, Setting, Shop, TaxClass, TaxRate
from db.models.staff import Role, RolePermission, Staff
from db.models.value import ValueAccount, ValueEntry, ValueEvent, ValueHold

__all__ = [
    "Base", "Basket", "Brand", "Campaign", "CashMovement", "CatalogueVersion", "Category", "CodeAttempt", "CouponCode",
    "CouponRedemption", "CouponUse", "Customer", "CustomerCategory", "CustomerEvent", "CustomerGroup",
    "CustomerGroupMember", "CustomerMonth", "CustomerOutlet", "CustomerStats", "CustomerTag", "Journal",
    "LoyaltyProgram", "LoyaltyTier", "Outbox", "Outlet", "PointsAccount", "PointsEntry", "PointsLot",
    "PriceGroup", "PriceGroupPrice", "Product", "ProductBarcode", "ProductTag", "Promotion", "PromotionVersion",
    "QuickKey", "QuickKeyPage", "Register", "RegisterSession", "Role", "RolePermission", "Sale", "SaleLine",
    "SaleShare", "SaleTax", "SaleTender", "SaleTrail", "Segment", "SegmentEvent", "SegmentMember", "Setting",
    "Shop", "Staff", "TaxClass", "TaxRate", "ValueAccount", "ValueEntry", "ValueEvent", "ValueHold",
]  # fmt: skip
