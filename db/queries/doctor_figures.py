"""What is derived: customers' figures, segment membership, the category tree; and what erasure must have emptied."""

# ruff: noqa: S608 - the parts put together are constants of this file
from __future__ import annotations

from db.queries.doctor import Check

_VISIT = "CASE WHEN sale.kind = 'return' THEN 0 ELSE 1 END"
_SPEND = "sale.total_minor - sale.liability_minor"

CHECKS = (
    Check(
        "customer_stats", "V33", "a customer's lifetime figures are not what their sales say",
        "SELECT coalesce(c.customer_id, f.customer_id) AS customer_id FROM customer_stats c FULL OUTER JOIN (SELECT "
        f"sale.customer_id, sum({_VISIT}) AS visits, sum({_SPEND}) AS spend, sum(sale.discount_minor) AS discount, "
        "min(CASE WHEN sale.kind <> 'return' THEN sale.completed_at END) AS first_at, "
        "max(CASE WHEN sale.kind <> 'return' THEN sale.completed_at END) AS last_at, sum(CASE WHEN sale.kind <> "
        "'return' AND t.sale_id IS NOT NULL THEN 1 ELSE 0 END) AS with_coupon FROM sale LEFT JOIN (SELECT DISTINCT "
        "sale_id FROM sale_trail WHERE outcome = 'applied' AND reason <> 'returned' AND code_shown <> '') t "
        "ON t.sale_id = sale.id WHERE sale.customer_id IS NOT NULL GROUP BY sale.customer_id) f "
        "ON f.customer_id = c.customer_id WHERE c.customer_id IS NULL OR f.customer_id IS NULL "
        "OR c.visits <> f.visits OR c.spend_minor <> f.spend OR c.discount_minor <> f.discount "
        "OR c.coupon_visits <> f.with_coupon OR (f.visits > 0 AND c.last_visit_at <> f.last_at) "
        "OR (f.visits > 0 AND c.first_visit_at > f.first_at)",
    ),
    Check(
        "customer_month", "V33", "a customer's figures of a month are not what their sales say",
        "SELECT coalesce(c.customer_id, f.customer_id) AS customer_id, coalesce(c.month, f.month) AS month "
        "FROM customer_month c FULL OUTER JOIN (SELECT sale.customer_id, {month_of_day} AS month, "
        f"sum({_VISIT}) AS visits, sum({_SPEND}) AS spend FROM sale WHERE sale.customer_id IS NOT NULL GROUP BY 1, 2) "
        "f ON f.customer_id = c.customer_id AND f.month = c.month "
        "WHERE coalesce(c.visits, 0) <> coalesce(f.visits, 0) OR coalesce(c.spend_minor, 0) <> coalesce(f.spend, 0)",
    ),
    Check(
        "customer_outlet", "V33", "a customer's figures at an outlet are not what their sales say",
        "SELECT coalesce(c.customer_id, f.customer_id) AS customer_id FROM customer_outlet c FULL OUTER JOIN (SELECT "
        f"sale.customer_id, sale.outlet_id, sum({_VISIT}) AS visits, sum({_SPEND}) AS spend FROM sale "
        "WHERE sale.customer_id IS NOT NULL GROUP BY 1, 2) f ON f.customer_id = c.customer_id "
        "AND f.outlet_id = c.outlet_id "
        "WHERE coalesce(c.visits, 0) <> coalesce(f.visits, 0) OR coalesce(c.spend_minor, 0) <> coalesce(f.spend, 0)",
    ),
    Check(
        "customer_category", "V33", "a customer's figures of a category are not what their sales say",
        "SELECT coalesce(c.customer_id, f.customer_id) AS customer_id, coalesce(c.category_id, f.category_id) AS "
        "category_id FROM customer_category c FULL OUTER JOIN (SELECT customer_id, category_id, sum(visit) AS visits, "
        "sum(quantity) AS quantity, sum(amount) AS spend FROM (SELECT sale.customer_id, "
        "coalesce(l.category_id, 0) AS category_id, max(CASE WHEN l.returns_line_id IS NULL THEN 1 ELSE 0 END) AS "
        "visit, sum(l.quantity_milli) AS quantity, sum(l.net_minor + CASE WHEN sale.prices_include_tax THEN 0 "
        "ELSE l.tax_minor END) AS amount FROM sale JOIN sale_line l ON l.sale_id = sale.id "
        "WHERE sale.customer_id IS NOT NULL AND l.kind = 'product' "
        "GROUP BY sale.customer_id, sale.id, coalesce(l.category_id, 0)) each_sale GROUP BY customer_id, category_id) "
        "f ON f.customer_id = c.customer_id AND f.category_id = c.category_id "
        "WHERE coalesce(c.visits, 0) <> coalesce(f.visits, 0) OR coalesce(c.spend_minor, 0) <> coalesce(f.spend, 0) "
        "OR coalesce(c.quantity_milli, 0) <> coalesce(f.quantity, 0)",
    ),
    Check(
        "segment_members", "V33", "who is in a segment is not what its history says",
        "SELECT coalesce(m.segment_id, e.segment_id) AS segment_id, coalesce(m.customer_id, e.customer_id) AS "
        "customer_id FROM segment_member m FULL OUTER JOIN (SELECT v.segment_id, v.customer_id FROM segment_event v "
        "JOIN (SELECT max(id) AS id FROM segment_event GROUP BY segment_id, customer_id) latest ON latest.id = v.id "
        "WHERE v.event = 'entered') e ON e.segment_id = m.segment_id AND e.customer_id = m.customer_id "
        "WHERE m.customer_id IS NULL OR e.customer_id IS NULL",
    ),
    Check(
        "segment_count", "V33", "a segment's count is not its members",
        "SELECT s.id AS segment_id, s.name, s.member_count FROM segment s LEFT JOIN (SELECT segment_id, count(*) AS "
        "members FROM segment_member GROUP BY segment_id) m ON m.segment_id = s.id "
        "WHERE s.member_count <> coalesce(m.members, 0)",
    ),
    Check(
        "category_path", "V33", "a category does not lie under its parent",
        "SELECT c.id AS category_id, c.name, c.path FROM category c LEFT JOIN category p ON p.id = c.parent_id "
        "WHERE c.path <> coalesce(p.path, '/') || CAST(c.id AS VARCHAR(20)) || '/'",
    ),
    Check(
        "erased", "V30", "an erased customer still has personal data",
        "SELECT id AS customer_id FROM customer WHERE erased_at IS NOT NULL AND (first_name <> '' OR last_name <> '' "
        "OR sort_name <> '' OR search_text <> '' OR address <> '' OR notes <> '' OR email IS NOT NULL "
        "OR phone IS NOT NULL OR phone_tail IS NOT NULL OR birth_date IS NOT NULL OR birth_month IS NOT NULL "
        "OR photo_png IS NOT NULL) UNION SELECT t.customer_id FROM customer_tag t JOIN customer c "
        "ON c.id = t.customer_id WHERE c.erased_at IS NOT NULL UNION SELECT m.customer_id FROM segment_member m "
        "JOIN customer c ON c.id = m.customer_id WHERE c.erased_at IS NOT NULL UNION SELECT g.customer_id "
        "FROM customer_group_member g JOIN customer c ON c.id = g.customer_id WHERE c.erased_at IS NOT NULL",
    ),
    Check(
        "one_shop", "V32", "there is not exactly one shop, or it has no outlet or register",
        "SELECT shops.n AS shops FROM (SELECT count(*) AS n FROM shop) shops, (SELECT count(*) AS n FROM register) r "
        "WHERE shops.n <> 1 OR r.n < 1",
    ),
)  # fmt: skip
