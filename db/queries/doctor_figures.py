"""What is derived: customers' figures, segment membership, the category tree; and what erasure must have emptied."""

# ruff: noqa: S608 - the parts put together are constants of this file
from __future__ import annotations

from db.queries.doctor import Check

# What each document says of its customers: what goes out is the spend of the customer of the document, what comes
# back lowers that of whoever bought it. Rounding goes with what went out, if anything did.
_PARTS = (
    "(SELECT sale.id AS sale_id, sale.customer_id, sale.outlet_id, sale.business_date, 1 AS visits, "
    "sale.total_minor - sale.liability_minor AS spend, sale.discount_minor AS discount FROM sale "
    "WHERE sale.kind NOT IN ('return', 'exchange') AND sale.customer_id IS NOT NULL UNION ALL "
    "SELECT sale.id, CASE WHEN l.back = 1 THEN bought.customer_id ELSE sale.customer_id END, sale.outlet_id, "
    "sale.business_date, 1 - l.back, l.spend + CASE WHEN l.back = 0 OR sale.kind = 'return' "
    "THEN sale.rounding_minor ELSE 0 END, l.discount FROM sale JOIN sale bought ON bought.id = sale.original_sale_id "
    "JOIN (SELECT sale_line.sale_id, CASE WHEN quantity_milli > 0 THEN 0 ELSE 1 END AS back, "
    "sum(CASE WHEN sale_line.kind <> 'product' THEN 0 WHEN of_sale.prices_include_tax THEN net_minor "
    "ELSE net_minor + sale_line.tax_minor END) AS spend, sum(sale_line.discount_minor) AS discount FROM sale_line "
    "JOIN sale of_sale ON of_sale.id = sale_line.sale_id AND of_sale.kind IN ('return', 'exchange') "
    "GROUP BY sale_line.sale_id, CASE WHEN quantity_milli > 0 THEN 0 ELSE 1 END) l ON l.sale_id = sale.id "
    "WHERE sale.kind IN ('return', 'exchange'))"
)

CHECKS = (
    Check(
        "customer_stats", "V33", "a customer's lifetime figures are not what their sales say",
        "SELECT customer_id FROM (SELECT customer_id, 1 AS kept, visits, spend_minor AS spend, discount_minor AS "
        "discount, coupon_visits AS with_coupon, first_visit_at AS kept_first, last_visit_at AS kept_last, "
        "NULL AS first_at, NULL AS last_at FROM customer_stats UNION ALL SELECT part.customer_id, 0, -part.visits, "
        "-part.spend, -part.discount, CASE WHEN part.visits = 1 AND t.sale_id IS NOT NULL THEN -1 ELSE 0 END, "
        "NULL, NULL, CASE WHEN part.visits = 1 THEN sale.completed_at END, "
        "CASE WHEN part.visits = 1 THEN sale.completed_at END "
        f"FROM {_PARTS} part JOIN sale ON sale.id = part.sale_id LEFT JOIN (SELECT DISTINCT sale_id "
        "FROM sale_trail WHERE outcome = 'applied' AND reason <> 'returned' AND code_shown <> '') t "
        "ON t.sale_id = part.sale_id WHERE part.customer_id IS NOT NULL) f GROUP BY customer_id "
        "HAVING sum(kept) <> 1 OR sum(visits) <> 0 OR sum(spend) <> 0 OR sum(discount) <> 0 OR sum(with_coupon) <> 0 "
        "OR max(kept_last) <> max(last_at) OR min(kept_first) > min(first_at)",
    ),
    Check(
        "customer_month", "V33", "a customer's figures of a month are not what their sales say",
        "SELECT customer_id, month FROM (SELECT customer_id, month, visits, spend_minor AS spend FROM customer_month "
        f"UNION ALL SELECT sale.customer_id, {{month_of_day}}, -sale.visits, -sale.spend FROM {_PARTS} sale "
        "WHERE sale.customer_id IS NOT NULL) f GROUP BY customer_id, month "
        "HAVING sum(visits) <> 0 OR sum(spend) <> 0",
    ),
    Check(
        "customer_outlet", "V33", "a customer's figures at an outlet are not what their sales say",
        "SELECT customer_id, outlet_id FROM (SELECT customer_id, outlet_id, visits, spend_minor AS spend "
        "FROM customer_outlet UNION ALL SELECT sale.customer_id, sale.outlet_id, -sale.visits, -sale.spend "
        f"FROM {_PARTS} sale WHERE sale.customer_id IS NOT NULL) f GROUP BY customer_id, outlet_id "
        "HAVING sum(visits) <> 0 OR sum(spend) <> 0",
    ),
    Check(
        "customer_category", "V33", "a customer's figures of a category are not what their sales say",
        "SELECT customer_id, category_id FROM (SELECT customer_id, category_id, visits, quantity_milli AS quantity, "
        "spend_minor AS spend FROM customer_category UNION ALL SELECT customer_id, category_id, "
        "-max(sold), -sum(quantity), -sum(spend) FROM (SELECT sale.id AS sale_id, "
        "CASE WHEN l.quantity_milli > 0 THEN sale.customer_id ELSE bought.customer_id END AS customer_id, "
        "coalesce(l.category_id, 0) AS category_id, CASE WHEN l.quantity_milli > 0 THEN 1 ELSE 0 END AS sold, "
        "l.quantity_milli AS quantity, "
        "l.net_minor + CASE WHEN sale.prices_include_tax THEN 0 ELSE l.tax_minor END AS spend FROM sale "
        "JOIN sale_line l ON l.sale_id = sale.id LEFT JOIN sale bought ON bought.id = sale.original_sale_id "
        "WHERE l.kind = 'product') moved WHERE customer_id IS NOT NULL GROUP BY sale_id, customer_id, category_id) f "
        "GROUP BY customer_id, category_id HAVING sum(visits) <> 0 OR sum(quantity) <> 0 OR sum(spend) <> 0",
    ),
    Check(
        "segment_members", "V33", "who is in a segment is not what its history says",
        "SELECT segment_id, customer_id FROM (SELECT segment_id, customer_id, 1 AS there FROM segment_member "
        "UNION ALL SELECT v.segment_id, v.customer_id, -1 FROM segment_event v JOIN (SELECT max(id) AS id "
        "FROM segment_event GROUP BY segment_id, customer_id) latest ON latest.id = v.id WHERE v.event = 'entered') m "
        "GROUP BY segment_id, customer_id HAVING sum(there) <> 0",
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
