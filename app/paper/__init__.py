"""Paper from stored facts: receipts, vouchers, slips and reports as device-neutral documents, and as PDF."""
