"""Copies of the shop, taken while it sells, and their way back."""
