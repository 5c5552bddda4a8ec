"""One product: what it is called, what it costs, which codes it answers to, how it looks on a tile."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from app.catalog.desk import FormFacts, ProductEntry
from app.catalog.model import Barcode, CategoryNode, ProductCard, ProductDraft, ProductKind, TaxClassRow
from app.money import Money
from ui.products.picture import PictureField
from ui.settings.form import Form, choose, chosen
from ui.shared.dialogs import Confirm, Dialog
from ui.shared.format import Formats
from ui.shared.jobs import Jobs
from ui.shared.money_field import MoneyField
from ui.shared.tokens import SPACE_S
from ui.shared.widgets import IconButton

MOST_CODES_TEXT = 2000
_TALLEST = 636


class ProductForm(Dialog):
    """`save_wanted` carries the entry; `back` says whether the sale is wanted after it."""

    save_wanted = Signal(object, bool)  # ProductEntry, back to the sale
    category_wanted = Signal()

    def __init__(
        self, facts: FormFacts, formats: Formats, reads: Jobs, parent: QWidget | None = None, *, barcode: str = "",
        from_sale: bool = False,
    ) -> None:  # fmt: skip
        super().__init__("", parent, width=880)
        self._facts, self._formats, self._reads = facts, formats, reads
        self._changed = self._filling = False
        title = facts.card.name[:60] if facts.card is not None else self.tr("New product")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.heading.setText(title)
        self.form = Form(columns=2)
        self._build()
        self._lay_out()
        self._fill(barcode)
        if from_sale:
            self.add_button(self.tr("Save"), lambda: self.save(back=False))
            self.set_primary(self.tr("Save and go back to the sale"), lambda: self.save(back=True))
        else:
            self.set_primary(self.tr("Save"), lambda: self.save(back=False))
        QShortcut(QKeySequence("Ctrl+S"), self, lambda: self.primary.click() if self.primary else None)
        self.form.changed.connect(self._on_changed)
        self.picture.changed.connect(self._on_changed)
        self.name.setFocus()

    # Building

    def _build(self) -> None:
        form = self.form
        self.name = form.line("name", self.tr("Name"), most=200, wide=True)
        self.price = self._money("price", self.tr("Price"))
        self.kind = form.choice("kind", self.tr("How it is sold"), self._kinds())
        self.codes = form.line(
            "barcodes", self.tr("Barcodes"), self.tr("Several with a comma; 6*CODE for a carton of six"),
            most=MOST_CODES_TEXT,
        )  # fmt: skip
        self.sku = form.line("sku", self.tr("SKU"), self.tr("Left empty: the first barcode, or a number"), most=60)
        self.category = form.searched("category", self.tr("Category"), [])
        self.tax = form.choice("tax", self.tr("Tax"), self._taxes())
        self.brand = form.line("brand", self.tr("Brand"), most=120)
        self.cost = self._money("cost", self.tr("Cost, without tax"))
        self.supplier_sku = form.line("supplier_sku", self.tr("Supplier SKU"), most=60)
        self.manufacturer_sku = form.line("manufacturer_sku", self.tr("Manufacturer SKU"), most=60)
        self.tags = form.line("tags", self.tr("Tags"), self.tr("Words with a comma between: vegan, local"), most=400)
        self.group_prices: dict[int, MoneyField] = {}
        for group in self._facts.group_prices:
            title = self.tr("Price for {0}").format(group.name[:40])
            field = self._money(f"group{group.group_id}", title)
            if group.percent_off:
                field.setPlaceholderText(self.tr("{0} off").format(self._formats.percent(group.percent_off)))
            self.group_prices[group.group_id] = field
        self.discountable = form.tick("discountable", self.tr("May be discounted"))
        self.active = form.tick(
            "active", self.tr("Is sold"), self.tr("Without the tick it is retired; past sales stay")
        )
        self.picture = PictureField(self._reads)
        form.add("picture", self.tr("Picture"), self.picture, wide=True)
        completer = QCompleter(list(self._facts.brands), self.brand)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.brand.setCompleter(completer)

    def _money(self, name: str, title: str) -> MoneyField:
        field = MoneyField(self._formats, title)
        self.form.add(name, title, field)
        field.refused.connect(lambda sentence, which=name: self.form.fields[which].refuse(sentence))
        return field

    def _kinds(self) -> list[tuple[object, str]]:
        return [
            (ProductKind.STANDARD, self.tr("By the piece")),
            (ProductKind.WEIGHED, self.tr("By weight, the price is per kilogram")),
            (ProductKind.OPEN_PRICE, self.tr("The till asks for the price")),
            (ProductKind.SERVICE, self.tr("A service")),
        ]

    def _taxes(self) -> list[tuple[object, str]]:
        rows: list[tuple[object, str]] = [(tax.id, self._tax_words(tax)) for tax in self._facts.taxes]
        card = self._facts.card
        if not rows or (card is not None and card.tax_class_id is None):
            rows.append((None, self.tr("No tax")))
        return rows

    def _tax_words(self, tax: TaxClassRow) -> str:
        """The percentage too, unless the name says it."""
        named = re.search(rf"(?<![0-9]){re.escape(self._formats.number(tax.percent))}\s?%", tax.name)
        return tax.name if named else f"{tax.name} ({self._formats.percent(tax.percent)})"

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setProperty("panel", "none")
        box = QVBoxLayout(inside)
        box.setContentsMargins(0, 0, SPACE_S, 0)
        box.addWidget(self.form)
        box.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        area.setMinimumHeight(min(_TALLEST, self.form.sizeHint().height()))
        self.body.addWidget(area, 1)
        holder = self.form.fields["category"]
        line = QHBoxLayout()
        line.setSpacing(SPACE_S)
        layout = holder.layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertLayout(layout.indexOf(self.category), line)
        line.addWidget(self.category, 1)
        line.addWidget(IconButton("plus", self.tr("New category"), self.category_wanted.emit, size=32))

    def _fill(self, barcode: str) -> None:
        card = self._facts.card
        self._filling = True
        self.show_categories(self._facts.categories, card.category_id if card is not None else None)
        self.discountable.setChecked(card is None or card.discountable)
        self.active.setChecked(card is None or card.active)
        self.picture.show_png(self._facts.picture)
        if card is not None:
            self._fill_card(card)
        else:
            choose(self.tax, self._facts.usual_tax)
            self.codes.setText(barcode)
            self._changed = bool(barcode)
        self._filling = False

    def _fill_card(self, card: ProductCard) -> None:
        for field, text in (
            (self.name, card.name), (self.sku, card.sku), (self.brand, card.brand), (self.tags, ", ".join(card.tags)),
            (self.supplier_sku, card.supplier_sku), (self.manufacturer_sku, card.manufacturer_sku),
            (self.codes, ", ".join(_shown(code) for code in card.barcodes)),
        ):  # fmt: skip
            field.setText(text)
            field.setCursorPosition(0)
        self.price.show_money(card.price)
        if card.cost_minor is not None:
            self.cost.show_money(Money(card.cost_minor, self._formats.currency))
        choose(self.kind, card.kind)
        choose(self.tax, card.tax_class_id)
        for group in self._facts.group_prices:
            if group.price_minor is not None:
                self.group_prices[group.group_id].show_money(Money(group.price_minor, self._formats.currency))

    def show_categories(self, categories: Sequence[CategoryNode], chosen: int | None) -> None:
        """Anew, with one of them chosen; the path makes a name found by any of its parts."""
        was, self._filling = self._filling, True
        names = {node.id: node.name for node in categories}
        self.category.clear()
        self.category.addItem(self.tr("None"), None)
        for title, key in sorted((" › ".join(names[part] for part in node.path), node.id) for node in categories):
            self.category.addItem(title, key)
        self.category.setCurrentIndex(max(0, self.category.findData(chosen)))
        self._filling = was
        if not was and chosen is not None:
            self._on_changed()

    # Using

    def take_code(self, code: str) -> None:
        """A scan while the form is open: one more barcode."""
        there = [part.rpartition("*")[2].strip() for part in self.codes.text().split(",")]
        if code not in there:
            self.codes.setText(", ".join(part for part in (self.codes.text().strip().rstrip(","), code) if part))

    @property
    def changed(self) -> bool:
        return self._changed

    def _on_changed(self) -> None:
        if not self._filling:
            self._changed = True

    def save(self, *, back: bool) -> None:
        self.tell("")
        self.form.clear_refusals()
        entry = self._entry()
        if entry is not None:
            self.set_busy(True)
            self.save_wanted.emit(entry, back)

    def _entry(self) -> ProductEntry | None:
        """What stands in the fields; None when one cannot be read, said beside it."""
        if not self.name.text().strip():
            self._wrong("name", self.tr("Give the product a name."))
            return None
        price = self._read_price()
        cost = self.cost.value()
        codes = self._read_codes()
        groups = {key: field.value() for key, field in self.group_prices.items()}
        typed = [field for field in (self.cost, *self.group_prices.values()) if field.text().strip()]
        unread = next((field for field in typed if field.property("wrong")), None)
        if price is None or codes is None or unread is not None:
            (unread or self._first_wrong() or self.price).setFocus()
            return None
        category = self.category.findText(self.category.currentText(), Qt.MatchFlag.MatchFixedString)
        if category < 0 and self.category.currentText().strip():
            self._wrong("category", self.tr("There is no such category yet. Make it with the + beside."))
            return None
        draft = ProductDraft(
            name=self.name.text(), sku=self.sku.text(), price_minor=price.minor, kind=self._kind(),
            cost_minor=cost.minor if cost is not None else None,
            category_id=self.category.itemData(category) if category >= 0 else None, brand=self.brand.text(),
            tax_class_id=self.tax.currentData(), supplier_sku=self.supplier_sku.text(),
            manufacturer_sku=self.manufacturer_sku.text(), discountable=self.discountable.isChecked(),
            active=self.active.isChecked(), barcodes=codes, tags=tuple(self.tags.text().split(",")),
        )  # fmt: skip
        prices = {key: value.minor if value is not None else None for key, value in groups.items()}
        return ProductEntry(draft, prices, self.picture.png, self.picture.was_changed)

    def _kind(self) -> ProductKind:
        return ProductKind(self.kind.currentData())  # Qt keeps the value as plain text

    def _read_price(self) -> Money | None:
        if self.price.text().strip():
            return self.price.value()
        if self._kind() is ProductKind.OPEN_PRICE:
            return Money(0, self._formats.currency)
        example = self._formats.amount(Money(1250, self._formats.currency))
        self.form.fields["price"].refuse(self.tr("Type what it costs, like {0}.").format(example))
        return None

    def _read_codes(self) -> tuple[Barcode, ...] | None:
        found = []
        for part in filter(None, (part.strip() for part in self.codes.text().split(","))):
            times, star, code = part.rpartition("*")
            count = times.strip()
            if star and not (count.isascii() and count.isdigit() and 0 < int(count) <= 9999 and code.strip()):
                self.form.fields["barcodes"].refuse(self.tr("A carton is written like 6*CODE."))
                return None
            found.append(Barcode(code.strip(), int(count) * 1000 if star else 1000))
        return tuple(found)

    def _first_wrong(self) -> QWidget | None:
        return next((field.control for field in self.form.fields.values() if field.control.property("wrong")), None)

    def _wrong(self, field: str, sentence: str) -> None:
        self.form.fields[field].refuse(sentence)
        self.form.fields[field].control.setFocus()

    def refuse(self, sentence: str, field: str) -> None:
        """Say it beside the field it is about, and go there; above the fields when it is about none."""
        self.set_busy(False)
        if field == "taken":  # a code of another product: the SKU's own, or one of the barcodes
            sku = self.sku.text().strip()
            field = "sku" if sku and sentence.startswith(f"{sku} ") else "barcodes"
        if field in self.form.fields:
            self._wrong(field, sentence)
        else:
            self.tell(sentence)

    def reject(self) -> None:
        """Esc and Cancel ask first when something would be lost."""
        if not self._changed:
            super().reject()
            return
        question = Confirm(
            self.tr("Leave without saving?"), self.tr("What you typed here would be lost."), self.tr("Leave"), self,
            danger=True,
        )  # fmt: skip
        question.cancel.set_words(self.tr("Go on editing"))
        question.confirmed.connect(self._leave)
        question.open()

    def _leave(self) -> None:
        self._changed = False
        super().reject()


def _shown(code: Barcode) -> str:
    pieces = code.pack_milli // 1000
    return code.code if pieces == 1 else f"{pieces}*{code.code}"


class CategoryDialog(Dialog):
    add_wanted = Signal(str, object)  # name, the id of the category above or None

    def __init__(self, categories: QComboBox, parent: QWidget) -> None:
        """`categories`: the form's own box, whose rows are offered as the category above."""
        super().__init__("", parent, width=420)
        self.setWindowTitle(self.tr("New category"))
        self.heading.setText(self.tr("New category"))
        self.form = Form()
        self.name: QLineEdit = self.form.line("name", self.tr("Name"), most=120)
        places = range(categories.count())
        rows: list[tuple[object, str]] = [(categories.itemData(at), categories.itemText(at)) for at in places]
        self.above = self.form.choice("above", self.tr("Below"), rows)
        choose(self.above, chosen(categories))
        self.body.addWidget(self.form)
        self.set_primary(self.tr("Add category"), self._on_add)
        self.name.setFocus()

    def _on_add(self) -> None:
        self.form.clear_refusals()
        self.set_busy(True)
        self.add_wanted.emit(self.name.text(), self.above.currentData())

    def refuse(self, sentence: str) -> None:
        self.set_busy(False)
        self.form.fields["name"].refuse(sentence)
        self.name.setFocus()
