"""What the editor's tabs share: a form, fields that choose by name, reading numbers."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.coupons.options import Options
from app.errors import InvalidInput
from app.money import Money
from app.pricing.promotion import (
    Promotion,
    Selection,
)
from ui.marketing.coupons.names_field import Choice, NamesField
from ui.marketing.coupons.sentences import tr
from ui.shared.format import Formats
from ui.shared.money_field import MoneyField
from ui.shared.parsing import parse_quantity
from ui.shared.tokens import SPACE_L, SPACE_M, SPACE_S

LARGEST_COUNT = 1_000_000
MOST_STEPS = 4  # offered for a new promotion
TARGET_KINDS = ("categories", "brands", "tags", "products")


def form_layout() -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(SPACE_L)
    form.setVerticalSpacing(SPACE_S)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
    return form


class WholeField(QLineEdit):
    """A whole number within bounds. Spin buttons only invite wrong clicks."""

    def __init__(self, name: str, least: int, most: int) -> None:
        super().__init__()
        self._least, self._most = least, most
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setMaxLength(6)
        self.setMaximumWidth(120)

    def setValue(self, value: int) -> None:
        self.setText(str(value))

    def read(self, where: str) -> int:
        """Raises InvalidInput naming `where`."""
        text = self.text().strip().replace("\N{MINUS SIGN}", "-")
        if not text.removeprefix("-").isdecimal() or not self._least <= int(text) <= self._most:
            words = tr("Type a whole number from {0} to {1}.").format(self._least, self._most)
            raise InvalidInput(words, field=where)
        return int(text)


def whole(name: str, least: int = 1, most: int = 999) -> WholeField:
    return WholeField(name, least, most)


def count_field(name: str, hint: str) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    field.setPlaceholderText(hint)
    field.setMaxLength(9)
    field.setMaximumWidth(200)
    return field


def read_count(field: QLineEdit, where: str) -> int | None:
    """A whole number above zero in the digits of any script, None for an empty field."""
    text = field.text().strip()
    if not text:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST_COUNT:
        raise InvalidInput(tr("Type a whole number above zero, or leave it empty."), field=where)
    return int(text)


def read_quantity(text: str, formats: Formats, where: str) -> int:
    """Thousandths, above zero: pieces, or a weight of what is weighed. Raises InvalidInput naming `where`."""
    try:
        return parse_quantity(text, formats, weighed=True)
    except InvalidInput as error:
        example = formats.quantity(1500)
        raise InvalidInput(
            tr("Type how many, above zero: 3, or {0} of what is weighed.").format(example), field=where
        ) from error


class Tab(QWidget):
    changed = Signal()
    search_wanted = Signal(str)

    def __init__(self, formats: Formats, options: Options) -> None:
        super().__init__()
        self.formats, self.options = formats, options
        self.fields: dict[str, QWidget] = {}
        self.product_fields: list[NamesField] = []
        self.form = form_layout()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, SPACE_M, 0, 0)
        box.addLayout(self.form)
        box.addStretch(1)

    def apply(self, promotion: Promotion) -> Promotion:
        """The promotion with this tab's fields. Raises InvalidInput naming the field."""
        raise NotImplementedError

    def listen(self, *widgets: QWidget) -> None:
        """Tell `changed` when any of these is edited, so that the sentences follow."""
        for widget in widgets:
            for name in ("textEdited", "valueChanged", "currentIndexChanged", "toggled", "dateChanged", "timeChanged"):
                signal = getattr(widget, name, None)
                if signal is not None:
                    signal.connect(lambda *_: self.changed.emit())

    def target_field(self, name: str, hint: str) -> NamesField:
        offered = [
            *(Choice("categories", key, text) for key, text in self.options.categories),
            *(Choice("brands", key, text) for key, text in self.options.brands),
            *(Choice("tags", tag, f"#{tag}") for tag in self.options.tags),
        ]
        words = {
            "categories": tr("category"), "brands": tr("brand"), "tags": tr("tag"), "products": tr("product"),
        }  # fmt: skip
        field = NamesField(offered, words, name, hint, products=True)
        field.changed.connect(self.changed)
        field.search_wanted.connect(self.search_wanted)
        self.product_fields.append(field)
        return field

    def show_selection(self, field: NamesField, selection: Selection) -> None:
        named = self.options.name
        field.show_chosen(
            [
                *(Choice("categories", key, named("categories", key)) for key in sorted(selection.categories)),
                *(Choice("brands", key, named("brands", key)) for key in sorted(selection.brands)),
                *(Choice("tags", tag, f"#{tag}") for tag in sorted(selection.tags)),
                *(Choice("products", key, named("products", key)) for key in sorted(selection.products)),
            ]
        )


def selection_of(field: NamesField) -> Selection:
    return Selection(
        products=field.keys("products"),
        categories=field.keys("categories"),
        brands=field.keys("brands"),
        tags=field.texts("tags"),
    )


def money(minor: int, formats: Formats) -> Money:
    return Money(minor, formats.currency)


def money_or_none(field: MoneyField, where: str, *, least: int = 1) -> int | None:
    """Minor units typed, None for an empty field. Raises InvalidInput for anything else."""
    if not field.text().strip():
        return None
    found = field.value(least=least)
    if found is None:
        raise InvalidInput(field.accessibleDescription() or tr("That is not an amount."), field=where)
    return found.minor


def all_product_fields(tabs: Iterable[Tab]) -> list[NamesField]:
    return [field for tab in tabs for field in tab.product_fields]
