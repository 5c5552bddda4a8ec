"""The last resort: a defect is logged without secrets and becomes a report number; the program goes on."""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

log = logging.getLogger("regulars.defect")

_MAIL = re.compile(r"[^\s@'\"<>]+@[^\s@'\"<>]+")
# Codes, card and phone numbers, PINs: any run of four or more figures, or a long word that mixes in a figure.
_FIGURES = re.compile(r"\+?\d(?:[\s.\-]?\d){3,}")
_CODE = re.compile(r"\b(?=[A-Za-z\-]*\d)[A-Za-z0-9\-]{8,}\b")
_URL_PASSWORD = re.compile(r"(://[^:/\s]+:)[^@\s]+@")

_tell: Callable[[str], None] | None = None


def redact(text: str) -> str:
    """The text without what could spend money, open the shop or name a person."""
    text = _URL_PASSWORD.sub(r"\1…@", text)
    text = _MAIL.sub("<mail>", text)
    text = _CODE.sub("<code>", text)
    return _FIGURES.sub("<figures>", text)


def note_defect(error: BaseException) -> str:
    """Log a defect and return its report number, which a person can read out."""
    number = os.urandom(3).hex().upper()
    frames = traceback.extract_tb(error.__traceback__)
    where = "\n".join(f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in frames)
    said = redact(str(error)).replace("\n", " ")[:500]
    log.error("report %s: %s: %s\n%s", number, type(error).__name__, said, where)
    return number


def install(tell: Callable[[str], None] | None = None) -> None:
    """Catch what nobody caught, in slots, threads and callbacks. `tell` gets the report number on the same thread."""
    global _tell
    _tell = tell
    sys.excepthook = _on_exception
    threading.excepthook = lambda args: _on_exception(args.exc_type, args.exc_value, args.exc_traceback)


def _on_exception(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if error is None or issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error or kind(), trace)
        return
    number = note_defect(error.with_traceback(trace))
    if _tell is not None:
        _tell(number)


def log_to(folder: Path | Callable[[], Path]) -> None:
    """Keep a month or so of log beside the data; an unwritable folder costs the log, not the start."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    handler = _AtFirstRecord(folder)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root.addHandler(handler)


class _AtFirstRecord(logging.Handler):
    """Finds the folder and loads what rotates files when there is something to write: not before the first paint."""

    def __init__(self, folder: Path | Callable[[], Path]) -> None:
        super().__init__()
        self._folder = folder
        self._real: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if self._real is None:
            self._real = self._make()
            self._real.setFormatter(self.formatter)
        self._real.emit(record)

    def _make(self) -> logging.Handler:
        from logging.handlers import RotatingFileHandler

        try:
            folder = self._folder() if callable(self._folder) else self._folder
            folder.mkdir(parents=True, exist_ok=True)
            return RotatingFileHandler(
                folder / "regulars.log", maxBytes=1_000_000, backupCount=5, encoding="utf-8", delay=True
            )
        except OSError:
            return logging.StreamHandler()

    def close(self) -> None:
        if self._real is not None:
            self._real.close()
        super().close()
