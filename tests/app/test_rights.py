"""Who may do what, method by method: a golden table of every public method of every service, and the proof of it.

A service is a class of `app` that is made with a database, or with another service. A method that is new, or gone,
fails the first test until it stands in the table: with the right it asks for, or with the reason why it asks for none.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any
from unittest.mock import MagicMock

import pytest

import app
from app.checkout.service import CheckoutService
from app.clock import FixedClock
from app.errors import NotPermitted
from app.permissions import Permission
from app.staff.model import Actor
from db.uow import Database

P = Permission
READS = ""  # answers a question, changes nothing, and tells nothing a cashier may not know
TILL = "asked where the sale is booked"  # CheckoutService.complete checks the whole basket anew
SELF = "the person's own PIN is the right"
MACHINE = "the program itself does it, nobody asks"
PAPER = "paper that is due anyway"
GUESSED = "anybody may ask; wrong numbers are counted and limited"
LATER = "asked once it is known how far it goes; tested beside the service"

RIGHTS: dict[str, dict[str, str]] = {
    "BackupService": {"make": P.BACKUP_RUN},
    "CardStatements": {"statement": P.GIFTCARD_VIEW},
    "CatalogService": {
        "till_catalogue": READS, "version": READS, "quick_pages": READS, "picture": READS, "search": READS,
        "product": READS, "categories": READS, "tax_classes": READS, "create": P.PRODUCT_EDIT, "edit": P.PRODUCT_EDIT,
        "set_picture": P.PRODUCT_EDIT, "add_category": P.PRODUCT_EDIT, "rename_category": P.PRODUCT_EDIT,
        "remove_category": P.PRODUCT_EDIT, "save_quick_page": P.PRODUCT_EDIT,
    },
    "CatalogueDesk": {
        "page": READS, "how_many": READS, "search": READS, "categories": READS, "form": READS,
        "quick_layouts": READS, "save": P.PRODUCT_EDIT, "save_quick_layouts": P.PRODUCT_EDIT,
    },
    "CheckoutService": {
        "now": READS, "facts": READS, "facts_are_old": READS, "items": READS, "item": READS, "customer": READS,
        "attach_if_known": READS, "coupon": READS, "tender_for_code": READS, "tender_for_account": READS,
        "store_credit_tender": READS, "view": READS, "settle": READS, "restore": READS, "held": READS, "repeat": READS,
        "keep": TILL, "discount_line": TILL, "discount_basket": TILL, "override_price": TILL, "complete": TILL,
        "book_return": TILL, "suspend": P.SALE_SELL, "resume": P.SALE_SELL, "void": P.SALE_VOID,
    },
    "CouponService": {
        "find": READS, "catalogue": READS, "options": P.COUPON_VIEW, "campaigns": P.COUPON_VIEW,
        "page": P.COUPON_VIEW, "details": P.COUPON_VIEW, "uses": P.COUPON_VIEW, "codes": P.COUPON_VIEW,
        "create": P.COUPON_MANAGE, "edit": P.COUPON_MANAGE, "switch": P.COUPON_VIEW,  # and then as edit
        "save_campaign": P.COUPON_MANAGE, "make_codes": P.COUPON_MANAGE, "printable": P.COUPON_MANAGE,
        "cancel": P.COUPON_MANAGE,
    },
    "CustomerChoices": {"price_groups": P.CUSTOMER_VIEW},
    "CustomerExport": {"write": P.CUSTOMER_EXPORT},
    "CustomerImport": dict.fromkeys(("preview", "apply"), P.CUSTOMER_EXPORT),
    "CustomerHistoryService": dict.fromkeys(
        ("overview", "points", "invoices", "invoice_count", "activities"), P.CUSTOMER_VIEW
    ),
    "CustomerService": {
        "search": P.CUSTOMER_VIEW, "page": P.CUSTOMER_VIEW, "how_many": P.CUSTOMER_VIEW, "customer": P.CUSTOMER_VIEW,
        "photo": P.CUSTOMER_VIEW, "groups": P.CUSTOMER_VIEW,
        "search_at_till": P.SALE_SELL, "by_number": P.SALE_SELL,  # names and a contact, for the sale at hand
        "create": P.CUSTOMER_EDIT, "quick_add": P.CUSTOMER_EDIT,
        "edit": P.CUSTOMER_EDIT, "set_consent": P.CUSTOMER_EDIT, "tag": P.CUSTOMER_EDIT, "untag": P.CUSTOMER_EDIT,
        "set_groups": P.CUSTOMER_EDIT, "erase": P.CUSTOMER_ERASE,
    },
    "DoctorService": {"examine": READS},
    "EncryptionService": {"sheet": P.SETTINGS_EDIT, "draft": P.SETTINGS_EDIT},
    "GiftCardDesk": {
        "look_up": GUESSED, "card": P.GIFTCARD_VIEW, "page": P.GIFTCARD_VIEW,
        "history": P.GIFTCARD_VIEW, "owed_minor": P.GIFTCARD_VIEW, "liability_minor": P.GIFTCARD_VIEW,
        "open_holds": P.GIFTCARD_VIEW,
        "deactivate": P.GIFTCARD_DEACTIVATE, "activate": P.GIFTCARD_DEACTIVATE, "delete": P.GIFTCARD_DEACTIVATE,
        "assign": P.GIFTCARD_ISSUE, "extend": P.GIFTCARD_DEACTIVATE,
        "new_pin": P.GIFTCARD_REPRINT,
        "code_for_print": LATER,  # the first print needs no right, every other one does
    },
    "GiftCardService": {
        "draft": READS, "issue": P.GIFTCARD_ISSUE, "give_store_credit": P.GIFTCARD_ISSUE, "stock": P.GIFTCARD_ISSUE,
        "reload": P.GIFTCARD_ISSUE, "redeem": P.SALE_SELL, "refund": P.SALE_RETURN, "reverse": P.SALE_RETURN,
        "cancel_purchase": P.SALE_RETURN, "adjust": P.GIFTCARD_ADJUST, "authorise": P.SALE_SELL,
        "capture": P.SALE_SELL, "release": P.SALE_SELL, "expire_due": MACHINE,
    },
    "GroupService": dict.fromkeys(
        ("groups", "save_price_group", "save_customer_group", "remove_customer_group"), P.SETTINGS_EDIT
    ),
    "ImportService": dict.fromkeys(("preview", "apply", "undo"), P.PRODUCT_EDIT),
    "JournalService": {"breaks": READS},
    "LoyaltyService": {
        "programme": READS, "latest_programme": READS, "facts": READS, "history": READS,
        "save_programme": P.LOYALTY_MANAGE, "adjust": LATER,
        "expire_due": MACHINE,
    },
    "MarketingTabService": dict.fromkeys(
        ("open", "more_segments", "more_coupons", "more_gift_cards"), P.CUSTOMER_VIEW
    ),
    "NoReceiptService": {"preview": READS, "complete": TILL},
    "OutboxService": {
        "due": READS, "waiting": READS, "claim": MACHINE, "done": MACHINE, "wait": MACHINE, "failed": MACHINE,
        "retry": PAPER, "retry_failed": PAPER, "hurry": PAPER, "cancel": PAPER,
        "reprint": P.SALE_REPRINT,
    },
    "PaperMaker": {"document": READS, "receipt": READS, "shift": READS},
    "PeopleService": {"staff": READS, "roles": READS} | dict.fromkeys(
        ("add", "rename", "set_role", "set_active", "set_pin", "unlock", "save_role"), P.STAFF_MANAGE
    ),
    "ReturnService": {
        "find": READS, "left": READS, "preview": READS, "ways_back": READS, "add_to_basket": TILL,
        "complete_return": TILL,
    },
    "SaleReader": {"sale": READS, "by_number": READS, "last_of_register": READS, "look_up": P.SALE_VIEW},
    "SegmentService": {
        "segments": P.SEGMENT_VIEW, "segment": P.SEGMENT_VIEW, "members": P.SEGMENT_VIEW,
        "of_customer": P.SEGMENT_VIEW, "history": P.SEGMENT_VIEW,
    } | dict.fromkeys(("create", "edit", "delete", "put_in", "take_out", "move_customer", "set_note"), P.SEGMENT_EDIT),
    "SessionService": {
        "current": READS, "context": READS, "last_closing": READS, "open": P.SALE_SELL, "close": P.SESSION_CLOSE,
        "no_sale": P.DRAWER_OPEN, "pay_in": P.CASH_MOVE, "pay_out": P.CASH_MOVE, "report": P.REPORT_VIEW,
        "print_reading": P.REPORT_VIEW, "print_closing_again": P.REPORT_VIEW,
    },
    "ShopService": {
        "info": READS, "outlets": READS, "registers": READS, "taxes": READS, "pricing": READS, "settings": READS,
    } | dict.fromkeys(("save_info", "save_outlet", "save_register", "save_tax", "save_settings"), P.SETTINGS_EDIT),
    "StaffService": {
        "tiles": READS, "page": READS, "approvers": READS, "sign_in": SELF, "approve": SELF,
        "change_pin": SELF, "sign_out": MACHINE,
    },
}  # fmt: skip


def services() -> Iterator[type[Any]]:
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if module.name.startswith("app.scenarios") or module.name == "app.cli":
            continue
        found = importlib.import_module(module.name)
        for kind in vars(found).values():
            if inspect.isclass(kind) and kind.__module__ == module.name and _is_service(kind):
                yield kind


def _is_service(kind: type[Any]) -> bool:
    made = vars(kind).get("__init__")
    if not isinstance(made, FunctionType):
        return False
    wants = {str(note) for name, note in made.__annotations__.items() if name != "return"}
    return bool(wants & {"Database", "CheckoutService"})


def methods(kind: type[Any]) -> dict[str, Any]:
    return {name: found for name, found in vars(kind).items() if isinstance(found, FunctionType) and name[0] != "_"}


SERVICES = {kind.__name__: kind for kind in services()}
GUARDED = [
    (service, method, right) for service, rows in RIGHTS.items() for method, right in rows.items()
    if right in set(Permission)
]  # fmt: skip


def test_every_method_of_every_service_stands_in_the_table() -> None:
    there = {name: set(methods(kind)) for name, kind in SERVICES.items()}
    assert there == {name: set(rows) for name, rows in RIGHTS.items()}


@pytest.mark.parametrize(("service", "method", "right"), GUARDED)
def test_it_refuses_whoever_lacks_the_right(
    sqlite_db: Database, clock: FixedClock, service: str, method: str, right: str
) -> None:
    """Somebody with every right but this one is refused for exactly this one, before anything is read or written."""
    held = {str(one): None for one in Permission if one != right}
    actor = Actor(2, "Ines", "cashier", held, register_id=1, outlet_id=1)
    kind = SERVICES[service]
    asked = inspect.signature(methods(kind)[method])
    stand_ins: dict[str, Any] = {"actor": actor, "by": actor, "context": MagicMock(actor=actor), "approval": None}
    given = {
        name: stand_ins.get(name, MagicMock()) for name, one in asked.parameters.items()
        if name != "self" and one.kind is not one.VAR_POSITIONAL and (name in stand_ins or one.default is one.empty)
    }  # fmt: skip
    with pytest.raises(NotPermitted) as refused:
        answer = getattr(_made(kind, sqlite_db, clock), method)(**given)
        if inspect.isgenerator(answer):
            next(answer)
    assert refused.value.permission == right


def _made(kind: type[Any], database: Database, clock: FixedClock) -> Any:
    has = {"database": database, "clock": clock}
    return kind(**{name: has[name] for name in inspect.signature(kind).parameters if name in has})


def test_what_is_called_reading_never_opens_a_writing_unit() -> None:
    """By the program's text: a method, or a private one it goes through, that writes needs a right or a reason."""
    unguarded = [
        f"{service}.{method}" for service, rows in RIGHTS.items() for method, right in rows.items()
        if right == READS and method in _writers(SERVICES[service])
    ]  # fmt: skip
    assert unguarded == []


def _writers(kind: type[Any]) -> set[str]:
    """Names of the methods of a class that write, themselves or through others of the class."""
    module = ast.parse(Path(inspect.getfile(kind)).read_text(encoding="utf-8"))
    body = next(one for one in module.body if isinstance(one, ast.ClassDef) and one.name == kind.__name__)
    made = {one.name: one for one in body.body if isinstance(one, ast.FunctionDef)}
    calls = {name: set(_called(one)) for name, one in made.items()}
    writing = {name for name, found in calls.items() if found & {"write", "retrying"}}
    while more := {name for name, found in calls.items() if found & writing} - writing:
        writing |= more
    return writing


def _called(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr


def test_the_check_of_the_text_sees_a_write_behind_a_private_method() -> None:
    found = _writers(CheckoutService)
    assert {"keep", "suspend", "void", "complete"} <= found  # keep writes through _keep
    assert "held" not in found
