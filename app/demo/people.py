"""The people of the demo shop: staff whose PINs are shown, customers who do not exist."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from app.customers.model import number_of, phone_tail, search_text, sort_name
from app.demo.plan import DemoPlan

# (name, role, PIN): the sign-in window of a demo shop may show them.
STAFF = (
    ("Maeve Larkin", "manager", "9753"),
    ("Tom Hegarty", "supervisor", "2468"),
    ("Ciara Dunne", "cashier", "1357"),
    ("Luca Moretti", "cashier", "1357"),
    ("Zofia Nowak", "cashier", "1357"),
    ("Kwame Mensah", "cashier", "1357"),
    ("Aoife Brennan", "supervisor", "8642"),
    ("Priya Nair", "cashier", "1357"),
)
TIERS = (("Bronze", 0, 100), ("Silver", 400, 125), ("Gold", 1500, 150))  # name, points earned in all, multiplier %
PRICE_GROUPS = (("Regulars", "5", 0), ("Trade", "12.5", 1), ("Staff", "20", 2))  # name, percent off, position
GROUPS = ("Book club", "Local businesses", "Allergy list")
_DOMAINS = ("example.com", "example.org", "example.net")
_TAGS = (
    ("USER_AFFILIATION", "CUSTOMER", 0.3), ("USER_AFFILIATION", "EMPLOYEE", 0.01), ("vegan", "true", 0.06),
    ("allergy", "nuts", 0.03), ("allergy", "gluten", 0.03), ("prefers", "decaf", 0.04), ("office order", "true", 0.03),
)  # fmt: skip
# ComReg keeps 020 91x xxxx for films and books: nobody can be called there.
_FICTIONAL = "+3532091"
_FICTIONAL_COUNT = 100_000

CUSTOMER = (
    "id, number, first_name, last_name, sort_name, search_text, email, phone, phone_tail, birth_date, birth_month, "
    "address, notes, price_group_id, tier_id, accrues_points, email_consent_at, sms_consent_at, post_consent_at, "
    "consent_source, utm_source, home_outlet_id, referred_by_id, created_at, updated_at, erased_at"
)
EVENT = "customer_id, kind, text, staff_id, at"
TAG = "customer_id, key, value"
MEMBER = "group_id, customer_id"


@dataclass(slots=True)
class Person:
    """A customer as the builder deals with them. `weight`: how often they come; gone after `last_day`."""

    id: int
    weight: float
    joined: date
    last_day: date
    birth_month: int | None
    price_group: int | None
    home_outlet: int
    favourite: str  # part of the day
    email_consent: bool


@dataclass(frozen=True, slots=True)
class Names:
    first: tuple[str, ...]
    last: tuple[str, ...]
    streets: tuple[str, ...]
    towns: tuple[str, ...]

    @classmethod
    def read(cls, folder: Path) -> Names:
        lines = (folder / "names.txt").read_text(encoding="utf-8").splitlines()
        found = dict(line.split(": ", 1) for line in lines if ": " in line)
        return cls(
            tuple(found["first"].split()),
            tuple(found["last"].split()),
            tuple(found["street"].split("|")),
            tuple(found["town"].split("|")),
        )


def people(plan: DemoPlan, names: Names) -> Iterator[tuple[Person, tuple[Any, ...], list[tuple[str, str]]]]:
    """Each customer with its row and its tags. The first one is the office that comes every day, if there is one."""
    rng = random.Random(f"people-{plan.seed}")  # noqa: S311 - a demo, repeatable by design
    days = (plan.until - plan.first_day).days
    for number in range(1, plan.customers + 1):
        person = _person(rng, plan, number, days)
        first, last = rng.choice(names.first), rng.choice(names.last)
        if plan.long_history and number == 1:
            first, last = "Harbour", "Office Canteen"
            person.joined, person.last_day, person.weight = plan.first_day, plan.until, 0.0
        yield person, _row(rng, person, first, last, names), _tags(rng)


def _person(rng: random.Random, plan: DemoPlan, number: int, days: int) -> Person:
    joined = plan.first_day + timedelta(days=int(days * rng.random() ** 1.3))
    stays = rng.expovariate(1 / 500) if rng.random() < 0.55 else 10_000  # some drift away
    return Person(
        id=number,
        weight=rng.paretovariate(1.25),
        joined=joined,
        last_day=min(plan.until, joined + timedelta(days=min(10_000, int(stays) + 1))),
        birth_month=rng.randint(1, 12) if rng.random() < 0.62 else None,
        price_group=rng.choices((None, 1, 2, 3), (0.86, 0.09, 0.035, 0.015))[0],
        home_outlet=rng.choices((1, 2, 3), (0.5, 0.3, 0.2))[0],
        favourite=rng.choice(("morning", "lunch", "afternoon", "grocery")),
        email_consent=rng.random() < 0.48,
    )


def _row(rng: random.Random, person: Person, first: str, last: str, names: Names) -> tuple[Any, ...]:
    joined = moment(person.joined, 9 + rng.random() * 8)
    number = number_of(person.id)
    email = _email(rng, person.id, first, last) if rng.random() < 0.72 or person.email_consent else None
    phone = _phone(person.id) if rng.random() < 0.7 else None
    born = _birth(rng, person)
    address = f"{rng.randint(1, 120)} {rng.choice(names.streets)}, {rng.choice(names.towns)}"
    return (
        person.id, number, first, last, sort_name(first, last), search_text(first, last, email, number), email, phone,
        phone_tail(phone), born, person.birth_month, address if rng.random() < 0.35 else "",
        "Orders a cake every birthday." if rng.random() < 0.02 else "", person.price_group, None, True,
        joined if person.email_consent and email else None, joined if phone and rng.random() < 0.3 else None,
        joined if rng.random() < 0.15 else None, rng.choice(("till", "website", "paper form")),
        rng.choice(("", "", "", "instagram", "newsletter", "leaflet")), person.home_outlet, None, joined, joined, None,
    )  # fmt: skip


def _email(rng: random.Random, number: int, first: str, last: str) -> str:
    from app.folding import fold

    name = f"{fold(first)}.{fold(last)}".replace(" ", "")
    local = name if name.isascii() and name.replace(".", "").isalnum() else "guest"
    return f"{local}{number}@{rng.choice(_DOMAINS)}"


def _phone(number: int) -> str | None:
    """A number kept for fiction; there are only so many."""
    if number > _FICTIONAL_COUNT:
        return None
    return f"{_FICTIONAL}{number * 7_919 % _FICTIONAL_COUNT:05d}"


def _birth(rng: random.Random, person: Person) -> date | None:
    if person.birth_month is None:
        return None
    return date(rng.randint(1944, 2006), person.birth_month, rng.randint(1, 28))


def _tags(rng: random.Random) -> list[tuple[str, str]]:
    return list({key: value for key, value, share in _TAGS if rng.random() < share}.items())


def moment(day: date, hour: float) -> datetime:
    """`hour` of the day in UTC, fractions included."""
    return datetime.combine(day, time(0), tzinfo=UTC) + timedelta(seconds=int(hour * 3600))
