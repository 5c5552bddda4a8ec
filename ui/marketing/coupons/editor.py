"""Making or changing a coupon: four tabs of fields, and beneath them the promotion in plain sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QTabWidget, QWidget

from app.catalog.model import ProductHit
from app.coupons.options import Options
from app.errors import InvalidInput
from app.pricing.promotion import Kind, Promotion
from ui.marketing.coupons.gives_tab import GivesTab
from ui.marketing.coupons.limits_tab import LimitsTab
from ui.marketing.coupons.needs_tab import ConditionsTab
from ui.marketing.coupons.presenter import EditorFacts
from ui.marketing.coupons.sentences import Describer, tr
from ui.marketing.coupons.tab import MOST_STEPS, Tab, all_product_fields, form_layout
from ui.marketing.coupons.when_tab import WhenWhoTab
from ui.shared import theme
from ui.shared.dialogs import Dialog
from ui.shared.format import Formats
from ui.shared.tokens import SPACE_M
from ui.shared.widgets import Card, Words

NEW = Promotion(id=0, name="", kind=Kind.PERCENT)
NAME_LENGTH = 160


class CouponEditor(Dialog):
    """Fields that the form does not have keep what the promotion holds."""

    save_wanted = Signal(object, object)  # Promotion, CampaignChoice
    search_wanted = Signal(str)

    def __init__(self, facts: EditorFacts, formats: Formats, today: date, parent: QWidget | None = None) -> None:
        title = tr("New coupon") if facts.details is None else tr("Edit coupon")
        super().__init__(title, parent, width=720)
        self._facts = facts
        self._promotion = NEW if facts.details is None else facts.details.promotion
        self.name = QLineEdit(self._promotion.name)
        self.name.setAccessibleName(tr("Name"))
        self.name.setMaxLength(NAME_LENGTH)
        self.name.setPlaceholderText(tr("As it is printed on the receipt: Summer 10 %"))
        self.gives = GivesTab(formats, facts.options, steps=max(MOST_STEPS, len(self._promotion.tiers)))
        self.conditions = ConditionsTab(formats, facts.options)
        self.when = WhenWhoTab(formats, facts.options, today)
        self.limits = LimitsTab(formats, facts.options, facts.campaigns)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(tr("Parts of the coupon"))
        self._pages: list[tuple[Tab, str]] = [
            (self.gives, tr("What it gives")), (self.limits, tr("Codes and limits")),
            (self.conditions, tr("What it needs")), (self.when, tr("When and for whom")),
        ]  # fmt: skip
        for tab, words in self._pages:
            self.tabs.addTab(tab, words)
        self.summary = Words(wrap=True)
        self._lay_out()
        self.gives.load(self._promotion)
        self.conditions.load(self._promotion)
        self.when.load(self._promotion)
        self.limits.load(self._promotion, None if facts.details is None else facts.details.campaign_id)
        for tab, _words in self._pages:
            tab.changed.connect(self._on_changed)
            tab.search_wanted.connect(self.search_wanted)
        self._formats = formats
        self.set_primary(tr("Save"), self._on_save)
        self._on_changed()
        self.name.setFocus()

    def _lay_out(self) -> None:
        form = form_layout()
        form.addRow(tr("Name"), self.name)
        self.body.addLayout(form)
        self.tabs.setMinimumHeight(490)  # the longest form, buy some and get others
        self.body.addWidget(self.tabs, 1)
        card = Card("flat", margin=SPACE_M)
        card.box.addWidget(self.summary)
        self.body.addWidget(card)

    def show_products(self, found: list[ProductHit]) -> None:
        for field in all_product_fields(tab for tab, _words in self._pages):
            if field.search.text().strip():
                field.show_products(found)

    def read(self) -> Promotion:
        """The promotion as the fields have it. Raises InvalidInput naming the field."""
        promotion = replace(self._promotion, name=self.name.text().strip())
        for tab, _words in self._pages:
            promotion = tab.apply(promotion)
        return promotion

    def _on_changed(self) -> None:
        """The sentences follow the fields; while something is half typed the last ones stay."""
        try:
            promotion = self.read()
        except InvalidInput as unfinished:
            self.summary.setText(str(unfinished))
            self.summary.set_tone("muted")
            return
        describer = Describer(self._formats, self._with_products())
        sentences = [describer.gives(promotion) + ".", *describer.conditions(promotion)]
        self.summary.setText(" ".join(sentences))
        self.summary.set_tone("")

    def _with_products(self) -> Options:
        """Options that also name the products chosen since the editor opened."""
        chosen = {
            int(choice.key): choice.name
            for field in all_product_fields(tab for tab, _words in self._pages)
            for choice in field.choices()
            if choice.kind == "products"
        }
        return replace(self._facts.options, products={**self._facts.options.products, **chosen})

    def _on_save(self) -> None:
        try:
            if not self.name.text().strip():
                raise InvalidInput(tr("Give the coupon a name."), field="name")
            promotion = self.read()
            campaign = self.limits.campaign_choice()
        except InvalidInput as refusal:
            self.refuse(str(refusal), refusal.field)
            return
        self.tell("")
        self._mark("")
        self.set_busy(True)
        self.save_wanted.emit(promotion, campaign)

    def refuse(self, sentence: str, field: str = "") -> None:
        """Say it, go to the tab with the field, and mark the field."""
        self.set_busy(False)
        self.tell(sentence)
        self._mark(field)

    def _mark(self, field: str) -> None:
        field = field.partition("[")[0]  # "tiers[2].percent": the part of the form is enough
        named: dict[str, QWidget] = {"name": self.name}
        for tab, _words in self._pages:
            named |= tab.fields
            if field in tab.fields:
                self.tabs.setCurrentWidget(tab)
        wrong = named.get(field)
        for widget in set(named.values()):
            widget.setProperty("wrong", widget is wrong)
            theme.restyle(widget)
        if wrong is not None:
            wrong.setFocus()
