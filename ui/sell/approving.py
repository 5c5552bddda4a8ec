"""A manager's yes in place: who may give it, and whether the PIN is theirs."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from PySide6.QtCore import Signal

from app.staff.model import Approval
from ui.sell.errand import Errand
from ui.shared.error_text import sentence


class ApprovalErrands(Errand):
    listed = Signal(object)  # tuple[StaffTile, ...]

    def list_approvers(self, permission: str, amount: int | Decimal | None) -> None:
        approvals, context = self._services.approvals, self._context
        self._ask("who", lambda: tuple(approvals.approvers(context, permission, amount)), self.listed.emit)

    def approve(
        self,
        approver_id: int,
        pin: str,
        permission: str,
        amount: int | Decimal | None,
        on_yes: Callable[[Approval], None],
        on_no: Callable[[str], None],
    ) -> None:
        approvals, context = self._services.approvals, self._context
        self._writes.start(
            lambda: approvals.approve(context, approver_id, pin, permission, amount),
            on_yes,
            lambda error: on_no(sentence(error, self._sell.formats)),
            owner=self,
        )
