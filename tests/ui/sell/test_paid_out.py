"""After a refund the cashier reads what comes out of the drawer, and where the rest went."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.checkout.model import CompletedSale, PaidOut, TenderKind
from app.money import Money
from tests.ui.sell.conftest import FORMATS
from ui.sell.pay_view import ChangePanel
from ui.sell.paying import Finished


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def sale_of(kind: str, *paid_out: PaidOut) -> CompletedSale:
    total = -sum(one.amount.minor for one in paid_out)
    return CompletedSale(1, "R1-000007", kind, usd(total), usd(0), 0, balances=(("•••• 7Q4K", usd(8010)),),
                         paid_out=paid_out)  # fmt: skip


@pytest.mark.parametrize("kind", ["return", "exchange"])
def test_only_the_cash_is_given_out(qtbot: QtBot, kind: str) -> None:
    panel = ChangePanel(FORMATS)
    qtbot.addWidget(panel)
    paid = (PaidOut(TenderKind.CASH, usd(110)), PaidOut(TenderKind.GIFT_CARD, usd(310), "•••• 7Q4K"),
            PaidOut(TenderKind.CARD, usd(200)))  # fmt: skip
    if kind == "return":
        panel.show_return(sale_of(kind, *paid))
    else:
        panel.show_sale(Finished(sale_of(kind, *paid), usd(0)))
    assert (panel._word.text(), panel._change.text()) == ("Give back in cash", "$1.10")
    assert panel._lines.text().splitlines() == [
        "$3.10 → gift card •••• 7Q4K", "$2.00 → card, on its terminal", "•••• 7Q4K now holds $80.10",
    ]  # fmt: skip


def test_nothing_in_cash_is_said(qtbot: QtBot) -> None:
    panel = ChangePanel(FORMATS)
    qtbot.addWidget(panel)
    panel.show_return(sale_of("return", PaidOut(TenderKind.GIFT_CARD, usd(310), "•••• 7Q4K")))
    assert (panel._word.text(), panel._change.text()) == ("Nothing to give back in cash", "")
