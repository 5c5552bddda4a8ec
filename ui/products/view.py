"""The Products page: a search field and a filter over the list; the form and the import open over it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from app.catalog.desk import WITHOUT_CATEGORY, FormFacts, ListFilter, ProductEntry, ProductRow, SortBy
from app.catalog.importing import ImportDone, ImportUndone, Preview
from app.catalog.model import CategoryNode, ProductCard, ProductKind
from ui.products.form import CategoryDialog, ProductForm
from ui.products.import_dialog import ImportDialog
from ui.products.list_presenter import ListPresenter
from ui.products.presenter import ProductsPresenter
from ui.settings.form import Chooser
from ui.shared import icons
from ui.shared.banner import Banner
from ui.shared.format import Formats
from ui.shared.tables import Column, RowsModel, Table
from ui.shared.tokens import SPACE_L, SPACE_M
from ui.shared.widgets import Button, EmptyState, Words, row
from ui.shell.registry import Action


class ProductsView(QWidget):
    notified = Signal(str, object)  # words, what takes it back or None
    sale_wanted = Signal(str)  # the code that the sale met

    def __init__(self, listing: ListPresenter, presenter: ProductsPresenter, formats: Formats) -> None:
        super().__init__()
        self.setObjectName("page")
        self.listing, self.presenter, self._formats = listing, presenter, formats
        listing.setParent(self)
        presenter.setParent(self)
        self.form: ProductForm | None = None
        self.import_dialog: ImportDialog | None = None
        self._category_dialog: CategoryDialog | None = None
        self._made_for = ""  # the code that the sale met
        self._back = False  # the form was opened from a sale that waits
        self._build()
        self._lay_out()
        self._connect()

    def _build(self) -> None:
        self.search = QLineEdit()
        self.search.setMaxLength(200)
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText(self.tr("Search by name, barcode, SKU or brand"))
        self.search.setAccessibleName(self.tr("Search products"))
        self.search.setMinimumHeight(36)
        self._glass = self.search.addAction(icons.icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.category = Chooser()
        self.category.setAccessibleName(self.tr("Category"))
        self.category.setFixedWidth(220)
        self.category.setMinimumHeight(36)
        self._fill_categories(())
        self.retired = QCheckBox(self.tr("Also retired"))
        self.retired.setAccessibleName(self.tr("Also show products that are not sold any more"))
        self.count = Words(tone="muted")
        self.import_button = Button(self.tr("Import a list"), self.choose_list, icon="upload")
        self.new = Button(self.tr("New product"), self.open_new, kind="primary", icon="plus")
        self.banner = Banner()
        self.model: RowsModel[ProductRow] = RowsModel(self._columns())
        self.table = Table(self.model, self.tr("Products"))
        self.table.show_sort(SortBy.NAME, False)
        self.table.setColumnHidden(len(self.model.columns) - 1, True)  # says "retired", where such are shown
        self.nothing = EmptyState("package", "", "", self.tr("New product"))
        self.stack = QStackedWidget()

    def _columns(self) -> list[Column[ProductRow]]:
        kinds = {
            ProductKind.STANDARD: "", ProductKind.WEIGHED: self.tr("by weight"),
            ProductKind.OPEN_PRICE: self.tr("price asked"), ProductKind.SERVICE: self.tr("service"),
        }  # fmt: skip

        def tone(one: ProductRow) -> str:
            return "" if one.active else "muted"

        return [
            Column(self.tr("Name"), lambda one: one.name, sort=SortBy.NAME, tone=tone),
            Column(self.tr("SKU"), lambda one: one.sku, 150, sort=SortBy.SKU, tone=tone),
            Column(self.tr("Barcode"), lambda one: one.barcode, 160, tone=tone),
            Column(self.tr("Category"), lambda one: one.category, 150, tone=tone),
            Column(self.tr("Brand"), lambda one: one.brand, 120, tone=tone),
            Column(self.tr("Kind"), lambda one: kinds[one.kind], 100, tone=tone),
            Column(self.tr("Price"), lambda one: self._formats.money(one.price), 110, True, SortBy.PRICE, tone),
            Column("", lambda one: "" if one.active else self.tr("retired"), 80, tone=tone),
        ]

    def _lay_out(self) -> None:
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.nothing)
        box = QVBoxLayout(self)
        box.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_L)
        box.setSpacing(SPACE_M)
        top = row(self.search, self.category, self.retired, self.count, self.import_button, self.new, spacing=SPACE_M)
        top.setStretch(0, 1)
        box.addLayout(top)
        box.addWidget(self.banner)
        box.addWidget(self.stack, 1)

    def _connect(self) -> None:
        listing, presenter = self.listing, self.presenter
        self.search.textChanged.connect(listing.search)
        self.search.installEventFilter(self)
        self.category.activated.connect(self._on_filter)
        self.retired.toggled.connect(self._on_filter)
        self.table.opened.connect(lambda one: presenter.open_form(one.id))
        self.table.sort_wanted.connect(listing.sort_by)
        self.model.more_wanted.connect(lambda _last: listing.fetch())
        self.nothing.acted.connect(self.open_new)
        listing.rows_shown.connect(self._on_rows)
        listing.rows_added.connect(self.model.show_more)
        listing.found.connect(self._on_found)
        listing.categories_known.connect(self._fill_categories)
        listing.refused.connect(self.banner.tell)
        presenter.form_ready.connect(self._on_form)
        presenter.saved.connect(self._on_saved)
        presenter.save_refused.connect(self._on_save_refused)
        presenter.category_added.connect(self._on_category_added)
        presenter.category_refused.connect(self._on_category_refused)
        presenter.looked.connect(self._on_looked)
        presenter.look_refused.connect(self._on_look_refused)
        presenter.imported.connect(self._on_imported)
        presenter.undone.connect(self._on_undone)
        presenter.refused.connect(self._on_refused)

    # The frame's calls

    def page_shown(self, argument: object) -> None:
        """`argument`: a code nothing answers to, which begins a product; the sale waits behind it."""
        self.banner.dismiss()
        self.listing.refresh()
        self.focus_home()
        if isinstance(argument, str) and argument and self.form is None:
            self._back, self._made_for = True, argument
            self.presenter.open_form(None, argument)

    def focus_home(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def on_code(self, text: str) -> None:
        """A scan finds the product; in the form it is one more barcode."""
        if self.form is not None:
            self.form.take_code(text)
        elif self.import_dialog is None:
            self.search.setText(text)

    def palette_actions(self) -> Sequence[Action]:
        return [
            Action("products.new", self.tr("New product"), self.open_new, "", "plus", self.tr("create article")),
            Action("products.import", self.tr("Import a list of products"), self.choose_list, "", "upload", "csv"),
        ]

    # The list

    def _fill_categories(self, categories: Sequence[CategoryNode]) -> None:
        """The tree as lines set in, with what is chosen kept."""
        chosen = self.category.currentData()
        self.category.clear()
        self.category.addItem(self.tr("All categories"), None)
        children: dict[int | None, list[CategoryNode]] = {}
        for node in categories:
            children.setdefault(node.parent_id, []).append(node)

        def add(above: int | None) -> None:
            for node in children.get(above, ()):
                self.category.addItem("\u2003" * node.depth + node.name, node.id)
                add(node.id)

        add(None)
        if categories:
            self.category.addItem(self.tr("Without a category"), WITHOUT_CATEGORY)
        self.category.setCurrentIndex(max(0, self.category.findData(chosen)))

    def _on_filter(self) -> None:
        self.table.setColumnHidden(len(self.model.columns) - 1, not self.retired.isChecked())
        self.listing.keep(ListFilter(self.category.currentData(), self.retired.isChecked()))

    def _on_rows(self, rows: Sequence[ProductRow], complete: bool, count: int) -> None:
        self.model.show_rows(rows, complete=complete)
        number = self._formats.number(count)
        self.count.setText(self.tr("1 product") if count == 1 else self.tr("{0} products").format(number))
        if self.listing.kept == ListFilter():
            self._say_nothing(self.tr("No products yet"), self.tr("Add the first, or import a list."))
        else:
            self._say_nothing(self.tr("No products here"), self.tr("Choose another category above."))
        self._show_stack(bool(rows))

    def _on_found(self, rows: Sequence[ProductRow]) -> None:
        self.model.show_rows(rows)
        self.count.setText(self.tr("1 found") if len(rows) == 1 else self.tr("{0} found").format(len(rows)))
        title = self.tr("Nothing called “{0}”").format(self.listing.question[:60])
        self._say_nothing(title, self.tr("Try part of the name, or add it."))
        self._show_stack(bool(rows))
        if rows:
            self.table.selectRow(0)

    def _say_nothing(self, title: str, text: str) -> None:
        self.nothing.title.setText(title)
        self.nothing.text.setText(text)

    def _show_stack(self, filled: bool) -> None:
        """One "New product" is enough on the page."""
        self.stack.setCurrentWidget(self.table if filled else self.nothing)
        self.new.setVisible(filled)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the search field: Enter opens the marked product, arrows walk the list, Esc clears."""
        if watched is not self.search or event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if (one := self.table.current_row()) is not None and self.stack.currentWidget() is self.table:
                self.presenter.open_form(one.id)
            return True
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(key, 0)
        if step and self.model.rowCount():
            self.table.selectRow(max(0, min(self.model.rowCount() - 1, self.table.currentIndex().row() + step)))
            return True
        if key == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            return True
        return False

    # The form

    def open_new(self) -> None:
        """A product; what was searched for and not found is its name, or its barcode."""
        typed = self.search.text().strip() if self.stack.currentWidget() is self.nothing else ""
        self.presenter.open_form(None, typed if typed.isdigit() else "")

    def _on_form(self, facts: FormFacts, barcode: str) -> None:
        if self.form is not None:
            return
        form = ProductForm(
            facts, self._formats, self.presenter.reads, self, barcode=barcode, from_sale=self._back
        )  # fmt: skip
        product_id = facts.card.id if facts.card is not None else None

        def save(entry: ProductEntry, back: bool) -> None:
            self._back = back
            self.presenter.save(product_id, entry)

        form.save_wanted.connect(save)
        form.category_wanted.connect(self._ask_category)
        form.finished.connect(self._on_form_closed)
        self.form = form
        form.open()

    def _on_refused(self, sentence: str) -> None:
        self._back = False  # a form that did not open leads back to no sale
        self.banner.tell(sentence)

    def _on_form_closed(self) -> None:
        self.form = None
        self._back = False
        self.focus_home()

    def _on_saved(self, card: ProductCard) -> None:
        back = self._back
        if self.form is not None:
            self.form.accept()
        self.banner.dismiss()
        self.listing.refresh()
        if back:
            self.sale_wanted.emit(self._made_for)
        self.notified.emit(
            self.tr("{0} is saved").format(card.name[:60]), None
        )  # after it: where a toast covers no total

    def _on_save_refused(self, sentence: str, field: str) -> None:
        if self.form is not None:
            self.form.refuse(sentence, field)
        else:
            self.banner.tell(sentence)

    def _ask_category(self) -> None:
        if self.form is not None:
            self._category_dialog = CategoryDialog(self.form.category, self.form)
            self._category_dialog.add_wanted.connect(self.presenter.add_category)
            self._category_dialog.finished.connect(self._on_category_closed)
            self._category_dialog.open()

    def _on_category_closed(self) -> None:
        self._category_dialog = None

    def _on_category_added(self, made: CategoryNode, categories: Sequence[CategoryNode]) -> None:
        if self._category_dialog is not None:
            self._category_dialog.accept()
        if self.form is not None:
            self.form.show_categories(categories, made.id)
        self._fill_categories(categories)

    def _on_category_refused(self, sentence: str) -> None:
        if self._category_dialog is not None:
            self._category_dialog.refuse(sentence)

    # Reading a list

    def choose_list(self) -> None:
        self.open_import()

    def open_import(self) -> ImportDialog:
        dialog = ImportDialog(self._formats, self)
        presenter = self.presenter
        dialog.file_wanted.connect(lambda: self._pick(False, self.tr("Choose a list of products"), presenter.look))
        dialog.template_wanted.connect(lambda: self._pick(True, self.tr("products.csv"), presenter.write_template))
        dialog.look_wanted.connect(presenter.look)
        dialog.take_wanted.connect(presenter.take)
        dialog.stop_wanted.connect(presenter.stop)
        dialog.wrong_wanted.connect(self._save_wrong)
        dialog.finished.connect(self._on_import_closed)
        presenter.progressed.connect(dialog.show_progress)
        presenter.import_refused.connect(dialog.refuse)
        presenter.file_written.connect(dialog.tell_written)
        self.import_dialog = dialog
        dialog.open()
        return dialog

    def _pick(self, save: bool, words: str, use: Callable[[Path], object]) -> None:
        """Ask for a file, to read or to write; `words` is the title, or the name offered."""
        picker = QFileDialog(self.import_dialog or self, self.tr("Save a list") if save else words)
        picker.setNameFilters(
            [
                self.tr("Lists (*.csv)") if save else self.tr("Lists (*.xlsx *.csv *.txt *.tsv)"),
                self.tr("All files (*)"),
            ]
        )
        picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if save:
            picker.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            picker.setDefaultSuffix("csv")
            picker.selectFile(words)
        else:
            picker.setFileMode(QFileDialog.FileMode.ExistingFile)
        picker.fileSelected.connect(lambda name: use(Path(name)))
        picker.open()

    def _save_wrong(self, preview: Preview) -> None:
        name = f"{preview.path.stem[:60]}-wrong.csv"
        self._pick(True, name, lambda path: self.presenter.write_wrong(preview, path))

    def _on_import_closed(self) -> None:
        self.import_dialog = None
        self.focus_home()

    def _on_looked(self, preview: Preview) -> None:
        if self.import_dialog is not None:
            self.import_dialog.show_preview(preview)

    def _on_look_refused(self, sentence: str) -> None:
        if self.import_dialog is not None:
            self.import_dialog.refuse(sentence)
        else:
            self.banner.tell(sentence)

    def _on_imported(self, done: ImportDone) -> None:
        if self.import_dialog is not None:
            self.import_dialog.finish()
        self.listing.refresh()
        number = self._formats.number
        added = len(done.added)
        words = self.tr("1 product added, {1} changed") if added == 1 else self.tr("{0} products added, {1} changed")
        self.notified.emit(words.format(number(added), number(done.changed)), lambda: self.presenter.undo(done))

    def _on_undone(self, undone: ImportUndone) -> None:
        self.listing.refresh()
        words = self.tr("Taken back: {0} removed, {1} as before").format(undone.removed, undone.restored)
        if undone.retired:
            words += self.tr("; {0} retired, as they were sold").format(undone.retired)
        self.notified.emit(words, None)
