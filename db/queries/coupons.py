"""Promotions, codes and their uses in SQL. Limits are conditional updates: one statement each, exact in a race."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import (
    Connection,
    Date,
    RowMapping,
    Table,
    and_,
    bindparam,
    func,
    insert,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)  # fmt: skip
from sqlalchemy.dialects import postgresql, sqlite

from db.models.promotion import Campaign, CouponCode, CouponRedemption, CouponUse, Promotion, PromotionVersion
from db.types import BigInt, UtcDateTime

campaign = cast(Table, Campaign.__table__)
promotion = cast(Table, Promotion.__table__)
version = cast(Table, PromotionVersion.__table__)
code = cast(Table, CouponCode.__table__)
use = cast(Table, CouponUse.__table__)
redemption = cast(Table, CouponRedemption.__table__)

WHOLE_PROMOTION = 0  # coupon_use.code_id that counts a promotion's uses by any code
_NO_LIMIT = 2**62


def _insert(connection: Connection, table: Table) -> Any:
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


# --- what the till keeps in memory -----------------------------------------------------------------------


def catalogue_stamp(connection: Connection) -> str:
    """Changes whenever a promotion is added, edited, switched on or off; uses do not change it."""
    row = connection.execute(
        select(func.count(), func.coalesce(func.sum(promotion.c.version), 0), func.max(promotion.c.updated_at))
    ).one()
    return f"{row[0]}.{row[1]}.{row[2].timestamp() if row[2] else 0:.6f}"


@dataclass(frozen=True, slots=True)
class StoredPromotion:
    id: int
    definition: Mapping[str, Any]
    version: int
    active: bool


def definitions(connection: Connection, *, valid_on: date | None = None) -> list[StoredPromotion]:
    """Every promotion that a till may need, in listed order; those over since before `valid_on` are left out,
    except by code: a coupon that is over is refused with its date, not as unknown."""
    query = select(promotion.c.id, promotion.c.definition, promotion.c.version, promotion.c.active)
    if valid_on is not None:
        over = and_(promotion.c.automatic, promotion.c.valid_to < bindparam("p_day", valid_on, Date))
        query = query.where(or_(promotion.c.valid_to.is_(None), ~over))
    rows = connection.execute(query.order_by(promotion.c.priority, promotion.c.id))
    return [StoredPromotion(*row) for row in rows]


def uses_so_far(connection: Connection) -> dict[int, int]:
    """Uses of the promotions that have a total limit."""
    rows = connection.execute(
        select(promotion.c.id, promotion.c.use_count).where(
            promotion.c.total_limit.is_not(None), promotion.c.use_count > 0
        )
    )
    return {row[0]: row[1] for row in rows}


def spent_so_far(connection: Connection) -> dict[str, int]:
    """Minor units spent of each campaign that has a budget, by campaign id as text."""
    rows = connection.execute(
        select(campaign.c.id, campaign.c.spent_minor).where(
            campaign.c.budget_minor.is_not(None), campaign.c.spent_minor > 0
        )
    )
    return {str(row[0]): row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class CustomerUse:
    promotion_id: int
    code_id: int
    uses: int
    last_invoice: str


def customer_uses(connection: Connection, customer_id: int) -> list[CustomerUse]:
    """What this customer used, of each promotion and code, and the invoice of the last time."""
    last = (
        select(redemption.c.sale_number)
        .where(
            redemption.c.customer_id == customer_id,
            redemption.c.promotion_id == use.c.promotion_id,
            or_(use.c.code_id == WHOLE_PROMOTION, redemption.c.code_id == use.c.code_id),
            redemption.c.kind == "use",
        )
        .order_by(redemption.c.used_at.desc(), redemption.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    limited = or_(promotion.c.per_customer_limit.is_not(None), use.c.code_id != WHOLE_PROMOTION)
    rows = connection.execute(
        select(use.c.promotion_id, use.c.code_id, use.c.use_count, func.coalesce(last, ""))
        .select_from(use.join(promotion, promotion.c.id == use.c.promotion_id))
        .where(use.c.customer_id == customer_id, use.c.use_count > 0, promotion.c.active, limited)
    )
    return [CustomerUse(*row) for row in rows]


# --- codes -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CodeRow:
    id: int
    promotion_id: int
    shared_code: str | None
    last_four: str
    max_uses: int | None
    per_customer_limit: int | None
    use_count: int
    customer_id: int | None
    batch: str
    expires_on: date | None
    status: str
    created_at: datetime


_CODE_COLUMNS = (
    code.c.id, code.c.promotion_id, code.c.shared_code, code.c.last_four, code.c.max_uses,
    code.c.per_customer_limit, code.c.use_count, code.c.customer_id, code.c.batch, code.c.expires_on, code.c.status,
    code.c.created_at,
)  # fmt: skip


def _code_row(row: RowMapping) -> CodeRow:
    return CodeRow(**row)


def code_by_hash(connection: Connection, code_hash: str) -> CodeRow | None:
    row = connection.execute(select(*_CODE_COLUMNS).where(code.c.code_hash == code_hash)).mappings().first()
    return None if row is None else _code_row(row)


def code_by_id(connection: Connection, code_id: int) -> CodeRow | None:
    row = connection.execute(select(*_CODE_COLUMNS).where(code.c.id == code_id)).mappings().first()
    return None if row is None else _code_row(row)


def codes_of_customer(connection: Connection, customer_id: int, *, today: date, limit: int = 50) -> list[CodeRow]:
    """Codes issued to this customer that can still be used, the next to expire first."""
    query = (
        select(*_CODE_COLUMNS)
        .where(
            code.c.customer_id == customer_id,
            code.c.status == "active",
            or_(code.c.expires_on.is_(None), code.c.expires_on >= today),
            or_(code.c.max_uses.is_(None), code.c.use_count < code.c.max_uses),
        )
        .order_by(code.c.expires_on.is_(None), code.c.expires_on, code.c.id)
        .limit(limit)
    )
    return [_code_row(row) for row in connection.execute(query).mappings()]


def shared_codes(connection: Connection, promotion_ids: Sequence[int]) -> dict[int, list[CodeRow]]:
    found: dict[int, list[CodeRow]] = {}
    query = (
        select(*_CODE_COLUMNS)
        .where(code.c.promotion_id.in_(promotion_ids), code.c.shared_code.is_not(None))
        .order_by(code.c.id)
    )
    for row in connection.execute(query).mappings():
        found.setdefault(row["promotion_id"], []).append(_code_row(row))
    return found


def codes_page(
    connection: Connection, promotion_id: int, *, batch: str | None = None, after_id: int = 0, limit: int = 200
) -> list[CodeRow]:
    query = select(*_CODE_COLUMNS).where(code.c.promotion_id == promotion_id, code.c.id > after_id)
    if batch is not None:
        query = query.where(code.c.batch == batch)
    return [_code_row(row) for row in connection.execute(query.order_by(code.c.id).limit(limit)).mappings()]


def sealed_codes(
    connection: Connection, promotion_id: int, batch: str, *, after_id: int = 0, limit: int = 2000
) -> list[tuple[int, bytes | None, CodeRow]]:
    """Codes of one batch with their sealed copies, for printing and export."""
    query = (
        select(*_CODE_COLUMNS, code.c.code_cipher)
        .where(code.c.promotion_id == promotion_id, code.c.batch == batch, code.c.id > after_id)
        .order_by(code.c.id)
        .limit(limit)
    )
    found = []
    for row in connection.execute(query).mappings():
        fields = dict(row)
        sealed = fields.pop("code_cipher")
        found.append((int(fields["id"]), sealed, CodeRow(**fields)))
    return found


@dataclass(frozen=True, slots=True)
class BatchRow:
    name: str
    codes: int
    used: int
    cancelled: int
    created_at: datetime


def batches(connection: Connection, promotion_id: int) -> list[BatchRow]:
    """Bulk batches of a promotion, newest first."""
    from sqlalchemy import case

    rows = connection.execute(
        select(
            code.c.batch,
            func.count(),
            func.sum(case((code.c.use_count > 0, 1), else_=0)),
            func.sum(case((code.c.status == "cancelled", 1), else_=0)),
            func.min(code.c.created_at, type_=UtcDateTime),
        )
        .where(code.c.promotion_id == promotion_id, code.c.shared_code.is_(None))
        .group_by(code.c.batch)
        .order_by(func.max(code.c.id).desc())
    )
    return [BatchRow(row[0], int(row[1]), int(row[2]), int(row[3]), row[4]) for row in rows]


def add_codes(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add made codes, whose 75 random bits meet no other."""
    if rows:
        connection.execute(insert(code), list(map(dict, rows)))


