"""Sell, as a page of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shell.registry import Page, Section, ShellContext

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def _open(context: ShellContext) -> QWidget:
    if context.till is None:
        from app.checkout.sessions import SessionService
        from ui.sell.open_shift import OpenShiftView

        sessions, place = context.services.get(SessionService), context.place
        shift = OpenShiftView(
            sessions, context.staff, place.register_id, place.register, context.formats, context.writes,
            context.wake_devices,
        )  # fmt: skip
        shift.opened.connect(context.shift_changed)
        return shift
    from ui.sell.assemble import make_till

    return make_till(context, context.till)


PAGES = (
    Page(
        "sell",
        QT_TRANSLATE_NOOP("pages", "Sell"),
        "shopping-basket",
        _open,
        permission="sale.sell",
        section=Section.SELL,
        order=1,
        words="till checkout cash register",
    ),
)
