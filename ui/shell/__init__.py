"""The frame around the pages: rail, header, strip, palette, help."""