def add_shared_code(connection: Connection, **columns: Any) -> int | None:
    """A code by its word; None when the word is taken, by whichever promotion."""
    found = connection.execute(
        _insert(connection, code)
        .values(**columns)
        .on_conflict_do_nothing(index_elements=[code.c.code_hash])
        .returning(code.c.id)
    ).first()
    return None if found is None else int(found[0])


def cancel_codes(
    connection: Connection, promotion_id: int, *, code_id: int | None = None, batch: str | None = None
) -> int:
    """Cancel one code, or what is left of a batch; how many were active."""
    query = update(code).where(code.c.promotion_id == promotion_id, code.c.status == "active")
    if code_id is not None:
        query = query.where(code.c.id == code_id)
    if batch is not None:
        query = query.where(code.c.batch == batch)
    return connection.execute(query.values(status="cancelled")).rowcount


def set_code(connection: Connection, code_id: int, **columns: Any) -> None:
    connection.execute(update(code).where(code.c.id == code_id).values(**columns))


# --- uses, in the sale's transaction ---------------------------------------------------------------------

_COUNT_USE = (
    update(promotion)
    .where(
        promotion.c.id == bindparam("p_id", type_=BigInt),
        promotion.c.active,
        or_(promotion.c.total_limit.is_(None), promotion.c.use_count < promotion.c.total_limit),
    )
    .values(use_count=promotion.c.use_count + 1)
    .returning(promotion.c.campaign_id, promotion.c.per_customer_limit, promotion.c.version)
)
_COUNT_CODE = (
    update(code)
    .where(
        code.c.id == bindparam("p_id", type_=BigInt),
        code.c.promotion_id == bindparam("p_promotion", type_=BigInt),
        code.c.status == "active",
        or_(code.c.max_uses.is_(None), code.c.use_count < code.c.max_uses),
        or_(code.c.expires_on.is_(None), code.c.expires_on >= bindparam("p_today", type_=Date)),
        or_(code.c.customer_id.is_(None), code.c.customer_id == bindparam("p_customer", type_=BigInt)),
    )
    .values(use_count=code.c.use_count + 1)
    .returning(code.c.per_customer_limit)
)
_SPEND = (
    update(campaign)
    .where(
        campaign.c.id == bindparam("p_id", type_=BigInt),
        or_(
            campaign.c.budget_minor.is_(None),
            campaign.c.spent_minor + bindparam("p_amount", type_=BigInt) <= campaign.c.budget_minor,
        ),
    )
    .values(spent_minor=campaign.c.spent_minor + bindparam("p_amount", type_=BigInt))
)


