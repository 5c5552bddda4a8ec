"""The Customers page: find somebody among a million, add somebody new."""
