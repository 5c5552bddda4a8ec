"""Pictures of the till in its states; REGULARS_RENDERS names the folder to look at them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.checkout.model import CouponOnBasket
from app.pricing.model import EnteredCode, ManualDiscount
from tests.ui.sell.conftest import OpenTill, Till
from tests.ui.sell.fakes import make_customer
from tests.ui.sell.receipts import make_preview, make_sale
from ui.sell.basket_view import BasketDelegate

Render = Callable[..., list[Path]]
FULL = (1216, 724)  # 1280x800 less the frame
SMALL = (960, 692)  # 1024x768 less the frame


def fill(till: Till) -> None:
    for number, times in ((1, 3), (2, 1), (4, 2), (7, 1), (16, 1), (12, 1)):
        till.scan(number, times)
    till.sell.add_coupon(CouponOnBasket(EnteredCode("SUMMER10"), "SUMMER10"))
    till.sell.add_coupon(CouponOnBasket(EnteredCode("WINE20"), "WINE20"))
    till.sell.set_customer(make_customer())
    till.sell.discount_line(2, ManualDiscount("Damaged", amount_minor=None, percent=__import__("decimal").Decimal(10)))


def test_every_state_is_drawn(till: Till, render: Render) -> None:
    render(till.view, "sell-empty", FULL)
    fill(till)
    render(till.view, "sell-basket", FULL)
    till.view.on_code("4006381333932")
    render(till.view, "sell-error", FULL)
    till.view.error.dismiss()
    till.pay.open()
    render(till.view, "sell-pay", FULL)
    till.pay.take_cash(471_100)
    render(till.view, "sell-doubt", FULL)
    till.view.side.back()
    till.pay.take_cash(1000)
    till.pay.take_cash(10)
    render(till.view, "sell-split", FULL)
    till.pay.take_cash(100_000, sure=True)
    till.wait(lambda: bool(till.shop.sales))
    till.idle()
    render(till.view, "sell-change", FULL)
    assert till.view.side.currentWidget() is till.view.change_panel


def test_panels_are_drawn(till: Till, render: Render) -> None:
    fill(till)
    view = till.view
    view.asking.quantity()
    render(view, "sell-quantity", FULL)
    view.asking.override()
    render(view, "sell-price", FULL)
    view.asking.discount_line()
    render(view, "sell-discount", FULL)
    view.chores.find_customer()
    till.errands.customers.search("am")
    view.chores.search_panel.field.setText("am")
    till.idle()
    render(view, "sell-customer", FULL)
    view.chores.search_panel._show_add()
    render(view, "sell-customer-add", FULL)
    till.errands.holding.hold("Mrs Lee")
    till.idle()
    view.chores.recall()
    till.idle()
    render(view, "sell-held", FULL)
    view.chores.gift_card()
    render(view, "sell-giftcard", FULL)
    till.errands.codes.look_up_card("ABCD1234EFGH7Q4K")
    till.idle()
    render(view, "sell-giftcard-found", FULL)
    view._open_more()
    render(view, "sell-more", FULL)
    view.asking.void()
    view.asking.drawer()
    render(view, "sell-drawer", FULL)
    from app.errors import NotPermitted

    view.asking.approval(
        NotPermitted(
            "Amara may not give this discount (up to 10 %). A manager can approve it here.", permission="sale.discount"
        ),
        lambda _approval: None,
    )
    till.idle()
    render(view, "sell-approve", FULL)


def test_a_return_is_drawn(till: Till, render: Render) -> None:
    sale = make_sale()
    till.shop.receipts = {sale.number_text: sale, "preview": make_preview(sale)}
    till.view.on_code(sale.number_text)
    till.idle()
    render(till.view, "sell-return", FULL)
    panel = till.view.chores.return_panel
    panel._pickers[0].tick.setChecked(True)
    panel.reasons.other.setText("Faulty")
    till.wait(lambda: panel._preview is not None)
    render(till.view, "sell-return-preview", FULL)
    till.view.resize(*SMALL)
    render(till.view, "small-return-preview", SMALL)
    assert (till.view.width(), till.view.height()) == SMALL


def test_small_touch_screen(open_till: OpenTill, render: Render) -> None:
    till: Any = open_till()
    till.view.resize(*SMALL)
    fill(till)
    render(till.view, "small-basket", SMALL)
    for name in ("3", "*", "S"):
        till.view.pad._press(name)
    till.view.field.insert("KU-2")
    till.view.pad._press("\r")
    assert till.sell.basket.lines[-1].quantity_milli == 3000  # codes can be typed with a finger
    till.view._open_keys()
    render(till.view, "small-keys", SMALL)
    till.pay.open()
    render(till.view, "small-pay", SMALL)
    till.view.pay_panel.tell("$12.00 has been taken. Finish the sale, or take it back with Del and return it.")
    render(till.view, "small-pay-told", SMALL)
    assert till.view.width() == SMALL[0]  # nothing in it is wider than the screen
    assert till.view.height() == SMALL[1]


def test_nothing_that_is_asked_on_a_small_screen_is_squeezed(open_till: OpenTill) -> None:
    """With its message the discount panel was higher than its room: chips and keys lay over each other."""
    till: Any = open_till()
    till.view.resize(*SMALL)
    fill(till)
    till.qtbot.wait(50)
    for ask in (till.view.asking.discount_line, till.view.asking.override, till.view.asking.quantity):
        ask()
        panel = till.view.side.currentWidget()
        panel.tell("Choose why there is a discount; it is kept with the sale.")
        assert panel.box.totalMinimumHeightForWidth(panel.width()) <= SMALL[1] - 24 - 19  # less a title bar


def test_no_panel_takes_room_from_the_basket(open_till: OpenTill) -> None:
    """Five sums side by side made the panel wider and the names in the basket shorter, whatever was due."""
    till: Any = open_till()
    till.view.resize(*SMALL)
    fill(till)
    till.view.resize(*SMALL)
    till.qtbot.wait(50)
    before = till.view.basket.width()
    for open_panel in (till.pay.open, till.view.asking.discount_line, till.view.chores.find_customer):
        open_panel()
        till.qtbot.wait(50)
        assert till.view.basket.width() == before, till.view.side.currentWidget().accessibleName()
        till.view.side.back()
    till.scan(2, times=200)
    till.pay.open()
    till.qtbot.wait(50)
    assert till.view.basket.width() == before
    assert till.view.pay_panel._suggest.count() >= 3


def test_on_a_small_screen_a_name_takes_the_room_of_a_price_that_says_nothing_more(till: Till) -> None:
    till.scan(1, times=2)
    till.scan(2)
    two, one = till.view.basket.model.rows()
    for across, shown in ((1216, (True, True)), (480, (True, False))):
        assert (BasketDelegate.shows_unit(two, across), BasketDelegate.shows_unit(one, across)) == shown


def test_the_number_pad_gives_way_to_a_customer_at_once(open_till: OpenTill) -> None:
    """It stood squeezed below the customer until the next scan."""
    from dataclasses import replace

    till: Any = open_till()
    till.view.resize(*SMALL)
    till.qtbot.wait(50)
    assert till.view.pad.isVisible()
    customer = make_customer()
    offers = tuple(replace(customer.coupons[0], shown=f"CODE{number}") for number in range(5))
    till.sell.set_customer(replace(customer, coupons=offers, cards=()))
    seen = till.view.pad.isVisible()
    till.qtbot.wait(50)
    till.view._show_pad()
    assert seen == till.view.pad.isVisible() == (till.view.customer.sizeHint().height() <= 190)
    assert not seen