def count_use(connection: Connection, promotion_id: int) -> tuple[int | None, int | None, int] | None:
    """One more use of a promotion below its total limit: (campaign id, per-customer limit, version), else None."""
    row = connection.execute(_COUNT_USE, {"p_id": promotion_id}).first()
    return None if row is None else (row[0], row[1], row[2])


def count_code(
    connection: Connection, code_id: int, promotion_id: int, *, today: date, customer_id: int | None
) -> tuple[int | None] | None:
    """One more use of a code that is active, good today, below its limit and this customer's: (per-customer limit,)."""
    row = connection.execute(
        _COUNT_CODE,
        {"p_id": code_id, "p_promotion": promotion_id, "p_today": today, "p_customer": customer_id or -1},
    ).first()
    return None if row is None else (row[0],)


def count_customer(
    connection: Connection, promotion_id: int, code_id: int, customer_id: int, limit: int | None
) -> bool:
    """One more use by this customer, while below `limit`; false when it is reached."""
    statement = _insert(connection, use).values(
        promotion_id=promotion_id, code_id=code_id, customer_id=customer_id, use_count=1
    )
    statement = statement.on_conflict_do_update(
        index_elements=[use.c.promotion_id, use.c.code_id, use.c.customer_id],
        set_={"use_count": use.c.use_count + 1},
        where=use.c.use_count < (_NO_LIMIT if limit is None else limit),
    ).returning(literal_column("1"))
    return connection.execute(statement).first() is not None


