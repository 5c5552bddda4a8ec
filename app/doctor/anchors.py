"""`regulars verify`: holds a register's journal against what was kept outside the shop, a Z report or a backup.

Within the shop's own data a journal that was cut at its end, or a whole shop that was put back to an older state,
looks sound. What somebody kept on paper does not change with it (F55).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from app.journal.chain import Break, Entry, first_break
from app.journal.signing import KEY_KIND, Anchor, fingerprint_of, holds, in_groups, public_key_in, read_anchor, told
from db.queries import backup as tills
from db.queries import journal as queries
from db.uow import Database

RESTORED_KIND = "restored"
_BARE = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Head:
    """Where a register's journal stood, as somebody kept it. `kept` says where: "Z 12 on this paper"."""

    register_id: int
    code: str
    sequence: int
    hash: str
    kept: str


@dataclass(frozen=True, slots=True)
class Verdict:
    good: bool
    sentence: str


def check_paper(database: Database, text: str) -> Verdict:
    """What the code of a Z report says against the shop's journal; its printed hash alone will do too.

    Raises InvalidInput for what is neither.
    """
    bare = re.sub(r"\s+", "", text).lower().removeprefix("journal")
    if _BARE.fullmatch(bare):
        return _check_bare(database, bare)
    anchor = read_anchor(text)
    head = Head(anchor.register_id, anchor.code, anchor.sequence, anchor.hash, f"Z {anchor.number} on this paper")
    with database.read() as uow:
        verdict = _check_head(uow.connection, head)
        by = _signed_by(uow.connection, anchor)
    if not verdict.good or by:
        said = f" It was signed with this register's key {in_groups(by)}." if by else _unsigned(anchor)
        return Verdict(verdict.good, verdict.sentence + said)
    return Verdict(False, f"The closing of Z {anchor.number} is in the journal of {anchor.code}.{_unsigned(anchor)}")


def check_backup(database: Database, path: Path) -> tuple[Verdict, ...]:
    """Every register against where it stood when this backup was taken. Raises BackupDamaged."""
    from app.backup.service import look_into

    manifest = look_into(path, whole=False)
    kept = f"this backup of {manifest.taken_at:%Y-%m-%d %H:%M} UTC"
    verdicts = []
    with database.read() as uow:
        for one in manifest.registers:
            if not one.journal_sequence:
                continue
            head = Head(one.register_id, one.code, one.journal_sequence, one.journal_head, kept)
            verdict = _check_head(uow.connection, head)
            anchor = read_anchor(one.anchor) if one.anchor else None
            if anchor is not None and not _signed_by(uow.connection, anchor):
                verdict = Verdict(False, f"{verdict.sentence}{_unsigned(anchor)}")
            verdicts.append(verdict)
    return tuple(verdicts)


def verify_from_command_line(database: Database, kept: list[str], out: TextIO) -> bool:
    """Print a verdict on each paper or backup; whether all are good."""
    good = True
    for one in kept:
        path = _file(one)
        for verdict in (check_paper(database, one),) if path is None else check_backup(database, path):
            print(f"{'ok' if verdict.good else 'BROKEN':>6}  {verdict.sentence}", file=out)
            good = good and verdict.good
    return good


def _file(word: str) -> Path | None:
    """The file that this names; None for the text of a paper."""
    path = Path(word).expanduser()
    try:
        return path if path.is_file() else None
    except OSError:  # longer than any name
        return None


def _check_bare(database: Database, made: str) -> Verdict:
    with database.read() as uow:
        found = queries.by_hash(uow.connection, made)
        if found is None:
            return Verdict(
                False, f"No journal of this shop holds {in_groups(made[:16])} …: it was rewritten or cut off."
            )
        register_id, sequence = found
        code = tills.tills(uow.connection)[register_id].code
        return _check_head(uow.connection, Head(register_id, code, sequence, made, "this mark"))


def _check_head(connection: Any, head: Head) -> Verdict:
    till = tills.tills(connection).get(head.register_id)
    if till is None:
        return Verdict(False, f"This shop never had the register {head.code} of {head.kept}. Is it of another shop?")
    kept, name = f"entry {head.sequence} ({head.kept})", f"The journal of {till.code}"
    entry = queries.entry_at(connection, head.register_id, head.sequence)
    if entry is None and till.journal_sequence < head.sequence:
        ends = f"{name} ends at entry {till.journal_sequence}, before {kept}: its end was cut off, or the whole shop "
        return Verdict(False, f"{ends}was put back to an older state.{_restored(connection, head.register_id)}")
    if entry is None or entry[1] != head.hash:
        other = f"{name} says something else at {kept}: it was rewritten, or the shop was put back to an older state "
        return Verdict(False, f"{other}and went on from there.{_restored(connection, head.register_id)}")
    broken = _first_break(connection, head.register_id, (till.journal_sequence, till.journal_head))
    if broken is not None:
        return Verdict(False, f"{name} does not hold at entry {broken.sequence}: {broken.why}.")
    return Verdict(True, f"{name} holds {kept}, and is whole from its first entry to its last.")


def _first_break(connection: Any, register_id: int, head: tuple[int, str]) -> Break | None:
    return first_break((Entry(*row) for row in queries.chain(connection, register_id)), register_id, head)


def _restored(connection: Any, register_id: int) -> str:
    """An honest reason there may be: somebody put a backup in the shop's place."""
    bodies = queries.bodies_of(connection, register_id, RESTORED_KIND)
    taken = [str(told(body).get("taken_at", ""))[:16].replace("T", " ") for _, body in bodies]
    return f" A backup taken {taken[-1]} UTC was put in its place, which may be why." if taken else ""


def _signed_by(connection: Any, anchor: Anchor) -> str:
    """The fingerprint of the register's key that made the anchor's signature; "" when none did."""
    for sequence, body in queries.bodies_of(connection, anchor.register_id, KEY_KIND):
        key = public_key_in(body) or ""
        if sequence < anchor.sequence and fingerprint_of(key) == anchor.fingerprint:
            return anchor.fingerprint if holds(key, anchor.message, anchor.signature) else ""
    return ""


def _unsigned(anchor: Anchor) -> str:
    return (
        f" No key that this journal names made the signature of Z {anchor.number} ({in_groups(anchor.fingerprint)}): "
        "it is mistyped, not genuine or of another shop, or the journal was made anew."
    )
