"""Checks every rule the data must keep."""
