"""`regulars scenarios FILE…`: check every file, play every record, print one JSON line each and a summary."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from app.errors import DomainError
from app.scenarios import forms
from app.scenarios.answer import Played, Player, Unsupported
from app.scenarios.schema import Malformed, Obj, check

LARGEST_FILE = 64 * 1024 * 1024
FINE, DIFFERENT, MALFORMED = 0, 1, 2
VERDICTS = ("match", "differs", "unsupported", "error")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Loaded:
    kind: str
    record: Mapping[str, Any]


def run_files(paths: Sequence[str | Path], out: TextIO, err: TextIO | None = None) -> int:
    """`main` as the command line calls it."""
    return main([str(path) for path in paths], out, err or sys.stderr)


def main(paths: Sequence[str], out: TextIO, err: TextIO) -> int:
    """Exit status: 0 nothing differs or errs (idiosyncratic records aside), 1 something does, 2 a malformed file.

    All files are checked before the first record is played, so a malformed one prints no verdicts.
    """
    unknown: dict[str, None] = {}
    try:
        records = [loaded for path in paths for loaded in _load(Path(path), unknown)]
    except Malformed as error:
        print(error, file=err)
        return MALFORMED
    for field in unknown:
        print(f"Ignored, for the scenario format does not describe it: {field}", file=err)
    counts = dict.fromkeys(VERDICTS, 0)
    failed = False
    for loaded in records:
        line = _play(loaded)
        counts[line["verdict"]] += 1
        failed = failed or (line["verdict"] in ("differs", "error") and not loaded.record.get("idiosyncratic"))
        print(json.dumps(line, ensure_ascii=False, default=str), file=out)
    print(json.dumps({"summary": counts}), file=out)
    return DIFFERENT if failed else FINE


def _play(loaded: Loaded) -> dict[str, Any]:
    line: dict[str, Any] = {"id": loaded.record["id"], "verdict": "match"}
    try:
        played = _player(loaded.kind)(loaded.record)
    except Unsupported as why:
        return {**line, "verdict": "unsupported", "expected": _expected(loaded.record), "actual": None,
                "differences": [], "why": str(why)}  # fmt: skip
    except Exception as error:
        # Whatever a service raises that no player knows as a refusal is this record's verdict, not the run's end.
        log.info("record %s", loaded.record["id"], exc_info=not isinstance(error, DomainError))
        return {**line, "verdict": "error", "expected": _expected(loaded.record), "actual": None,
                "differences": [], "why": f"{type(error).__name__}: {error}"}  # fmt: skip
    return {**line, **_verdict(played)}


def _verdict(played: Played) -> dict[str, Any]:
    return {
        "verdict": "differs" if played.differences else "match",
        "expected": played.expected,
        "actual": played.actual,
        "differences": played.differences,
    }


def _expected(record: Mapping[str, Any]) -> Any:
    for name in ("expected", "expect", "final"):
        if name in record:
            return record[name]
    return None


def _player(kind: str) -> Player:
    """Players are imported when met: a file of promotions does not load the card services."""
    if kind == "promotions":
        from app.scenarios.promotion_shop import play

        return play
    if kind == "barcodes":
        from app.scenarios.barcodes import play as play_barcode

        return play_barcode
    if kind == "giftcards":
        from app.scenarios.giftcards import play as play_cards

        return play_cards
    if kind == "loyalty":
        from app.scenarios.loyalty import play as play_points

        return play_points
    return _rfm


def _rfm(_record: Mapping[str, Any]) -> Played:
    raise Unsupported("RFM scoring is not in this version")


# ---- files ------------------------------------------------------------------------------------------------

_FORMS: tuple[tuple[str, str, Obj], ...] = (
    # a field that only this kind has, its name, its form
    ("basket", "promotions", forms.PROMOTIONS),
    ("program", "loyalty", forms.LOYALTY),
    ("steps", "giftcards", forms.GIFT_CARDS),
    ("method", "rfm", forms.RFM),
    ("input", "barcodes", forms.BARCODES),
)


def _load(path: Path, unknown: dict[str, None]) -> list[Loaded]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Malformed(f"{path}: too large for a scenario file.")
        content = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal, parse_constant=_no_constant)
    except OSError as error:
        raise Malformed(f"{path}: cannot be read ({error.strerror or 'no such file'}).") from None
    except (ValueError, RecursionError) as error:
        raise Malformed(f"{path}: is not JSON ({error}).") from None
    if not isinstance(content, list):
        raise Malformed(f"{path}: must hold a JSON list of records.")
    return [_recognised(record, place, path, unknown) for place, record in enumerate(content, start=1)]


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _recognised(record: object, place: int, path: Path, unknown: dict[str, None]) -> Loaded:
    if not isinstance(record, dict):
        raise Malformed(f"{path}: record {place}: must be an object.")
    identity = record.get("id")
    name = f"record {identity} (number {place})" if isinstance(identity, str) else f"record {place}"
    known = next(((kind, form) for mark, kind, form in _FORMS if mark in record), None)
    if known is None:
        raise Malformed(
            f"{path}: {name}: field basket, steps, input or method: is missing, so its kind cannot be told."
        )
    kind, form = known
    found: set[str] = set()
    try:
        check(record, form, "", found)
        if kind == "promotions":
            from app.scenarios.promotions import examine

            examine(record)
    except Malformed as error:
        raise Malformed(f"{path}: {name}: {error}.") from None
    unknown.update(dict.fromkeys(f"{kind}: {field}" for field in sorted(found)))
    return Loaded(kind, record)