def spend(connection: Connection, campaign_id: int, amount_minor: int) -> bool:
    """Book a discount against the campaign's budget; false when it would overrun it."""
    return connection.execute(_SPEND, {"p_id": campaign_id, "p_amount": amount_minor}).rowcount == 1


def add_redemptions(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(redemption), list(map(dict, rows)))


@dataclass(frozen=True, slots=True)
class Limits:
    """What stands against one more use, read after a guard refused."""

    name: str
    active: bool
    total_limit: int | None
    use_count: int
    campaign_id: int | None
    campaign_left_minor: int | None


def limits_of(connection: Connection, promotion_id: int) -> Limits | None:
    row = connection.execute(
        select(
            promotion.c.name, promotion.c.active, promotion.c.total_limit, promotion.c.use_count,
            promotion.c.campaign_id, campaign.c.budget_minor - campaign.c.spent_minor,
        )
        .select_from(promotion.outerjoin(campaign, campaign.c.id == promotion.c.campaign_id))
        .where(promotion.c.id == promotion_id)
    ).first()  # fmt: skip
    return None if row is None else Limits(*row)


def uses_of_sale(connection: Connection, sale_id: int) -> list[RowMapping]:
    """The uses that a sale made and that have not been given back, by promotion."""
    back = redemption.alias("back")
    query = (
        select(redemption)
        .where(
            redemption.c.sale_id == sale_id,
            redemption.c.kind == "use",
            ~select(back.c.id).where(back.c.reverses_id == redemption.c.id).exists(),
        )
        .order_by(redemption.c.promotion_id, redemption.c.id)
    )
    return list(connection.execute(query).mappings())


def give_back_use(connection: Connection, taken: RowMapping, row: Mapping[str, Any]) -> bool:
    """Write the return of a use and lower the counters; false when it was returned before."""
    statement = _insert(connection, redemption).values(**row)
    statement = statement.on_conflict_do_nothing(index_elements=[redemption.c.reverses_id]).returning(redemption.c.id)
    if connection.execute(statement).first() is None:
        return False
    connection.execute(
        update(promotion).where(promotion.c.id == taken["promotion_id"]).values(use_count=promotion.c.use_count - 1)
    )
    if taken["code_id"] is not None:
        connection.execute(update(code).where(code.c.id == taken["code_id"]).values(use_count=code.c.use_count - 1))
    if taken["customer_id"] is not None:
        of_codes = [WHOLE_PROMOTION] + ([taken["code_id"]] if taken["code_id"] is not None else [])
        connection.execute(
            update(use)
            .where(
                use.c.promotion_id == taken["promotion_id"],
                use.c.customer_id == taken["customer_id"],
                use.c.code_id.in_(of_codes),
            )
            .values(use_count=use.c.use_count - 1)
        )
    if taken["campaign_id"] is not None:
        connection.execute(
            update(campaign)
            .where(campaign.c.id == taken["campaign_id"])
            .values(spent_minor=campaign.c.spent_minor - taken["discount_minor"])
        )
    return True


# --- back office -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PromotionRow:
    id: int
    name: str
    kind: str
    automatic: bool
    priority: int
    valid_from: date | None
    valid_to: date | None
    total_limit: int | None
    use_count: int
    active: bool
    version: int
    updated_at: datetime
    campaign_id: int | None
    campaign_name: str
    shared_code: str
    code_count: int


