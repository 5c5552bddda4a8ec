"""What the basket must hold."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
)

from app.coupons.options import Options
from app.pricing.promotion import (
    AmountOn,
    Promotion,
)
from ui.marketing.coupons.sentences import tr
from ui.marketing.coupons.tab import Tab, count_field, money, money_or_none, read_quantity, selection_of
from ui.shared.format import Formats
from ui.shared.money_field import MoneyField


class ConditionsTab(Tab):
    """What the basket must hold."""

    def __init__(self, formats: Formats, options: Options) -> None:
        super().__init__(formats, options)
        self.amount = MoneyField(formats, tr("At least"))
        self.amount.setMaximumWidth(160)
        self.amount.setPlaceholderText(tr("any amount"))
        self.counts = QComboBox()
        self.counts.addItem(tr("of the whole basket"), AmountOn.BASKET)
        self.counts.addItem(tr("of the products below"), AmountOn.CONDITION_TARGETS)
        self.counts.addItem(tr("of what it is taken off"), AmountOn.TARGETS)
        self.counts.setAccessibleName(tr("The amount counts"))
        self.after = QCheckBox(tr("After other discounts"))
        self.pieces = count_field(tr("At least so many"), tr("any number"))
        self.target = self.target_field(
            tr("Of these products"), tr("Everything, or type a category, brand, tag or product")
        )
        self.form.addRow(tr("Needs at least"), self.amount)
        self.form.addRow(tr("The amount counts"), self.counts)
        self.form.addRow("", self.after)
        self.form.addRow(tr("At least so many"), self.pieces)
        self.form.addRow(tr("Of these products"), self.target)
        self.fields = {"conditions.min_amount_minor": self.amount, "conditions.min_quantity_milli": self.pieces}
        self.listen(self.amount, self.counts, self.after, self.pieces)

    def load(self, promotion: Promotion) -> None:
        conditions = promotion.conditions
        if conditions.min_amount_minor:
            self.amount.show_money(money(conditions.min_amount_minor, self.formats))
        self.counts.setCurrentIndex(max(0, self.counts.findData(conditions.amount_on)))
        self.after.setChecked(conditions.after_discounts)
        least = conditions.min_quantity_milli
        self.pieces.setText(self.formats.quantity(least) if least else "")
        self.show_selection(self.target, conditions.targets.include)

    def apply(self, promotion: Promotion) -> Promotion:
        pieces = self.pieces.text().strip()
        least = read_quantity(pieces, self.formats, "conditions.min_quantity_milli") if pieces else 0
        conditions = replace(
            promotion.conditions,
            min_amount_minor=money_or_none(self.amount, "conditions.min_amount_minor") or 0,
            amount_on=AmountOn(self.counts.currentData()),
            after_discounts=self.after.isChecked(),
            min_quantity_milli=least,
            targets=replace(promotion.conditions.targets, include=selection_of(self.target)),
        )
        return replace(promotion, conditions=conditions)
