"""Why a code is refused, and what the cashier is told."""

from __future__ import annotations

from app.barcodes.model import Refused


class Fault(Exception):
    """First fault found while reading a code; stays inside this package."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


_AGAIN = "Scan it again or type the number under the bars."
_COUPON = "Nothing was taken off. Ask the customer for another coupon or enter the amount as a discount."
_MESSAGES = {
    "empty": "Nothing came from the scanner. Scan again.",
    "characters": f"This code holds characters that no article number has. {_AGAIN}",
    "length": f"No article number has this many digits: part of the code is missing or two were read as one. {_AGAIN}",
    "check_digit": f"The check digit does not fit: a digit was misread. {_AGAIN}",
    "syntax": "This code is cut off or the scanner sends only part of it. Scan it again.",
    "reserved": f"This number is given to no article. {_AGAIN}",
    "empty_value": "A field of this code is empty. Ask for another label or type the article number.",
    "unknown_ai": "This code holds a field that is not known. Type the article number instead.",
    "combination": "The fields of this code contradict each other. Type the article number instead.",
    "date": "The date in this code does not exist. Type the article number instead.",
    "piece_number": "The piece number in this code cannot be right. Type the article number instead.",
    "currency": "This code names a currency that does not exist. Type the article number instead.",
    "country": "This code names a country that does not exist. Type the article number instead.",
    "date_order": f"This coupon ends before it begins. {_COUPON}",
    "truncated": f"This coupon's code is cut short. {_COUPON}",
    "excess_data": f"This coupon's code is longer than it may be. {_COUPON}",
}
KEYBOARD_LAYOUT = (
    "The scanner types on another keyboard layout than this computer's. "
    "Set both to the same layout, or connect the scanner as a serial device in Settings."
)
SPREADSHEET = "This number was shortened by a spreadsheet and its last digits are lost. Type it from the package."


def refusal(reason: str, lookup: str | None = None, message: str | None = None) -> Refused:
    """The sentence for `reason`; anything not listed is a fault inside a coupon."""
    text = message or _MESSAGES.get(reason) or f"This coupon's code breaks the rules for coupons. {_COUPON}"
    return Refused(reason, text, lookup)