def promotions_page(
    connection: Connection,
    *,
    search: str = "",
    state: str = "",
    today: date,
    before_id: int | None = None,
    limit: int = 100,
) -> list[PromotionRow]:
    """Newest first. `state`: running, scheduled, over, off or "" for all. `search`: part of a name or shared code."""
    shared = (
        select(func.min(code.c.shared_code))
        .where(code.c.promotion_id == promotion.c.id, code.c.shared_code.is_not(None), code.c.status == "active")
        .scalar_subquery()
    )
    count = select(func.count()).where(code.c.promotion_id == promotion.c.id).scalar_subquery()
    query = select(
        promotion.c.id, promotion.c.name, promotion.c.kind, promotion.c.automatic, promotion.c.priority,
        promotion.c.valid_from, promotion.c.valid_to, promotion.c.total_limit, promotion.c.use_count,
        promotion.c.active, promotion.c.version, promotion.c.updated_at, promotion.c.campaign_id,
        func.coalesce(campaign.c.name, "").label("campaign_name"), func.coalesce(shared, "").label("shared_code"),
        count.label("code_count"),
    ).select_from(promotion.outerjoin(campaign, campaign.c.id == promotion.c.campaign_id))  # fmt: skip
    started = or_(promotion.c.valid_from.is_(None), promotion.c.valid_from <= today)
    lasting = or_(promotion.c.valid_to.is_(None), promotion.c.valid_to >= today)
    tests = {
        "running": and_(promotion.c.active, started, lasting),
        "scheduled": and_(promotion.c.active, promotion.c.valid_from > today),
        "over": promotion.c.valid_to < today,
        "off": ~promotion.c.active,
    }
    if state:
        query = query.where(tests[state])
    if search.strip():
        wanted = search.strip()
        named = promotion.c.name.icontains(wanted, autoescape=True)
        coded = (
            select(code.c.id)
            .where(code.c.promotion_id == promotion.c.id, code.c.shared_code.icontains(wanted, autoescape=True))
            .exists()
        )
        query = query.where(or_(named, coded))
    if before_id is not None:
        query = query.where(promotion.c.id < before_id)
    rows = connection.execute(query.order_by(promotion.c.id.desc()).limit(limit)).mappings()
    return [PromotionRow(**row) for row in rows]


def stored(connection: Connection, promotion_id: int) -> StoredPromotion | None:
    row = connection.execute(
        select(promotion.c.id, promotion.c.definition, promotion.c.version, promotion.c.active).where(
            promotion.c.id == promotion_id
        )
    ).first()
    return None if row is None else StoredPromotion(*row)


def stored_version(connection: Connection, promotion_id: int, number: int) -> Mapping[str, Any] | None:
    """The definition that was in force as that version (V16)."""
    return connection.execute(
        select(version.c.definition).where(version.c.promotion_id == promotion_id, version.c.version == number)
    ).scalar()


def add_promotion(connection: Connection, **columns: Any) -> int:
    return int(connection.execute(insert(promotion).values(**columns).returning(promotion.c.id)).scalar_one())


def change_promotion(connection: Connection, promotion_id: int, was_version: int, **columns: Any) -> bool:
    """Store an edit made on `was_version`; false when somebody else's edit came first."""
    done = connection.execute(
        update(promotion).where(promotion.c.id == promotion_id, promotion.c.version == was_version).values(**columns)
    )
    return done.rowcount == 1


def add_version(
    connection: Connection, promotion_id: int, number: int, definition: Mapping[str, Any], at: datetime
) -> None:
    connection.execute(
        insert(version).values(promotion_id=promotion_id, version=number, definition=dict(definition), recorded_at=at)
    )


@dataclass(frozen=True, slots=True)
class UseRow:
    id: int
    kind: str
    used_at: datetime
    sale_id: int
    sale_number: str
    code_shown: str
    customer_id: int | None
    customer_name: str
    discount_minor: int
    discount_percent: Decimal | None


