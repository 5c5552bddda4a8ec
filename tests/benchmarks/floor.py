"""The floor for completing a sale: hand-written statements that write the same rows, straight to the driver.

It is given a sale that the program booked, keeps its rows as a pattern, and writes them again under the next
number. It reads nothing, prices nothing and checks nothing beyond the guards; ids, balances and the journal's
chain come from the database as any program must take them. One statement, one call: on a server one round trip.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

Row = dict[str, Any]

# Where a table's rows of one sale are found. Every table that completing inserts into is here.
CHILDREN = {
    "sale": "id = ?",
    "sale_line": "sale_id = ?",
    "sale_trail": "sale_id = ?",
    "sale_share": "trail_id IN (SELECT id FROM sale_trail WHERE sale_id = ?)",
    "sale_tax": "sale_id = ?",
    "sale_tender": "sale_id = ?",
    "value_entry": "sale_id = ?",
    "coupon_redemption": "sale_id = ?",
    "points_lot": "sale_id = ?",
    "points_entry": "sale_id = ?",
    "cash_movement": "sale_id = ?",
    "journal": "sale_id = ?",
    "outbox": "sale_id = ?",
}
# Rows that completing changes or adds to; compared as numbers before and after.
COUNTERS = {
    "value_account": "balance_minor",
    "promotion": "use_count",
    "coupon_code": "use_count",
    "coupon_use": "use_count",
    "points_account": "balance",
    "customer_stats": "visits + spend_minor + discount_minor + coupon_visits",
    "customer_month": "visits + spend_minor",
    "customer_outlet": "visits + spend_minor",
    "customer_category": "visits + quantity_milli + spend_minor",
    "register": "next_number + journal_sequence",
    "basket": "CASE state WHEN 'completed' THEN 1 ELSE 0 END",
}


class Sqlite:
    """The floor's driver: the same module, pragmas and transaction as the program's."""

    def __init__(self, raw: Any) -> None:
        self._raw, self._cursor = raw, raw.cursor()

    def pragmas(self) -> dict[str, Any]:
        names = ("journal_mode", "synchronous", "foreign_keys", "wal_autocheckpoint", "cache_size", "temp_store")
        return {name: self._cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in names}

    def begin(self) -> None:
        self._cursor.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self._cursor.execute("COMMIT")

    def run(self, sql: str, *values: Any) -> None:
        self._cursor.execute(sql, values)

    def one(self, sql: str, *values: Any) -> Any:
        return self._cursor.execute(sql, values).fetchone()

    def all(self, sql: str, *values: Any) -> list[Row]:
        found = self._cursor.execute(sql, values)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    @staticmethod
    def as_id(value: UUID) -> Any:
        return value.hex

    @staticmethod
    def uuid() -> Any:
        return uuid4().hex


class Psycopg:
    """psycopg as one writes it by hand: one execute, one round trip; statements prepared as the program's are."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self._cursor = raw.cursor()

    def pragmas(self) -> dict[str, Any]:
        names = ("synchronous_commit", "fsync", "full_page_writes", "transaction_isolation")
        return {name: self.one(f"SHOW {name}")[0] for name in names}

    def begin(self) -> None:
        """psycopg begins with the first statement."""

    def commit(self) -> None:
        self._raw.commit()

    def run(self, sql: str, *values: Any) -> None:
        self._cursor.execute(sql, values)

    def one(self, sql: str, *values: Any) -> Any:
        return self._cursor.execute(sql, values).fetchone()

    def all(self, sql: str, *values: Any) -> list[Row]:
        from psycopg.types.json import Jsonb

        found = self._cursor.execute(sql.replace("?", "%s"), values)
        names = [column.name for column in found.description]
        return [
            {name: Jsonb(value) if isinstance(value, dict) else value for name, value in zip(names, row, strict=True)}
            for row in found.fetchall()
        ]

    @staticmethod
    def as_id(value: UUID) -> Any:
        return value

    @staticmethod
    def uuid() -> Any:
        return uuid4()


Driver = Sqlite | Psycopg


def counts(driver: Driver) -> dict[str, int]:
    """How many rows every written table has, and the sum of what is counted in the rest."""
    found = {table: driver.one(f"SELECT count(*) FROM {table}")[0] for table in CHILDREN}
    for table, figure in COUNTERS.items():
        found[table] = int(driver.one(f"SELECT coalesce(sum({figure}), 0) FROM {table}")[0])
        found[f"{table} rows"] = driver.one(f"SELECT count(*) FROM {table}")[0]
    return found


