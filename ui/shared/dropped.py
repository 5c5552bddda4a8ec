"""A scan that nothing on the screen could use, because a dialog in front asks for something else."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QWidget

from app.codes import mask
from ui.shared.dialogs import Dialog


def words_about(code: str) -> str:
    """What was scanned, masked, and how to use it after all."""
    said = QCoreApplication.translate(
        "marketing", "{0} was scanned and not used. Finish here or leave with Esc, then scan it again."
    )
    return said.format(mask(code[-4:]))


def tell_dropped(dialog: QWidget, code: str) -> bool:
    """Say so, in the dialog in front (`dialog`, or a question it has opened); what is in its fields stays.

    False where it is no dialog of ours and has no place for words.
    """
    QApplication.beep()
    questions = [one for one in dialog.findChildren(Dialog) if one.isVisible()]
    front = questions[-1] if questions else dialog
    if not isinstance(front, Dialog):
        return False
    front.tell(words_about(code), "warning")
    return True
