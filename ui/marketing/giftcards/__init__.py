"""Gift Cards: every card, voucher and store credit, what happened to it, and what a manager may do with it."""
