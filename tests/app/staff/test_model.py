"""Rights, limits, approvals and PINs by their rules alone."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.errors import InvalidInput, NotPermitted
from app.permissions import RIGHTS, TEMPLATES, LimitUnit, Permission, right
from app.staff.model import (
    Actor,
    Approval,
    LimitExceeded,
    check_limits,
    check_new_pin,
    lock_for,
    require,
    with_all_rights,
)

CASHIER = Actor(7, "Ines", "cashier", {"sale.sell": None, "sale.discount": 10})
AT = datetime(2026, 3, 14, 12, tzinfo=UTC)


def approval(amount: int | Decimal | None = 25, *, by: int = 2, permission: str = "sale.discount") -> Approval:
    return Approval(by, "Moya", permission, amount, CASHIER.staff_id, AT)


def test_a_right_within_its_limit_needs_nobody() -> None:
    assert require(CASHIER, "sale.discount", Decimal("10")) is None
    assert require(CASHIER, "sale.sell", 10**9) is None


def test_a_limit_holds_to_the_last_hundredth() -> None:  # T28
    with pytest.raises(LimitExceeded) as refused:
        require(CASHIER, "sale.discount", Decimal("10.01"))
    assert refused.value.limit == 10
    assert "10\u00a0%" in str(refused.value)  # not parted at the end of a line


def test_a_negative_amount_is_as_large_as_a_positive_one() -> None:
    with pytest.raises(LimitExceeded):
        require(CASHIER, "sale.discount", -11)


def test_a_missing_right_names_it_and_says_the_remedy() -> None:
    with pytest.raises(NotPermitted) as refused:
        require(CASHIER, "drawer.open")
    assert refused.value.permission == "drawer.open"
    assert "manager can approve" in str(refused.value)


def test_an_approval_reaches_as_far_as_it_was_given() -> None:  # V29
    assert require(CASHIER, "sale.discount", 25, approval=approval()) == 2
    with pytest.raises(LimitExceeded):
        require(CASHIER, "sale.discount", 26, approval=approval())


def test_an_approval_is_for_one_right_and_one_person() -> None:
    with pytest.raises(NotPermitted):
        require(CASHIER, "drawer.open", approval=approval(None))
    other = Actor(8, "Ben", "cashier", {})
    with pytest.raises(NotPermitted):
        require(other, "sale.discount", 5, approval=approval())


def test_nobody_approves_themselves() -> None:  # V29
    with pytest.raises(LimitExceeded):
        require(CASHIER, "sale.discount", 25, approval=approval(by=CASHIER.staff_id))


def test_a_misspelt_right_is_a_defect_not_a_refusal() -> None:
    with pytest.raises(KeyError):
        require(with_all_rights(1), "sale.discuont")


def test_every_permission_is_described_once() -> None:
    described = [entry.permission for entry in RIGHTS]
    assert sorted(described) == sorted(Permission)
    assert all(entry.title and entry.doing and entry.group for entry in RIGHTS)


def test_first_roles_only_limit_what_has_a_unit_and_what_they_hold() -> None:
    for template in TEMPLATES:
        assert set(template.limits) <= set(template.rights)
        assert all(right(name).unit is not LimitUnit.NONE for name in template.limits)


@pytest.mark.parametrize("pin", ["1234", "0000", "9999", "4321", "12345678", "2580", "87654321"])
def test_pins_anyone_would_try_first_are_refused(pin: str) -> None:
    with pytest.raises(InvalidInput, match="first anyone would try"):
        check_new_pin(pin)


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "٣٤٥٦", "-482", "48 2"])
def test_pins_of_another_form_are_refused(pin: str) -> None:  # F41
    with pytest.raises(InvalidInput, match="4 to 8 digits"):
        check_new_pin(pin)


def test_a_good_pin_loses_only_its_blanks() -> None:
    assert check_new_pin(" 4827 ") == "4827"


def test_locks_grow_and_stop_at_an_hour() -> None:
    assert [lock_for(count) for count in (0, 2, 3, 4, 5)] == [
        timedelta(0), timedelta(0), timedelta(seconds=15), timedelta(seconds=30), timedelta(seconds=60),
    ]  # fmt: skip
    assert lock_for(50) == timedelta(hours=1)
    spent = sum((lock_for(count) for count in range(10_000)), timedelta(0))
    assert spent > timedelta(days=365)


def test_limits_are_checked_before_they_are_stored() -> None:
    assert check_limits({"sale.discount": 100, "sale.sell": None}) == {"sale.discount": 100, "sale.sell": None}
    for wrong in ({"sale.discount": 101}, {"sale.discount": -1}, {"sale.sell": 3}, {"sale.unknown": None}):
        with pytest.raises(InvalidInput):
            check_limits(wrong)
