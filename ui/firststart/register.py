"""Which register this computer is, asked once when it joins a shop that several tills share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from ui.shared.dialogs import Dialog
from ui.shared.tokens import ROW_TOUCH, Density
from ui.shared.widgets import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.opening import RegisterChoice

_ID = Qt.ItemDataRole.UserRole


class RegisterDialog(Dialog):
    """Opens on the first register whose shift is closed: another computer works at one that is open."""

    chosen = Signal(int)  # register id

    def __init__(self, choices: Sequence[RegisterChoice], parent: QWidget) -> None:
        super().__init__(self.tr("Which register is this computer?"), parent, width=520, density=Density.TOUCH)
        said = self.tr(
            "Each till has a register of its own: its drawer is counted and its receipts are numbered by it. "
            "It can be changed later under Settings, Outlets and registers."
        )
        self.body.addWidget(Words(said, wrap=True))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Registers"))
        for choice in choices:
            item = QListWidgetItem(self._words(choice))
            item.setData(_ID, choice.id)
            item.setSizeHint(QSize(0, ROW_TOUCH))
            self.list.addItem(item)
        free = (place for place, choice in enumerate(choices) if not choice.is_open)
        self.list.setCurrentRow(next(free, 0))
        self.list.itemDoubleClicked.connect(self._on_take)
        self.body.addWidget(self.list)
        self.set_primary(self.tr("Use this register"), self._on_take)

    def _words(self, choice: RegisterChoice) -> str:
        name = f"{choice.outlet} · {choice.name}"
        return self.tr("{0}   (its shift is open)").format(name) if choice.is_open else name

    def _on_take(self) -> None:
        item = self.list.currentItem()
        self.accept()
        self.chosen.emit(int(item.data(_ID)))
