"""The shop's choices about stored value, as settings; absent ones have the defaults of ValuePolicy."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from app.giftcards.model import ValuePolicy
from db.queries import shop_facts
from db.uow import UnitOfWork

PREFIX = "giftcards."
NAMES: tuple[str, ...] = tuple(PREFIX + field.name for field in fields(ValuePolicy))


def load_policy(uow: UnitOfWork) -> ValuePolicy:
    """Settings are named "giftcards." and the field; one of the wrong type counts as absent."""
    return policy_of(shop_facts.settings(uow.connection, NAMES))


def policy_of(settings: dict[str, Any]) -> ValuePolicy:
    policy = ValuePolicy()
    changes: dict[str, Any] = {}
    for field in fields(ValuePolicy):
        value = settings.get(PREFIX + field.name)
        wanted = type(getattr(policy, field.name))
        if field.name == "expiry_months":
            wanted = int
        if type(value) is wanted:
            changes[field.name] = value
    return replace(policy, **changes)
