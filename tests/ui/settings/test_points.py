"""Settings › Points: a shop of one's own changes, stops and restarts its programme."""

from __future__ import annotations

from dataclasses import replace

from app.loyalty.model import EarnBasis
from app.loyalty.service import LoyaltyService
from app.money import Money
from app.staff.model import Actor
from tests.ui.settings.test_settings import go, save, settle, view
from ui.services import Services
from ui.settings.form import choose
from ui.settings.pages.points import PointsPage
from ui.settings.view import SettingsView

__all__ = ["view"]


def view_actor(page: PointsPage) -> Actor:
    return page._actor


def test_the_programme_is_changed_stopped_and_started_again(  # type: ignore[no-untyped-def]
    qtbot, view: SettingsView, services: Services
) -> None:  # T21
    loyalty = services.get(LoyaltyService)
    page = go(qtbot, view, "points")
    assert page.active.isChecked()  # a new shop begins with one
    assert page.name.text() == "Points"
    page.name.setText("")
    page.points.setValue(2)
    page.step.setText("5")
    page.worth.setText("0,01")
    choose(page.basis, EarnBasis.NET)
    page.expiry.setValue(365)
    page.touched()
    page.save_button.click()
    settle(qtbot, page)
    assert "needs a name" in page.forms[0].fields["name"].said.text()
    page.name.setText("Sterne")
    save(qtbot, page)
    started = loyalty.programme()
    assert started is not None
    currency = started.step.currency
    assert (started.name, started.points_per_step, started.step) == ("Sterne", 2, Money(500, currency))
    assert (started.basis, started.point_value, started.expiry_days) == (EarnBasis.NET, Money(1, currency), 365)
    page.active.setChecked(False)
    page.step.setText("")
    page.touched()
    page.save_button.click()
    settle(qtbot, page)
    assert "above zero" in page.forms[1].fields["step"].said.text()
    page.step.setText("10")
    save(qtbot, page)
    assert loyalty.programme() is None
    page.active.setChecked(True)
    page.worth.setText("")
    page.touched()
    save(qtbot, page)
    again = loyalty.programme()
    assert again is not None
    assert (again.id, again.step.minor, again.point_value.minor) == (started.id, 1000, 0)


def test_what_another_window_saved_meanwhile_is_not_undone(  # type: ignore[no-untyped-def]
    qtbot, view: SettingsView, services: Services
) -> None:
    loyalty = services.get(LoyaltyService)
    page = go(qtbot, view, "points")
    now = loyalty.latest_programme()
    assert now is not None
    loyalty.save_programme(replace(now, points_per_step=3), view_actor(page))  # in the other window
    page.name.setText("Sterne")
    page.touched()
    page.save_button.click()
    settle(qtbot, page)
    assert "somebody else" in page.banner.title.lower()
    assert page.name.text() == "Sterne"  # what was typed is not lost
    page.discard.click()
    settle(qtbot, page)
    assert page.points.value() == 3
    page.name.setText("Sterne")
    page.touched()
    save(qtbot, page)
    again = loyalty.latest_programme()
    assert again is not None
    assert (again.name, again.points_per_step) == ("Sterne", 3)


def test_an_example_says_what_a_purchase_earns(  # type: ignore[no-untyped-def]
    qtbot, view: SettingsView
) -> None:
    """A point worth as much as the money that earned it gives the shop away: the figures tell before Save does."""
    page = go(qtbot, view, "points")
    page.step.setText("5")
    page.points.setValue(2)
    page.worth.setText("0,50")
    assert "100" in page.example.text()
    assert "40" in page.example.text()  # 20 steps
    assert "20,00" in page.example.text()
    page.worth.setText("")
    assert "20,00" not in page.example.text()
    page.step.setText("nonsense")
    assert page.example.text() == ""
    page.points.setText("")  # an empty field is nothing
    page.step.setText("5")
    page.save_button.click()
    settle(qtbot, page)
    assert "how many points" in page.forms[1].fields["points_per_step"].said.text()
    page.load()
    settle(qtbot, page)
