"""What the till knows of the shop while it prices: settings, promotions, uses so far. Read once, kept in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.pricing.catalogue import Catalogue
from app.pricing.model import PricingSettings, UsageFacts


@dataclass(frozen=True)
class TillFacts:
    """`version` changes whenever a promotion or a setting does, so a till knows when to read again."""

    settings: PricingSettings
    catalogue: Catalogue
    usage: UsageFacts = field(default_factory=UsageFacts)
    version: str = ""
