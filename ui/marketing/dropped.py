"""A scan that a page could not use, because a dialog over it asks for something else."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QDialog

from app.codes import mask
from ui.shared.dialogs import Dialog


def tell_dropped(dialog: QDialog, code: str) -> None:
    """Say so, in the dialog in front (`dialog`, or a question it has opened); what is in its fields stays."""
    QApplication.beep()
    questions = [one for one in dialog.findChildren(Dialog) if one.isVisible()]
    front = questions[-1] if questions else dialog
    if isinstance(front, Dialog):
        said = QCoreApplication.translate(
            "marketing", "{0} was scanned and not used. Finish here or leave with Esc, then scan it again."
        )
        front.tell(said.format(mask(code[-4:])), "warning")
