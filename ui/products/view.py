"""The list of products."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.catalog.model import ProductDraft, QuickPage
from ui.products.form import ProductForm
from ui.products.presenter import Choices, ProductRow, ProductsPresenter
from ui.shared.banner import Banner
from ui.shared.format import Formats
from ui.shared.tables import Column, RowsModel, Table
from ui.shared.tokens import SPACE_L, SPACE_M
from ui.shared.widgets import Button, EmptyState, Words, row
from ui.shell.registry import Action

_TYPING_MS = 120


class ProductsView(QWidget):
    notified = Signal(str)

    def __init__(self, presenter: ProductsPresenter, formats: Formats) -> None:
        super().__init__()
        self.setObjectName("page")
        self.presenter, self._formats = presenter, formats
        self._form: ProductForm | None = None
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Name, barcode, SKU or brand"))
        self.field.setAccessibleName(self.tr("Find a product"))
        self.field.setClearButtonEnabled(True)
        self.field.setFixedWidth(420)
        self._count = Words(tone="muted")
        self.new = Button(self.tr("New product"), lambda: presenter.open_form(None), kind="primary", icon="plus")
        self.banner = Banner()
        self.model: RowsModel[ProductRow] = RowsModel(self._columns())
        self.table = Table(self.model, self.tr("Products"))
        self.table.opened.connect(lambda one: presenter.open_form(one.product_id))
        self.empty = EmptyState(
            "package",
            self.tr("No products here"),
            self.tr("Make the first one, or read a list with: regulars import products FILE"),
            self.tr("New product"),
        )
        self.empty.acted.connect(lambda: presenter.open_form(None))
        box = QVBoxLayout(self)
        box.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        box.setSpacing(SPACE_M)
        box.addLayout(row(self.field, self._count, None, self.new, spacing=SPACE_M))
        box.addWidget(self.banner)
        box.addWidget(self.table, 1)
        box.addWidget(self.empty, 1)
        self.empty.hide()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_MS)
        self._pause.timeout.connect(lambda: presenter.search(self.field.text()))
        self.field.textChanged.connect(lambda: self._pause.start())  # noqa: PLW0108  drops the text
        presenter.listed.connect(self._on_listed)
        presenter.form_ready.connect(self._on_form)
        presenter.saved.connect(self._on_saved)
        presenter.refused.connect(self._on_refused)

    def _columns(self) -> list[Column[ProductRow]]:
        kinds = {
            "standard": "", "weighed": self.tr("by weight"), "open_price": self.tr("price asked"),
            "service": self.tr("service"),
        }  # fmt: skip
        return [
            Column(self.tr("Name"), lambda one: one.name, tone=lambda one: "" if one.active else "muted"),
            Column(self.tr("SKU"), lambda one: one.sku, 150),
            Column(self.tr("Category"), lambda one: one.category, 200),
            Column(self.tr("Kind"), lambda one: kinds.get(one.kind, one.kind), 120),
            Column(self.tr("Price"), lambda one: self._formats.amount(one.price), 110, number=True),
            Column(self.tr("Sold"), lambda one: self.tr("yes") if one.active else self.tr("no"), 70),
        ]

    def page_shown(self, argument: object) -> None:
        self.presenter.search(self.field.text())
        if isinstance(argument, str) and argument:
            self.presenter.open_form(None, argument)
        self.field.setFocus()

    def focus_home(self) -> None:
        self.field.setFocus()

    def on_code(self, text: str) -> None:
        """A scan finds the product; in the form it becomes its barcode."""
        if self._form is not None:
            self._form.codes.setText(text)
        else:
            self.field.setText(text)

    def palette_actions(self) -> list[Action]:
        return [Action("products.new", self.tr("New product"), self.new.click, "", "plus", self.tr("create article"))]

    def _on_listed(self, rows: list[ProductRow]) -> None:
        self.model.show_rows(rows)
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self._count.setText(self.tr("{0} products").format(self._formats.number(len(rows))))

    def _on_form(self, choices: Choices) -> None:
        form = ProductForm(choices, self._formats, self)
        product_id = choices.card.id if choices.card is not None else None

        def save(draft: ProductDraft, page: QuickPage | None) -> None:
            self.presenter.save(product_id, draft, page)

        form.save_wanted.connect(save)
        form.finished.connect(self._on_closed)
        self._form = form
        form.open()

    def _on_closed(self) -> None:
        self._form = None
        self.field.setFocus()

    def _on_saved(self, said: str) -> None:
        if self._form is not None:
            self._form.accept()
        self.banner.dismiss()
        self.notified.emit(said)

    def _on_refused(self, sentence: str, field: str) -> None:
        if self._form is not None:
            self._form.refuse(sentence, field)
        else:
            self.banner.tell(sentence)
