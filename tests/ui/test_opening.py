"""What a sign-in meets when the shop's own pages were changed since the program opened it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.clock import SystemClock
from app.errors import NotFound
from app.shop.service import ShopService
from app.shop.setup import create_shop
from app.staff.model import with_all_rights
from db.errors import DatabaseUnavailable
from tests.app.shop.test_setup import CHEAP, DRAFT
from ui import opening

MOYA = with_all_rights(1, "Moya", register_id=1, outlet_id=1)


@pytest.fixture
def shop_file(tmp_path: Path) -> str:
    path = str(tmp_path / "shop.db")
    create_shop(path, DRAFT, SystemClock(), pins=CHEAP).close()
    return path


def test_the_next_sign_in_writes_money_and_names_as_they_are_set_now(shop_file: str) -> None:
    opened = opening.open_shop(shop_file, None)
    service = opened.services.get(ShopService)
    assert opened.formats.locale == "de_DE"
    service.save_info(MOYA, replace(service.info(), name="Blue Door Deli", locale="en_IE"))
    service.save_register(MOYA, replace(service.registers()[0], name="By the window"))
    now = opening.sign_in(opened, MOYA).shop
    assert now.formats.locale == "en_IE"
    assert (now.place.shop, now.place.register) == ("Blue Door Deli", "By the window")
    assert now.services is opened.services
    opened.services.database.close()


def test_a_register_that_was_taken_out_of_use_is_told_and_takes_nobody_in(shop_file: str) -> None:
    opened = opening.open_shop(shop_file, None)
    service = opened.services.get(ShopService)
    first = service.registers()[0]
    service.save_register(MOYA, replace(first, id=0, name="Second"))
    service.save_register(MOYA, replace(first, active=False))
    with pytest.raises(NotFound, match="Start the program again"):
        opening.sign_in(opened, MOYA)
    assert opening.open_shop(shop_file, opened.register_id).place.register == "Second"
    opened.services.database.close()


def test_f25_a_server_that_cannot_be_opened_says_why(postgres_url: str) -> None:
    """At the start there is no basket to keep, and "does not answer" is not what a changed password is."""
    from sqlalchemy import make_url

    nobody = make_url(postgres_url).set(username="nobody_here").render_as_string(hide_password=False)
    with pytest.raises(DatabaseUnavailable, match="does not let the user nobody_here in") as told:
        opening.open_shop(nobody, None)
    assert "basket" not in str(told.value)
