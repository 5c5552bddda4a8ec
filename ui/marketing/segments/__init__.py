"""Customer Segments: who is in which, by hand."""
