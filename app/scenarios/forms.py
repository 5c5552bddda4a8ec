"""The fields of each kind of record, as the scenario format describes them."""

from __future__ import annotations

from app.scenarios.schema import ListOf, MapOf, Obj, anything, day, flag, number, text, whole

_ABOUT = {
    "id": text,
    "source": text,
    "title": text,
    "provenance": text,
    "idiosyncratic": flag,
    "rounding_sensitive": flag,
    "sequence_sensitive": flag,
    "totals_under_other_rounding": ListOf(number),
    "note": text,
}

_SELECTION = {"skus": ListOf(text), "categories": ListOf(text)}

_DEAL_SIDE = {
    **_SELECTION,
    "qty": whole,
    "pool": text,
    "percent": number,
    "amount_off": number,
    "which": text,
}

_PROMOTION = Obj(
    {
        "id": text,
        "kind": text,
        "scope": text,
        "value": number,
        "value_type": text,
        "value_basis": text,
        "per_line": flag,
        "max_units_per_line": whole,
        "targets": Obj(_SELECTION),
        "condition_targets": Obj(_SELECTION),
        "min_qty": number,
        "min_amount": number,
        "min_amount_basis": text,
        "min_amount_on": text,
        "min_amount_after_discounts": flag,
        "amount_equals": number,
        "max_discount": number,
        "max_discount_basis": text,
        "buy": Obj(_DEAL_SIDE),
        "get": Obj(_DEAL_SIDE),
        "repeat": flag,
        "max_applications": whole,
        "bundle_qty": whole,
        "bundle_price": number,
        "tiers": ListOf(Obj({"from": number, "value": number}, needs=("from", "value"))),
        "tier_basis": text,
        "code": text,
        "valid_from": day,
        "valid_to": day,
        "customer_groups": ListOf(text),
        "customers": ListOf(text),
        "limits": Obj({"total_uses": whole, "used": whole, "per_customer_uses": whole}),
        "campaign_budget": Obj({"type": text, "limit": number, "used": number}, needs=("limit",)),
        "exclusive_group": text,
    },
    needs=("id", "kind"),
)

PROMOTIONS = Obj(
    {
        **_ABOUT,
        "currency": text,
        "decimals": whole,
        "tax": Obj({"mode": text, "rates": MapOf(number)}, needs=("mode",)),
        "products": ListOf(
            Obj(
                {"sku": text, "name": text, "price": number, "category": text, "tax": text},
                needs=("sku", "price"),
            )
        ),
        "promotions": ListOf(_PROMOTION),
        "basket": ListOf(Obj({"sku": text, "qty": number}, needs=("sku", "qty"))),
        "actions": ListOf(Obj({"op": text, "code": text}, needs=("op",))),
        "manual_discounts": ListOf(Obj({"amount": number, "percent": number, "label": text, "sku": text})),
        "now": day,
        "customer": Obj({"id": text, "groups": ListOf(text), "prior_uses": MapOf(whole)}),
        "rules": Obj(
            {
                "apply_on_entry": flag,
                "combine": text,
                "code_case_sensitive": flag,
                "duplicate_code": text,
                "rounding": text,
                "discount_rounding_level": text,
            }
        ),
        "tolerance": number,
        "expected": Obj(
            {
                "subtotal": number,
                "discount": number,
                "tax": number,
                "total": number,
                "applied_promotions": ListOf(text),
                "refused_codes": ListOf(Obj({"code": text, "reason": text}, needs=("code",))),
                "line_discounts": ListOf(number),
                "line_discounts_note": text,
                "tolerance": number,
            }
        ),
    },
    needs=("id", "currency", "products", "promotions", "basket", "expected"),
)  # fmt: skip

_CARD_STEP = Obj(
    {
        "op": text,
        "id": text,
        "card": text,
        "amount": number,
        "currency": text,
        "customer": text,
        "expires": day,
        "restricted_to": text,
        "reason": text,
        "total": number,
        "tenders": ListOf(
            Obj({"type": text, "card": text, "amount": number, "customer": text, "currency": text}, needs=("type",))
        ),
        "sale": text,
        "max_refundable": number,
        "times": whole,
        "date": day,
        "idempotency_key": text,
        "expect": Obj(
            {
                "accepted": flag,
                "accepted_count": whole,
                "applied": anything,
                "available": number,
                "balance": number,
                "balances": MapOf(number),
                "change": number,
                "due_remaining": number,
                "reason": text,
                "refused": ListOf(Obj({"card": text, "reason": text})),
                "replayed": flag,
                "status": text,
                "statuses": MapOf(text),
            }
        ),
    },
    needs=("op",),
)

GIFT_CARDS = Obj(
    {
        **_ABOUT,
        "currency": text,
        "decimals": whole,
        "steps": ListOf(_CARD_STEP),
        "final": MapOf(Obj({"balance": number, "available": number, "status": text})),
    },
    needs=("id", "currency", "steps"),
)

LOYALTY = Obj(
    {**_ABOUT, "currency": text, "program": anything, "steps": ListOf(MapOf(anything)), "final": anything},
    needs=("id", "program", "steps"),
)

RFM = Obj(
    {**_ABOUT, "method": anything, "segments": anything, "customers": ListOf(MapOf(anything))},
    needs=("id", "method", "customers"),
)

BARCODES = Obj(
    {
        **_ABOUT,
        "input": text,
        "context": text,
        "symbology_hint": text,
        "use": anything,
        "expect": Obj(
            {
                "valid": flag,
                "reason": text,
                "type": text,
                "gtin14": text,
                "upc_a": text,
                "fields": anything,
                "coupon_value": number,
                "issuer": text,
                "reference": text,
                "start": anything,
                "symbol_values": anything,
                "check_value": anything,
                "or_reject": anything,
                "or_accept": anything,
            },
            needs=("valid",),
        ),
    },
    needs=("id", "input", "expect"),
)
