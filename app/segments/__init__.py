"""Segments: named sets of customers, filled by hand or by a rule, with the history of who came and went."""
