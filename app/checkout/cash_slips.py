"""When an amount of cash looks like a slip of the hand: a card number, a PIN or a zero too many in the amount field.

The rule: nobody hands over a note only to get one like it back. So an amount is doubted when its change is at least
the largest note of the currency and more than the sale itself, and the till has not suggested it. It is a question and
no limit: whoever was really handed that much says so.
"""

from __future__ import annotations

from app.checkout.tenders import suggested_cash
from app.money import Money, decimals_of

# Largest note in everyday use, in major units. A newer and larger one costs a question now and then, nothing else.
_NOTES = {
    50: "BHD GBP JOD KWD LYD OMR TND",
    100: "AUD BBD BGN BND BSD BZD CAD CNY FJD MYR NZD PGK SGD TMT TTD USD XCD",
    200: "AZN BAM BOB BRL BWP EGP ETB EUR GEL GHS GTQ ILS MAD NAD PEN TRY ZAR",
    500: "HNL INR PLN QAR RON SAR TJS VES ZMW",
    1_000: "AED AFN BDT CHF DKK HKD HTG KES MDL MOP MXN MZN NGN NIO NOK NPR PAB PHP SEK THB UAH YER",
    2_000: "CVE DOP DZD MKD MUR TWD UYU",
    5_000: "AOA CZK JMD KGS LKR MVR MWK PKR RSD RUB RWF SYP",
    10_000: "ALL BIF DJF ISK JPY KMF MMK TZS XAF XOF XPF",
    20_000: "ARS CDF CLP CRC GNF HUF KZT MGA MNT",
    50_000: "IQD KRW UGX",
    100_000: "AMD COP IDR LAK LBP PYG",
    200_000: "KHR UZS",
    500_000: "VND",
    2_000_000: "IRR",
}
_LARGEST_NOTE = {currency: note for note, currencies in _NOTES.items() for currency in currencies.split()}
_OTHERWISE = 1_000


def is_doubtful(given: Money, due: Money) -> bool:
    """Whether somebody should be asked before `given` is booked as cash for `due`. Never for money that goes back."""
    change = given - due
    if due.minor <= 0 or given in suggested_cash(due):
        return False
    note = _LARGEST_NOTE.get(due.currency, _OTHERWISE) * 10 ** decimals_of(due.currency)
    return change.minor >= note and change.minor > due.minor
