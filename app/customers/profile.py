"""What is written of a customer: fields checked, consents with their times, what changed, what erasing leaves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from app.clock import shop_date
from app.customers import model
from app.customers.model import Channel, CustomerDraft

# They follow from others, or are told as consents.
_QUIET = {"updated_at", "search_text", "sort_name", "phone_tail", "birth_month", "consent_source"}


def checked(draft: CustomerDraft, shop: Any, now: datetime) -> dict[str, Any]:
    """The columns that a draft fills, consents aside. Raises InvalidInput with its field."""
    first = model.clean_name(draft.first_name, "first_name", required=True)
    last = model.clean_name(draft.last_name, "last_name")
    phone = model.clean_phone(draft.phone, shop.country)
    born = model.clean_birth(draft.birth_date, shop_date(now, shop.time_zone))
    return {
        "first_name": first,
        "last_name": last,
        "sort_name": model.sort_name(first, last),
        "email": model.clean_email(draft.email),
        "phone": phone,
        "phone_tail": model.phone_tail(phone),
        "birth_date": born,
        "birth_month": born.month if born else None,
        "address": model.clean_text(draft.address, "address", model.LONGEST_ADDRESS),
        "notes": model.clean_text(draft.notes, "notes", model.LONGEST_NOTE),
        "price_group_id": draft.price_group_id,
        "accrues_points": draft.accrues_points,
        "home_outlet_id": draft.home_outlet_id,
        "updated_at": now,
    }


def consents(draft: CustomerDraft, before: Any, now: datetime) -> dict[str, Any]:
    """Consent times: kept where nothing changed, now where newly given, gone where withdrawn."""
    times: dict[str, Any] = {}
    for channel in Channel:
        column = consent_column(channel)
        given = getattr(draft, f"{channel.value}_consent")
        had = getattr(before, column) if before is not None else None
        times[column] = (had or now) if given else None
    return times


def consent_column(channel: Channel) -> str:
    return f"{channel.value}_consent_at"


def changed_fields(before: Any, values: Mapping[str, Any]) -> list[str]:
    """Names of the fields that changed; never what they held, for events outlive an erasure."""
    told = _QUIET | {consent_column(channel) for channel in Channel}
    return [name for name, value in values.items() if name not in told and getattr(before, name) != value]


def changed_consents(before: Any, values: Mapping[str, Any]) -> list[str]:
    """Such as "sms: given", one for each channel that changed."""
    had_now = [(one, getattr(before, consent_column(one)), values[consent_column(one)]) for one in Channel]
    return [consent_words(one, now is not None) for one, had, now in had_now if (had is None) != (now is None)]


def consent_words(channel: Channel, given: bool) -> str:
    return f"{channel.value}: {'given' if given else 'withdrawn'}"


def later(now: datetime, before: datetime) -> datetime:
    """A time for `updated_at` that no form has seen: two changes in one instant, or a clock set back, differ too."""
    return max(now, before + timedelta(microseconds=1))


def empty(customer_id: int, now: datetime) -> dict[str, Any]:
    """What an erased customer's row holds."""
    texts = dict.fromkeys(
        ("first_name", "last_name", "sort_name", "search_text", "address", "notes", "consent_source", "utm_source"), ""
    )
    nothing = dict.fromkeys(
        (
            "email", "phone", "phone_tail", "birth_date", "birth_month", "photo_png", "price_group_id", "tier_id",
            "email_consent_at", "sms_consent_at", "post_consent_at", "referred_by_id", "home_outlet_id",
        )
    )  # fmt: skip
    gone = {"number": f"X{customer_id:07d}", "accrues_points": False, "erased_at": now, "updated_at": now}
    return texts | nothing | gone
