"""A scan that an open dialog cannot use is told the same way everywhere."""

from ui.shared.dropped import tell_dropped

__all__ = ["tell_dropped"]
