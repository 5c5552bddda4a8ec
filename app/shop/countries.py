"""What a shop in a country usually wants: filled in at set-up, to be checked by the owner, never law.

Rates as commonly applied to retail; they change, so the page says to check them and they can be edited any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CountryPreset:
    """`taxes`: (name, percent), the standard rate first. `tax_included`: shelf prices hold the tax."""

    code: str
    name: str
    currency: str
    locale: str
    time_zone: str
    tax_included: bool
    taxes: tuple[tuple[str, str], ...]

    def rates(self) -> tuple[tuple[str, Decimal], ...]:
        return tuple((name, Decimal(percent)) for name, percent in self.taxes)


_ROWS: tuple[tuple[str, str, str, str, str, bool, str], ...] = (
    ("AT", "Austria", "EUR", "de_AT", "Europe/Vienna", True, "USt 20|USt 10|USt 13"),
    ("AU", "Australia", "AUD", "en_AU", "Australia/Sydney", True, "GST 10|GST free 0"),
    ("BE", "Belgium", "EUR", "nl_BE", "Europe/Brussels", True, "BTW 21|BTW 12|BTW 6"),
    ("BR", "Brazil", "BRL", "pt_BR", "America/Sao_Paulo", True, "ICMS 18"),
    ("CA", "Canada", "CAD", "en_CA", "America/Toronto", False, "HST 13|GST 5|Zero-rated 0"),
    ("CH", "Switzerland", "CHF", "de_CH", "Europe/Zurich", True, "MWST 8.1|MWST 2.6|MWST 3.8"),
    ("CZ", "Czechia", "CZK", "cs_CZ", "Europe/Prague", True, "DPH 21|DPH 12"),
    ("DE", "Germany", "EUR", "de_DE", "Europe/Berlin", True, "MwSt 19|MwSt 7"),
    ("DK", "Denmark", "DKK", "da_DK", "Europe/Copenhagen", True, "Moms 25"),
    ("ES", "Spain", "EUR", "es_ES", "Europe/Madrid", True, "IVA 21|IVA 10|IVA 4"),
    ("FI", "Finland", "EUR", "fi_FI", "Europe/Helsinki", True, "ALV 25.5|ALV 13.5|ALV 10"),
    ("FR", "France", "EUR", "fr_FR", "Europe/Paris", True, "TVA 20|TVA 10|TVA 5.5|TVA 2.1"),
    ("GB", "United Kingdom", "GBP", "en_GB", "Europe/London", True, "VAT 20|VAT 5|Zero-rated 0"),
    ("IE", "Ireland", "EUR", "en_IE", "Europe/Dublin", True, "VAT 23|VAT 13.5|VAT 9|Zero-rated 0"),
    ("IN", "India", "INR", "en_IN", "Asia/Kolkata", True, "GST 18|GST 5|Exempt 0"),
    ("IT", "Italy", "EUR", "it_IT", "Europe/Rome", True, "IVA 22|IVA 10|IVA 4"),
    ("JP", "Japan", "JPY", "ja_JP", "Asia/Tokyo", True, "消費税 10|消費税 8"),
    ("KW", "Kuwait", "KWD", "ar_KW", "Asia/Kuwait", True, "No tax 0"),
    ("MX", "Mexico", "MXN", "es_MX", "America/Mexico_City", True, "IVA 16|IVA 0"),
    ("NL", "Netherlands", "EUR", "nl_NL", "Europe/Amsterdam", True, "BTW 21|BTW 9"),
    ("NO", "Norway", "NOK", "nb_NO", "Europe/Oslo", True, "MVA 25|MVA 15|MVA 12"),
    ("NZ", "New Zealand", "NZD", "en_NZ", "Pacific/Auckland", True, "GST 15"),
    ("PL", "Poland", "PLN", "pl_PL", "Europe/Warsaw", True, "VAT 23|VAT 8|VAT 5"),
    ("PT", "Portugal", "EUR", "pt_PT", "Europe/Lisbon", True, "IVA 23|IVA 13|IVA 6"),
    ("SE", "Sweden", "SEK", "sv_SE", "Europe/Stockholm", True, "Moms 25|Moms 12|Moms 6"),
    ("SG", "Singapore", "SGD", "en_SG", "Asia/Singapore", True, "GST 9"),
    ("US", "United States", "USD", "en_US", "America/New_York", False, "Sales tax 8|No tax 0"),
    ("ZA", "South Africa", "ZAR", "en_ZA", "Africa/Johannesburg", True, "VAT 15|Zero-rated 0"),
)


def _taxes(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (part.rsplit(" ", 1) for part in text.split("|"))
    return tuple((name, percent) for name, percent in pairs)


COUNTRIES: tuple[CountryPreset, ...] = tuple(
    sorted((CountryPreset(*row[:6], _taxes(row[6])) for row in _ROWS), key=lambda preset: preset.name)
)

# Smallest coin in use, in minor units, where it is not one.
_COINS = {
    "AUD": 5, "CAD": 5, "CHF": 5, "CZK": 100, "DKK": 50, "HUF": 500, "NOK": 100, "NZD": 10, "SEK": 100, "SGD": 5,
    "ZAR": 10,
}  # fmt: skip


def preset(code: str) -> CountryPreset | None:
    return next((country for country in COUNTRIES if country.code == code.upper()), None)


def smallest_coin_minor(currency: str) -> int:
    """What a cash total is rounded to at the till; 0 where every amount can be paid."""
    return _COINS.get(currency, 0)
