"""Cash drawers: on the printer's connector, and one that is not there."""

from hardware.drawer.printer_drawer import KICK, PrinterDrawer
from hardware.drawer.simulated import SimulatedDrawer

__all__ = ["KICK", "PrinterDrawer", "SimulatedDrawer"]
