"""`regulars doctor`: asks every question of the shop, in one view of it, while tills go on selling."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from app.clock import Clock
from app.doctor.cards import Payment, paid_after_expiry
from app.doctor.journals import Chain, suspects, trouble_in_one
from app.doctor.model import Finding, Report
from app.doctor.promotions import Use, uses_against_terms
from app.doctor.signatures import Gathered, Signatures
from app.giftcards.policy import NAMES as VALUE_SETTINGS
from app.giftcards.policy import policy_of
from db.queries import doctor as queries
from db.queries import doctor_figures, doctor_ledgers, doctor_sales, doctor_uses, shop_facts
from db.schema import known_revisions
from db.uow import Database

EXAMPLES = 5
CHECKS = (*doctor_sales.CHECKS, *doctor_ledgers.CHECKS, *doctor_figures.CHECKS)

Tell = Callable[[str, int, int], None]


class DoctorService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def examine(self, *, progress: Tell | None = None) -> Report:
        """Every rule; takes up to a minute on a million sales. Off the GUI thread."""
        return examine(self._database, progress=progress)


def examine(
    database: Database, *, progress: Tell | None = None, skip_pages: bool = False, at_once: bool = False
) -> Report:
    """Ask everything. `skip_pages` leaves out the database's own check of every page, the slowest part; with
    `at_once` it runs beside the rest, which takes half the time and two cores: not on a till that sells."""
    started = time.monotonic()
    beside = at_once and not skip_pages and database.is_sqlite
    with _pages_beside(database, wanted=beside) as pages, database.read() as uow:
        queries.begin(uow.connection)
        findings = ask_all(uow.connection, progress=progress, skip_pages=skip_pages or beside) + pages()
        heads = {row.code: row.journal_head for row in queries.heads(uow.connection)}
        revision = queries.revision(uow.connection)
    return Report(findings, time.monotonic() - started, revision, heads)


@contextmanager
def _pages_beside(database: Database, *, wanted: bool) -> Iterator[Callable[[], tuple[Finding, ...]]]:
    """The check of the pages on a connection and a thread of its own; it ends when the block does."""
    if not wanted:
        yield lambda: ()
        return
    with database.read() as uow, ThreadPoolExecutor(1, thread_name_prefix="pages") as pool:
        asked = pool.submit(_clocked, _integrity, uow.connection)
        try:
            yield lambda: (asked.result(),)
        finally:
            if not asked.done():
                queries.stop(uow.connection)
                wait([asked])


def ask_all(connection: Any, *, progress: Tell | None = None, skip_pages: bool = False) -> tuple[Finding, ...]:
    """Every finding, of what this connection's transaction sees."""
    tell = progress or (lambda *_: None)
    steps = _steps(skip_pages)
    findings = []
    for place, (name, ask) in enumerate(steps):
        tell(f"Checking {name.replace('_', ' ')}", place, len(steps))
        findings.append(_clocked(ask, connection))
    tell("Everything checked", len(steps), len(steps))
    return tuple(findings)


_Step = tuple[str, Callable[[Any], Finding]]


def _steps(skip_pages: bool) -> list[_Step]:
    steps: list[_Step] = [("schema", _schema), ("guards", _guards), ("strangers", _strangers)]
    if not skip_pages:
        steps.append(("integrity", _integrity))
    steps += [(check.name, _asking(check)) for check in CHECKS]
    journals = _Journals()
    steps += [("value_expired", _expired), ("coupon_terms", _terms), ("journal", journals.chain)]
    return [*steps, ("journal_keys", journals.keys), ("journal_signed", journals.signatures)]


def _asking(check: queries.Check) -> Callable[[Any], Finding]:
    def ask(connection: Any) -> Finding:
        count, examples = queries.find(connection, check, EXAMPLES)
        return Finding(check.name, check.rule, check.says, count, tuple(examples))

    return ask


def _clocked(ask: Callable[[Any], Finding], connection: Any) -> Finding:
    begun = time.monotonic()
    finding = ask(connection)
    return replace(finding, seconds=time.monotonic() - begun)


def _listed(name: str, rule: str, says: str, found: Iterable[dict[str, Any]]) -> Finding:
    rows = list(found)
    return Finding(name, rule, says, len(rows), tuple(rows[:EXAMPLES]))


def _schema(connection: Any) -> Finding:
    found = queries.revision(connection)
    wrong = [] if found == known_revisions()[-1] else [{"revision": found}]
    return _listed("schema", "V32", "the schema is not the one this program knows", wrong)


def _guards(connection: Any) -> Finding:
    rows = [{"table": table} for table in queries.missing_guards(connection)]
    return _listed("guards", "V8", "facts in this table could be changed: its triggers are gone", rows)


def _strangers(connection: Any) -> Finding:
    rows = [{"name": name} for name in queries.strangers(connection)]
    return _listed("strangers", "V32", "the file holds a trigger or a view that is not this program's", rows)


def _integrity(connection: Any) -> Finding:
    rows = [{"trouble": line} for line in queries.integrity(connection)]
    return _listed("integrity", "V32", "the database itself is damaged", rows)


def _expired(connection: Any) -> Finding:
    """Nothing where the shop lets expired cards pay; what was paid before that setting was last saved is left open."""
    policy = policy_of(shop_facts.settings(connection, VALUE_SETTINGS))
    payments = () if policy.expired_redeemable else (Payment(*row) for row in doctor_uses.payments(connection))
    rows = list(paid_after_expiry(payments, queries.zone(connection)))
    if rows:
        rows = [
            row for row in rows if not doctor_uses.settings_saved_since(connection, "giftcards", row["recorded_at"])
        ]
    return _listed("value_expired", "V12", "a card paid after its last day", rows)


def _terms(connection: Any) -> Finding:
    rows = uses_against_terms(
        (tuple(row) for row in doctor_uses.definitions(connection)),
        (Use(*row) for row in doctor_uses.uses(connection)),
        queries.zone(connection),
    )
    return _listed("coupon_terms", "V16", "a promotion was used against its own terms", rows)


class _Journals:
    """The journals are read once, for the chain, the keys and the signatures."""

    def __init__(self) -> None:
        self._gathered = Gathered()
        self._found: Signatures | None = None

    def chain(self, connection: Any) -> Finding:
        heads = {head.id: (head.journal_sequence, head.journal_head) for head in queries.heads(connection)}
        codes = {head.id: head.code for head in queries.heads(connection)}
        chains = {register_id: Chain(register_id, code) for register_id, code in codes.items()}
        rows: list[dict[str, Any]] = []
        for register_id in sorted(suspects(self._gathered.passing(queries.entries(connection)), chains, heads)):
            entries = queries.entries_of(connection, register_id)
            rows += trouble_in_one(entries, Chain(register_id, codes[register_id]), heads[register_id])
        self._found = self._gathered.look_through(codes)
        return _listed("journal", "V24", "a register's journal was changed, cut, or does not say what was sold", rows)

    def keys(self, _connection: Any) -> Finding:
        says = "a key that signs a register's journal does not follow the one before"
        return replace(_listed("journal_keys", "V24", says, self._read.keys), notes=tuple(self._read.notes))

    def signatures(self, _connection: Any) -> Finding:
        return _listed("journal_signed", "V24", "a closing is not signed, or its signature is wrong", self._read.signed)

    @property
    def _read(self) -> Signatures:
        if self._found is None:
            raise RuntimeError("the journals are read first")
        return self._found
