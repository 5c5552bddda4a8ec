"""Pages and actions: how a screen gets into the program.

A page is one small file. Put `page.py` in the screen's folder (ui/customers/page.py) and name it `PAGES`:

    from ui.shared.i18n import QT_TRANSLATE_NOOP
    from ui.shell.registry import Page, Section, ShellContext

    def _open(context: ShellContext) -> QWidget:
        from ui.customers.presenter import CustomersPresenter   # import late: start-up reads every page.py
        from ui.customers.view import CustomersView
        presenter = CustomersPresenter(context.services.get(CustomerService), context.reads)
        return CustomersView(presenter)

    PAGES = (Page("customers", QT_TRANSLATE_NOOP("pages", "Customers"), "users", _open,
                  permission="customer.view", section=Section.CUSTOMERS),)

The frame finds every `ui/<folder>/page.py` by itself. It builds a page's widget the first time it is opened and
keeps it. Give the widget what it needs out of the context, never the context itself.

A widget may have any of these; the frame looks for them by name:

- `page_shown(argument: object) -> None`  called each time the page comes to the front; `argument` is what
  `context.open_page(id, argument)` was given, or None.
- `page_left() -> bool`                   called before another page comes; False keeps this one in front.
- `palette_actions() -> list[Action]`      entries for the Ctrl+K palette while the page exists.
- `on_code(text: str) -> None`               takes scans while it is in front; without it a scan goes to the sale.
- `toast_lift: int`                         pixels a toast stays above the strip, where something matters there.
- `toast_centre: float`                     where a toast stands, as a share of the window's width; 0.5 without it.
- `focus_home() -> None`                  where the keyboard goes when a dialog or the palette closes.

`context.open_page("customerform", 17)` opens another page; `context.notify(text)` shows a toast,
`context.notify(text, undo=callable)` one with Undo. Pages in the same section are the section's sub-pages: the
rail shows the section, and tabs under the header show its pages by `order`. A page with `section=None` has no
place on the rail and is opened by others (the customer form).
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QCoreApplication

from ui.shared.i18n import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.checkout.model import TillContext
    from app.shop.filekey import FileKey
    from app.staff.model import Actor
    from ui.services import Services
    from ui.shared.format import Formats
    from ui.shared.jobs import Jobs


class Section(StrEnum):
    """The rail, top to bottom."""

    SELL = "sell"
    CUSTOMERS = "customers"
    MARKETING = "marketing"
    REPORTS = "reports"
    SETTINGS = "settings"


SECTION_TITLES: dict[Section, tuple[str, str]] = {
    Section.SELL: (QT_TRANSLATE_NOOP("pages", "Sell"), "shopping-basket"),
    Section.CUSTOMERS: (QT_TRANSLATE_NOOP("pages", "Customers"), "users"),
    Section.MARKETING: (QT_TRANSLATE_NOOP("pages", "Marketing"), "megaphone"),
    Section.REPORTS: (QT_TRANSLATE_NOOP("pages", "Reports"), "chart-column"),
    Section.SETTINGS: (QT_TRANSLATE_NOOP("pages", "Settings"), "settings"),
}


class SignedIn(Protocol):
    """As much of app.staff.model.Actor as the frame asks for."""

    @property
    def name(self) -> str: ...
    def may(self, permission: str, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where this till stands; words for the header, ids for the services."""

    shop_id: int
    outlet_id: int
    register_id: int
    shop: str
    outlet: str
    register: str
    demo: bool = False


def _nothing(*_: object) -> None:
    pass


@dataclass(frozen=True, slots=True)
class ShellContext:
    """What a page's factory may draw on. Made anew for each sign-in."""

    services: Services
    reads: Jobs
    writes: Jobs
    formats: Formats
    staff: Actor
    till: TillContext | None  # None while this register's shift is closed
    place: Place
    open_page: Callable[[str, object], object]
    notify: Callable[..., None]  # notify(text, *, undo: Callable[[], None] | None = None)
    set_held: Callable[[int], None]  # the strip's "held 2"
    shift_changed: Callable[[], None] = field(default=_nothing)  # call after opening or closing the shift
    wake_devices: Callable[[], None] = field(default=_nothing)  # something is due in the outbox
    encrypt: Callable[[FileKey, bool], None] = field(default=_nothing)  # ui.program: closes the shop for it
    devices: Any = None  # ui.devices: what runs this till's devices, for the settings page


@dataclass(frozen=True, slots=True)
class Page:
    """`title` is marked with QT_TRANSLATE_NOOP("pages", ...); `permission` as roles store it, "" for everyone."""

    id: str
    title: str
    icon: str
    factory: Callable[[ShellContext], QWidget]
    permission: str = ""
    section: Section | None = None
    order: int = 100
    words: str = ""  # more words the palette finds it by

    @property
    def shown_title(self) -> str:
        return QCoreApplication.translate("pages", self.title)


@dataclass(frozen=True, slots=True)
class Action:
    """One line of the Ctrl+K palette. `run` is called after the palette has closed."""

    id: str
    title: str
    run: Callable[[], None]
    shortcut: str = ""
    icon: str = "chevron-right"
    words: str = ""


class Registry:
    """Every page of the program, by id."""

    def __init__(self, pages: Iterable[Page] = ()) -> None:
        self._pages: dict[str, Page] = {}
        for page in pages:
            self.add(page)

    def add(self, page: Page) -> None:
        if page.id in self._pages:
            raise ValueError(f"two pages are called {page.id}")
        self._pages[page.id] = page

    def page(self, page_id: str) -> Page | None:
        return self._pages.get(page_id)

    def pages(self) -> list[Page]:
        return list(self._pages.values())

    def in_section(self, section: Section, staff: SignedIn) -> list[Page]:
        """The section's pages this person may open, in order."""
        pages = [page for page in self._pages.values() if page.section is section and allowed(page, staff)]
        return sorted(pages, key=lambda page: (page.order, page.id))


def allowed(page: Page, staff: SignedIn) -> bool:
    return not page.permission or staff.may(page.permission)


def discover() -> Registry:
    """Read every ui/<folder>/page.py. They import nothing heavy, so this takes milliseconds."""
    import ui

    registry = Registry()
    for folder in sorted(module.name for module in pkgutil.iter_modules(ui.__path__) if module.ispkg):
        name = f"ui.{folder}.page"
        if importlib.util.find_spec(name) is None:
            continue
        for page in importlib.import_module(name).PAGES:
            registry.add(page)
    return registry
