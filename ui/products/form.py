"""One product: what it is called, what it costs, which codes it answers to."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QWidget

from app.catalog.model import Barcode, ProductDraft, ProductKind, QuickPage
from app.money import Money
from ui.products.presenter import Choices
from ui.shared.dialogs import Dialog
from ui.shared.format import Formats
from ui.shared.money_field import MoneyField
from ui.shared.widgets import Words


class ProductForm(Dialog):
    save_wanted = Signal(object, object)  # ProductDraft, QuickPage or None

    def __init__(self, choices: Choices, formats: Formats, parent: QWidget | None = None) -> None:
        card = choices.card
        super().__init__("", parent, width=560)
        title = self.tr("New product") if card is None else card.name[:60]
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.heading.setText(title)
        self._choices, self._formats = choices, formats
        self._fields: dict[str, QWidget] = {}
        self._form = QFormLayout()
        self.body.addLayout(self._form)
        self._build()
        self._fill()
        self.set_primary(self.tr("Save"), self._on_save)
        self.name.setFocus()

    def _build(self) -> None:
        self.name, self.sku, self.codes, self.brand = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit()
        self.price = MoneyField(self._formats, self.tr("Price"))
        self.cost = MoneyField(self._formats, self.tr("Cost"))
        self.kind, self.category, self.tax, self.page = QComboBox(), QComboBox(), QComboBox(), QComboBox()
        self.discountable = QCheckBox(self.tr("May be discounted"))
        self.active = QCheckBox(self.tr("Is sold"))
        self.codes.setPlaceholderText(self.tr("Several with a comma; 6*CODE for a carton of six"))
        self.sku.setPlaceholderText(self.tr("Left empty, the first barcode"))
        rows: tuple[tuple[str, str, QWidget], ...] = (
            ("name", self.tr("Name"), self.name), ("price", self.tr("Price"), self.price),
            ("kind", self.tr("Kind"), self.kind), ("barcodes", self.tr("Barcodes"), self.codes),
            ("sku", self.tr("SKU"), self.sku), ("category", self.tr("Category"), self.category),
            ("tax", self.tr("Tax"), self.tax), ("brand", self.tr("Brand"), self.brand),
            ("cost", self.tr("Cost"), self.cost), ("page", self.tr("Quick keys"), self.page),
            ("discountable", "", self.discountable), ("active", "", self.active),
        )  # fmt: skip
        for name, title, field in rows:
            field.setAccessibleName(title or field.accessibleName() or name)
            if isinstance(field, QCheckBox):
                field.setAccessibleName(field.text())
            self._fields[name] = field
            self._form.addRow(Words(title), field)

    def _fill(self) -> None:
        kinds = {
            ProductKind.STANDARD: self.tr("Sold by the piece"),
            ProductKind.WEIGHED: self.tr("Sold by weight (price per kilogram)"),
            ProductKind.OPEN_PRICE: self.tr("Price asked at the till"),
            ProductKind.SERVICE: self.tr("Service"),
        }
        for kind, title in kinds.items():
            self.kind.addItem(title, kind)
        self.category.addItem(self.tr("None"), None)
        for node in self._choices.categories:
            self.category.addItem("\u2003" * node.depth + node.name, node.id)
        for tax in self._choices.taxes:
            self.tax.addItem(f"{tax.name} ({self._formats.percent(tax.percent)})", tax.id)
        self.page.addItem(self.tr("Not on the quick keys"), None)
        for page in self._choices.pages:
            self.page.addItem(page.name, page)
        if not self._choices.pages:
            self.page.addItem(self.tr("A first page"), QuickPage(0, self.tr("Favourites"), ()))
        self._fill_card()

    def _fill_card(self) -> None:
        card = self._choices.card
        self.discountable.setChecked(card is None or card.discountable)
        self.active.setChecked(card is None or card.active)
        self.codes.setText(self._choices.barcode)
        if card is None:
            return
        self.name.setText(card.name)
        self.sku.setText(card.sku)
        self.brand.setText(card.brand)
        self.price.show_money(card.price)
        if card.cost_minor is not None:
            self.cost.show_money(Money(card.cost_minor, self._formats.currency))
        self.codes.setText(", ".join(_shown(code) for code in card.barcodes))
        self.kind.setCurrentIndex(max(0, self.kind.findData(card.kind)))
        self.category.setCurrentIndex(max(0, self.category.findData(card.category_id)))
        self.tax.setCurrentIndex(max(0, self.tax.findData(card.tax_class_id)))
        for place, page in enumerate(self._choices.pages, 1):
            if any(tile.product_id == card.id for tile in page.tiles):
                self.page.setCurrentIndex(place)

    def _on_save(self) -> None:
        self.tell("")
        asks = self.kind.currentData() is ProductKind.OPEN_PRICE
        price = self.price.value() if self.price.text().strip() or not asks else Money(0, self._formats.currency)
        cost = self.cost.value() if self.cost.text().strip() else None
        if price is None or (cost is None and self.cost.text().strip()):
            self.refuse(self.tr("Type what it costs, like {0}.").format(self._example()), "price")
            return
        codes = self._read_codes()
        if codes is None:
            return
        old = self._choices.card
        draft = ProductDraft(
            name=self.name.text(),
            sku=self.sku.text().strip() or (codes[0].code if codes else ""),
            price_minor=price.minor,
            kind=self.kind.currentData(),
            cost_minor=None if cost is None else cost.minor,
            category_id=self.category.currentData(),
            brand=self.brand.text(),
            tax_class_id=self.tax.currentData(),
            supplier_sku=old.supplier_sku if old is not None else "",
            manufacturer_sku=old.manufacturer_sku if old is not None else "",
            discountable=self.discountable.isChecked(),
            active=self.active.isChecked(),
            barcodes=codes,
            tags=old.tags if old is not None else (),
        )
        self.set_busy(True)
        self.save_wanted.emit(draft, self.page.currentData())

    def _read_codes(self) -> tuple[Barcode, ...] | None:
        found = []
        for part in filter(None, (part.strip() for part in self.codes.text().split(","))):
            times, star, code = part.rpartition("*")
            if star and not times.strip().isdigit():
                self.refuse(self.tr("A carton is written like 6*CODE."), "barcodes")
                return None
            found.append(Barcode(code.strip(), int(times) * 1000 if star else 1000))
        return tuple(found)

    def _example(self) -> str:
        return self._formats.amount(Money(1250, self._formats.currency))

    def refuse(self, sentence: str, field: str) -> None:
        """Say it above and go to the field it is about."""
        self.set_busy(False)
        self.tell(sentence)
        about = self._fields.get(field)
        if about is not None:
            about.setFocus()


def _shown(code: Barcode) -> str:
    pieces = code.pack_milli // 1000
    return code.code if pieces == 1 else f"{pieces}*{code.code}"
