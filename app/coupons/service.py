"""Promotions and codes as a manager keeps them: create, edit, switch, make codes, cancel, see uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from app import codes
from app.clock import Clock, shop_date
from app.codekeys import CodeVault
from app.coupons import catalogue, options
from app.coupons.model import (
    BulkCodes,
    CampaignFacts,
    CodeBatch,
    CodeTaken,
    EditedMeanwhile,
    FoundCode,
    PrintableCode,
    PromotionSort,
    PromotionUnknown,
    shown,
)
from app.errors import InvalidInput, NotFound
from app.money import Money
from app.paging import Cursor, Page
from app.permissions import Permission
from app.pricing.promotion import BudgetType, CampaignBudget, Kind, Promotion
from app.pricing.rules import check
from app.pricing.serialize import promotion_to_dict
from app.staff.model import Actor, require
from db.queries import campaigns, coupon_codes, promotion_lists, promotions, shop_facts
from db.queries.coupon_codes import CodeRow
from db.queries.promotion_lists import PromotionRow, UseRow
from db.queries.segments import known_customers
from db.uow import Database, UnitOfWork

PURPOSE = "coupon"
LARGEST_BATCH = 100_000
_CHUNK = 1_000
SHORTEST_WORD, LONGEST_WORD = 3, 40


@dataclass(frozen=True, slots=True)
class Saved:
    promotion_id: int
    version: int


@dataclass(frozen=True, slots=True)
class Details:
    """Everything the edit form shows. `version` goes back with the edit."""

    promotion: Promotion
    version: int
    active: bool
    campaign_id: int | None
    shared: tuple[CodeRow, ...]
    batches: tuple[CodeBatch, ...]
    uses: int


class CouponService:
    """Each edit stores a new version; sales keep the version they were priced with (V16)."""

    def __init__(self, database: Database, clock: Clock, vault: CodeVault | None = None) -> None:
        self._database = database
        self._clock = clock
        self._vault = vault

    # --- promotions ----------------------------------------------------------------------------------------

    def create(self, promotion: Promotion, actor: Actor, *, campaign_id: int | None = None) -> Saved:
        """Store a new promotion and the codes it names. Raises InvalidInput naming the field, CodeTaken."""
        require(actor, Permission.COUPON_MANAGE)
        now = self._clock.now()
        with self._database.write() as uow:
            promotion = self._with_campaign(uow, _prepared(promotion, 0), campaign_id)
            columns = _columns(promotion, campaign_id, now)
            promotion_id = promotions.add_promotion(
                uow.connection,
                definition={},
                version=1,
                use_count=0,
                created_at=now,
                active=promotion.active,
                **columns,
            )
            definition = promotion_to_dict(replace(promotion, id=promotion_id))
            promotions.change_promotion(uow.connection, promotion_id, 1, definition=definition)
            promotions.add_version(uow.connection, promotion_id, 1, definition, now)
            self._keep_words(uow, promotion_id, promotion, before=())
            uow.commit()
        return Saved(promotion_id, 1)

    def edit(
        self, promotion_id: int, promotion: Promotion, actor: Actor, *, was_version: int, campaign_id: int | None = None
    ) -> Saved:
        """Store an edit as a new version. Raises EditedMeanwhile when `was_version` is no longer the last one.

        Codes taken off the promotion are cancelled, not deleted: past sales point at them.
        """
        require(actor, Permission.COUPON_MANAGE)
        now = self._clock.now()
        with self._database.write() as uow:
            stored = promotions.stored(uow.connection, promotion_id, lock=True)
            if stored is None:
                raise PromotionUnknown
            promotion = self._with_campaign(uow, _prepared(promotion, promotion_id), campaign_id)
            self._not_below_uses(uow, promotion_id, promotion)
            version = was_version + 1
            definition = promotion_to_dict(promotion)
            columns = _columns(promotion, campaign_id, now)
            if not promotions.change_promotion(
                uow.connection, promotion_id, was_version, definition=definition, version=version,
                active=promotion.active, **columns,
            ):  # fmt: skip
                raise EditedMeanwhile
            promotions.add_version(uow.connection, promotion_id, version, definition, now)
            before = coupon_codes.shared_codes(uow.connection, [promotion_id]).get(promotion_id, [])
            self._keep_words(uow, promotion_id, promotion, before=before)
            uow.commit()
        return Saved(promotion_id, version)

    def switch(self, promotion_id: int, actor: Actor, *, on: bool) -> Saved:
        """Let a promotion count or not, as an edit of its own."""
        details = self.details(promotion_id, actor)
        promotion = replace(details.promotion, active=on)
        return self.edit(promotion_id, promotion, actor, was_version=details.version, campaign_id=details.campaign_id)

    def details(self, promotion_id: int, actor: Actor) -> Details:
        require(actor, Permission.COUPON_VIEW)
        with self._database.read() as uow:
            stored = promotions.stored(uow.connection, promotion_id)
            if stored is None:
                raise PromotionUnknown
            shared = coupon_codes.shared_codes(uow.connection, [promotion_id]).get(promotion_id, [])
            batches = coupon_codes.batches(uow.connection, promotion_id)
            limits = promotions.limits_of(uow.connection, promotion_id)
        promotion = catalogue.read(stored.definition, promotion_id, stored.version, active=stored.active)
        return Details(
            promotion=promotion, version=stored.version, active=stored.active,
            campaign_id=None if limits is None else limits.campaign_id, shared=tuple(shared),
            batches=tuple(CodeBatch(row.name, row.codes, row.used, row.cancelled, row.created_at) for row in batches),
            uses=0 if limits is None else limits.use_count,
        )  # fmt: skip

    def page(
        self,
        actor: Actor,
        *,
        search: str = "",
        state: str = "",
        sort: PromotionSort = PromotionSort.MADE,
        descending: bool = True,
        after: Cursor | None = None,
        limit: int = 100,
    ) -> Page[PromotionRow]:
        """Promotions, the newest first unless sorted. `state`: running, scheduled, over, off, or "" for all. `search`:
        part of a name or of a shared code, or any whole code."""
        require(actor, Permission.COUPON_VIEW)
        with self._database.read() as uow:
            rows = promotion_lists.promotions_page(
                uow.connection, search=search, code_hash=codes.hash_of(search), state=state, today=self._today(uow),
                sort=sort.value, descending=descending, after=None if after is None else (after[0], after[1]),
                limit=limit + 1,
            )  # fmt: skip
        listed = tuple(row for row, _key in rows[:limit])
        return Page(listed, (rows[limit - 1][1], listed[-1].id) if len(rows) > limit else None)

    def uses(
        self, promotion_id: int, actor: Actor, *, after: tuple[datetime, int] | None = None, limit: int = 100
    ) -> Page[UseRow]:
        """Who used it, when, on which invoice; newest first."""
        require(actor, Permission.COUPON_VIEW)
        with self._database.read() as uow:
            rows = promotion_lists.uses_page(uow.connection, promotion_id, after=after, limit=limit + 1)
        last = rows[limit - 1] if len(rows) > limit else None
        return Page(tuple(rows[:limit]), None if last is None else (last.used_at, last.id))

    def catalogue(self) -> catalogue.LoadedCatalogue:
        """What a till keeps in memory."""
        with self._database.read() as uow:
            return catalogue.load(uow, self._today(uow))

    def options(self, actor: Actor, *promotions: Promotion) -> options.Options:
        """What a promotion may name, for the editor; with the names of the products these promotions name."""
        require(actor, Permission.COUPON_VIEW)
        with self._database.read() as uow:
            return options.load(uow, promotions)

    # --- campaigns -----------------------------------------------------------------------------------------

    def campaigns(self, actor: Actor) -> tuple[CampaignFacts, ...]:
        require(actor, Permission.COUPON_VIEW)
        with self._database.read() as uow:
            currency, _zone = shop_facts.currency_and_zone(uow.connection)
            rows = campaigns.campaigns(uow.connection)
        return tuple(
            CampaignFacts(
                row.id, row.name, None if row.budget_minor is None else Money(row.budget_minor, currency),
                Money(row.spent_minor, currency),
            )
            for row in rows
        )  # fmt: skip

    def save_campaign(self, name: str, budget: Money | None, actor: Actor) -> int:
        """Make a campaign, or set the budget of the one with this name; its id."""
        require(actor, Permission.COUPON_MANAGE)
        if not name.strip():
            raise InvalidInput("A campaign needs a name.", field="campaign")
        if budget is not None and budget.minor <= 0:
            raise InvalidInput("A budget is above zero; leave it empty for none.", field="budget")
        with self._database.write() as uow:
            found = campaigns.save_campaign(
                uow.connection, name.strip()[:120], None if budget is None else budget.minor, self._clock.now()
            )
            if found is None:
                raise InvalidInput("More than this budget is spent already.", field="budget")
            uow.commit()
        return found

    # --- codes ---------------------------------------------------------------------------------------------

    def find(self, text: str) -> FoundCode | None:
        """A code as typed or scanned, None when no coupon has it."""
        with self._database.read() as uow:
            return catalogue.find(uow, text)

    def make_codes(
        self,
        promotion_id: int,
        count: int,
        actor: Actor,
        *,
        batch: str,
        expires_on: date | None = None,
        max_uses: int | None = 1,
        customer_ids: Sequence[int] = (),
        progress: Callable[[int], bool] | None = None,
    ) -> BulkCodes:
        """Unique codes, each good `max_uses` times (None: as often as the promotion allows).

        With `customer_ids`, one code for each of them. `progress` is told how many are made and stops the work by
        returning false; what is made so far stays, in its batch. Raises InvalidInput for a promotion without codes.
        """
        require(actor, Permission.COUPON_MANAGE)
        count = len(customer_ids) or count
        if not 1 <= count <= LARGEST_BATCH:
            raise InvalidInput(f"Between 1 and {LARGEST_BATCH:,} codes at a time.", field="count")
        if max_uses is not None and max_uses < 1:
            raise InvalidInput("A code is good at least once.", field="max_uses")
        promotion, zone = self._ready_for_codes(promotion_id, customer_ids)
        batch = batch.strip()[:60] or self._clock.now().astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
        made: list[str] = []
        while len(made) < count:
            part = [codes.generate() for _ in range(min(_CHUNK, count - len(made)))]
            owners: list[int | None] = list(customer_ids[len(made) : len(made) + len(part)])
            owners = owners or [None] * len(part)
            rows = [
                self._code_columns(promotion_id, promotion, code, batch=batch, expires_on=expires_on)
                | {"max_uses": max_uses, "customer_id": owner}
                for code, owner in zip(part, owners, strict=True)
            ]
            with self._database.write() as uow:
                coupon_codes.add_codes(uow.connection, rows)
                uow.commit()
            made += part
            if progress is not None and not progress(len(made)):
                break
        return BulkCodes(promotion_id, batch, tuple(made), expires_on)

    def printable(self, promotion_id: int, batch: str, actor: Actor) -> Iterator[PrintableCode]:
        """A batch's codes from their sealed copies, for a file or a print sheet; 2,000 at a time in memory."""
        require(actor, Permission.COUPON_MANAGE)
        after = 0
        while True:
            with self._database.read() as uow:
                rows = coupon_codes.sealed_codes(uow.connection, promotion_id, batch, after_id=after)
            for code_id, sealed, row in rows:
                code = self._vault.open(sealed, PURPOSE) if self._vault is not None else None
                yield PrintableCode(code_id, code, shown(row), row.expires_on, row.use_count, row.status)
            if len(rows) < 2000:
                return
            after = rows[-1][0]

    def codes(
        self, promotion_id: int, actor: Actor, *, batch: str | None = None, after_id: int = 0, limit: int = 200
    ) -> Page[CodeRow]:
        """A promotion's codes, masked."""
        require(actor, Permission.COUPON_VIEW)
        with self._database.read() as uow:
            rows = coupon_codes.codes_page(
                uow.connection, promotion_id, batch=batch, after_id=after_id, limit=limit + 1
            )
        more = len(rows) > limit
        return Page(tuple(rows[:limit]), (rows[limit - 1].id,) if more else None)

    def cancel(self, promotion_id: int, actor: Actor, *, code_id: int | None = None, batch: str | None = None) -> int:
        """Cancel one code, or what is left of a batch; how many. Neither: refused, for that would be all of them."""
        require(actor, Permission.COUPON_MANAGE)
        if code_id is None and batch is None:
            raise InvalidInput("Choose a code or a batch to cancel.", field="code")
        with self._database.write() as uow:
            cancelled = coupon_codes.cancel_codes(uow.connection, promotion_id, code_id=code_id, batch=batch)
            uow.commit()
        return cancelled

    # --- inside --------------------------------------------------------------------------------------------

    def _today(self, uow: UnitOfWork) -> date:
        _currency, zone = shop_facts.currency_and_zone(uow.connection)
        return shop_date(self._clock.now(), zone)

    def _with_campaign(self, uow: UnitOfWork, promotion: Promotion, campaign_id: int | None) -> Promotion:
        """The campaign's budget goes into the definition, so that pricing can say why it is refused."""
        if campaign_id is None:
            return replace(promotion, budget=None)
        found = campaigns.campaign_by_id(uow.connection, campaign_id)
        if found is None:
            raise InvalidInput("This campaign is no longer there.", field="campaign")
        if found.budget_minor is None:
            return replace(promotion, budget=None)
        return replace(promotion, budget=CampaignBudget(str(campaign_id), BudgetType.SPEND, found.budget_minor))

    def _not_below_uses(self, uow: UnitOfWork, promotion_id: int, promotion: Promotion) -> None:
        limits = promotions.limits_of(uow.connection, promotion_id)
        most = promotion.limits.total_uses
        if limits is not None and most is not None and most < limits.use_count:
            raise InvalidInput(f"It was used {limits.use_count} times already.", field="limits.total_uses")

    def _keep_words(
        self, uow: UnitOfWork, promotion_id: int, promotion: Promotion, *, before: Sequence[CodeRow]
    ) -> None:
        """Have one code row for each shared word the promotion names, and none active that it does not."""
        rows = {codes.hash_of(row.shared_code or ""): row for row in before}
        wanted = {codes.hash_of(word): word for word in promotion.codes}
        limits = {
            "max_uses": promotion.limits.per_code_uses, "per_customer_limit": promotion.limits.per_customer_code_uses,
        }  # fmt: skip
        for code_hash, word in wanted.items():
            row = rows.get(code_hash)
            if row is not None:
                most = promotion.limits.per_code_uses
                if most is not None and most < row.use_count:
                    raise InvalidInput(f"{word} was used {row.use_count} times already.", field="limits.per_code_uses")
                coupon_codes.set_code(uow.connection, row.id, status="active", shared_code=word, **limits)
                continue
            columns = self._code_columns(promotion_id, promotion, word, batch="", expires_on=None)
            columns |= {"shared_code": word, "code_cipher": None, **limits}
            if coupon_codes.add_shared_code(uow.connection, **columns) is None:
                raise CodeTaken(word)
        for code_hash, row in rows.items():
            if code_hash not in wanted:
                coupon_codes.cancel_codes(uow.connection, promotion_id, code_id=row.id)

    def _ready_for_codes(self, promotion_id: int, customer_ids: Sequence[int]) -> tuple[Promotion, str]:
        """The promotion and the shop's time zone."""
        with self._database.read() as uow:
            stored = promotions.stored(uow.connection, promotion_id)
            _currency, zone = shop_facts.currency_and_zone(uow.connection)
            there = known_customers(uow.connection, sorted(set(customer_ids)), hold=False)
        if stored is None:
            raise PromotionUnknown
        promotion = catalogue.read(stored.definition, promotion_id, stored.version)
        if not promotion.by_code:
            raise InvalidInput("This promotion applies by itself. Switch it to “by code” first.", field="needs_code")
        if there != len(set(customer_ids)):
            raise NotFound("Some of these customers are not in the shop any more. Search again; no code was made.")
        return promotion, zone

    def _code_columns(
        self, promotion_id: int, promotion: Promotion, code: str, *, batch: str, expires_on: date | None
    ) -> dict[str, Any]:
        return {
            "promotion_id": promotion_id, "code_hash": codes.hash_of(code), "shared_code": None,
            "last_four": codes.last_four(code),
            "code_cipher": None if self._vault is None else self._vault.seal(code, PURPOSE),
            "max_uses": None, "per_customer_limit": promotion.limits.per_customer_code_uses, "use_count": 0,
            "customer_id": None, "batch": batch, "expires_on": expires_on, "status": "active",
            "created_at": self._clock.now(),
        }  # fmt: skip


