"""Settings › Groups, used as a manager would."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.shop.groups import GroupService
from app.staff.model import with_all_rights
from tests.ui.settings.conftest import Frame, open_settings
from tests.ui.settings.test_settings import accept, dialog, go, settle
from ui.services import Services
from ui.settings.pages.groups import CustomerGroupDialog, PriceGroupDialog
from ui.settings.view import SettingsView
from ui.shared.dialogs import Confirm
from ui.shell.registry import ShellContext

MOYA = with_all_rights(1, "Moya", register_id=1, outlet_id=1)


@pytest.fixture
def view(qtbot, context: ShellContext) -> SettingsView:  # type: ignore[no-untyped-def]
    return open_settings(qtbot, context)


@pytest.fixture
def page(qtbot, view: SettingsView) -> Any:  # type: ignore[no-untyped-def]
    return go(qtbot, view, "groups")


def test_the_empty_page_says_what_groups_are_for(page: Any) -> None:
    assert page.prices.nothing.isVisible() and "percentage off" in page.prices.nothing.text.text()
    assert page.customers.nothing.isVisible() and "promotion" in page.customers.nothing.text.text()
    assert not page.prices.table.isVisible() and not page.customers.table.isVisible()


def test_a_price_group_is_added_refused_and_retired(qtbot, page: Any, services: Services) -> None:  # type: ignore[no-untyped-def]
    page.edit_price(None)
    shown = dialog(page, PriceGroupDialog)
    shown.name.setText("Staff")
    for wrong, words in (("", "as a number"), ("ten", "as a number"), ("120", "between 0 and 100")):
        shown.percent.setText(wrong)
        shown.primary.click()
        settle(qtbot, page)
        assert words in shown.form.fields["percent"].said.text(), wrong
    shown.percent.setText("12,5 %")  # as this shop's language writes it
    accept(qtbot, page, shown)
    row = services.get(GroupService).groups(MOYA).prices[0]
    assert (row.name, row.percent, row.active) == ("Staff", Decimal("12.5"), True)
    assert page.prices.table.isVisible() and not page.prices.nothing.isVisible()
    page.edit_price(row)
    shown = dialog(page, PriceGroupDialog)
    assert shown.percent.text() == "12,5"
    shown.active.setChecked(False)
    accept(qtbot, page, shown)
    assert not services.get(GroupService).groups(MOYA).prices[0].active


def test_a_customer_group_is_added_renamed_and_removed(  # type: ignore[no-untyped-def]
    qtbot, page: Any, services: Services, frame: Frame
) -> None:
    service = services.get(GroupService)
    page.edit_customer(None)
    shown = dialog(page, CustomerGroupDialog)
    shown.name.setText("School")
    accept(qtbot, page, shown)
    page.edit_customer(service.groups(MOYA).customers[0])
    shown = dialog(page, CustomerGroupDialog)
    shown.name.setText("Evening school")
    accept(qtbot, page, shown)
    assert [row.name for row in service.groups(MOYA).customers] == ["Evening school"]
    page.remove(service.groups(MOYA).customers[0])
    dialog(page, Confirm).primary.click()
    settle(qtbot, page)
    settle(qtbot, page)  # removed, then read again
    assert service.groups(MOYA).customers == ()
    assert frame.told[-1] == "Removed" and page.customers.nothing.isVisible()


@pytest.mark.slow
def test_pictures_of_groups(qtbot, view: SettingsView, page: Any, render, services: Services) -> None:  # type: ignore[no-untyped-def]
    assert render(view, "settings-groups-empty", size=(1216, 724))
    service = services.get(GroupService)
    service.save_price_group(MOYA, 0, "Staff", "20")
    service.save_price_group(MOYA, 0, "Club", "5", active=False)
    service.save_customer_group(MOYA, 0, "School")
    page.load()
    settle(qtbot, page)
    assert render(view, "settings-groups-full", size=(1216, 724))
    page.edit_price(service.groups(MOYA).prices[0])
    assert render(dialog(page, PriceGroupDialog), "settings-price-group", size=(480, 420))
