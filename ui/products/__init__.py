"""Products: the list, the form, reading a list from a file, and the tiles of the till."""
