"""The words on paper. English is the fallback; whoever prints in another language passes its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    receipt: str = "Receipt"
    return_receipt: str = "Return"
    exchange: str = "Exchange"
    gift_receipt: str = "Gift receipt"
    gift_receipt_note: str = "For exchange or return. Prices are not shown."
    of_receipt: str = "of receipt {number}"
    cashier: str = "Cashier"
    customer: str = "Customer"
    subtotal: str = "Subtotal"
    discounts: str = "Discounts"
    tax: str = "Tax"
    rounding: str = "Rounding"
    total: str = "Total"
    refund: str = "Refund"
    without_receipt: str = "Without a receipt"
    cash: str = "Cash"
    card: str = "Card"
    gift_card: str = "Gift card"
    voucher: str = "Voucher"
    store_credit: str = "Store credit"
    points_tender: str = "Points"
    given: str = "Given"
    change: str = "Change"
    balance_left: str = "Left on it"
    net: str = "Net"
    tax_rate: str = "Rate"
    you_saved: str = "You saved {amount}"
    points_earned: str = "Points earned"
    points_used: str = "Points used"
    points_balance: str = "Points balance"
    duplicate: str = "DUPLICATE"
    copy: str = "Copy {number}"
    training: str = "TRAINING"
    training_note: str = "Not a receipt"
    gift_voucher: str = "Gift voucher"
    loyalty: str = "Loyalty voucher"
    credit_note: str = "Credit note"
    reloaded: str = "Reloaded, now holds"
    good_until: str = "Good until {date}"
    no_expiry: str = "Does not expire"
    issued: str = "Issued {date}"
    for_holder: str = "For {name}"
    keep_safe: str = "Keep this safe: whoever holds the code can spend it."
    coupon: str = "Coupon"
    valid_between: str = "Valid {start} to {end}"
    valid_from: str = "Valid from {start}"
    balance: str = "Balance"
    x_report: str = "X report (reading)"
    z_report: str = "Z report (closing)"
    opened: str = "Opened"
    printed: str = "Printed"
    closed: str = "Closed"
    journal: str = "Journal"
    signing_key: str = "Key"
    verify: str = "Keep this paper: regulars verify holds the journal against it."
    receipts: str = "Receipts"
    sales: str = "Sales"
    exchanges: str = "Exchanges"
    returns: str = "Returns"
    returns_without_receipt: str = "Of it no receipt"
    cards_sold: str = "Of it gift cards sold"
    revenue: str = "Without gift cards"
    paid_by: str = "Paid by"
    drawer: str = "Drawer"
    opening_float: str = "Float"
    cash_taken: str = "Cash taken"
    cash_refunded: str = "Cash refunded"
    paid_in: str = "Paid in"
    paid_out: str = "Paid out"
    to_safe: str = "To the safe"
    expected: str = "Should be there"
    counted: str = "Counted"
    over: str = "Over"
    short: str = "Short"
    exactly_right: str = "Difference"
    noted: str = "Noted"
    voided: str = "Sales voided"
    no_sales: str = "Drawer opened without a sale"
    reprints: str = "Printed again"
    readings: str = "X reports"
    held_over: str = "Sales on hold, carried over"
    since_first: str = "Since the first sale here"
    sold_so_far: str = "Sold"
    returned_so_far: str = "Taken back"
    statement: str = "Statement"
    opening_balance: str = "Balance before"
    closing_balance: str = "Balance now"
    no_movements: str = "Nothing happened in this time."
    recovery_title: str = "Recovery sheet"
    recovery_printed: str = "Printed"
    recovery_file: str = "The shop's file"
    recovery_key: str = "Recovery key"
    recovery_letters: str = "Letters and digits only: no I, L, O or U is in it. Small letters will do."
    recovery_scan: str = "A scanner that reads QR codes types the key from this one."
    recovery_what: str = "What to do with this sheet"
    recovery_steps: tuple[str, ...] = (
        "Keep it in a safe or at home: not beside the till, not as a photo, not in the mail.",
        "The shop's file and all its backups are encrypted. On this computer they open by themselves.",
        "On another computer, or when this one has forgotten the key: choose “Open a shop that exists”, or restore a "
        "backup, and type the seven groups.",
        "Whoever has this sheet and a copy of the file can read everything in it.",
        "Without this sheet, when the computer is lost, the shop and its backups are lost. Nobody has a second key.",
    )
    trial_page: str = "Test page"
    trial_width: str = "The lines above and below reach both edges of the paper."

    def tender(self, kind: str) -> str:
        names = {
            "cash": self.cash,
            "card": self.card,
            "gift_card": self.gift_card,
            "voucher": self.voucher,
            "store_credit": self.store_credit,
            "points": self.points_tender,
        }
        return names.get(kind, kind)

    def value(self, kind: str) -> str:
        names = {
            "gift_card": self.gift_card,
            "gift_voucher": self.gift_voucher,
            "loyalty": self.loyalty,
            "credit_note": self.credit_note,
            "voucher": self.voucher,
            "store_credit": self.store_credit,
        }
        return names.get(kind, kind)


ENGLISH = Words()
