"""Worked examples with known answers, played through the product and compared; see `runner.main`."""
