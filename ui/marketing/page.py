"""Marketing's place in the program: the hub, and the pages of the folders beside it.

A page of this section is a folder here with a `page.py` that names its `PAGES`, as at the top level.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shell.registry import Page, Section, ShellContext, allowed

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

HUB = "marketing"


def _sub_pages() -> list[Page]:
    found: list[Page] = []
    for folder in sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]) if module.ispkg):
        name = f"ui.marketing.{folder}.page"
        if importlib.util.find_spec(name) is not None:
            found.extend(importlib.import_module(name).PAGES)
    return [page if page.section is not None else replace(page, section=Section.MARKETING) for page in found]


_PAGES = _sub_pages()


def _open(context: ShellContext) -> QWidget:
    from app.coupons.service import CouponService
    from app.giftcards.desk import GiftCardDesk
    from app.segments.service import SegmentService
    from ui.marketing.facts import HubPresenter
    from ui.marketing.hub import MarketingHub

    get = context.services.get
    presenter = HubPresenter(
        get(SegmentService), get(CouponService), get(GiftCardDesk), context.reads, context.formats, context.staff
    )
    pages = [page for page in sorted(_PAGES, key=lambda page: page.order) if allowed(page, context.staff)]
    hub = MarketingHub(pages, presenter)
    hub.page_wanted.connect(lambda page_id: context.open_page(page_id, None))
    return hub


PAGES = (
    Page(HUB, QT_TRANSLATE_NOOP("pages", "Marketing"), "megaphone", _open, section=Section.MARKETING, order=0),
    *_PAGES,
)
