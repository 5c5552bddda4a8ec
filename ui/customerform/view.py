"""The Customer Form: the head, and under it the tabs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.customers.model import Customer, Group
from ui.customerform.edit import EditCustomerDialog
from ui.customerform.header import FormHeader
from ui.customerform.memory import Memory
from ui.customerform.presenter import CustomerFormPresenter, Shown
from ui.customerform.tabs import FormTab
from ui.shared.banner import Banner
from ui.shared.dialogs import Confirm
from ui.shared.format import Formats
from ui.shared.tokens import SPACE_L
from ui.shared.widgets import Card, EmptyState
from ui.shell.registry import Action

CUSTOMERS = "customers"
BuildTab = Callable[[FormTab], QWidget]


class CustomerFormView(QWidget):
    back_wanted = Signal(str)  # the page to go back to
    sell_wanted = Signal(int)  # customer id
    saved = Signal(str)  # the customer's name
    erased = Signal()

    def __init__(
        self,
        presenter: CustomerFormPresenter,
        tabs: Sequence[FormTab],
        build: BuildTab,
        memory: Memory,
        formats: Formats,
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self._presenter, self._tabs, self._build, self._memory = presenter, list(tabs), build, memory
        self._formats = formats
        presenter.setParent(self)
        self._widgets: dict[str, QWidget] = {}
        self._customer_id = 0
        self._back_to = CUSTOMERS
        self._customer: Customer | None = None
        self._dialog: EditCustomerDialog | None = None
        self.header = FormHeader(
            formats, may_sell=presenter.may_sell, may_edit=presenter.may_edit, may_erase=presenter.may_erase
        )
        self.banner = Banner()
        self.bar = QTabBar()
        self.stack = QStackedWidget()
        self.nobody = EmptyState(
            "user", self.tr("Nobody is chosen"), self.tr("Find a customer on the Customers page."), self.tr("Go there")
        )
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setAccessibleName(self.tr("Tabs of the customer"))
        for tab in self._tabs:
            self.bar.setTabData(self.bar.addTab(tab.shown_title), tab.id)
        strip = Card("flat", margin=0, row=True)
        strip.box.setContentsMargins(SPACE_L - 12, 0, SPACE_L, 0)
        strip.box.addWidget(self.bar, 1)  # with no more room than it asked for, it scrolls once a tab is focused
        self._head = QWidget()
        head = QVBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(0)
        head.addWidget(self.header)
        head.addWidget(strip)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._head)
        box.addWidget(self.banner)
        box.addWidget(self.stack, 1)
        self.stack.addWidget(self.nobody)
        self._head.hide()

    def _connect(self) -> None:
        self.header.back_wanted.connect(self._on_back)
        self.header.sell_wanted.connect(lambda: self.sell_wanted.emit(self._customer_id))
        self.header.edit_wanted.connect(self._on_edit)
        self.header.erase_wanted.connect(self._on_erase)
        self.nobody.acted.connect(self._on_back)
        self.bar.currentChanged.connect(self._on_tab)
        self._presenter.shown.connect(self._on_shown)
        self._presenter.refused.connect(self._on_refused)
        self._presenter.edit_ready.connect(self._on_edit_ready)
        self._presenter.saved.connect(self._on_saved)
        self._presenter.edit_refused.connect(self._on_edit_refused)
        self._presenter.edit_overtaken.connect(self._on_edit_overtaken)
        self._presenter.erased.connect(self.erased)

    # The frame's calls

    def page_shown(self, argument: object) -> None:
        """`argument`: the customer's id, or (id, the page to go back to); None shows the same customer afresh."""
        if isinstance(argument, tuple):
            argument, self._back_to = argument
        elif argument is not None:
            self._back_to = CUSTOMERS
        if isinstance(argument, int) and argument != self._customer_id:
            self._customer_id = argument
            self._customer = None
            self.header.clear()
        if not self._customer_id:
            return
        self.banner.hide()
        self._head.show()
        self._presenter.open(self._customer_id)
        kept = self._position(self._memory.recall())
        if kept != self.bar.currentIndex():
            self.bar.setCurrentIndex(kept)  # shows the tab by its signal
        else:
            self._show_tab(kept)
        self.focus_home()

    def _on_back(self) -> None:
        self.back_wanted.emit(self._back_to)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc backs out, from wherever on the form the keyboard is."""
        if event.key() == Qt.Key.Key_Escape:
            self._on_back()
            return
        super().keyPressEvent(event)

    def palette_actions(self) -> Sequence[Action]:
        found = [
            Action(f"customerform.{tab.id}", tab.shown_title, partial(self.bar.setCurrentIndex, at), icon="user")
            for at, tab in enumerate(self._tabs)
        ]
        if self._presenter.may_edit and self._customer is not None:
            found.append(Action("customerform.edit", self.tr("Edit customer"), self._on_edit, icon="pencil"))
        return found

    def focus_home(self) -> None:
        self.bar.setFocus()

    # Tabs

    def _position(self, tab_id: str) -> int:
        ids = [tab.id for tab in self._tabs]
        return ids.index(tab_id) if tab_id in ids else 0

    def _on_tab(self, position: int) -> None:
        if position >= 0 and self._customer_id:
            self._memory.keep(self._tabs[position].id)
            self._show_tab(position)

    def _show_tab(self, position: int) -> None:
        tab = self._tabs[position]
        widget = self._widgets.get(tab.id)
        if widget is None:
            widget = self._widgets[tab.id] = self._build(tab)
            self.stack.addWidget(widget)
        self.stack.setCurrentWidget(widget)
        widget.show_customer(self._customer_id)  # type: ignore[attr-defined]  # tabs.ShowsCustomer

    def tab_widget(self, tab_id: str) -> QWidget | None:
        return self._widgets.get(tab_id)

    def show_tab(self, tab_id: str) -> None:
        self.bar.setCurrentIndex(self._position(tab_id))

    # Answers

    def _on_shown(self, shown: Shown) -> None:
        self._customer = shown.customer
        self.header.tell(shown.customer, shown.points, shown.photo)

    def _on_refused(self, sentence: str) -> None:
        self.banner.tell(sentence)

    def _on_edit(self) -> None:
        if self._customer is not None:
            self._presenter.begin_edit(self._customer.id)

    def _on_edit_ready(self, customer: Customer, price_groups: tuple[Group, ...], groups: tuple[Group, ...]) -> None:
        self._dialog = EditCustomerDialog(customer, price_groups, groups, self._formats, self)
        self._dialog.save_wanted.connect(self._presenter.save)
        self._dialog.finished.connect(self._on_dialog_closed)
        self._dialog.open()

    def _on_dialog_closed(self) -> None:
        self._dialog = None

    def _on_saved(self, customer: Customer) -> None:
        if self._dialog is not None:
            self._dialog.accept()
        self.saved.emit(customer.name)
        self.page_shown(None)

    def _on_edit_refused(self, sentence: str, field: str) -> None:
        if self._dialog is not None:
            self._dialog.refuse(sentence, field)
        else:
            self.banner.tell(sentence)

    def _on_edit_overtaken(self, sentence: str, now: Customer) -> None:
        if self._dialog is not None:
            self._dialog.overtaken(now)
        else:
            self.banner.tell(sentence)

    def _on_erase(self) -> None:
        if self._customer is None:
            return
        question = Confirm(
            self.tr("Erase this customer for good?"),
            self.tr(
                "Name, contacts, birthday, notes and tags of {0} are erased and cannot be brought back. "
                "Their sales stay, without a name."
            ).format(self._customer.name[:80]),
            self.tr("Erase for good"),
            self,
            danger=True,
        )
        customer_id = self._customer.id
        question.confirmed.connect(lambda: self._presenter.erase(customer_id))
        question.open()
