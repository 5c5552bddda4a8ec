"""Checks of the books after a test: each query must return no row. Written from the invariants, not from the code."""

from __future__ import annotations

from sqlalchemy import text

from app.doctor.service import examine
from app.journal.service import JournalService
from db.uow import Database

# Every sale under the first of those its goods were exchanged for.
_FAMILY = """
    WITH RECURSIVE family (root, id) AS (
        SELECT id, id FROM sale WHERE original_sale_id IS NULL
        UNION ALL SELECT family.root, sale.id FROM sale JOIN family ON sale.original_sale_id = family.id)"""

CHECKS: dict[str, str] = {
    "V1 total = subtotal - discount + tax + rounding": """
        SELECT id FROM sale WHERE total_minor <> subtotal_minor - discount_minor + rounding_minor
            + CASE WHEN prices_include_tax THEN 0 ELSE tax_minor END""",
    "V1 header = lines": """
        SELECT s.id FROM sale s JOIN (SELECT sale_id, sum(gross_minor) g, sum(discount_minor) d, sum(tax_minor) t
            FROM sale_line GROUP BY sale_id) l ON l.sale_id = s.id
        WHERE (s.subtotal_minor, s.discount_minor, s.tax_minor) <> (l.g, l.d, l.t)""",
    "V2 tenders pay the total": """
        SELECT s.id FROM sale s LEFT JOIN (SELECT sale_id, sum(amount_minor) a, sum(tendered_minor) h FROM sale_tender
            GROUP BY sale_id) t ON t.sale_id = s.id
        WHERE coalesce(t.a, 0) <> s.total_minor OR coalesce(t.h, 0) - s.change_minor <> s.total_minor""",
    "V2 change only from cash": """
        SELECT t.id FROM sale_tender t WHERE t.kind <> 'cash' AND t.tendered_minor <> t.amount_minor""",
    "V3 net = gross - discount": "SELECT id FROM sale_line WHERE net_minor <> gross_minor - discount_minor",
    "V3 discount within the line": """
        SELECT id FROM sale_line WHERE abs(discount_minor) > abs(gross_minor) AND returns_line_id IS NULL""",
    "V3 tax table = header": """
        SELECT s.id FROM sale s LEFT JOIN (SELECT sale_id, sum(tax_minor) t FROM sale_tax GROUP BY sale_id) x
            ON x.sale_id = s.id WHERE coalesce(x.t, 0) <> s.tax_minor""",
    "V4 shares = promotion": """
        SELECT t.id FROM sale_trail t LEFT JOIN (SELECT trail_id, sum(amount_minor) a FROM sale_share GROUP BY trail_id)
            x ON x.trail_id = t.id WHERE t.outcome = 'applied' AND coalesce(x.a, 0) <> t.amount_minor""",
    "V4 shares = line discount": """
        SELECT l.id FROM sale_line l LEFT JOIN (SELECT sale_line_id, sum(amount_minor) a FROM sale_share
            GROUP BY sale_line_id) x ON x.sale_line_id = l.id WHERE coalesce(x.a, 0) <> l.discount_minor""",
    "V5 no sale without lines or tender": """
        SELECT s.id FROM sale s WHERE NOT EXISTS (SELECT 1 FROM sale_line l WHERE l.sale_id = s.id)
            OR (s.total_minor <> 0 AND NOT EXISTS (SELECT 1 FROM sale_tender t WHERE t.sale_id = s.id))""",
    "V7 numbers without gaps": """
        SELECT r.id FROM register r LEFT JOIN (SELECT register_id, min(number) lo, max(number) hi, count(*) n FROM sale
            GROUP BY register_id) s ON s.register_id = r.id
        WHERE (s.n IS NOT NULL AND (s.lo <> 1 OR s.hi - s.lo + 1 <> s.n)) OR r.next_number <> coalesce(s.hi, 0) + 1""",
    "V9 value balance = entries": """
        SELECT a.id FROM value_account a LEFT JOIN (SELECT account_id, sum(amount_minor) v FROM value_entry
            GROUP BY account_id) e ON e.account_id = a.id WHERE a.balance_minor <> coalesce(e.v, 0)""",
    "V11 value tenders have one entry": """
        SELECT t.id FROM sale_tender t LEFT JOIN value_entry e ON e.sale_tender_id = t.id
        WHERE t.kind IN ('gift_card', 'voucher', 'store_credit')
            AND (e.id IS NULL OR e.amount_minor <> -t.amount_minor)""",
    "V11 redemptions have a tender": """
        SELECT e.id FROM value_entry e LEFT JOIN sale_tender t ON t.id = e.sale_tender_id
        WHERE e.kind = 'redemption'
            AND (t.id IS NULL OR t.amount_minor <> -e.amount_minor OR t.sale_id <> e.sale_id)""",
    "V15 promotion uses = redemptions": """
        SELECT p.id FROM promotion p LEFT JOIN (SELECT promotion_id, sum(CASE kind WHEN 'use' THEN 1 ELSE -1 END) n
            FROM coupon_redemption GROUP BY promotion_id) r ON r.promotion_id = p.id
        WHERE p.use_count <> coalesce(r.n, 0) OR p.use_count > coalesce(p.total_limit, p.use_count)""",
    "V15 code uses = redemptions": """
        SELECT c.id FROM coupon_code c LEFT JOIN (SELECT code_id, sum(CASE kind WHEN 'use' THEN 1 ELSE -1 END) n
            FROM coupon_redemption GROUP BY code_id) r ON r.code_id = c.id WHERE c.use_count <> coalesce(r.n, 0)""",
    "V17 points = entries": """
        SELECT a.customer_id FROM points_account a LEFT JOIN (SELECT customer_id, program_id, sum(points) p
            FROM points_entry GROUP BY customer_id, program_id) e
            ON e.customer_id = a.customer_id AND e.program_id = a.program_id WHERE a.balance <> coalesce(e.p, 0)""",
    "V17 points = lots": """
        SELECT a.customer_id FROM points_account a LEFT JOIN (SELECT customer_id, program_id, sum(remaining) p
            FROM points_lot GROUP BY customer_id, program_id) l
            ON l.customer_id = a.customer_id AND l.program_id = a.program_id
        WHERE CASE WHEN a.balance < 0 THEN 0 ELSE a.balance END <> coalesce(l.p, 0)""",
    "V19 never more back than sold": """
        SELECT o.id FROM sale_line o JOIN sale_line r ON r.returns_line_id = o.id
        GROUP BY o.id, o.quantity_milli, o.net_minor
        HAVING -sum(r.quantity_milli) > o.quantity_milli OR -sum(r.net_minor) > o.net_minor""",
    "V19 no points give back more than they took, exchanges and their returns together": _FAMILY
    + """
        SELECT f.root FROM family f JOIN sale_tender t ON t.sale_id = f.id WHERE t.kind = 'points'
        GROUP BY f.root HAVING sum(t.amount_minor) < 0""",
    "V19 no card gets back as a refund more than it paid; what goes to it beyond is put on it anew": _FAMILY
    + """
        SELECT f.root, e.account_id FROM family f JOIN value_entry e ON e.sale_id = f.id
        WHERE e.kind IN ('redemption', 'refund') GROUP BY f.root, e.account_id HAVING sum(e.amount_minor) > 0""",
    "V19 what comes back without a receipt is a return of its own, approved by another, for a reason": """
        SELECT l.id FROM sale_line l JOIN sale s ON s.id = l.sale_id
        WHERE l.quantity_milli < 0 AND l.returns_line_id IS NULL AND (s.kind <> 'return' OR l.reason = ''
            OR s.original_sale_id IS NOT NULL OR coalesce(s.approver_id, s.cashier_id) = s.cashier_id)""",
    "V18 no more points come back than had paid, and none while their money is kept": _FAMILY
    + """
        SELECT f.root FROM family f JOIN (SELECT sale_id, sum(CASE WHEN kind = 'redeem' THEN points ELSE 0 END) spent,
            sum(CASE WHEN kind = 'give_back' THEN points ELSE 0 END) given FROM points_entry GROUP BY sale_id) p
            ON p.sale_id = f.id
        LEFT JOIN (SELECT sale_id, sum(amount_minor) paid FROM sale_tender WHERE kind = 'points' GROUP BY sale_id) t
            ON t.sale_id = f.id
        GROUP BY f.root HAVING sum(p.spent) + sum(p.given) > 0
            OR (coalesce(sum(t.paid), 0) = 0) <> (sum(p.spent) + sum(p.given) = 0)""",
    "V22 drawer = float + movements": """
        SELECT s.id FROM register_session s JOIN cash_movement m ON m.session_id = s.id
        GROUP BY s.id, s.expected_minor HAVING s.expected_minor <> sum(m.amount_minor)""",
    "V22 cash tenders = cash movements": """
        SELECT s.id FROM sale s WHERE coalesce((SELECT sum(amount_minor) FROM sale_tender t WHERE t.sale_id = s.id
            AND t.kind = 'cash'), 0) <> coalesce((SELECT sum(amount_minor) FROM cash_movement m
            WHERE m.sale_id = s.id), 0)""",
    "customer_stats = facts: what goes out is the taker's, what comes back the buyer's": """
        SELECT c.customer_id FROM customer_stats c LEFT JOIN (
            SELECT who, sum(spend) t, sum(discount) d, sum(visit) v FROM (
                SELECT CASE WHEN l.quantity_milli > 0 THEN s.customer_id ELSE o.customer_id END who,
                    CASE WHEN l.kind <> 'product' THEN 0 WHEN s.prices_include_tax THEN l.net_minor
                        ELSE l.net_minor + l.tax_minor END spend, l.discount_minor discount, 0 visit
                FROM sale_line l JOIN sale s ON s.id = l.sale_id LEFT JOIN sale_line b ON b.id = l.returns_line_id
                LEFT JOIN sale o ON o.id = b.sale_id
                UNION ALL SELECT customer_id, rounding_minor, 0, CASE WHEN kind = 'return' THEN 0 ELSE 1 END FROM sale
                WHERE kind <> 'return' OR original_sale_id IS NOT NULL
            ) moved GROUP BY who) f ON f.who = c.customer_id
        WHERE (c.visits, c.spend_minor, c.discount_minor) <> (coalesce(f.v, 0), coalesce(f.t, 0), coalesce(f.d, 0))""",
    "a return is the buyer's paper": """
        SELECT r.id FROM sale r JOIN sale o ON o.id = r.original_sale_id
        WHERE r.kind = 'return' AND coalesce(r.customer_id, 0) <> coalesce(o.customer_id, 0)""",
    "month and outlet figures = stats": """
        SELECT c.customer_id FROM customer_stats c
        WHERE c.spend_minor <> (SELECT sum(spend_minor) FROM customer_month m WHERE m.customer_id = c.customer_id)
            OR c.visits <> (SELECT sum(visits) FROM customer_outlet o WHERE o.customer_id = c.customer_id)""",
    "every sale is in the journal once": """
        SELECT s.id FROM sale s
        WHERE (SELECT count(*) FROM journal j WHERE j.sale_id = s.id AND j.kind = s.kind) <> 1""",
    "every sale's receipt is due or done": """
        SELECT s.id FROM sale s
        WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.sale_id = s.id AND o.kind = 'receipt')""",
}


def check_books(database: Database) -> None:
    """Fails naming every check that found something."""
    with database.read() as uow:
        broken = {
            name: found
            for name, sql in CHECKS.items()
            if (found := [tuple(row) for row in uow.connection.execute(text(sql))])
        }
    assert broken == {}
    assert JournalService(database).breaks() == ()


def check_doctor(database: Database) -> None:
    """The shop's own checks find nothing either."""
    report = examine(database, skip_pages=True)
    assert [(finding.name, finding.examples) for finding in report.broken] == []
