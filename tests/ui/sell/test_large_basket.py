"""F42: what a scan costs follows what it changes, not what is in the basket already. Counters, no clocks."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import QModelIndex, Qt

from app.checkout import basket as steps
from app.checkout import view as views
from app.checkout.facts import item_of
from app.pricing.model import BasketLine
from tests.ui.sell.conftest import OpenTill, Till
from ui.sell.models import ROW, BasketModel, Index


class Work:
    """How often each step of showing a basket was taken."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count: Counter[str] = Counter()
        count = self.count
        line, made, rows, data = views._line, BasketLine.__post_init__, BasketModel.rowCount, BasketModel.data

        def _line(*words: object) -> object:
            count["line"] += 1
            return line(*words)  # type: ignore[arg-type]

        def post_init(self: BasketLine) -> None:
            count["asked"] += 1
            made(self)

        def row_count(self: BasketModel, parent: Index = QModelIndex()) -> int:
            count["rows asked"] += 1
            return rows(self, parent)

        def asked(self: BasketModel, index: Index, role: int = 0) -> object:
            count["painted"] += role == ROW
            return data(self, index, role)

        monkeypatch.setattr(views, "_line", _line)
        monkeypatch.setattr(BasketLine, "__post_init__", post_init)
        monkeypatch.setattr(BasketModel, "rowCount", row_count)
        monkeypatch.setattr(BasketModel, "data", asked)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    return Work(monkeypatch)


def filled(open_till: OpenTill, lines: int) -> Till:
    """A till on the screen with a basket of so many lines, painted."""
    till = open_till()
    till.view.resize(1200, 760)
    till.view.show()
    till.qtbot.waitExposed(till.view)
    basket = till.sell.basket
    products = [item_of(product) for product in till.shop.facts_now.products.products()]
    plain = [item for item in products if item.kind == "standard"][4:]
    for number in range(lines):
        basket, _ = steps.add_item(basket, plain[number % len(plain)], price_minor=100 + number)
    till.sell.replace_basket(basket)
    till.scan(3)  # the chosen line is the last one from here on
    till.qtbot.wait(1700)  # and its mark is gone
    return till


def cost_of_a_scan(till: Till, work: Work, number: int) -> Counter[str]:
    model = till.view.basket.model
    changed: list[int] = []
    connection = model.dataChanged.connect(lambda *_: changed.append(1))
    work.count.clear()
    made = model.rows_made
    till.scan(number)
    till.qtbot.wait(100)
    model.dataChanged.disconnect(connection)
    cost = Counter(work.count)
    cost["rows made"] = model.rows_made - made
    cost["changes told"] = len(changed)
    return cost


@pytest.mark.parametrize("number", [2, 3], ids=["a new line", "one more of the last"])
def test_a_scan_into_a_large_basket_costs_what_it_costs_in_a_small_one(
    open_till: OpenTill, work: Work, number: int
) -> None:
    small = cost_of_a_scan(filled(open_till, 20), work, number)
    large = cost_of_a_scan(filled(open_till, 600), work, number)
    assert (large["line"], large["asked"], large["rows made"]) == (1, 1, 1)
    assert large["changes told"] <= 2
    assert 0 < large["painted"] <= small["painted"] + 2
    assert large["rows asked"] <= small["rows asked"] + 20


def test_taking_a_line_out_makes_no_other_anew(open_till: OpenTill, work: Work) -> None:
    till = filled(open_till, 600)
    work.count.clear()
    made = till.view.basket.model.rows_made
    till.sell.remove(3)
    till.qtbot.wait(100)
    assert (work.count["line"], work.count["asked"], till.view.basket.model.rows_made - made) == (0, 0, 0)
    assert till.view.basket.model.rowCount() == 600
    till.sell.undo()
    assert [row.line_id for row in till.view.basket.model.rows()] == list(range(1, 602))


def test_what_touches_every_line_shows_every_line(open_till: OpenTill) -> None:
    """A discount on the basket, and taking it off: nothing shown is of the day before."""
    from decimal import Decimal

    from app.pricing.model import ManualDiscount

    till = filled(open_till, 40)
    plain = till.view.basket.model.rows()
    till.sell.discount_basket(ManualDiscount("Regular", percent=Decimal(10)))
    cut = till.view.basket.model.rows()
    assert all(row.under_amount for row in cut)
    assert till.sell.view is not None
    assert sum(line.net.minor for line in till.sell.view.lines) == till.total
    till.sell.drop_basket_discount(0)
    assert till.view.basket.model.rows() == plain


def test_the_chosen_line_stays_in_sight_when_the_room_gets_less(open_till: OpenTill) -> None:
    """A red band over the basket covered the very line that the buttons below speak of."""
    till = filled(open_till, 40)
    shown = till.view.basket.list
    assert shown.viewport().rect().contains(shown.visualRect(shown.currentIndex()))
    till.view.on_code("99999")
    till.qtbot.wait(100)
    assert till.view.error.isVisible()
    assert shown.viewport().rect().contains(shown.visualRect(shown.currentIndex()))
    shown.scrollToTop()  # who looks at the first lines stays there
    till.view.error.dismiss()
    till.view.on_code("99999")
    till.qtbot.wait(100)
    assert shown.verticalScrollBar().value() == 0


def test_a_long_basket_is_leafed_through_from_the_scan_field(open_till: OpenTill) -> None:
    till = filled(open_till, 100)
    shown = till.view.basket.list
    rows = [shown.currentIndex().row()]
    for key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
        till.qtbot.keyClick(till.view.field, key)
        rows.append(shown.currentIndex().row())
    page = rows[0] - rows[1]
    assert page > 3
    assert rows == [100, 100 - page, 100 - 2 * page, 100 - page]
    assert shown.viewport().rect().contains(shown.visualRect(shown.currentIndex()))
    till.view.field.setText("oil")
    till.qtbot.keyClick(till.view.field, Qt.Key.Key_PageUp)
    assert shown.currentIndex().row() == rows[-1]
