"""Cash rounding: the total to the smallest coin, as a line of its own."""

from __future__ import annotations


def cash_adjustment(total_minor: int, step_minor: int) -> int:
    """What to add so that the total is a multiple of `step_minor`; nearest, a tie away from zero.

    The sign mirrors for refunds, so that a refund in cash rounds as its sale did.
    """
    if step_minor <= 1:
        return 0
    size = abs(total_minor)
    rounded = (2 * size + step_minor) // (2 * step_minor) * step_minor
    return rounded - total_minor if total_minor >= 0 else -rounded - total_minor
