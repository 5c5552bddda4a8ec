"""Scanners: keyboards that type too fast, serial lines, and how to tell one from the other."""
