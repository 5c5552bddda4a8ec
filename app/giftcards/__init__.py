"""The one value ledger: gift cards, vouchers (gift, loyalty, credit note) and store credit."""
