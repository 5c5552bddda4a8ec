"""A refusal in the cashier's language, by its code; the English sentence is the fallback."""

from __future__ import annotations

import logging

from PySide6.QtCore import QCoreApplication

from app.errors import DomainError
from app.money import Money
from db.errors import DatabaseProblem
from hardware.protocols import DeviceError
from ui.shared.crash import note_defect
from ui.shared.format import Formats

log = logging.getLogger(__name__)


def sentence(error: BaseException, formats: Formats | None = None) -> str:
    """What to show for an error.

    Refusals and device trouble speak for themselves; anything else is a defect: it is logged and the sentence
    carries its report number, and does not claim to know how far it came: a step that was saved and could not be
    shown ends here too. A translation may use the error's own values: "This card has {left} left."
    """
    if isinstance(error, DomainError | DatabaseProblem | DeviceError):
        translated = QCoreApplication.translate("errors", error.code)
        if translated == error.code:
            return str(error)
        return _filled(translated, error, formats) or str(error)
    number = note_defect(error)
    text = QCoreApplication.translate(
        "errors",
        "Something went wrong inside the program. Look whether it was done before you do it again. Report number {0}.",
    )
    return text.format(number)


def _filled(template: str, error: BaseException, formats: Formats | None) -> str:
    values = {
        name: formats.money(value) if formats is not None and isinstance(value, Money) else str(value)
        for name, value in vars(error).items()
    }
    try:
        return template.format_map(values)
    except (KeyError, IndexError, ValueError):
        log.warning("the translation of %s names a value the error does not have", getattr(error, "code", "?"))
        return ""
