"""What a role may do: one tick a right, with its limit beside it where it has one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QScrollArea, QWidget

from app.errors import InvalidInput
from app.money import Money
from app.permissions import RIGHTS, LimitUnit, Right
from ui.settings.listpage import EditDialog
from ui.shared.format import Formats
from ui.shared.parsing import parse_money, plain_decimal
from ui.shared.tokens import SPACE_L, SPACE_M, SPACE_S
from ui.shared.widgets import Words

if TYPE_CHECKING:
    from app.staff.model import Actor, RoleRow
    from app.staff.people import PeopleService
    from ui.shared.jobs import Jobs


def right_title(right: Right) -> str:
    return QCoreApplication.translate("rights", right.title)


class RightLine:
    """The widgets of one right, in the grid's row."""

    def __init__(self, right: Right, formats: Formats, may_give: bool) -> None:
        self.right, self._formats = right, formats
        self.tick = QCheckBox(right_title(right).replace("&", "&&"))
        self.tick.setAccessibleName(right_title(right))
        self.tick.setEnabled(may_give)
        self.limit: QLineEdit | None = None
        self.unit = ""
        if right.unit is not LimitUnit.NONE:
            self.limit = QLineEdit()
            self.limit.setMaxLength(20)
            self.limit.setFixedWidth(110)
            self.limit.setAccessibleName(
                QCoreApplication.translate("rights", "Limit of: {0}").format(right_title(right))
            )
            self.limit.setPlaceholderText(QCoreApplication.translate("rights", "no limit"))
            self.tick.toggled.connect(self.limit.setEnabled)
            self.limit.setEnabled(False)
            self.unit = {
                LimitUnit.PERCENT: "%",
                LimitUnit.MONEY: formats.currency,
                LimitUnit.POINTS: QCoreApplication.translate("rights", "points"),
            }[right.unit]

    def show(self, held: bool, limit: int | None) -> None:
        self.tick.setChecked(held)
        if self.limit is None or limit is None:
            return
        if self.right.unit is LimitUnit.MONEY:
            self.limit.setText(self._formats.amount(Money(limit, self._formats.currency)))
        else:
            self.limit.setText(self._formats.number(limit))

    def value(self) -> int | None:
        """The limit in the right's unit, None for none. Raises InvalidInput naming the right."""
        text = "" if self.limit is None else self.limit.text().strip().removesuffix("%").strip()
        if not text:
            return None
        try:
            if self.right.unit is LimitUnit.MONEY:
                return parse_money(text, self._formats).minor
            number = plain_decimal(text, self._formats)
            if not number.isdecimal():
                raise InvalidInput(QCoreApplication.translate("rights", "This limit is a whole number."))
            return int(number)
        except InvalidInput as error:
            raise InvalidInput(f"{right_title(self.right)}: {error}", field=self.right.permission) from error


class RightsDialog(EditDialog):
    def __init__(
        self,
        row: RoleRow | None,
        people: PeopleService,
        actor: Actor,
        writes: Jobs,
        formats: Formats,
        parent: QWidget,
    ) -> None:
        super().__init__(row.name[:60] if row is not None else parent.tr("New role"), writes, parent, width=640)
        self._row, self._people, self._actor = row, people, actor
        self.name = self.form.line("name", self.tr("Name of the role"), most=80)
        self.name.setText("" if row is None else row.name)
        self.lines: list[RightLine] = []
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setMinimumHeight(400)
        inside = QWidget()
        inside.setProperty("panel", "none")
        grid = QGridLayout(inside)
        grid.setHorizontalSpacing(SPACE_S)
        grid.setVerticalSpacing(SPACE_S)
        grid.setContentsMargins(0, 0, SPACE_L, 0)
        grid.setColumnStretch(0, 1)
        group = ""
        for right in RIGHTS:
            if right.group != group:
                group = right.group
                if self.lines:
                    grid.setRowMinimumHeight(grid.rowCount(), SPACE_M)
                heading = Words(QCoreApplication.translate("rights", group), strong=True, tone="muted")
                grid.addWidget(heading, grid.rowCount(), 0, 1, 3)
            line = RightLine(right, formats, actor.may(right.permission))
            self._place(grid, line)
            held = row is not None and right.permission in row.rights
            line.show(held, row.rights.get(right.permission) if row is not None else None)
            self.lines.append(line)
        area.setWidget(inside)
        self.body.addWidget(area, 1)
        self.collect = self._collect

    def _place(self, grid: QGridLayout, line: RightLine) -> None:
        place = grid.rowCount()
        grid.addWidget(line.tick, place, 0)
        if line.limit is not None:
            grid.addWidget(line.limit, place, 1)
            grid.addWidget(Words(line.unit, tone="muted"), place, 2)

    def _collect(self) -> Callable[[], object]:
        name = self.name.text()
        rights = {str(line.right.permission): line.value() for line in self.lines if line.tick.isChecked()}
        role_id = None if self._row is None else self._row.id
        return lambda: self._people.save_role(self._actor, role_id, name, rights)
