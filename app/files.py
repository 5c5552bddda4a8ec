"""Files written for people: whole or not at all, and for their owner only.

They hold customers' names, and codes that whoever reads them can spend.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_or_nothing(path: Path) -> Iterator[Path]:
    """A new file (0600) to write to, which takes the place of `path` at the end; an error leaves what was there before.

    Raises OSError.
    """
    handle, name = tempfile.mkstemp(prefix=".unfinished-", suffix=path.suffix, dir=path.parent)  # 0600 by itself
    os.close(handle)
    unfinished = Path(name)
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
