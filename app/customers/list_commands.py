"""`regulars import customers FILE` and `regulars export customers FILE`: the services in lines of text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from app.clock import SystemClock
from app.console import progress_line
from app.customers.exporting import CustomerExport
from app.customers.import_judging import JudgedRow, RowState
from app.customers.importing import CustomerImport, Preview
from app.staff.model import with_all_rights

MOST_SHOWN = 200  # reasons; a file with more is better corrected from the first ones


def import_from_command_line(
    url: str, path: Path, out: TextIO, look: bool, leave_wrong: bool, key: str | None = None
) -> bool:
    """True when every row is right. Without `leave_wrong` one wrong row leaves the shop as it was.

    Raises FileUnreadable, OSError, DatabaseProblem.
    """
    from db.schema import open_shop

    database = open_shop(url, key=key)
    try:
        service, by = CustomerImport(database, SystemClock()), with_all_rights(0, "command line")
        show = progress_line(out)
        preview = service.preview(path, by=by, progress=lambda done, total: _shown(show, "Looking", done, total))
        _tell(preview, out)
        wrong = preview.count(RowState.WRONG)
        if look:
            print("Nothing was changed.", file=out)
        elif wrong and not leave_wrong:
            print("Nothing was changed. Correct the rows, or add --leave-wrong to take the others.", file=out)
        else:
            done = service.apply(preview, by=by, progress=lambda done, total: _shown(show, "Taking", done, total))
            _print_reasons(done.left, out)
            wrong += len(done.left)
            print(f"{done.added:,} customers added, {done.changed:,} changed.", file=out)
    finally:
        database.close()
    return not wrong


def export_from_command_line(url: str, path: Path, out: TextIO, key: str | None = None) -> None:
    """Raises DomainError, OSError, DatabaseProblem."""
    from db.schema import open_shop

    database = open_shop(url, key=key)
    try:
        show = progress_line(out)
        by = with_all_rights(0, "command line")
        count = CustomerExport(database, SystemClock()).write(
            path, by=by, progress=lambda done, total: _shown(show, "Writing", done, total)
        )
    finally:
        database.close()
    print(f"{path} holds {count:,} customers. It is personal data: keep it where only you can read it.", file=out)


def _shown(show: Callable[[str, int, int], None], what: str, done: int, total: int) -> bool:
    show(what, done, total)
    return True


def _tell(preview: Preview, out: TextIO) -> None:
    _print_reasons([row for row in preview.rows if row.state is RowState.WRONG], out)
    if preview.passed_over:
        print(f"Columns nothing is read from: {', '.join(preview.passed_over)}.", file=out)
    if preview.consents_left:
        print(
            f"{preview.consents_left:,} times the list says yes to messages for somebody here who did not: "
            "that is left as it is. Ask them at the till.",
            file=out,
        )
    counts = [(RowState.NEW, "new"), (RowState.CHANGE, "to change"), (RowState.SAME, "as they are")]
    said = ", ".join(f"{preview.count(state):,} {words}" for state, words in counts)
    print(f"{len(preview.rows):,} rows: {said}, {preview.count(RowState.WRONG):,} wrong.", file=out)


def _print_reasons(wrong: Sequence[JudgedRow], out: TextIO) -> None:
    for row in wrong[:MOST_SHOWN]:
        print(f"Line {row.line}: {' '.join(row.reasons)}", file=out)
    if len(wrong) > MOST_SHOWN:
        print(f"... and {len(wrong) - MOST_SHOWN:,} more rows.", file=out)
