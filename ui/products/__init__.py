"""What the shop sells: find, make and change products; put them on the quick keys."""
