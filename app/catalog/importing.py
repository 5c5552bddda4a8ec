"""Products out of a list: looked at first, row by row with reasons, then taken all or nothing, and taken back.

`preview` changes nothing. `apply` judges the rows again inside its own transaction, so that what was shown is what is
written, or nothing is. A row whose SKU (or, without one, barcode) the shop knows changes that product; an empty cell
leaves what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from app.catalog.import_file import CellTable, read_table, write_table
from app.catalog.import_judging import (
    PreviewRow,
    RowState,
    ShopFacts,
    judge,
    new_categories,
    notes,
    read_shop,
)
from app.catalog.import_rows import HEADINGS, WRONG_HEADING, columns_of, field_of
from app.catalog.model import ProductDraft, gtin14
from app.catalog.service import code_values, product_values
from app.clock import Clock
from app.errors import DomainError
from app.folding import fold
from app.permissions import Permission
from app.spreadsheets.reading import is_workbook, read_workbook
from app.staff.model import Actor, require
from db.queries import catalog as queries
from db.queries import catalog_desk as desk_queries
from db.uow import Database, UnitOfWork

Progress = Callable[[int, int], bool]  # done, of how many; False stops
_STEP = 500  # rows written between two looks at the progress
_SAMPLE = (
    ("Sourdough loaf", "4.20", "BREAD-1", "5012345678900", "Bakery > Bread", "Hearth", "", "1.60", "standard", "", "",
     "fresh", "yes", "yes"),
    ("Mountain cheese", "24.50", "CHEESE-7", "", "Dairy > Cheese", "Alm", "", "", "weighed", "A-77", "", "", "yes",
     "yes"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Preview:
    """`passed_over`: headings nothing was read from. `notes`: sentences on what the file leaves open."""

    path: Path
    encoding: str
    delimiter: str
    currency: str
    rows: tuple[PreviewRow, ...]
    passed_over: tuple[str, ...]
    new_categories: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    table: CellTable

    def count(self, state: RowState) -> int:
        return sum(row.state is state for row in self.rows)

    @property
    def good_lines(self) -> frozenset[int]:
        """Lines that can be taken: new ones and changes."""
        return frozenset(row.line for row in self.rows if row.state in (RowState.NEW, RowState.CHANGE))


@dataclass(frozen=True, slots=True)
class ImportDone:
    """What was done, and what is needed to take it back."""

    added: tuple[int, ...]
    changed: int
    before: tuple[tuple[int, ProductDraft], ...]


@dataclass(frozen=True, slots=True)
class ImportUndone:
    """`retired`: added products that something names by now; they are not sold any more, and stay."""

    removed: int
    retired: int
    restored: int


class ImportRefused(DomainError):
    code = "import.refused"


class ImportStopped(DomainError):
    code = "import.stopped"

    def __init__(self) -> None:
        super().__init__("Stopped. Nothing was taken from the list.")


class ImportService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def preview(self, path: Path, *, by: Actor, encoding: str = "") -> Preview:
        """Look at a list (CSV or XLSX) without changing anything. `encoding`: of a CSV, "" to tell it from the file.

        Raises NotPermitted, FileUnreadable, OSError.
        """
        require(by, Permission.PRODUCT_EDIT)
        table = _read(path, encoding)
        columns = columns_of(table.heading)
        with self._database.read() as uow:
            shop = read_shop(uow)
        rows = tuple(judge(table, columns, shop))
        return Preview(
            path=path,
            encoding=table.encoding,
            delimiter=table.delimiter,
            currency=shop.currency,
            rows=rows,
            passed_over=columns.passed_over,
            new_categories=tuple(new_categories(rows, shop)),
            notes=tuple(notes(columns, rows, shop)),
            table=table,
        )

    def apply(
        self,
        preview: Preview,
        *,
        by: Actor,
        lines: Collection[int] | None = None,
        progress: Progress | None = None,
    ) -> ImportDone:
        """Take the rows of these lines (None: every row), all of them or none, in one transaction.

        Raises NotPermitted; ImportRefused where one of them is wrong, or the shop has changed so that it is by now;
        ImportStopped when `progress` answers False.
        """
        require(by, Permission.PRODUCT_EDIT)
        columns = columns_of(preview.table.heading)
        wanted = frozenset(row.line for row in preview.rows) if lines is None else frozenset(lines)
        with self._database.write() as uow:
            shop = read_shop(uow)
            table = replace(preview.table, lines=tuple(one for one in preview.table.lines if one.number in wanted))
            rows = [row for row in judge(table, columns, shop, preview.table) if row.state is not RowState.SAME]
            _refuse_wrong(rows)
            done = _write(uow, rows, shop, self._clock.now(), progress or (lambda _done, _total: True))
            uow.commit()
        return done

    def undo(self, done: ImportDone, *, by: Actor) -> ImportUndone:
        """Take an import back: what it added goes (or is retired where a sale names it), what it changed returns.

        Categories and brands it made stay. Raises NotPermitted; ImportRefused where a code has been given to another
        product since.
        """
        require(by, Permission.PRODUCT_EDIT)
        now = self._clock.now()
        with self._database.write() as uow:
            used = desk_queries.in_use(uow.connection, done.added)
            gone = [one for one in done.added if one not in used]
            desk_queries.remove_products(uow.connection, gone)
            desk_queries.retire_products(uow.connection, sorted(used), now)
            shop = read_shop(uow)
            before = [(key, draft) for key, draft in done.before if key in shop.products]
            _refuse_lost_codes(before, shop)
            _change(uow, before, now)
            uow.commit()
        return ImportUndone(len(gone), len(used), len(before))


def _read(path: Path, encoding: str) -> CellTable:
    if is_workbook(path):
        return read_workbook(path)
    return read_table(path, lambda cell: bool(field_of(cell)), encoding)


def write_template(path: Path) -> None:
    """A list with every heading and two rows to write over."""
    write_table(path, [words[0].capitalize() for words in HEADINGS.values()], _SAMPLE)


def write_wrong(preview: Preview, path: Path) -> int:
    """The wrong rows as they came with what is wrong beside them, to be corrected and read again; how many."""
    reasons = {row.line: " ".join(row.reasons) for row in preview.rows if row.state is RowState.WRONG}
    width = len(preview.table.heading.cells)
    rows = [
        [*(line.cells + ("",) * width)[:width], reasons[line.number]]
        for line in preview.table.lines
        if line.number in reasons
    ]
    heading = [cell for cell in preview.table.heading.cells if fold(cell) != fold(WRONG_HEADING)]
    again = [place for place, cell in enumerate(preview.table.heading.cells) if fold(cell) == fold(WRONG_HEADING)]
    kept = [[cell for place, cell in enumerate(row) if place not in again] for row in rows]
    write_table(path, [*heading, WRONG_HEADING], kept)
    return len(rows)


# --- Writing ------------------------------------------------------------------------------------------------------


def _refuse_wrong(rows: Sequence[PreviewRow]) -> None:
    wrong = [row for row in rows if row.state is RowState.WRONG]
    if wrong:
        first = f"Line {wrong[0].line}: {wrong[0].reasons[0]}"
        more = f" {len(wrong) - 1} more rows are wrong." if len(wrong) > 1 else ""
        raise ImportRefused(f"Nothing was taken from the list. {first}{more}")


def _refuse_lost_codes(before: Sequence[tuple[int, ProductDraft]], shop: ShopFacts) -> None:
    for key, draft in before:
        owners = [shop.by_code.get(gtin14(one.code) or one.code, key) for one in draft.barcodes]
        taken = next((owner for owner in (*owners, shop.by_sku.get(draft.sku.casefold(), key)) if owner != key), None)
        # A code that went to another product of the same import comes back with it.
        if taken is not None and taken not in dict(before):
            raise ImportRefused(
                f"A code of {draft.name} belongs to {shop.products[taken].name} by now. Take it off there, then undo."
            )


def _write(
    uow: UnitOfWork, rows: Sequence[PreviewRow], shop: ShopFacts, now: datetime, progress: Progress
) -> ImportDone:
    made = dict(shop.categories)
    drafts = [(row.product_id, _placed(uow, row.draft, row.category, made)) for row in rows if row.draft is not None]
    fresh = [draft for key, draft in drafts if key is None]
    changed = [(key, draft) for key, draft in drafts if key is not None]
    added: list[int] = []
    for start in range(0, len(fresh), _STEP):
        if not progress(start, len(drafts)):
            raise ImportStopped
        added += _add(uow, fresh[start : start + _STEP], now)
    if not progress(len(fresh), len(drafts)):
        raise ImportStopped
    _change(uow, changed, now)
    progress(len(drafts), len(drafts))
    return ImportDone(tuple(added), len(changed), tuple((key, shop.products[key]) for key, _draft in changed))


def _placed(
    uow: UnitOfWork, draft: ProductDraft, category: tuple[str, ...], made: dict[tuple[str, ...], int]
) -> ProductDraft:
    """The draft in its category, made where it is new."""
    if not category:
        return draft
    for depth in range(1, len(category) + 1):
        key = tuple(fold(name) for name in category[:depth])
        if key not in made:
            above = made.get(key[:-1])
            parent = queries.category(uow.connection, above) if above is not None else None
            made[key] = queries.add_category(uow.connection, category[depth - 1], parent, "", 0)
    return replace(draft, category_id=made[tuple(fold(name) for name in category)])


def _add(uow: UnitOfWork, drafts: Sequence[ProductDraft], now: datetime) -> list[int]:
    brands = desk_queries.add_brands(uow.connection, (draft.brand for draft in drafts))
    rows = [product_values(draft, brands.get(draft.brand), now) | {"created_at": now} for draft in drafts]
    ids = desk_queries.add_products(uow.connection, rows)
    _give_codes(uow, list(zip(ids, drafts, strict=True)), ())
    return ids


def _change(uow: UnitOfWork, drafts: Sequence[tuple[int, ProductDraft]], now: datetime) -> None:
    if not drafts:
        return
    brands = desk_queries.add_brands(uow.connection, (draft.brand for _key, draft in drafts))
    rows = [{"id": key} | product_values(draft, brands.get(draft.brand), now) for key, draft in drafts]
    desk_queries.change_products(uow.connection, rows)
    _give_codes(uow, drafts, [key for key, _draft in drafts])


def _give_codes(uow: UnitOfWork, drafts: Sequence[tuple[int, ProductDraft]], replaced: Sequence[int]) -> None:
    codes = [{"product_id": key} | code for key, draft in drafts for code in code_values(draft)]
    tags = [{"product_id": key, "tag": tag} for key, draft in drafts for tag in draft.tags]
    desk_queries.replace_codes_and_tags(uow.connection, replaced, codes, tags)
