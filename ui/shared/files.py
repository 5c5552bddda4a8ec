"""Files that the program offers to write: their names, and asking where."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

# Windows takes these for devices, whatever ending follows.
_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in range(10))}


def file_name(title: str, otherwise: str = "document") -> str:
    """A title as a file name: letters, digits, spaces and - _ only, so no path can hide in it, nor a device (F47)."""
    kept = "".join(char for char in title if char.isalnum() or char in " -_")[:80].strip()
    return f"{otherwise} {kept}" if kept.upper() in _DEVICES else kept or otherwise


def in_documents(name: str) -> str:
    """Where a dialog starts: in the person's own documents, not where the program happens to run."""
    return str(Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)) / name)


def ask_list_file(parent: QWidget, title: str, name: str) -> Path | None:
    """Where to write a list, as CSV or for Excel; None when nobody wants to."""
    csv = QCoreApplication.translate("files", "CSV (*.csv)")
    excel = QCoreApplication.translate("files", "Excel (*.xlsx)")
    chosen, kind = QFileDialog.getSaveFileName(parent, title, in_documents(f"{name}.csv"), f"{csv};;{excel}")
    return with_ending(Path(chosen), ".xlsx" if kind == excel else ".csv") if chosen else None


def with_ending(path: Path, ending: str) -> Path:
    """The path as typed where its ending is one of ours, else with `ending` put to it."""
    return path if path.suffix.lower() in (".csv", ".xlsx") else path.with_name(path.name + ending)
