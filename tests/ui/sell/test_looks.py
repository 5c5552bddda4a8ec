"""Pictures of the till in its states; REGULARS_RENDERS names the folder to look at them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.checkout.model import CouponOnBasket
from app.pricing.model import EnteredCode, ManualDiscount
from tests.ui.sell.conftest import OpenTill, Till
from tests.ui.sell.fakes import make_customer
from tests.ui.sell.receipts import make_preview, make_sale

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