def uses_page(
    connection: Connection,
    promotion_id: int,
    *,
    after: tuple[datetime, int] | None = None,
    limit: int = 100,
) -> list[UseRow]:
    """Redemptions of a promotion, newest first."""
    from db.models.customer import Customer

    customer = cast(Table, Customer.__table__)
    query = (
        select(
            redemption.c.id, redemption.c.kind, redemption.c.used_at, redemption.c.sale_id, redemption.c.sale_number,
            redemption.c.code_shown, redemption.c.customer_id, customer.c.first_name, customer.c.last_name,
            redemption.c.discount_minor, redemption.c.discount_percent,
        )
        .select_from(redemption.outerjoin(customer, customer.c.id == redemption.c.customer_id))
        .where(redemption.c.promotion_id == promotion_id)
    )  # fmt: skip
    if after is not None:
        at, before = bindparam("p_after", after[0], UtcDateTime), bindparam("p_before", after[1], BigInt)
        query = query.where(tuple_(redemption.c.used_at, redemption.c.id) < tuple_(at, before))
    query = query.order_by(redemption.c.used_at.desc(), redemption.c.id.desc()).limit(limit)
    found = []
    for row in connection.execute(query).mappings():
        fields = dict(row)
        name = f"{fields.pop('first_name') or ''} {fields.pop('last_name') or ''}".strip()
        found.append(UseRow(**fields, customer_name=name))
    return found


@dataclass(frozen=True, slots=True)
class CampaignRow:
    id: int
    name: str
    budget_minor: int | None
    spent_minor: int


def campaigns(connection: Connection) -> list[CampaignRow]:
    rows = connection.execute(
        select(campaign.c.id, campaign.c.name, campaign.c.budget_minor, campaign.c.spent_minor).order_by(
            func.lower(campaign.c.name)
        )
    )
    return [CampaignRow(*row) for row in rows]


def campaign_by_id(connection: Connection, campaign_id: int) -> CampaignRow | None:
    return next((row for row in campaigns(connection) if row.id == campaign_id), None)


def save_campaign(connection: Connection, name: str, budget_minor: int | None, at: datetime) -> int | None:
    """A campaign by name, made or its budget set; None when more is spent than the new budget."""
    found = connection.execute(select(campaign.c.id).where(campaign.c.name == name)).scalar()
    if found is None:
        return int(
            connection.execute(
                insert(campaign)
                .values(name=name, budget_minor=budget_minor, spent_minor=0, created_at=at)
                .returning(campaign.c.id)
            ).scalar_one()
        )
    allowed = True if budget_minor is None else campaign.c.spent_minor <= budget_minor
    done = connection.execute(
        update(campaign).where(campaign.c.id == found, allowed).values(budget_minor=budget_minor)  # type: ignore[arg-type]
    )
    return int(found) if done.rowcount == 1 else None


# --- what a promotion may name ---------------------------------------------------------------------------


def options(connection: Connection) -> dict[str, list[tuple[int, str]]]:
    """(id, name) of everything a promotion's form offers, products aside; each list by name."""
    from db.models.customer import CustomerGroup, LoyaltyTier, Segment
    from db.models.product import Brand, Category, PriceGroup
    from db.models.shop import Outlet

    tables = {
        "categories": Category, "brands": Brand, "segments": Segment, "groups": CustomerGroup,
        "price_groups": PriceGroup, "outlets": Outlet, "tiers": LoyaltyTier,
    }  # fmt: skip
    found = {}
    for name, model in tables.items():
        table = cast(Table, model.__table__)
        rows = connection.execute(select(table.c.id, table.c.name).order_by(func.lower(table.c.name)))
        found[name] = [(int(row[0]), str(row[1])) for row in rows]
    return found


def product_names(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    from db.models.product import Product

    table = cast(Table, Product.__table__)
    rows = connection.execute(select(table.c.id, table.c.name).where(table.c.id.in_(ids)))
    return {int(row[0]): str(row[1]) for row in rows}


def product_tags(connection: Connection, limit: int = 500) -> list[str]:
    from db.models.product import ProductTag

    table = cast(Table, ProductTag.__table__)
    return list(connection.execute(select(table.c.tag).distinct().order_by(table.c.tag).limit(limit)).scalars())
