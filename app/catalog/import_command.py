"""`regulars import products FILE`: the same looking and taking as on the screen, in lines of text."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from app.catalog.import_judging import RowState
from app.catalog.importing import ImportService, Preview
from app.clock import SystemClock
from app.staff.model import with_all_rights

MOST_SHOWN = 200  # reasons; a file with more is better corrected from the first ones


def import_from_command_line(
    url: str, path: Path, out: TextIO, look: bool, leave_wrong: bool, key: str | None = None
) -> bool:
    """True when every row is right. Without `leave_wrong` one wrong row leaves the shop as it was.

    Raises FileUnreadable, ImportRefused, OSError, DatabaseProblem.
    """
    from db.schema import open_shop

    database = open_shop(url, key=key)
    try:
        service, by = ImportService(database, SystemClock()), with_all_rights(0, "command line")
        preview = service.preview(path, by=by)
        _tell(preview, out)
        wrong = preview.count(RowState.WRONG)
        if look:
            print("Nothing was changed.", file=out)
        elif wrong and not leave_wrong:
            print("Nothing was changed. Correct the rows, or add --leave-wrong to take the others.", file=out)
        else:
            done = service.apply(preview, lines=preview.good_lines, by=by)
            print(f"{len(done.added):,} products added, {done.changed:,} changed.", file=out)
    finally:
        database.close()
    return not wrong


def _tell(preview: Preview, out: TextIO) -> None:
    wrong = [row for row in preview.rows if row.state is RowState.WRONG]
    for row in wrong[:MOST_SHOWN]:
        print(f"Line {row.line}: {' '.join(row.reasons)}", file=out)
    if len(wrong) > MOST_SHOWN:
        print(f"... and {len(wrong) - MOST_SHOWN:,} more rows.", file=out)
    for note in preview.notes:
        print(note, file=out)
    counts = [(RowState.NEW, "new"), (RowState.CHANGE, "to change"), (RowState.SAME, "as they are")]
    said = ", ".join(f"{preview.count(state):,} {words}" for state, words in counts)
    print(f"{len(preview.rows):,} rows: {said}, {len(wrong):,} wrong.", file=out)
