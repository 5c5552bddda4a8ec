"""Every right a role can hold, the unit its limit is in, and what the three first roles get.

The names are stored on roles, so they are never renamed. Services ask for them (app.staff.model.require);
a screen that hides a button is a courtesy, not the check.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class LimitUnit(StrEnum):
    """What `role_permission.limit_value` counts for a right."""

    NONE = "none"
    PERCENT = "percent"  # whole percent of the price
    MONEY = "money"  # minor units of the shop's currency
    POINTS = "points"


class Permission(StrEnum):
    """Use the members as plain strings: Permission.SALE_VOID == "sale.void"."""

    SALE_SELL = "sale.sell"
    SALE_DISCOUNT = "sale.discount"
    SALE_PRICE_OVERRIDE = "sale.price_override"
    SALE_VOID = "sale.void"
    SALE_RETURN = "sale.return"
    SALE_RETURN_OTHER_TENDER = "sale.return_other_tender"
    SALE_REPRINT = "sale.reprint"
    SALE_VIEW = "sale.view"
    DRAWER_OPEN = "drawer.open"
    CASH_MOVE = "cash.move"
    SESSION_CLOSE = "session.close"
    GIFTCARD_VIEW = "giftcard.view"
    GIFTCARD_ISSUE = "giftcard.issue"
    GIFTCARD_ADJUST = "giftcard.adjust"
    GIFTCARD_DEACTIVATE = "giftcard.deactivate"
    GIFTCARD_REPRINT = "giftcard.reprint"
    POINTS_ADJUST = "points.adjust"
    LOYALTY_MANAGE = "loyalty.manage"
    COUPON_VIEW = "coupon.view"
    COUPON_MANAGE = "coupon.manage"
    CAMPAIGN_MANAGE = "campaign.manage"
    SEGMENT_VIEW = "segment.view"
    SEGMENT_EDIT = "segment.edit"
    CUSTOMER_VIEW = "customer.view"
    CUSTOMER_EDIT = "customer.edit"
    CUSTOMER_EXPORT = "customer.export"
    CUSTOMER_ERASE = "customer.erase"
    PRODUCT_EDIT = "product.edit"
    REPORT_VIEW = "report.view"
    SETTINGS_EDIT = "settings.edit"
    STAFF_MANAGE = "staff.manage"
    BACKUP_RUN = "backup.run"


@dataclass(frozen=True, slots=True)
class Right:
    """How a right reads on the Roles page, and in the sentence that refuses it ("... may not {doing}")."""

    permission: Permission
    group: str
    title: str
    doing: str
    unit: LimitUnit = LimitUnit.NONE


_P, _U = Permission, LimitUnit

RIGHTS: tuple[Right, ...] = (
    Right(_P.SALE_SELL, "Selling", "Sell and take payment", "sell"),
    Right(_P.SALE_DISCOUNT, "Selling", "Discounts by hand, up to", "give this discount", _U.PERCENT),
    Right(_P.SALE_PRICE_OVERRIDE, "Selling", "Price changes, down by up to", "change this price", _U.PERCENT),
    Right(_P.SALE_VOID, "Selling", "Void a sale or a line after the total", "void a sale"),
    Right(_P.SALE_RETURN, "Selling", "Returns, up to", "refund this amount", _U.MONEY),
    Right(
        _P.SALE_RETURN_OTHER_TENDER,
        "Selling",
        "Refund another way than it was paid",
        "refund another way than it was paid",
    ),
    Right(_P.SALE_REPRINT, "Selling", "Reprint a receipt", "reprint a receipt"),
    Right(_P.SALE_VIEW, "Selling", "Look up past sales", "look up past sales"),
    Right(_P.DRAWER_OPEN, "Cash", "Open the drawer without a sale", "open the drawer without a sale"),
    Right(_P.CASH_MOVE, "Cash", "Pay in and pay out, up to", "move this much cash", _U.MONEY),
    Right(_P.SESSION_CLOSE, "Cash", "Close the register", "close the register"),
    Right(_P.GIFTCARD_VIEW, "Gift cards", "See cards and their ledger", "see gift cards"),
    Right(_P.GIFTCARD_ISSUE, "Gift cards", "Issue without a sale, up to", "issue this value", _U.MONEY),
    Right(_P.GIFTCARD_ADJUST, "Gift cards", "Correct a balance, up to", "correct a card's balance", _U.MONEY),
    Right(_P.GIFTCARD_DEACTIVATE, "Gift cards", "Deactivate a card", "deactivate a gift card"),
    Right(_P.GIFTCARD_REPRINT, "Gift cards", "Print a card's code again", "print a card's code again"),
    Right(_P.POINTS_ADJUST, "Loyalty", "Correct points, up to", "correct this many points", _U.POINTS),
    Right(_P.LOYALTY_MANAGE, "Loyalty", "Change the loyalty programme", "change the loyalty programme"),
    Right(_P.COUPON_VIEW, "Marketing", "See coupons", "see coupons"),
    Right(_P.COUPON_MANAGE, "Marketing", "Create and change coupons", "change coupons"),
    Right(_P.CAMPAIGN_MANAGE, "Marketing", "Create and send campaigns", "run campaigns"),
    Right(_P.SEGMENT_VIEW, "Marketing", "See segments", "see segments"),
    Right(_P.SEGMENT_EDIT, "Marketing", "Change segments and who is in them", "change segments"),
    Right(_P.CUSTOMER_VIEW, "Customers", "See customers", "see customers"),
    Right(_P.CUSTOMER_EDIT, "Customers", "Add and change customers", "change customers"),
    Right(_P.CUSTOMER_EXPORT, "Customers", "Import and export customers", "import or export customers"),
    Right(_P.CUSTOMER_ERASE, "Customers", "Erase a customer for good", "erase a customer"),
    Right(_P.PRODUCT_EDIT, "Shop", "Change products and prices", "change products"),
    Right(_P.REPORT_VIEW, "Shop", "See reports", "see reports"),
    Right(_P.SETTINGS_EDIT, "Shop", "Change settings", "change settings"),
    Right(_P.STAFF_MANAGE, "Shop", "Manage staff and roles", "manage staff and roles"),
    Right(_P.BACKUP_RUN, "Shop", "Back up and restore", "back up or restore"),
)

_BY_NAME: Mapping[str, Right] = MappingProxyType({right.permission.value: right for right in RIGHTS})


def right(permission: str) -> Right:
    """Raises KeyError for a name no version of the program knows: a defect, or a role written by a newer one."""
    return _BY_NAME[permission]


def known(permission: str) -> bool:
    return permission in _BY_NAME


@dataclass(frozen=True, slots=True)
class RoleTemplate:
    """A role as a new shop gets it. `money_limits` are in major units, so that they fit any currency."""

    code: str
    name: str
    rights: tuple[Permission, ...]
    limits: Mapping[Permission, int]


CASHIER = RoleTemplate(
    "cashier",
    "Cashier",
    (
        _P.SALE_SELL, _P.SALE_DISCOUNT, _P.SALE_RETURN, _P.SALE_REPRINT, _P.SALE_VIEW, _P.SESSION_CLOSE,
        _P.GIFTCARD_VIEW, _P.CUSTOMER_VIEW, _P.CUSTOMER_EDIT, _P.COUPON_VIEW, _P.SEGMENT_VIEW,
    ),
    MappingProxyType({_P.SALE_DISCOUNT: 10, _P.SALE_RETURN: 50}),
)  # fmt: skip
SUPERVISOR = RoleTemplate(
    "supervisor",
    "Supervisor",
    (
        *CASHIER.rights, _P.SALE_PRICE_OVERRIDE, _P.SALE_VOID, _P.SALE_RETURN_OTHER_TENDER, _P.DRAWER_OPEN,
        _P.CASH_MOVE, _P.GIFTCARD_ISSUE, _P.GIFTCARD_DEACTIVATE, _P.GIFTCARD_REPRINT, _P.POINTS_ADJUST,
        _P.COUPON_MANAGE, _P.SEGMENT_EDIT, _P.PRODUCT_EDIT, _P.REPORT_VIEW,
    ),
    MappingProxyType({
        _P.SALE_DISCOUNT: 30, _P.SALE_PRICE_OVERRIDE: 30, _P.SALE_RETURN: 500, _P.CASH_MOVE: 500,
        _P.GIFTCARD_ISSUE: 100, _P.POINTS_ADJUST: 1000,
    }),
)  # fmt: skip
MANAGER = RoleTemplate("manager", "Manager", tuple(Permission), MappingProxyType({}))

TEMPLATES: tuple[RoleTemplate, ...] = (CASHIER, SUPERVISOR, MANAGER)
