"""Who works in the demo shop. Their PINs are no secret: the sign-in window of a demo shop shows them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoPerson:
    name: str
    role: str  # the role's code
    pin: str


DEMO_TEAM: tuple[DemoPerson, ...] = (
    DemoPerson("Moya Lindqvist", "manager", "7305"),
    DemoPerson("Sam Okafor", "supervisor", "9163"),
    DemoPerson("Ines Duarte", "cashier", "4827"),
    DemoPerson("Ben Hart", "cashier", "5938"),
    DemoPerson("Yuki Tanaka", "cashier", "6174"),
)
_PINS = {person.name: person.pin for person in DEMO_TEAM}


def demo_pin(name: str) -> str:
    """The PIN to show for somebody of the demo team, "" for anybody else."""
    return _PINS.get(name, "")
