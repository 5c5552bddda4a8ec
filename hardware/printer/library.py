"""python-escpos without what importing it does to a program.

Its import parses a third of a second of YAML, gives the root logger a handler and leaves a temporary folder behind.
So it is loaded late, on the printer's own thread, and the rest is undone.
"""

from __future__ import annotations

import atexit
import logging
import shutil
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _printer_class() -> Any:
    root = logging.getLogger()
    handlers = list(root.handlers)
    from escpos import capabilities
    from escpos.printer import Dummy

    for handler in root.handlers[:]:
        if handler not in handlers:
            root.removeHandler(handler)
    folder = getattr(capabilities, "pickle_dir", None)
    if folder:
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Dummy


def new_job() -> Any:
    """An empty job that collects bytes."""
    return _printer_class()()


def warm_up() -> None:
    """Load the library now rather than with the first receipt. Takes a third of a second once."""
    _printer_class()
