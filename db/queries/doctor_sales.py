"""Sales, their lines, discounts, taxes, tenders, numbers, returns and shifts."""

# ruff: noqa: S608 - the parts put together are constants of this file
from __future__ import annotations

from db.queries.doctor import Check

# Half a minor unit by weight, a whole one where the shop rounds down.
_ROUNDING = (
    "CASE WHEN EXISTS (SELECT 1 FROM setting WHERE name IN ('selling.rounding_mode', 'pricing.rounding_mode')) "
    "THEN 999 ELSE 500 END"
)
_SIDE_BY_SIDE = (
    "CASE WHEN EXISTS (SELECT 1 FROM tax_rate GROUP BY tax_class_id HAVING count(*) > 1) THEN 1.0 ELSE 0.0 END"
)

CHECKS = (
    Check(
        "sale_total", "V1", "the total is not what was rung up, less discounts, with tax and rounding",
        "SELECT id AS sale_id, number_text, total_minor FROM sale WHERE total_minor <> subtotal_minor - discount_minor "
        "+ CASE WHEN prices_include_tax THEN 0 ELSE tax_minor END + rounding_minor",
    ),
    Check(
        "sale_lines", "V1", "the lines do not add up to the sale",
        "SELECT s.id AS sale_id, s.number_text FROM sale s JOIN (SELECT sale_id, sum(gross_minor) AS gross, "
        "sum(discount_minor) AS discount, sum(tax_minor) AS tax, "
        "sum(CASE WHEN kind = 'product' THEN 0 ELSE net_minor END) AS liability FROM sale_line GROUP BY sale_id) l "
        "ON l.sale_id = s.id WHERE l.gross <> s.subtotal_minor OR l.discount <> s.discount_minor "
        "OR l.tax <> s.tax_minor OR l.liability <> s.liability_minor",
    ),
    Check(
        "sale_paid", "V2", "what was paid, less the change, is not the total",
        "SELECT s.id AS sale_id, s.number_text FROM sale s LEFT JOIN (SELECT sale_id, sum(amount_minor) AS paid, "
        "sum(tendered_minor - amount_minor) AS over_paid FROM sale_tender GROUP BY sale_id) t ON t.sale_id = s.id "
        "WHERE coalesce(t.paid, 0) <> s.total_minor OR coalesce(t.over_paid, 0) <> s.change_minor",
    ),
    Check(
        "change_from_cash", "V2", "change was given from something other than cash",
        "SELECT id AS tender_id, sale_id FROM sale_tender WHERE tendered_minor <> amount_minor AND kind <> 'cash'",
    ),
    Check(
        "line_amounts", "V3", "a line is not its quantity times its price less its discount",
        "SELECT id AS line_id, sale_id FROM sale_line WHERE gross_minor - discount_minor <> net_minor "
        "OR abs(discount_minor) > abs(gross_minor) OR discount_minor * gross_minor < 0 OR (quantity_milli < 0 AND "
        "gross_minor > 0) OR (quantity_milli > 0 AND gross_minor < 0) OR (price_source <> 'barcode' "
        "AND returns_line_id IS NULL "
        f"AND abs(abs(gross_minor) * 1000 - abs(quantity_milli) * unit_price_minor) > {_ROUNDING})",
    ),
    Check(
        "sale_taxes", "V3", "the taxes by rate do not add up to the sale's tax",
        "SELECT s.id AS sale_id, s.number_text FROM sale s LEFT JOIN (SELECT sale_id, sum(tax_minor) AS tax "
        "FROM sale_tax GROUP BY sale_id) t ON t.sale_id = s.id WHERE coalesce(t.tax, 0) <> s.tax_minor",
    ),
    Check(
        "tax_recomputes", "V3", "a tax is not its base times its rate",
        "SELECT t.sale_id, t.name FROM sale_tax t JOIN sale s ON s.id = t.sale_id WHERE s.kind = 'sale' "
        "AND s.rounding_level = 'receipt' AND abs(t.tax_minor - t.base_minor * CAST(t.percent AS NUMERIC) / 100.0) "
        f"> 0.505 * (1 + CAST(t.percent AS NUMERIC) / 100.0) + {_SIDE_BY_SIDE}",
    ),
    Check(
        "trail_shares", "V4", "the shares of a discount do not add up to it",
        "SELECT t.id AS trail_id, t.sale_id, t.name FROM sale_trail t LEFT JOIN (SELECT trail_id, "
        "sum(amount_minor) AS shared, min(amount_minor) AS least, max(amount_minor) AS most FROM sale_share "
        "GROUP BY trail_id) h ON h.trail_id = t.id WHERE coalesce(h.shared, 0) <> t.amount_minor "
        "OR (t.amount_minor >= 0 AND h.least < 0) OR (t.amount_minor <= 0 AND h.most > 0) "
        "OR (t.outcome <> 'applied' AND t.amount_minor <> 0)",
    ),
    Check(
        "line_shares", "V4", "a line's discount is not the sum of its shares",
        "SELECT l.id AS line_id, l.sale_id FROM sale_line l LEFT JOIN (SELECT sale_line_id, sum(amount_minor) AS "
        "shared FROM sale_share GROUP BY sale_line_id) h ON h.sale_line_id = l.id "
        "WHERE coalesce(h.shared, 0) <> l.discount_minor",
    ),
    Check(
        "share_in_sale", "V4", "a share lies on a line of another sale",
        "SELECT h.sale_line_id AS line_id, h.trail_id FROM sale_share h JOIN sale_line l ON l.id = h.sale_line_id "
        "JOIN sale_trail t ON t.id = h.trail_id WHERE l.sale_id <> t.sale_id",
    ),
    Check(
        "sale_whole", "V5", "a sale has no line, or was paid by nothing",
        "SELECT s.id AS sale_id, s.number_text FROM sale s WHERE NOT EXISTS (SELECT 1 FROM sale_line l "
        "WHERE l.sale_id = s.id) OR (s.total_minor <> 0 AND NOT EXISTS (SELECT 1 FROM sale_tender t "
        "WHERE t.sale_id = s.id)) OR length(s.request_hash) <> 64",
    ),
    Check(
        "request_twins", "V6", "one request was booked twice",
        "SELECT request_id FROM sale GROUP BY request_id HAVING count(*) > 1",
    ),
    Check(
        "numbers", "V7", "receipt numbers have a gap or a twin, or the counter does not follow them",
        "SELECT r.id AS register_id, r.code, n.least, n.most, n.how_many FROM register r JOIN (SELECT register_id, "
        "min(number) AS least, max(number) AS most, count(*) AS how_many, count(DISTINCT number) AS kinds FROM sale "
        "GROUP BY register_id) n ON n.register_id = r.id "
        "WHERE n.most - n.least + 1 <> n.how_many OR n.kinds <> n.how_many OR n.most >= r.next_number OR n.least <> 1",
    ),
    Check(
        "return_of", "V19", "a returned line belongs to another sale than the return names, or to no line sold",
        "SELECT b.id AS line_id, b.sale_id FROM sale_line b JOIN sale_line o ON o.id = b.returns_line_id "
        "JOIN sale s ON s.id = b.sale_id WHERE o.sale_id <> coalesce(s.original_sale_id, 0) "
        "OR o.quantity_milli < 0 OR b.quantity_milli > 0",
    ),
    Check(
        "return_origin", "V19", "a line comes back that was never sold here, and no second person approved it for a "
        "reason",
        "SELECT l.id AS line_id, l.sale_id FROM sale_line l JOIN sale s ON s.id = l.sale_id "
        "WHERE l.quantity_milli < 0 AND l.returns_line_id IS NULL AND (s.kind <> 'return' "
        "OR s.original_sale_id IS NOT NULL OR s.approver_id IS NULL OR l.kind <> 'product' OR l.reason = '')",
    ),
    Check(
        "returned_too_much", "V19", "more came back of a line than was sold",
        "SELECT o.id AS line_id, o.sale_id FROM sale_line o JOIN (SELECT returns_line_id, sum(quantity_milli) AS "
        "quantity, sum(gross_minor) AS gross, sum(net_minor) AS net FROM sale_line WHERE returns_line_id IS NOT NULL "
        "GROUP BY returns_line_id) b ON b.returns_line_id = o.id WHERE o.quantity_milli + b.quantity < 0 "
        "OR o.gross_minor + b.gross < 0 OR o.net_minor + b.net < 0",
    ),
    Check(
        "refunded_too_much", "V19", "more money went back than was paid",
        "SELECT o.id AS sale_id, o.number_text FROM sale o JOIN (SELECT original_sale_id, sum(total_minor) AS back "
        "FROM sale WHERE kind = 'return' GROUP BY original_sale_id) r ON r.original_sale_id = o.id "
        "JOIN sale_line l ON l.sale_id = o.id AND l.quantity_milli > 0 GROUP BY o.id, o.number_text, r.back "
        "HAVING r.back > 0 OR sum(l.net_minor + CASE WHEN o.prices_include_tax THEN 0 ELSE l.tax_minor END) + r.back "
        "< -100",
    ),
    Check(
        "drawer", "V22", "the drawer should hold another amount than was worked out at closing",
        "SELECT c.id AS session_id, c.expected_minor FROM register_session c LEFT JOIN (SELECT session_id, "
        "sum(amount_minor) AS moved, sum(CASE WHEN kind = 'float' THEN amount_minor ELSE 0 END) AS float_minor "
        "FROM cash_movement GROUP BY session_id) m ON m.session_id = c.id WHERE (c.closed_at IS NOT NULL AND "
        "(c.expected_minor IS NULL OR c.counted_minor IS NULL OR c.expected_minor <> coalesce(m.moved, 0))) "
        "OR coalesce(m.float_minor, 0) <> c.opening_float_minor",
    ),
    Check(
        "drawer_of_sale", "V22", "the cash of a sale is not what moved in the drawer",
        "SELECT sale_id FROM (SELECT sale_id, amount_minor AS cash FROM sale_tender WHERE kind = 'cash' UNION ALL "
        "SELECT sale_id, -amount_minor FROM cash_movement WHERE sale_id IS NOT NULL) moved "
        "GROUP BY sale_id HAVING sum(cash) <> 0",
    ),
    Check(
        "sale_in_shift", "V23", "a sale lies outside its shift, or at another register",
        "SELECT s.id AS sale_id, s.number_text FROM sale s JOIN register_session c ON c.id = s.session_id "
        "JOIN register r ON r.id = s.register_id WHERE c.register_id <> s.register_id OR r.outlet_id <> s.outlet_id "
        "OR c.business_date <> s.business_date OR ((s.completed_at < c.opened_at OR s.completed_at > c.closed_at) "
        "AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.register_id = s.register_id AND j.kind = 'clock_back'))",
    ),
    Check(
        "open_twice", "V23", "a register has two open shifts",
        "SELECT register_id FROM register_session WHERE closed_at IS NULL GROUP BY register_id HAVING count(*) > 1",
    ),
    Check(
        "sale_journalled", "V25", "a sale is not in its register's journal",
        "SELECT s.id AS sale_id, s.number_text FROM sale s LEFT JOIN journal j ON j.sale_id = s.id "
        "AND j.kind = s.kind AND j.register_id = s.register_id WHERE j.id IS NULL",
    ),
    Check(
        "approver", "V29", "somebody approved their own request",
        "SELECT 'sale' AS what, id FROM sale WHERE approver_id = cashier_id UNION ALL "
        "SELECT 'cash_movement', id FROM cash_movement WHERE approver_id = staff_id UNION ALL "
        "SELECT 'value_entry', id FROM value_entry WHERE approver_id = staff_id UNION ALL "
        "SELECT 'value_event', id FROM value_event WHERE approver_id = staff_id UNION ALL "
        "SELECT 'sale_trail', id FROM sale_trail WHERE approver_id = staff_id UNION ALL "
        "SELECT 'journal', id FROM journal WHERE approver_id = staff_id",
    ),
    Check(
        "currency", "V21", "an amount is in another currency than the shop's",
        "SELECT 'sale' AS what, id FROM sale WHERE currency <> (SELECT currency FROM shop) UNION ALL "
        "SELECT 'value_account', id FROM value_account WHERE currency <> (SELECT currency FROM shop)",
    ),
    Check(
        "print_jobs", "V34", "a job is neither waiting, nor done at a time, nor failed for a reason",
        "SELECT id AS job_id, kind, state FROM outbox WHERE (state IN ('done', 'cancelled')) <> (done_at IS NOT NULL) "
        "OR (state = 'failed' AND last_error = '') OR copy_number < 0",
    ),
)  # fmt: skip
