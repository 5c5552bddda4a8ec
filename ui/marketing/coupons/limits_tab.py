"""With which codes, how often, in which campaign, beside which others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
)

from app.coupons.model import CampaignFacts
from app.coupons.options import Options
from app.errors import InvalidInput
from app.pricing.promotion import (
    Promotion,
)
from ui.marketing.coupons.presenter import CampaignChoice
from ui.marketing.coupons.sentences import tr
from ui.marketing.coupons.tab import Tab, count_field, money, money_or_none, read_count, whole
from ui.shared.format import Formats
from ui.shared.money_field import MoneyField


class LimitsTab(Tab):
    """With which codes, how often, in which campaign, beside which others."""

    def __init__(self, formats: Formats, options: Options, campaigns: Sequence[CampaignFacts]) -> None:
        super().__init__(formats, options)
        self._campaigns = list(campaigns)
        self.how = QComboBox()
        for words, how in (
            (tr("With a code that is shared"), "shared"),
            (tr("With a code of its own for each customer"), "unique"),
            (tr("By itself, without a code"), "automatic"),
        ):
            self.how.addItem(words, how)
        self.how.setAccessibleName(tr("How it is given"))
        self.codes = QLineEdit()
        self.codes.setAccessibleName(tr("Codes"))
        self.codes.setPlaceholderText(tr("SUMMER10, several separated by commas"))
        self.codes.setMaxLength(600)
        self.total = count_field(tr("Times in all"), tr("no limit"))
        self.per_code = count_field(tr("Times for each code"), tr("no limit"))
        self.per_customer = count_field(tr("Times for each customer"), tr("no limit"))
        self.campaign = QComboBox()
        self.campaign.setEditable(True)
        self.campaign.setAccessibleName(tr("Campaign"))
        self.campaign.addItem("", None)
        for one in campaigns:
            self.campaign.addItem(one.name, one.id)
        editor = self.campaign.lineEdit()
        if editor is not None:
            editor.setPlaceholderText(tr("none, choose one, or type a new one's name"))
        self.budget = MoneyField(formats, tr("Its budget"))
        self.budget.setMaximumWidth(160)
        self.budget.setPlaceholderText(tr("no limit"))
        self.priority = whole(tr("Order"), -999)
        self.group = QLineEdit()
        self.group.setAccessibleName(tr("Only one of"))
        self.group.setMaxLength(60)
        self.group.setPlaceholderText(tr("A name that several promotions share: only one of them counts"))
        self.best = QCheckBox(tr("The best of them, not the first"))
        for label, widget in (
            (tr("It is given"), self.how), (tr("Codes"), self.codes), (tr("Times in all"), self.total),
            (tr("Times for each code"), self.per_code), (tr("Times for each customer"), self.per_customer),
            (tr("Campaign"), self.campaign), (tr("Its budget"), self.budget), (tr("Order"), self.priority),
            (tr("Only one of"), self.group), ("", self.best),
        ):  # fmt: skip
            self.form.addRow(label, widget)
        self.fields = {
            "codes": self.codes, "limits.total_uses": self.total, "limits.per_code_uses": self.per_code,
            "limits.per_customer_uses": self.per_customer, "campaign": self.campaign, "budget": self.budget,
            "priority": self.priority,
        }  # fmt: skip
        self.how.currentIndexChanged.connect(lambda _at: self._on_how())
        self.campaign.editTextChanged.connect(lambda _text: self._on_campaign())
        self.listen(
            self.how, self.codes, self.total, self.per_code, self.per_customer, self.campaign, self.budget,
            self.priority, self.group, self.best,
        )  # fmt: skip
        self._on_how()
        self._on_campaign()

    def _on_how(self) -> None:
        how = self.how.currentData()
        self.form.setRowVisible(self.codes, how == "shared")
        self.form.setRowVisible(self.per_code, how != "automatic")

    def _on_campaign(self) -> None:
        self.form.setRowVisible(self.budget, bool(self.campaign.currentText().strip()) and self._known() is None)

    def _known(self) -> CampaignFacts | None:
        name = self.campaign.currentText().strip().casefold()
        return next((one for one in self._campaigns if one.name.casefold() == name), None)

    def load(self, promotion: Promotion, campaign_id: int | None) -> None:
        shared = promotion.codes or not promotion.name  # a new one starts with a shared code
        how = "shared" if shared else "unique" if promotion.needs_code else "automatic"
        self.how.setCurrentIndex(self.how.findData(how))
        self.codes.setText(", ".join(promotion.codes))
        limits = promotion.limits
        for field, count in (
            (self.total, limits.total_uses), (self.per_code, limits.per_code_uses),
            (self.per_customer, limits.per_customer_uses),
        ):  # fmt: skip
            field.setText("" if count is None else str(count))
        self.campaign.setCurrentIndex(max(0, self.campaign.findData(campaign_id)))
        self.priority.setValue(promotion.priority)
        self.group.setText(promotion.exclusive_group)
        self.best.setChecked(promotion.best_of_group)

    def apply(self, promotion: Promotion) -> Promotion:
        how = self.how.currentData()
        words = tuple(dict.fromkeys(word.strip() for word in self.codes.text().split(",") if word.strip()))
        if how == "shared" and not words:
            raise InvalidInput(tr("Type the code that customers will use."), field="codes")
        limits = replace(
            promotion.limits,
            total_uses=read_count(self.total, "limits.total_uses"),
            per_code_uses=read_count(self.per_code, "limits.per_code_uses") if how != "automatic" else None,
            per_customer_uses=read_count(self.per_customer, "limits.per_customer_uses"),
        )
        needs_code = how == "unique" or (how == "shared" and promotion.needs_code)
        return replace(
            promotion, codes=words if how == "shared" else (), needs_code=needs_code, limits=limits,
            priority=self.priority.read("priority"), exclusive_group=self.group.text().strip(),
            best_of_group=self.best.isChecked(),
        )  # fmt: skip

    def campaign_choice(self) -> CampaignChoice:
        """Raises InvalidInput for a budget that is no amount: without one there would be no limit."""
        known = self._known()
        if known is not None:
            return CampaignChoice(id=known.id)
        name = self.campaign.currentText().strip()
        if not name:
            return CampaignChoice()
        budget = money_or_none(self.budget, "budget")
        return CampaignChoice(new_name=name, budget=None if budget is None else money(budget, self.formats))
