"""Before there is a shop: explore the demo, set one up, or open one that exists."""
