"""What a coupon takes off, and from what."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.coupons.options import Options
from app.errors import InvalidInput
from app.pricing.promotion import (
    Deal,
    Kind,
    Pool,
    Promotion,
    Target,
    Tier,
    TierBasis,
    Which,
)
from ui.marketing.coupons.sentences import tr
from ui.marketing.coupons.tab import (
    MOST_STEPS,
    Tab,
    count_field,
    money,
    money_or_none,
    read_count,
    read_quantity,
    selection_of,
    whole,
)
from ui.shared.format import Formats
from ui.shared.money_field import MoneyField
from ui.shared.parsing import parse_money, parse_percent
from ui.shared.tokens import SPACE_S
from ui.shared.widgets import Words


class GivesTab(Tab):
    """What it takes off, and from what."""

    def __init__(self, formats: Formats, options: Options, *, steps: int = MOST_STEPS) -> None:
        """`steps`: as many as the promotion has, if that is more than are offered."""
        super().__init__(formats, options)
        self.kind = QComboBox()
        self.kind.setAccessibleName(tr("What it gives"))
        for words, kind in (
            (tr("A percentage off"), Kind.PERCENT),
            (tr("An amount off"), Kind.FIXED),
            (tr("An amount off each piece"), Kind.FIXED_PER_UNIT),
            (tr("Something off the cheapest"), Kind.CHEAPEST_ITEM),
            (tr("Buy some, get some"), Kind.BOGO),
            (tr("Several for one price"), Kind.FIXED_PRICE),
            (tr("A percentage in steps"), Kind.TIERED_PERCENT),
            (tr("An amount in steps"), Kind.TIERED_FIXED),
        ):
            self.kind.addItem(words, kind)
        self.percent = QLineEdit()
        self.percent.setMaxLength(12)
        self.percent.setMaximumWidth(120)
        self.percent.setAccessibleName(tr("Percent"))
        self.amount = MoneyField(formats, tr("Amount"))
        self.amount.setMaximumWidth(160)
        self.buy = whole(tr("Buy"))
        self.get = whole(tr("Get"))
        self.pool = QComboBox()
        self.pool.addItem(tr("of the same products, the cheapest of them"), (Pool.SHARED, Which.CHEAPEST))
        self.pool.addItem(tr("of the same products, the dearest of them"), (Pool.SHARED, Which.DEAREST))
        self.pool.addItem(tr("of other products"), (Pool.SEPARATE, Which.CHEAPEST))
        self.pool.setAccessibleName(tr("Which ones are discounted"))
        self.get_target = self.target_field(tr("Products to get"), tr("Everything, or type what they get"))
        self.repeat = QCheckBox(tr("As often as it fits"))
        self.most_times = count_field(tr("At most so many times"), tr("no limit"))
        self.units = whole(tr("Pieces"), 2)
        self.bundle_price = MoneyField(formats, tr("For"))
        self.bundle_price.setMaximumWidth(160)
        self.steps = StepsField(formats, steps)
        self.step_basis = QComboBox()
        self.step_basis.addItem(tr("by value"), TierBasis.VALUE)
        self.step_basis.addItem(tr("by number of pieces"), TierBasis.QUANTITY)
        self.step_basis.setAccessibleName(tr("Steps count"))
        self.target = self.target_field(tr("On what"), tr("Everything, or type a category, brand, tag or product"))
        self.exclude = self.target_field(tr("But not"), tr("Nothing, or type what is left out"))
        self.most = MoneyField(formats, tr("At most"))
        self.most.setMaximumWidth(160)
        self.most.setPlaceholderText(tr("no limit"))
        self._rows: list[tuple[str, QWidget, set[Kind]]] = [
            (tr("Percent"), self.percent, {Kind.PERCENT, Kind.CHEAPEST_ITEM, Kind.BOGO}),
            (tr("Amount"), self.amount, {Kind.FIXED, Kind.FIXED_PER_UNIT, Kind.CHEAPEST_ITEM, Kind.BOGO}),
            (tr("Buy"), self.buy, {Kind.BOGO}),
            (tr("Get"), self.get, {Kind.BOGO}),
            (tr("Which"), self.pool, {Kind.BOGO}),
            (tr("Pieces"), self.units, {Kind.FIXED_PRICE}),
            (tr("For"), self.bundle_price, {Kind.FIXED_PRICE}),
            (tr("Steps"), self.steps, {Kind.TIERED_PERCENT, Kind.TIERED_FIXED}),
            (tr("Steps count"), self.step_basis, {Kind.TIERED_PERCENT, Kind.TIERED_FIXED}),
            (tr("On what"), self.target, set(Kind)),
            (tr("But not"), self.exclude, set(Kind)),
            (tr("They get"), self.get_target, {Kind.BOGO}),
            ("", self.repeat, {Kind.BOGO, Kind.FIXED_PRICE}),
            (tr("At most so many times"), self.most_times, {Kind.BOGO}),
            (tr("At most"), self.most, set(Kind)),
        ]
        self.form.addRow(tr("It gives"), self.kind)
        for words, widget, _kinds in self._rows:
            self.form.addRow(words, widget)
        self.fields = {
            "percent": self.percent, "amount_minor": self.amount, "deal.percent": self.percent,
            "bundle_price_minor": self.bundle_price, "max_discount_minor": self.most, "tiers": self.steps.first,
            "bundle_units": self.units,
            "deal.buy_units": self.buy, "deal.get_units": self.get, "deal.amount_off_minor": self.amount,
            "deal.max_applications": self.most_times,
        }  # fmt: skip
        self.kind.currentIndexChanged.connect(lambda _at: self._on_kind())
        self.pool.currentIndexChanged.connect(lambda _at: self._on_kind())
        self.listen(
            self.kind, self.percent, self.amount, self.buy, self.get, self.pool, self.repeat, self.most_times,
            self.units, self.bundle_price, self.step_basis, self.most, *self.steps.edits(),
        )  # fmt: skip
        self._on_kind()

    @property
    def chosen_kind(self) -> Kind:
        return Kind(self.kind.currentData())

    def _on_kind(self) -> None:
        kind = self.chosen_kind
        for _words, widget, kinds in self._rows:
            self.form.setRowVisible(widget, kind in kinds)
        separate = kind is Kind.BOGO and self.pool.currentData()[0] is Pool.SEPARATE
        self.form.setRowVisible(self.get_target, separate)
        self.steps.show_percent(kind is Kind.TIERED_PERCENT)
        if kind is Kind.BOGO and not self.percent.text() and not self.amount.text():
            self.percent.setText(self.formats.number(100))  # free is what is mostly meant
        label = self.form.labelForField(self.amount)
        if isinstance(label, QLabel):
            both = kind in (Kind.CHEAPEST_ITEM, Kind.BOGO)
            label.setText(tr("or an amount") if both else tr("Amount"))

    def load(self, promotion: Promotion) -> None:
        self.kind.setCurrentIndex(max(0, self.kind.findData(promotion.kind)))
        deal = promotion.deal or Deal()
        percent = deal.percent if promotion.kind is Kind.BOGO else promotion.percent
        amount = (deal.amount_off_minor or 0) if promotion.kind is Kind.BOGO else promotion.amount_minor
        self.percent.setText("" if not percent or amount else self.formats.number(percent))
        if amount:
            self.amount.show_money(money(amount, self.formats))
        self.buy.setValue(deal.buy_units)
        self.get.setValue(deal.get_units)
        wanted = (deal.pool, Which.CHEAPEST if deal.pool is Pool.SEPARATE else deal.which)
        places = [place for place in range(self.pool.count()) if self.pool.itemData(place) == wanted]
        self.pool.setCurrentIndex(places[0] if places else 0)
        self.repeat.setChecked(deal.repeat if promotion.kind is Kind.BOGO else promotion.bundle_repeat)
        self.most_times.setText("" if deal.max_applications is None else str(deal.max_applications))
        self.units.setValue(promotion.bundle_units or 3)
        if promotion.kind is Kind.FIXED_PRICE:
            self.bundle_price.show_money(money(promotion.bundle_price_minor, self.formats))
        self.step_basis.setCurrentIndex(0 if promotion.tier_basis is TierBasis.VALUE else 1)
        self.steps.load(promotion)
        target = deal.buy if promotion.kind is Kind.BOGO else promotion.targets
        self.show_selection(self.target, target.include)
        self.show_selection(self.exclude, target.exclude)
        self.show_selection(self.get_target, deal.get.include)
        if promotion.max_discount_minor is not None:
            self.most.show_money(money(promotion.max_discount_minor, self.formats))
        self._on_kind()

    def apply(self, promotion: Promotion) -> Promotion:
        """Raises InvalidInput naming the field."""
        kind = self.chosen_kind
        target = Target(selection_of(self.target), selection_of(self.exclude))
        deal = promotion.deal or Deal()
        most = money_or_none(self.most, "max_discount_minor")
        promotion = replace(
            promotion, kind=kind, targets=target, percent=Decimal(0), amount_minor=0, deal=None, bundle_units=0,
            bundle_price_minor=0, bundle_repeat=False, tiers=(), max_discount_minor=most,
            max_units_per_line=promotion.max_units_per_line if kind is Kind.PERCENT else None,
            per_line=promotion.per_line and kind is Kind.FIXED,
        )  # fmt: skip
        if kind is Kind.PERCENT:
            return replace(promotion, percent=self._percent())
        if kind in (Kind.FIXED, Kind.FIXED_PER_UNIT):
            return replace(promotion, amount_minor=self._amount())
        if kind is Kind.CHEAPEST_ITEM:
            if self.amount.text().strip():
                return replace(promotion, amount_minor=self._amount())
            return replace(promotion, percent=self._percent())
        if kind is Kind.FIXED_PRICE:
            price = money_or_none(self.bundle_price, "bundle_price_minor", least=0)
            if price is None:
                raise InvalidInput(tr("Type what they cost together."), field="bundle_price_minor")
            return replace(
                promotion,
                bundle_units=self.units.read("bundle_units"),
                bundle_price_minor=price,
                bundle_repeat=self.repeat.isChecked(),
            )
        if kind is Kind.BOGO:
            return replace(promotion, targets=Target(), deal=self._deal(deal, target))
        basis = self.step_basis.currentData()
        return replace(promotion, tier_basis=basis, tiers=self.steps.tiers(kind, TierBasis(basis)))

    def _deal(self, before: Deal, buy: Target) -> Deal:
        pool, which = self.pool.currentData()
        by_amount = bool(self.amount.text().strip())
        return Deal(
            buy=buy, buy_units=self.buy.read("deal.buy_units"), pool=pool,
            get=replace(before.get, include=selection_of(self.get_target)) if pool is Pool.SEPARATE else Target(),
            get_units=self.get.read("deal.get_units"), percent=Decimal(100) if by_amount else self._percent(),
            amount_off_minor=self._amount() if by_amount else None, which=which, repeat=self.repeat.isChecked(),
            max_applications=read_count(self.most_times, "deal.max_applications"),
        )  # fmt: skip

    def _percent(self) -> Decimal:
        if not self.percent.text().strip():
            raise InvalidInput(tr("Type how many percent it takes off."), field="percent")
        try:
            return parse_percent(self.percent.text(), self.formats)
        except InvalidInput as error:
            raise InvalidInput(str(error), field="percent") from error

    def _amount(self) -> int:
        found = money_or_none(self.amount, "amount_minor")
        if found is None:
            raise InvalidInput(tr("Type the amount."), field="amount_minor")
        return found


class StepsField(QWidget):
    """From how much, how much off, a line for each step."""

    def __init__(self, formats: Formats, steps: int) -> None:
        super().__init__()
        self._formats = formats
        self._lines: list[tuple[QLineEdit, QLineEdit, Words]] = []
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE_S)
        for place in range(steps):
            start, off = QLineEdit(), QLineEdit()
            start.setAccessibleName(tr("Step {0} from").format(place + 1))
            off.setAccessibleName(tr("Step {0} off").format(place + 1))
            sign = Words(tr("off"), tone="muted")
            line = QHBoxLayout()
            line.setSpacing(SPACE_S)
            for part in (Words(tr("from"), tone="muted"), start, off, sign):
                line.addWidget(part)
            line.addStretch(1)
            start.setMaximumWidth(120)
            off.setMaximumWidth(120)
            box.addLayout(line)
            self._lines.append((start, off, sign))
        self.first = self._lines[0][0]

    def edits(self) -> list[QLineEdit]:
        return [edit for start, off, _sign in self._lines for edit in (start, off)]

    def show_percent(self, percent: bool) -> None:
        for _start, _off, sign in self._lines:
            sign.setText(tr("% off") if percent else tr("off"))

    def load(self, promotion: Promotion) -> None:
        for (start, off, _sign), tier in zip(self._lines, promotion.tiers, strict=False):
            by_value = promotion.tier_basis is TierBasis.VALUE
            start.setText(
                self._formats.amount(money(tier.threshold, self._formats))
                if by_value
                else self._formats.quantity(tier.threshold)
            )
            percent = promotion.kind is Kind.TIERED_PERCENT
            off.setText(
                self._formats.number(tier.percent)
                if percent
                else self._formats.amount(money(tier.amount_minor, self._formats))
            )

    def tiers(self, kind: Kind, basis: TierBasis) -> tuple[Tier, ...]:
        found = []
        try:
            for start, off, _sign in self._lines:
                if not start.text().strip() and not off.text().strip():
                    continue
                by_value = basis is TierBasis.VALUE
                threshold = (
                    parse_money(start.text(), self._formats).minor
                    if by_value
                    else read_quantity(start.text(), self._formats, "tiers")
                )
                if kind is Kind.TIERED_PERCENT:
                    found.append(Tier(threshold, percent=parse_percent(off.text(), self._formats)))
                else:
                    found.append(Tier(threshold, amount_minor=parse_money(off.text(), self._formats, least=1).minor))
        except InvalidInput as error:
            raise InvalidInput(str(error), field="tiers") from error
        return tuple(found)
