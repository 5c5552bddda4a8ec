"""The Segments tab: the segments this customer is in, with adding and taking out.

The Marketing tab shows the same memberships and changes nothing; this one edits, by permission.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QModelIndex, QObject, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app.paging import Page
from app.permissions import Permission
from app.segments.model import Membership, MembershipSort, Segment, SegmentKind, SegmentUnknown
from app.segments.service import SegmentService
from app.staff.model import Actor
from ui.customerform.section import LinkedModel, LinkedTable, SectionCard, tab_layout
from ui.customerform.tabs import FormContext, FormTab
from ui.shared.banner import Banner
from ui.shared.dialogs import Confirm, Dialog
from ui.shared.error_text import sentence
from ui.shared.format import Formats
from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shared.jobs import Jobs
from ui.shared.reading import Newest
from ui.shared.tables import Column
from ui.shared.widgets import Button, Words

_NAME_COLUMN, _ACTION_COLUMN = 1, 7
_S = MembershipSort


def _tr(text: str) -> str:
    return QCoreApplication.translate("customerform", text)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the adding dialog offers: every segment, and those the customer is in."""

    segments: tuple[Segment, ...]
    inside: frozenset[int]


class SegmentsTabPresenter(QObject):
    opened = Signal(object)  # tuple of Membership
    choice_ready = Signal(object)  # Choice
    saved = Signal()
    refused = Signal(str)  # a sentence

    def __init__(self, service: SegmentService, reads: Jobs, writes: Jobs, actor: Actor) -> None:
        super().__init__()
        self._service, self._writes, self._actor = service, writes, actor
        self._customer_id = 0
        self.sort = (MembershipSort.ASSIGNED, True)
        self._memberships, self._choice = Newest(reads, self), Newest(reads, self)
        for reading in (self._memberships, self._choice):
            reading.failed.connect(self._on_failed)

    @property
    def may_edit(self) -> bool:
        return self._actor.may(Permission.SEGMENT_EDIT)

    def open(self, customer_id: int) -> None:
        self._customer_id = customer_id
        self._choice.drop()  # it would be about the customer before
        sort, descending = self.sort
        self._memberships.ask(
            lambda: self._service.of_customer(customer_id, by=self._actor, sort=sort, descending=descending),
            self.opened.emit,
        )

    def sort_by(self, key: str, descending: bool) -> None:
        """Stays so for the next customer."""
        self.sort = (MembershipSort(key), descending)
        self.open(self._customer_id)

    def begin_choice(self) -> None:
        customer_id, actor = self._customer_id, self._actor

        def work() -> Choice:
            inside = self._service.of_customer(customer_id, by=actor)
            return Choice(self._service.segments(by=actor), frozenset(one.segment_id for one in inside))

        self._choice.ask(work, self.choice_ready.emit)

    def save(self, enter: Sequence[int], leave: Sequence[int]) -> None:
        """Into some, out of others: all of it or nothing."""
        customer_id, actor = self._customer_id, self._actor
        into, out = tuple(enter), tuple(leave)
        self._writes.start(
            lambda: self._service.move_customer(customer_id, enter=into, leave=out, by=actor),
            self._on_saved,
            self._on_not_saved,
        )

    def _on_not_saved(self, error: Exception) -> None:
        self.refused.emit(sentence(error))
        if isinstance(error, SegmentUnknown):
            self.begin_choice()  # without the one that is gone

    def _on_saved(self, _nothing: object) -> None:
        self.saved.emit()
        self.open(self._customer_id)

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(sentence(error))


class ChooseSegmentsDialog(Dialog):
    """Every segment by id and name with a tick: tick one or many, untick to take out."""

    save_wanted = Signal(object, object)  # ids to put in, ids to take out

    def __init__(self, choice: Choice, parent: QWidget | None = None) -> None:
        super().__init__(_tr("Add to customer segment"), parent, width=460)
        self.list = QListWidget()
        self.list.setAccessibleName(_tr("Segments by id and name"))
        self.list.setMinimumHeight(280)
        self._fill(choice, choice.inside)
        self.body.addWidget(self.list)
        self.set_primary(_tr("Save changes"), self._on_save)
        if not choice.segments:
            self.list.hide()
            none = _tr("There are no segments yet. Make the first under Marketing › Customer Segments.")
            self.body.addWidget(Words(none, tone="muted", wrap=True))
            self.set_busy(True)  # nothing to save
        self.list.setFocus()

    def _fill(self, choice: Choice, ticked: frozenset[int]) -> None:
        self._inside = choice.inside
        self.list.clear()
        for segment in choice.segments:
            item = QListWidgetItem(f"{segment.id}   {segment.name}")
            item.setData(Qt.ItemDataRole.UserRole, segment.id)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if segment.id in ticked else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def renew(self, choice: Choice) -> None:
        """Show what there is now; what was ticked stays ticked."""
        self._fill(choice, self.ticked())

    def ticked(self) -> frozenset[int]:
        items = [self.list.item(place) for place in range(self.list.count())]
        chosen = [item for item in items if item.checkState() == Qt.CheckState.Checked]
        return frozenset(int(item.data(Qt.ItemDataRole.UserRole)) for item in chosen)

    def _on_save(self) -> None:
        wanted = self.ticked()
        self.set_busy(True)
        self.save_wanted.emit(sorted(wanted - self._inside), sorted(self._inside - wanted))


