"""The first window: who is here, and their PIN."""
