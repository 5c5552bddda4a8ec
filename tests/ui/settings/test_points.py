"""Settings › Points: a shop of one's own changes, stops and restarts its programme."""

from __future__ import annotations

from app.loyalty.model import EarnBasis
from app.loyalty.service import LoyaltyService
from app.money import Money
from tests.ui.settings.test_settings import go, save, settle, view
from ui.services import Services
from ui.settings.form import choose
from ui.settings.view import SettingsView

__all__ = ["view"]


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
