"""Cards, coupons and points: balances against entries, entries against the sales they name."""

# ruff: noqa: S608 - the parts put together are constants of this file
from __future__ import annotations

from db.queries.doctor import Check

_VALUE_KINDS = "('gift_card', 'voucher', 'store_credit')"

CHECKS = (
    Check(
        "value_balance", "V9", "a card's balance is not the sum of its entries",
        "SELECT a.id AS account_id, a.balance_minor FROM value_account a LEFT JOIN (SELECT account_id, "
        "sum(amount_minor) AS booked FROM value_entry GROUP BY account_id) e ON e.account_id = a.id "
        "WHERE a.balance_minor <> coalesce(e.booked, 0) OR a.balance_minor < 0",
    ),
    Check(
        "value_prefix", "V9", "a card's running balance was wrong, below zero, or above what was put on it",
        "SELECT id AS entry_id, account_id FROM (SELECT id, account_id, balance_after_minor, "
        "sum(amount_minor) OVER w AS running, sum(CASE WHEN kind IN ('issue', 'reload', 'adjustment') "
        "THEN amount_minor ELSE 0 END) OVER w AS put_on FROM value_entry "
        "WINDOW w AS (PARTITION BY account_id ORDER BY id)) e "
        "WHERE running <> balance_after_minor OR running < 0 OR running > put_on",
    ),
    Check(
        "value_signs", "V9", "an entry has the wrong sign for what it is",
        "SELECT id AS entry_id, account_id, kind FROM value_entry WHERE amount_minor = 0 AND kind <> 'adjustment' "
        "OR (kind IN ('issue', 'reload', 'refund') AND amount_minor < 0) "
        "OR (kind IN ('redemption', 'expiry', 'cancellation') AND amount_minor > 0)",
    ),
    Check(
        "value_issue", "V10", "value was put on a card without a sold line of that amount or a person who did it",
        "SELECT e.id AS entry_id, e.account_id FROM value_entry e LEFT JOIN sale_line l ON l.id = e.sale_line_id "
        "LEFT JOIN sale_tender t ON t.id = e.sale_tender_id WHERE e.kind IN ('issue', 'reload') AND NOT "
        "((l.id IS NOT NULL AND l.kind IN ('gift_card', 'reload') AND l.sale_id = e.sale_id "
        "AND l.value_account_id = e.account_id AND l.net_minor = e.amount_minor) "
        "OR (t.id IS NOT NULL AND t.sale_id = e.sale_id AND t.amount_minor = -e.amount_minor) "
        "OR (e.sale_id IS NULL AND e.sale_line_id IS NULL AND e.sale_tender_id IS NULL))",
    ),
    Check(
        "value_line_twins", "V10", "a sold card line was booked more than once, or not at all",
        "SELECT l.id AS line_id, l.sale_id FROM sale_line l LEFT JOIN value_entry e ON e.sale_line_id = l.id "
        "WHERE l.kind IN ('gift_card', 'reload') GROUP BY l.id, l.sale_id HAVING count(e.id) <> 1",
    ),
    Check(
        "value_issued_once", "V10", "a card was issued twice",
        "SELECT account_id FROM value_entry WHERE kind = 'issue' GROUP BY account_id HAVING count(*) > 1",
    ),
    Check(
        "value_redemption", "V11", "value left a card without a tender of the same amount",
        "SELECT e.id AS entry_id, e.account_id FROM value_entry e LEFT JOIN sale_tender t ON t.id = e.sale_tender_id "
        "WHERE e.kind IN ('redemption', 'refund') AND e.sale_id IS NOT NULL AND NOT (t.id IS NOT NULL "
        "AND t.sale_id = e.sale_id AND t.amount_minor = -e.amount_minor AND t.value_account_id = e.account_id "
        f"AND t.kind IN {_VALUE_KINDS})",
    ),
    Check(
        "value_tender", "V11", "a card paid, and its ledger has no entry for it, or several",
        "SELECT t.id AS tender_id, t.sale_id FROM sale_tender t LEFT JOIN value_entry e ON e.sale_tender_id = t.id "
        f"WHERE t.kind IN {_VALUE_KINDS} AND t.amount_minor <> 0 GROUP BY t.id, t.sale_id, t.amount_minor "
        "HAVING count(e.id) <> 1 OR sum(e.amount_minor) <> -t.amount_minor",
    ),
    Check(
        "value_blocked", "V12", "a card paid after it was blocked",
        "SELECT e.id AS entry_id, e.account_id FROM value_entry e WHERE e.kind = 'redemption' AND (SELECT v.kind "
        "FROM value_event v WHERE v.account_id = e.account_id AND v.at < e.recorded_at "
        "AND v.kind IN ('deactivated', 'activated', 'deleted', 'cancelled') ORDER BY v.at DESC, v.id DESC LIMIT 1) "
        "IN ('deactivated', 'deleted', 'cancelled')",
    ),
    Check(
        "value_unsold", "V12", "a card that was never sold holds money, or paid",
        "SELECT a.id AS account_id FROM value_account a WHERE a.status = 'issued' AND (a.balance_minor <> 0 "
        "OR EXISTS (SELECT 1 FROM value_entry e WHERE e.account_id = a.id))",
    ),
    Check(
        "value_written_off", "V12", "an expired card was written off in part",
        "SELECT id AS entry_id, account_id FROM value_entry WHERE kind = 'expiry' AND balance_after_minor <> 0",
    ),
    Check(
        "liability", "V13", "what the shop owes on cards is not what its ledger says",
        "SELECT b.held, e.booked FROM (SELECT coalesce(sum(balance_minor), 0) AS held FROM value_account) b, "
        "(SELECT coalesce(sum(amount_minor), 0) AS booked FROM value_entry) e WHERE b.held <> e.booked",
    ),
    Check(
        "holds", "V14", "what is held on a card is not the sum of its open holds",
        "SELECT a.id AS account_id, a.held_minor FROM value_account a LEFT JOIN (SELECT account_id, "
        "sum(amount_minor) AS held FROM value_hold WHERE status = 'open' GROUP BY account_id) h "
        "ON h.account_id = a.id WHERE a.held_minor <> coalesce(h.held, 0) OR a.held_minor > a.balance_minor",
    ),
    Check(
        "hold_closed", "V14", "a hold was closed twice, or captured for another amount than was booked",
        "SELECT h.id AS hold_id, h.account_id FROM value_hold h LEFT JOIN (SELECT hold_id, sum(amount_minor) AS taken, "
        "count(*) AS times FROM value_entry WHERE hold_id IS NOT NULL GROUP BY hold_id) e ON e.hold_id = h.id "
        "WHERE (h.status = 'open') <> (h.closed_at IS NULL) OR h.captured_minor > h.amount_minor "
        "OR (h.status = 'captured' AND (coalesce(e.times, 0) <> 1 OR e.taken <> -h.captured_minor)) "
        "OR (h.status <> 'captured' AND coalesce(e.times, 0) <> 0)",
    ),
    Check(
        "card_taken_back", "V20", "a card came back and still holds its value",
        "SELECT b.id AS line_id, b.value_account_id AS account_id FROM sale_line b LEFT JOIN value_entry e "
        "ON e.sale_line_id = b.id AND e.kind = 'cancellation' AND e.amount_minor = b.net_minor "
        "AND e.account_id = b.value_account_id WHERE b.returns_line_id IS NOT NULL AND b.kind IN "
        "('gift_card', 'reload') AND e.id IS NULL",
    ),
    Check(
        "coupon_uses", "V15", "a promotion's count is not its uses, or is over its limit",
        "SELECT p.id AS promotion_id, p.name, p.use_count FROM promotion p LEFT JOIN (SELECT promotion_id, "
        "sum(CASE WHEN kind = 'use' THEN 1 ELSE -1 END) AS uses FROM coupon_redemption GROUP BY promotion_id) r "
        "ON r.promotion_id = p.id WHERE p.use_count <> coalesce(r.uses, 0) OR p.use_count > p.total_limit",
    ),
    Check(
        "code_uses", "V15", "a code's count is not its uses, or is over its limit",
        "SELECT c.id AS code_id, c.use_count FROM coupon_code c LEFT JOIN (SELECT code_id, "
        "sum(CASE WHEN kind = 'use' THEN 1 ELSE -1 END) AS uses FROM coupon_redemption WHERE code_id IS NOT NULL "
        "GROUP BY code_id) r ON r.code_id = c.id WHERE c.use_count <> coalesce(r.uses, 0) OR c.use_count > c.max_uses",
    ),
    Check(
        "customer_uses", "V15", "a customer's count of a promotion or code is not their uses",
        "SELECT promotion_id, code_id, customer_id FROM (SELECT promotion_id, code_id, customer_id, use_count AS uses "
        "FROM coupon_use UNION ALL SELECT promotion_id, 0, customer_id, CASE WHEN kind = 'use' THEN -1 ELSE 1 END "
        "FROM coupon_redemption WHERE customer_id IS NOT NULL UNION ALL SELECT promotion_id, code_id, customer_id, "
        "CASE WHEN kind = 'use' THEN -1 ELSE 1 END FROM coupon_redemption WHERE customer_id IS NOT NULL "
        "AND code_id IS NOT NULL) each_use GROUP BY promotion_id, code_id, customer_id HAVING sum(uses) <> 0",
    ),
    Check(
        "customer_limit", "V15", "a customer used a promotion more often than it allows",
        "SELECT u.promotion_id, u.customer_id, u.use_count FROM coupon_use u JOIN promotion p ON p.id = u.promotion_id "
        "WHERE u.code_id = 0 AND u.use_count > p.per_customer_limit",
    ),
    Check(
        "redemption_sale", "V15", "a use of a coupon is not what its sale says",
        "SELECT r.id AS redemption_id, r.sale_id FROM coupon_redemption r JOIN sale s ON s.id = r.sale_id "
        "WHERE r.sale_number <> s.number_text OR r.used_at <> s.completed_at "
        "OR (r.kind = 'use' AND s.kind = 'return') OR (r.kind = 'return' AND (r.reverses_id IS NULL "
        "OR s.kind = 'sale')) OR (r.kind = 'use' AND r.customer_id IS NOT NULL "
        "AND r.customer_id <> coalesce(s.customer_id, -1))",
    ),
    Check(
        "redemption_trail", "V15", "what a coupon saved is not what the sale's trail says",
        "SELECT sale_id, promotion_id FROM (SELECT sale_id, promotion_id, coalesce(code_id, 0) AS code_id, "
        "discount_minor AS saved, 1 AS times FROM coupon_redemption WHERE kind = 'use' UNION ALL SELECT sale_id, "
        "promotion_id, coalesce(code_id, 0), -amount_minor, -1 FROM sale_trail WHERE kind = 'promotion' "
        "AND outcome = 'applied' AND reason <> 'returned' AND promotion_id IS NOT NULL) each_use "
        "GROUP BY sale_id, promotion_id, code_id HAVING sum(saved) <> 0 OR sum(times) <> 0",
    ),
    Check(
        "redemption_return", "V18", "a coupon was given back for another amount, or by another sale's return",
        "SELECT b.id AS redemption_id, b.sale_id FROM coupon_redemption b JOIN coupon_redemption u "
        "ON u.id = b.reverses_id JOIN sale s ON s.id = b.sale_id WHERE b.kind = 'return' "
        "AND (b.discount_minor <> -u.discount_minor OR u.kind <> 'use' OR b.promotion_id <> u.promotion_id "
        "OR coalesce(s.original_sale_id, u.sale_id) <> u.sale_id)",
    ),
    Check(
        "campaign_spent", "V15", "what a campaign spent is not what its coupons saved, or is over its budget",
        "SELECT c.id AS campaign_id, c.name, c.spent_minor FROM campaign c LEFT JOIN (SELECT campaign_id, "
        "sum(discount_minor) AS saved FROM coupon_redemption WHERE campaign_id IS NOT NULL GROUP BY campaign_id) r "
        "ON r.campaign_id = c.id WHERE c.spent_minor <> coalesce(r.saved, 0) OR c.spent_minor > c.budget_minor",
    ),
    Check(
        "promotion_version", "V16", "a use names a version that was never in force",
        "SELECT r.id AS redemption_id, r.promotion_id, r.promotion_version FROM coupon_redemption r "
        "LEFT JOIN promotion_version v ON v.promotion_id = r.promotion_id AND v.version = r.promotion_version "
        "WHERE v.version IS NULL",
    ),
    Check(
        "points_balance", "V17", "a points balance is not the sum of its entries, or is below zero unflagged",
        "SELECT customer_id, program_id FROM (SELECT customer_id, program_id, balance AS points, "
        "CASE WHEN balance < 0 AND NOT owes THEN 1 ELSE 0 END AS unflagged FROM points_account UNION ALL "
        "SELECT customer_id, program_id, -points, 0 FROM points_entry) booked GROUP BY customer_id, program_id "
        "HAVING sum(points) <> 0 OR max(unflagged) = 1",
    ),
    Check(
        "points_lots", "V17", "a points balance is not what its lots hold",
        "SELECT customer_id, program_id FROM (SELECT customer_id, program_id, CASE WHEN balance > 0 THEN balance "
        "ELSE 0 END AS points FROM points_account UNION ALL SELECT customer_id, program_id, -remaining "
        "FROM points_lot) held GROUP BY customer_id, program_id HAVING sum(points) <> 0",
    ),
    Check(
        "points_prefix", "V17", "a running points balance was wrong",
        "SELECT id AS entry_id, customer_id FROM (SELECT id, customer_id, balance_after, sum(points) OVER "
        "(PARTITION BY customer_id, program_id ORDER BY id) AS running FROM points_entry) e "
        "WHERE running <> balance_after",
    ),
    Check(
        "points_source", "V17", "points moved at a till without a sale, or with the wrong sign",
        "SELECT id AS entry_id, customer_id, kind FROM points_entry WHERE (kind IN ('earn', 'redeem', 'claw_back', "
        "'give_back') AND sale_id IS NULL) OR (kind IN ('earn', 'give_back') AND points < 0) "
        "OR (kind IN ('redeem', 'claw_back', 'expire') AND points > 0)",
    ),
    Check(
        "points_of_sale", "V17", "a sale says other points than its customer got",
        "SELECT s.id AS sale_id, s.number_text, s.points_earned FROM sale s LEFT JOIN (SELECT sale_id, customer_id, "
        "sum(points) AS booked FROM points_entry WHERE kind IN ('earn', 'claw_back') AND sale_id IS NOT NULL "
        "GROUP BY sale_id, customer_id) e ON e.sale_id = s.id AND e.customer_id = s.customer_id "
        "WHERE s.points_earned <> coalesce(e.booked, 0)",
    ),
    Check(
        "points_clawed", "V18", "more points were clawed back than a sale had given",
        "SELECT o.id AS sale_id, o.number_text FROM sale o JOIN (SELECT r.original_sale_id, sum(e.points) AS clawed "
        "FROM sale r JOIN points_entry e ON e.sale_id = r.id AND e.kind = 'claw_back' WHERE r.original_sale_id "
        "IS NOT NULL GROUP BY r.original_sale_id) c ON c.original_sale_id = o.id LEFT JOIN (SELECT sale_id, "
        "sum(points) AS earned FROM points_entry WHERE kind = 'earn' GROUP BY sale_id) g ON g.sale_id = o.id "
        "WHERE coalesce(g.earned, 0) + c.clawed < 0",
    ),
)  # fmt: skip