class HandWritten:
    """Writes the pattern sale again. `basket_of` names the kept basket that is closed with it."""

    def __init__(self, driver: Driver, sale_id: int) -> None:
        self.driver = driver
        self._mark = "?" if isinstance(driver, Sqlite) else "%s"
        self.rows = {table: driver.all(f"SELECT * FROM {table} WHERE {of}", sale_id) for table, of in CHILDREN.items()}
        self._inserts = {table: self._insert(table, rows[0]) for table, rows in self.rows.items() if rows}
        self.sale = self.rows["sale"][0]
        self._lines = {row["id"]: place for place, row in enumerate(self.rows["sale_line"])}
        self._trail = {row["id"]: place for place, row in enumerate(self.rows["sale_trail"])}
        self._tenders = {row["id"]: place for place, row in enumerate(self.rows["sale_tender"])}
        self._body = json.loads(self.rows["journal"][0]["body"])
        self._categories = self._by_category()
        self._coupon = any(row["code_id"] is not None for row in self.rows["coupon_redemption"])
        self._sql = {name: sql.replace("?", self._mark) for name, sql in _STATEMENTS.items()}
        assert len(self.rows["journal"]) == 1
        assert not (isinstance(driver, Psycopg) and "%" in "".join(_STATEMENTS.values()))

    def _insert(self, table: str, row: Row) -> tuple[str, list[str]]:
        names = [name for name in row if name != "id"]
        marks = ", ".join(self._mark for _ in names)
        returning = " RETURNING id" if "id" in row else ""
        return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks}){returning}", names

    def _by_category(self) -> list[tuple[int, int, int]]:
        found: dict[int, list[int]] = {}
        for line in self.rows["sale_line"]:
            figures = found.setdefault(line["category_id"] or 0, [0, 0])
            figures[0] += line["quantity_milli"]
            figures[1] += line["net_minor"] + (0 if self.sale["prices_include_tax"] else line["tax_minor"])
        return [(category, *figures) for category, figures in sorted(found.items())]  # type: ignore[misc]

    def _add(self, table: str, row: Row, **changed: Any) -> int:
        sql, names = self._inserts[table]
        found = (
            self.driver.one(sql, *[changed[name] if name in changed else row[name] for name in names])
            if sql.endswith("id")
            else self.driver.run(sql, *[changed.get(name, row[name]) for name in names])
        )
        return 0 if found is None else int(found[0])

    def timed(self, count: int, kept: Callable[[], UUID]) -> list[float]:
        """Milliseconds of each sale; `kept` keeps a basket for it, as the program's sales have one."""
        taken = []
        for _ in range(count):
            request_id = self.driver.as_id(kept())
            start = time.perf_counter()
            self.write(request_id)
            taken.append((time.perf_counter() - start) * 1000)
        return taken

    def write(self, request_id: Any) -> None:
        run, one, sql, sale, uuid = self.driver.run, self.driver.one, self._sql, self.sale, self.driver.uuid
        at = sale["completed_at"]
        self.driver.begin()
        number, code, sequence, head = one(sql["number"], sale["register_id"])
        number_text = f"{code}-{number:06d}"
        sale_id = self._add("sale", sale, request_id=request_id, number=number, number_text=number_text)
        lines = [self._add("sale_line", row, sale_id=sale_id) for row in self.rows["sale_line"]]
        trail = [self._add("sale_trail", row, sale_id=sale_id) for row in self.rows["sale_trail"]]
        for row in self.rows["sale_share"]:
            self._add(
                "sale_share", row, sale_line_id=lines[self._lines[row["sale_line_id"]]],
                trail_id=trail[self._trail[row["trail_id"]]],
            )  # fmt: skip
        for row in self.rows["sale_tax"]:
            self._add("sale_tax", row, sale_id=sale_id)
        left = {}
        for row in self.rows["value_entry"]:
            paid = -row["amount_minor"]
            left[row["account_id"]] = one(sql["take"], paid, row["account_id"], paid)[0]
        tenders = [
            self._add("sale_tender", row, sale_id=sale_id, balance_after_minor=left.get(row["value_account_id"]))
            for row in self.rows["sale_tender"]
        ]
        for row in self.rows["value_entry"]:
            self._add(
                "value_entry", row, sale_id=sale_id, sale_tender_id=tenders[self._tenders[row["sale_tender_id"]]],
                balance_after_minor=left[row["account_id"]], request_id=uuid(),
            )  # fmt: skip
        self._coupons(sale_id, number_text)
        for lot, entry in zip(self.rows["points_lot"], self.rows["points_entry"], strict=True):
            balance = one(sql["points"], entry["customer_id"], entry["program_id"], entry["points"], entry["points"])[0]
            self._add("points_lot", lot, sale_id=sale_id)
            self._add("points_entry", entry, sale_id=sale_id, balance_after=balance, request_id=uuid())
        for row in self.rows["cash_movement"]:
            self._add("cash_movement", row, sale_id=sale_id, request_id=uuid())
        self._customer(at)
        row = self.rows["journal"][0]
        body = json.dumps(
            self._body | {"number": number_text}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        chained = self._chained(row, sequence + 1, sale_id, body, head)
        self._add("journal", row, sale_id=sale_id, sequence=sequence + 1, previous_hash=head, body=body, hash=chained)
        run(sql["head"], sequence + 1, chained, at, sale["register_id"])
        for row in self.rows["outbox"]:
            self._add("outbox", row, sale_id=sale_id, state="pending")
        run(sql["basket"], at, request_id)
        self.driver.commit()

    def _chained(self, row: Row, sequence: int, sale_id: int, body: str, head: str) -> str:
        at = row["at"] if isinstance(row["at"], str) else row["at"].replace(tzinfo=None).isoformat(" ", "microseconds")
        content = {
            "register": row["register_id"], "sequence": sequence, "kind": row["kind"], "at": at.replace(" ", "T") + "Z",
            "staff": row["staff_id"], "approver": row["approver_id"], "sale": sale_id, "body": body,
        }  # fmt: skip
        text = head + json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def _coupons(self, sale_id: int, number_text: str) -> None:
        run, sql = self.driver.run, self._sql
        for row in self.rows["coupon_redemption"]:
            promotion_id, code_id, customer_id = row["promotion_id"], row["code_id"], row["customer_id"]
            run(sql["use"], promotion_id)
            run(sql["customer use"], promotion_id, 0, customer_id)
            if code_id is not None:
                run(sql["code"], code_id)
                run(sql["customer use"], promotion_id, code_id, customer_id)
            self._add("coupon_redemption", row, sale_id=sale_id, sale_number=number_text)

    def _customer(self, at: Any) -> None:
        run, sql, sale = self.driver.run, self._sql, self.sale
        customer, spend = sale["customer_id"], sale["total_minor"] - sale["liability_minor"]
        day = sale["business_date"]
        month = int(day[:4]) * 100 + int(day[5:7]) if isinstance(day, str) else day.year * 100 + day.month
        run(sql["stats"], customer, at, at, spend, sale["discount_minor"], int(self._coupon))
        run(sql["month"], customer, month, spend)
        run(sql["outlet"], customer, sale["outlet_id"], spend)
        for category, quantity, paid in self._categories:
            run(sql["category"], customer, category, quantity, paid, at)


_STATEMENTS = {
    "number": "UPDATE register SET next_number = next_number + 1 WHERE id = ? "
    "RETURNING next_number - 1, code, journal_sequence, journal_head",
    "take": "UPDATE value_account SET balance_minor = balance_minor - ? WHERE id = ? AND status = 'active' "
    "AND balance_minor - held_minor >= ? RETURNING balance_minor",
    "use": "UPDATE promotion SET use_count = use_count + 1 WHERE id = ? AND active "
    "AND (total_limit IS NULL OR use_count < total_limit)",
    "code": "UPDATE coupon_code SET use_count = use_count + 1 WHERE id = ? AND status = 'active' "
    "AND (max_uses IS NULL OR use_count < max_uses)",
    "customer use": "INSERT INTO coupon_use (promotion_id, code_id, customer_id, use_count) VALUES (?, ?, ?, 1) "
    "ON CONFLICT (promotion_id, code_id, customer_id) DO UPDATE SET use_count = coupon_use.use_count + 1",
    "points": "INSERT INTO points_account (customer_id, program_id, balance, earned_total, owes) "
    "VALUES (?, ?, ?, ?, false) ON CONFLICT (customer_id, program_id) DO UPDATE SET "
    "balance = points_account.balance + excluded.balance, "
    "earned_total = points_account.earned_total + excluded.earned_total RETURNING balance",
    "stats": "INSERT INTO customer_stats (customer_id, first_visit_at, last_visit_at, visits, spend_minor, "
    "discount_minor, coupon_visits) VALUES (?, ?, ?, 1, ?, ?, ?) ON CONFLICT (customer_id) DO UPDATE SET "
    "last_visit_at = excluded.last_visit_at, visits = customer_stats.visits + 1, "
    "spend_minor = customer_stats.spend_minor + excluded.spend_minor, "
    "discount_minor = customer_stats.discount_minor + excluded.discount_minor, "
    "coupon_visits = customer_stats.coupon_visits + excluded.coupon_visits",
    "month": "INSERT INTO customer_month (customer_id, month, visits, spend_minor) VALUES (?, ?, 1, ?) "
    "ON CONFLICT (customer_id, month) DO UPDATE SET visits = customer_month.visits + 1, "
    "spend_minor = customer_month.spend_minor + excluded.spend_minor",
    "outlet": "INSERT INTO customer_outlet (customer_id, outlet_id, visits, spend_minor) VALUES (?, ?, 1, ?) "
    "ON CONFLICT (customer_id, outlet_id) DO UPDATE SET visits = customer_outlet.visits + 1, "
    "spend_minor = customer_outlet.spend_minor + excluded.spend_minor",
    "category": "INSERT INTO customer_category (customer_id, category_id, visits, quantity_milli, spend_minor, "
    "last_at) VALUES (?, ?, 1, ?, ?, ?) ON CONFLICT (customer_id, category_id) DO UPDATE SET "
    "visits = customer_category.visits + 1, "
    "quantity_milli = customer_category.quantity_milli + excluded.quantity_milli, "
    "spend_minor = customer_category.spend_minor + excluded.spend_minor, last_at = excluded.last_at",
    "head": "UPDATE register SET journal_sequence = ?, journal_head = ?, latest_at = ? WHERE id = ?",
    "basket": "UPDATE basket SET state = 'completed', updated_at = ? WHERE request_id = ?",
}
