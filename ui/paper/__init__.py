"""Paper on screen: exactly what the printer or the PDF would show."""