def _prepared(promotion: Promotion, promotion_id: int) -> Promotion:
    """As it is stored: trimmed, its words checked, the rules of pricing met. Raises InvalidInput with the field."""
    name = promotion.name.strip()
    if not name or len(name) > 160:
        raise InvalidInput("A promotion needs a name of at most 160 letters.", field="name")
    words = tuple(dict.fromkeys(word.strip() for word in promotion.codes if word.strip()))
    hashes = set()
    for word in words:
        size = len(codes.normalise(word))
        if not size >= SHORTEST_WORD or len(word) > LONGEST_WORD:
            raise InvalidInput(f"A code has {SHORTEST_WORD} to {LONGEST_WORD} letters and digits.", field="codes")
        hashes.add(codes.hash_of(word))
    if len(hashes) != len(words):
        raise InvalidInput("Two of these codes differ only in case, spaces or dashes.", field="codes")
    prepared = replace(promotion, id=promotion_id, name=name, codes=words, version=1)
    check(prepared)
    return prepared


def _columns(promotion: Promotion, campaign_id: int | None, now: datetime) -> dict[str, Any]:
    return {
        "name": promotion.name, "kind": promotion.kind.value, "automatic": not promotion.by_code,
        "priority": promotion.priority, "campaign_id": campaign_id,
        "valid_from": promotion.schedule.valid_from, "valid_to": promotion.schedule.valid_to,
        "total_limit": promotion.limits.total_uses, "per_customer_limit": promotion.limits.per_customer_uses,
        "updated_at": now,
    }  # fmt: skip


def percent_shown(promotion: Promotion | None) -> Decimal | None:
    """The percentage that A9 shows beside the amount; None for promotions that are not one percentage."""
    return promotion.percent if promotion is not None and promotion.kind is Kind.PERCENT else None
