"""Customers: who they are, what they agreed to, how they are found."""
