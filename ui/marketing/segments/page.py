"""Customer Segments' place in the program. `open_page("marketing.segments", segment_id)` shows one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shell.registry import Page, Section, ShellContext

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def _open(context: ShellContext) -> QWidget:
    from app.customers.service import CustomerService
    from app.segments.service import SegmentService
    from ui.marketing.segments.presenter import SegmentsPresenter
    from ui.marketing.segments.view import SegmentsView

    presenter = SegmentsPresenter(
        context.services.get(SegmentService),
        context.services.get(CustomerService),
        context.reads,
        context.writes,
        context.staff,
    )
    view = SegmentsView(presenter, context.formats, context.notify)
    view.customer_wanted.connect(
        lambda customer_id: context.open_page("customerform", (customer_id, "marketing.segments"))
    )
    return view


PAGES = (
    Page(
        "marketing.segments",
        QT_TRANSLATE_NOOP("pages", "Customer Segments"),
        "layers",
        _open,
        permission="segment.view",
        section=Section.MARKETING,
        order=10,
        words="audience group vip",
    ),
)