class SegmentsTab(QWidget):
    segment_wanted = Signal(int)  # segment id

    def __init__(self, presenter: SegmentsTabPresenter, formats: Formats) -> None:
        super().__init__()
        self._presenter = presenter
        presenter.setParent(self)
        self._customer_id = 0
        self.dialog: ChooseSegmentsDialog | None = None
        self.banner = Banner()
        self.table = LinkedTable(
            LinkedModel(overview_columns(formats, editing=presenter.may_edit), link=_NAME_COLUMN),
            _tr("Complete Customer Segments Overview"),
        )
        self.section = SectionCard(
            _tr("Customer Segments"), self.table, _tr("No segments yet: add this customer to one."), formats
        )
        self.add = Button(_tr("Add to customer segment"), presenter.begin_choice, kind="primary", icon="plus")
        self.add.setVisible(presenter.may_edit)
        self.section.add_control(self.add)
        box = tab_layout(self)
        box.addWidget(self.banner)
        box.addWidget(self.section, 1)
        self.table.opened.connect(self._on_row)
        self.table.sort_wanted.connect(presenter.sort_by)
        self.table.show_sort(*presenter.sort)
        self.table.clicked.connect(self._on_clicked)
        presenter.opened.connect(self._on_opened)
        presenter.choice_ready.connect(self._on_choice)
        presenter.saved.connect(self._on_saved)
        presenter.refused.connect(self._on_refused)

    def show_customer(self, customer_id: int) -> None:
        if customer_id != self._customer_id:
            self.section.clear()
        self._customer_id = customer_id
        self.banner.hide()
        self._presenter.open(customer_id)

    def _on_opened(self, memberships: tuple[Membership, ...]) -> None:
        self.section.show_page(Page(memberships), len(memberships))

    def _on_row(self, membership: Membership) -> None:
        self.segment_wanted.emit(membership.segment_id)

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == _ACTION_COLUMN and self._presenter.may_edit:
            self.ask_to_remove(self.table.rows_model.row(index.row()))

    def ask_to_remove(self, membership: Membership) -> None:
        question = Confirm(
            _tr("Take the customer out of {0}?").format(membership.name[:60]),
            _tr("They can be added again at any time; the history keeps both."),
            _tr("OK"),
            self,
        )
        question.confirmed.connect(lambda: self._presenter.save([], [membership.segment_id]))
        question.open()

    def _on_choice(self, choice: Choice) -> None:
        if self.dialog is not None:
            self.dialog.renew(choice)
            return
        self.dialog = ChooseSegmentsDialog(choice, self)
        self.dialog.save_wanted.connect(self._presenter.save)
        self.dialog.finished.connect(self._on_dialog_closed)
        self.dialog.open()

    def _on_saved(self) -> None:
        if self.dialog is not None:
            self.dialog.accept()

    def _on_refused(self, sentence: str) -> None:
        if self.dialog is not None:
            self.dialog.set_busy(False)
            self.dialog.tell(sentence)
        else:
            self.banner.tell(sentence)

    def _on_dialog_closed(self) -> None:
        self.dialog = None


def overview_columns(formats: Formats, *, editing: bool) -> list[Column[Membership]]:
    """The overview's columns; the last one takes the customer out where the role may."""

    def day(moment: datetime | None) -> str:
        return formats.date(formats.local(moment).date()) if moment is not None else "–"

    def kind(one: Membership) -> str:
        return _tr("By rule") if one.kind is SegmentKind.RULE else _tr("By hand")

    def remove(_one: Membership) -> str:
        return _tr("Remove account") if editing else ""

    return [
        Column(_tr("Creation date"), lambda one: day(one.created_at), width=115, sort=_S.CREATED),
        Column(_tr("Segment name"), lambda one: one.name, sort=_S.NAME),
        Column(
            _tr("Date of the last recalculation"), lambda one: day(one.recalculated_at), width=185, sort=_S.RECALCULATED
        ),
        Column(_tr("Flexi settings"), kind, width=100, sort=_S.KIND),
        Column(_tr("When the customer was added"), lambda one: day(one.assigned_at), width=195, sort=_S.ASSIGNED),
        Column(
            _tr("How many customers"),
            lambda one: formats.number(one.member_count),
            width=150,
            number=True,
            sort=_S.MEMBERS,
        ),
        Column(_tr("Note"), lambda one: one.note, width=135, sort=_S.NOTE),
        Column(_tr("Action"), remove, width=140, tone=_danger),
    ]


def _danger(_row: Membership) -> str:
    return "danger"


def _open(context: FormContext) -> QWidget:
    service = context.services.get(SegmentService)
    tab = SegmentsTab(SegmentsTabPresenter(service, context.reads, context.writes, context.actor), context.formats)
    tab.segment_wanted.connect(lambda segment_id: context.open_page("marketing.segments", segment_id))
    return tab


TAB = FormTab(
    "segments", QT_TRANSLATE_NOOP("customerform", "Segments"), _open, order=50, permission=Permission.SEGMENT_VIEW
)
