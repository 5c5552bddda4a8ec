"""Scanners, printers and drawers behind small protocols; knows nothing of the shop."""
