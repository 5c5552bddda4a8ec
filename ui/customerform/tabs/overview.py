"""The Overview tab: what this customer is worth, when they were here, what they like, and their last sales."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from app.customers.history import CategoryShare, CustomerHistoryService, InvoiceRow, Overview
from app.paging import Page
from app.staff.model import Actor
from ui.customerform.section import LinkedModel, LinkedTable, SectionCard, tab_layout
from ui.customerform.tabs import FormContext, FormTab
from ui.customerform.tabs.invoices import kind_words, source_words
from ui.shared.banner import Banner
from ui.shared.error_text import sentence
from ui.shared.format import Formats
from ui.shared.i18n import QT_TRANSLATE_NOOP
from ui.shared.jobs import Jobs
from ui.shared.reading import Newest
from ui.shared.tables import Column
from ui.shared.tokens import SPACE_M, TYPE_SMALL, TYPE_TITLE
from ui.shared.widgets import Card, ElidedWords, Words

_NONE = "–"


def _tr(text: str) -> str:
    return QCoreApplication.translate("customerform", text)


class OverviewPresenter(QObject):
    opened = Signal(object)  # Overview
    refused = Signal(str)  # a sentence

    def __init__(self, service: CustomerHistoryService, reads: Jobs, actor: Actor) -> None:
        super().__init__()
        self._service, self._actor = service, actor
        self._overview = Newest(reads, self)
        self._overview.failed.connect(self._on_failed)

    def open(self, customer_id: int) -> None:
        self._overview.ask(lambda: self._service.overview(customer_id, by=self._actor), self.opened.emit)

    def _on_failed(self, error: Exception) -> None:
        self.refused.emit(sentence(error))


class Figure(Card):
    """One number with what it means above it and a quiet remark under it."""

    def __init__(self, title: str) -> None:
        super().__init__("card", margin=SPACE_M, spacing=0)
        self._title = title
        self.value = ElidedWords(size=TYPE_TITLE, strong=True)
        self.remark = ElidedWords(size=TYPE_SMALL, tone="muted")
        self.box.addWidget(Words(title, size=TYPE_SMALL, tone="muted"))
        self.box.addWidget(self.value)
        self.box.addWidget(self.remark)

    def tell(self, value: str, remark: str = "") -> None:
        self.value.setText(value)
        self.remark.setText(remark)
        self.setAccessibleName(f"{self._title}: {value} {remark}".strip())


class OverviewTab(QWidget):
    invoice_wanted = Signal(int)  # sale id

    def __init__(self, presenter: OverviewPresenter, formats: Formats) -> None:
        super().__init__()
        self._presenter, self._formats = presenter, formats
        presenter.setParent(self)
        self._customer_id = 0
        self.banner = Banner()
        self.figures = {
            "spend": Figure(_tr("Lifetime spend")),
            "average": Figure(_tr("Average basket")),
            "days": Figure(_tr("Days since last purchase")),
            "points": Figure(_tr("Points balance")),
            "visits": Figure(_tr("Visits")),
            "saved": Figure(_tr("Saved by discounts")),
        }
        latest = LinkedTable(LinkedModel(_sale_columns(formats), link=1), _tr("Last 10 transactions"))
        latest.opened.connect(self._on_sale)
        self.latest = SectionCard(
            _tr("Last 10 transactions"),
            latest,
            _tr("Nothing bought yet: choose this customer at the till (F3) and their sales are listed here."),
            formats,
        )
        self.categories = SectionCard(
            _tr("Buys most"),
            LinkedTable(LinkedModel(_category_columns(formats)), _tr("Buys most")),
            _tr("No purchases yet."),
            formats,
        )
        self.tags = SectionCard(
            _tr("Top tags"),
            LinkedTable(LinkedModel(_tag_columns()), _tr("Top tags")),
            _tr("No tags yet: Edit adds them."),
            formats,
        )
        self.as_of = Words(size=TYPE_SMALL, tone="muted")
        self._lay_out()
        presenter.opened.connect(self._on_opened)
        presenter.refused.connect(self.banner.tell)

    def _lay_out(self) -> None:
        box = tab_layout(self)
        box.addWidget(self.banner)
        figures = QHBoxLayout()
        figures.setSpacing(SPACE_M)
        for figure in self.figures.values():
            figures.addWidget(figure, 1)
        box.addLayout(figures)
        grid = QGridLayout()
        grid.setSpacing(SPACE_M)
        grid.addWidget(self.latest, 0, 0, 2, 1)
        grid.addWidget(self.categories, 0, 1)
        grid.addWidget(self.tags, 1, 1)
        grid.setColumnStretch(0, 5)
        grid.setColumnStretch(1, 2)
        box.addLayout(grid, 1)
        box.addWidget(self.as_of, 0, Qt.AlignmentFlag.AlignRight)

    def show_customer(self, customer_id: int) -> None:
        if customer_id != self._customer_id:
            for section in (self.latest, self.categories, self.tags):
                section.clear()
            for figure in self.figures.values():
                figure.tell("")
            self.as_of.setText("")
        self._customer_id = customer_id
        self.banner.hide()
        self._presenter.open(customer_id)

    def _on_opened(self, seen: Overview) -> None:
        self._tell_figures(seen)
        self.latest.show_page(Page(seen.latest), None)
        self.categories.show_page(Page(seen.categories), None)
        self.tags.show_page(Page(seen.tags), None)
        self.as_of.setText(_tr("As of {0}").format(self._formats.moment(seen.as_of)))

    def _tell_figures(self, seen: Overview) -> None:
        formats, figures = self._formats, self.figures
        figures["spend"].tell(
            formats.money(seen.spend), seen.usual_outlet and _tr("mostly {0}").format(seen.usual_outlet)
        )
        figures["average"].tell(formats.money(seen.average_basket) if seen.average_basket is not None else _NONE)
        last = formats.date(formats.local(seen.last_visit_at).date()) if seen.last_visit_at is not None else ""
        figures["days"].tell(_NONE if seen.days_since_visit is None else formats.number(seen.days_since_visit), last)
        figures["points"].tell(formats.number(seen.points))
        since = formats.date(formats.local(seen.first_visit_at).date()) if seen.first_visit_at is not None else ""
        figures["visits"].tell(formats.number(seen.visits), since and _tr("since {0}").format(since))
        one, many = _tr("1 visit with a coupon"), _tr("{0} visits with a coupon")
        coupons = one if seen.coupon_visits == 1 else many.format(formats.number(seen.coupon_visits))
        figures["saved"].tell(formats.money(seen.saved), coupons if seen.visits else "")

    def _on_sale(self, row: InvoiceRow) -> None:
        self.invoice_wanted.emit(row.sale_id)


def _sale_columns(formats: Formats) -> list[Column[InvoiceRow]]:
    return [
        Column(_tr("Date"), lambda one: formats.moment(one.completed_at), width=165),
        Column(_tr("Invoice"), lambda one: one.number, width=110),
        Column(_tr("Kind"), lambda one: kind_words(one.kind), width=80),
        Column(
            _tr("Basket value"),
            lambda one: formats.money(one.total),
            width=110,
            number=True,
            tone=lambda one: "danger" if one.total.minor < 0 else "",
        ),
        Column(_tr("Location"), lambda one: one.outlet),
        Column(_tr("Order source"), lambda one: source_words(one.source), width=100),
    ]


def _category_columns(formats: Formats) -> list[Column[CategoryShare]]:
    return [
        Column(_tr("Category"), lambda one: one.name),
        Column(_tr("Visits"), lambda one: formats.number(one.visits), width=70, number=True),
        Column(_tr("Spend"), lambda one: formats.money(one.spend), width=110, number=True),
    ]


def _tag_columns() -> list[Column[tuple[str, str]]]:
    return [Column(_tr("Tag"), lambda one: one[0]), Column(_tr("Value"), lambda one: one[1], width=160)]


def _open(context: FormContext) -> QWidget:
    service = context.services.get(CustomerHistoryService)
    view = OverviewTab(OverviewPresenter(service, context.reads, context.actor), context.formats)
    view.invoice_wanted.connect(context.open_invoice)
    return view


TAB = FormTab("overview", QT_TRANSLATE_NOOP("customerform", "Overview"), _open, order=10)
