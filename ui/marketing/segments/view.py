"""Customer Segments: the list on the left, on the right who is in the one that is marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.segments.model import AssignedBy, Member, MemberSort, Segment, SegmentKind, SegmentSort
from ui.marketing.segments.dialogs import NoteDialog, PutInDialog, SegmentDialog
from ui.marketing.segments.presenter import Moved, SegmentsPresenter
from ui.shared.desk import Desk, ListPane
from ui.shared.dialogs import Confirm
from ui.shared.format import Formats
from ui.shared.tables import Column, RowsModel, Table
from ui.shared.tokens import SPACE_M, SPACE_S, SPACE_XS, TYPE_TITLE
from ui.shared.widgets import Button, Card, ElidedWords, EmptyState, IconButton, Words
from ui.shell.registry import Action


def _tr(text: str) -> str:
    return QCoreApplication.translate("segments", text)


_LIST_WIDTH = 400
_NO_LIMIT = 16_777_215  # Qt's largest width


class SegmentsView(Desk):
    customer_wanted = Signal(int)  # customer id

    def __init__(self, presenter: SegmentsPresenter, formats: Formats, notify: Callable[..., None]) -> None:
        super().__init__()
        self._presenter, self._formats, self._notify = presenter, formats, notify
        presenter.setParent(self)
        self._segment: Segment | None = None
        self._wanted_id = 0
        self.list: RowsModel[Segment] = RowsModel(segment_columns(formats))
        self.members: RowsModel[Member] = RowsModel(member_columns(formats))
        self.member_table = Table(self.members, _tr("Customers in this segment"), many=True, framed=False)
        self.name = ElidedWords(size=TYPE_TITLE, strong=True)
        self.about = ElidedWords(tone="muted")
        self.description = Words(wrap=True)
        self.new = Button(_tr("New segment"), self.open_new, icon="plus")
        self.edit = Button(_tr("Edit"), self.open_edit, icon="pencil")
        self.delete = IconButton("trash-2", _tr("Delete this segment…"), self._on_delete, tone="danger")
        self.put_in = Button(_tr("Add customers"), self.open_put_in, kind="primary", icon="user-plus")
        self.take_out = Button(_tr("Take out"), self._on_take_out, icon="minus")
        self.note = Button(_tr("Note…"), self.open_note, icon="notebook-pen")
        self.none_yet = EmptyState(
            "users",
            _tr("No segments yet"),
            _tr("A segment is a named group of customers: VIP, At-Risk, Wine club. Make one and add customers."),
            _tr("New segment") if presenter.may_edit else "",
        )
        self.nobody_in = EmptyState(
            "user-plus",
            _tr("Nobody is in this segment yet"),
            _tr("Search for customers and add them, one or many at a time."),
            _tr("Add customers") if presenter.may_edit else "",
        )
        self.not_for_all = EmptyState(
            "lock",
            _tr("Who is in it is not shown to you"),
            _tr("Your role may see segments, but no customers. A manager changes that under Settings › Roles."),
        )
        self._lay_out()
        self._connect()
        self._on_selection()

    # Layout

    def _lay_out(self) -> None:
        self.pane = ListPane(self.list, _tr("Customer Segments"), nothing=self.none_yet)
        self.table = self.pane.table
        self.pane.setMinimumWidth(_LIST_WIDTH)
        self.pane.top.addWidget(self.new)
        self.pane.top.addStretch(1)
        self.segment_card = self._lay_out_segment()
        self.lay_out(self.pane, self.segment_card, panel_grows=True)
        for button in (self.new, self.edit, self.delete, self.put_in, self.take_out, self.note):
            button.setVisible(self._presenter.may_edit)
        if not self._presenter.may_see_members:
            for button in (self.put_in, self.take_out, self.note):
                button.hide()  # they choose customers

    def _lay_out_segment(self) -> QWidget:
        card = Card("card", margin=0, spacing=0)
        card.box.setContentsMargins(0, SPACE_M, 0, SPACE_XS)
        head = QVBoxLayout()
        head.setContentsMargins(SPACE_M, 0, SPACE_M, SPACE_S)
        head.setSpacing(SPACE_XS)
        first = QHBoxLayout()
        first.setSpacing(SPACE_S)
        first.addWidget(self.name, 1)
        first.addWidget(self.edit)
        first.addWidget(self.delete)
        tools = QHBoxLayout()
        tools.setSpacing(SPACE_S)
        tools.addWidget(self.put_in)
        tools.addWidget(self.take_out)
        tools.addWidget(self.note)
        tools.addStretch(1)
        head.addLayout(first)
        head.addWidget(self.about)
        head.addWidget(self.description)
        head.addSpacing(SPACE_XS)
        head.addLayout(tools)
        card.box.addLayout(head)
        self._inside = QStackedWidget()
        self._inside.addWidget(self.member_table)
        self._inside.addWidget(self.nobody_in)
        self._inside.addWidget(self.not_for_all)
        if not self._presenter.may_see_members:
            self._inside.setCurrentWidget(self.not_for_all)
        card.box.addWidget(self._inside, 1)
        return card

    def _connect(self) -> None:
        presenter = self._presenter
        self.pane.chosen.connect(self._show)
        self.table.sort_wanted.connect(presenter.sort_list)
        self.table.show_sort(*presenter.sort)
        self.member_table.sort_wanted.connect(presenter.sort_members)
        self.member_table.show_sort(*presenter.member_sort)
        self.member_table.opened.connect(self._on_member)
        self.member_table.selectionModel().selectionChanged.connect(self._on_selection)
        self.members.modelReset.connect(self._on_selection)
        self.members.more_wanted.connect(lambda _last: presenter.fetch())
        self.none_yet.acted.connect(self.open_new)
        self.nobody_in.acted.connect(self.open_put_in)
        presenter.listed.connect(self._on_listed)
        presenter.members_shown.connect(self._on_members)
        presenter.members_added.connect(self.members.show_more)
        presenter.saved.connect(self._on_saved)
        presenter.deleted.connect(self._on_deleted)
        presenter.moved.connect(self._on_moved)
        presenter.noted.connect(self.close_dialog)
        presenter.found.connect(self._on_found)
        presenter.refused.connect(self.say)
        presenter.form_refused.connect(self._on_form_refused)

    # The frame's calls

    def page_shown(self, argument: object) -> None:
        """`argument`: the id of the segment to mark."""
        if isinstance(argument, int):
            self._wanted_id = argument
        self.banner.hide()
        self._presenter.list_all()
        self.focus_home()

    def focus_home(self) -> None:
        self.table.setFocus()

    def palette_actions(self) -> Sequence[Action]:
        if not self._presenter.may_edit:
            return []
        found = [Action("segments.new", _tr("New segment"), self.open_new, icon="plus")]
        if self._segment is not None and self._presenter.may_see_members:
            found.append(Action("segments.put_in", _tr("Add customers"), self.open_put_in, icon="user-plus"))
        return found

    # Answers

    def _on_listed(self, segments: Sequence[Segment]) -> None:
        wanted = self._wanted_id or (self._segment.id if self._segment is not None else 0)
        self._wanted_id = 0
        if not segments:
            self._segment = None
        self.segment_card.setVisible(bool(segments))
        self.new.setVisible(bool(segments) and self._presenter.may_edit)
        self.pane.setMaximumWidth(_LIST_WIDTH if segments else _NO_LIMIT)  # the empty state takes the page
        marked = self.pane.show_rows(segments, wanted=wanted)
        if marked is not None:
            self._show(marked)

    def _show(self, segment: Segment) -> None:
        changed = self._segment is None or self._segment.id != segment.id
        self._segment = segment
        kind = _tr("by rule") if segment.kind is SegmentKind.RULE else _tr("by hand")
        count = self._formats.number(segment.member_count)
        customers = _tr("1 customer") if segment.member_count == 1 else _tr("{0} customers").format(count)
        made = _tr("made {0}").format(self._formats.date(self._formats.local(segment.created_at).date()))
        self.name.setText(segment.name)
        self.about.setText(" · ".join((customers, kind, made)))
        self.description.setText(segment.description[:400])
        self.description.setVisible(bool(segment.description))
        if changed:
            self.members.show_rows([])
        self._presenter.show_members(segment.id)

    def _on_members(self, rows: Sequence[Member], complete: bool) -> None:
        self.members.show_rows(rows, complete=complete)
        self._inside.setCurrentIndex(0 if rows else 1)
        self.put_in.setVisible(bool(rows) and self._presenter.may_edit)
        for button in (self.take_out, self.note):
            button.setVisible(bool(rows) and self._presenter.may_edit)

    def _on_selection(self) -> None:
        count = len(self.member_table.selectionModel().selectedRows())
        self.take_out.setEnabled(count > 0)
        self.take_out.set_words(_tr("Take {0} out").format(count) if count > 1 else _tr("Take out"))
        self.note.setEnabled(count == 1)

    def _on_member(self, member: Member) -> None:
        self.customer_wanted.emit(member.customer_id)

    def _on_saved(self, segment: Segment) -> None:
        self._wanted_id = segment.id
        self.close_dialog()
        self._notify(_tr("{0} is saved").format(segment.name[:60]))

    def _on_deleted(self, segment: Segment) -> None:
        self._notify(_tr("{0} is deleted").format(segment.name[:60]))

    def _on_moved(self, moved: Moved) -> None:
        self.close_dialog()
        name, count = moved.segment.name[:40], moved.change.moved
        if not count:
            self._notify(_tr("They were in {0} already").format(name) if moved.entered else _tr("Nothing changed"))
            return
        words = _tr("{0} added to {1}") if moved.entered else _tr("{0} taken out of {1}")
        customers = _tr("1 customer") if count == 1 else _tr("{0} customers").format(self._formats.number(count))
        self._notify(words.format(customers, name), undo=lambda: self._presenter.undo(moved))

    def _on_found(self, rows: object) -> None:
        if isinstance(self.dialog, PutInDialog):
            self.dialog.show_found(rows)  # type: ignore[arg-type]  # the presenter's CustomerRow

    def _on_form_refused(self, sentence: str, field: str) -> None:
        if self.dialog is not None:
            self.dialog.refuse(sentence, field)
        else:
            self.banner.tell(sentence)

    # Dialogs

    def open_new(self) -> None:
        dialog = SegmentDialog(self)
        dialog.save_wanted.connect(self._presenter.create)
        self.open_dialog(dialog)

    def open_edit(self) -> None:
        if (segment := self._segment) is not None:
            dialog = SegmentDialog(self, segment=segment)
            dialog.save_wanted.connect(lambda name, about: self._presenter.edit(segment.id, name, about))
            self.open_dialog(dialog)

    def open_put_in(self) -> None:
        if (segment := self._segment) is not None:
            dialog = PutInDialog(segment, self._formats, self)
            dialog.search_wanted.connect(self._presenter.search)
            dialog.put_wanted.connect(lambda ids, note: self._presenter.put_in(segment, ids, note))
            self.open_dialog(dialog)

    def open_note(self) -> None:
        member = self.member_table.current_row()
        if (segment := self._segment) is not None and member is not None:
            dialog = NoteDialog(member.name, member.note, self)
            dialog.save_wanted.connect(lambda note: self._presenter.set_note(segment.id, member.customer_id, note))
            self.open_dialog(dialog)

    def _on_take_out(self) -> None:
        members = self.member_table.selected_rows()
        if self._segment is not None and members:
            self._presenter.take_out(self._segment, members)

    def _on_delete(self) -> None:
        if (segment := self._segment) is None:
            return
        one = _tr("Its one customer leaves it. Who was in it, and when, stays in the history.")
        many = _tr("Its {0} customers leave it. Who was in it, and when, stays in the history.")
        question = Confirm(
            _tr("Delete {0}?").format(segment.name[:60]),
            (one if segment.member_count == 1 else many).format(self._formats.number(segment.member_count)),
            _tr("Delete segment"),
            self,
            danger=True,
        )
        question.confirmed.connect(lambda: self._presenter.delete(segment))
        question.open()


def segment_columns(formats: Formats) -> list[Column[Segment]]:
    kinds = {SegmentKind.MANUAL: _tr("By hand"), SegmentKind.RULE: _tr("By rule")}
    return [
        Column(_tr("Segment Name"), lambda one: one.name, sort=SegmentSort.NAME),
        Column(_tr("Kind"), lambda one: kinds[one.kind], width=80, sort=SegmentSort.KIND),
        Column(
            _tr("Customers"),
            lambda one: formats.number(one.member_count),
            width=90,
            number=True,
            sort=SegmentSort.MEMBERS,
        ),
    ]


def member_columns(formats: Formats) -> list[Column[Member]]:
    def by(one: Member) -> str:
        return _tr("By rule") if one.assigned_by is AssignedBy.RULE else one.staff_name or _tr("Manual")

    return [
        Column(_tr("Name"), lambda one: one.name or one.number, sort=MemberSort.NAME),
        Column(_tr("Phone"), lambda one: one.phone, width=145, sort=MemberSort.PHONE),
        Column(
            _tr("Date Assigned"),
            lambda one: formats.date(formats.local(one.assigned_at).date()),
            width=120,
            sort=MemberSort.ASSIGNED,
        ),
        Column(_tr("Assigned By"), by, width=130, sort=MemberSort.ASSIGNER),
        Column(_tr("Notes"), lambda one: one.note, width=200, sort=MemberSort.NOTE),
    ]
