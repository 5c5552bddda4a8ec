"""The Customer Form: everything about one customer, a tab for each view of them."""
