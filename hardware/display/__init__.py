"""Customer displays of two lines."""

from hardware.display.simulated import SimulatedDisplay
from hardware.display.vfd import VfdDisplay, two_lines

__all__ = ["SimulatedDisplay", "VfdDisplay", "two_lines"]
