"""Lists as spreadsheets: written so that none of their cells runs, read within limits."""
