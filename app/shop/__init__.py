"""Setting a shop up, its settings, and what this computer remembers of it."""
