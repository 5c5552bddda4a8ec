"""Campaigns and their budgets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from db.queries.promotions import campaign


@dataclass(frozen=True, slots=True)
class CampaignRow:
    id: int
    name: str
    budget_minor: int | None
    spent_minor: int


_CAMPAIGNS = select(campaign.c.id, campaign.c.name, campaign.c.budget_minor, campaign.c.spent_minor)


def campaigns(connection: Connection) -> list[CampaignRow]:
    return [CampaignRow(*row) for row in connection.execute(_CAMPAIGNS.order_by(func.lower(campaign.c.name)))]


def campaign_by_id(connection: Connection, campaign_id: int) -> CampaignRow | None:
    row = connection.execute(_CAMPAIGNS.where(campaign.c.id == campaign_id)).first()
    return None if row is None else CampaignRow(*row)


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


def spent_so_far(connection: Connection) -> dict[str, int]:
    """Minor units spent of each campaign that has a budget, by campaign id as text."""
    rows = connection.execute(
        select(campaign.c.id, campaign.c.spent_minor).where(
            campaign.c.budget_minor.is_not(None), campaign.c.spent_minor > 0
        )
    )
    return {str(row[0]): row[1] for row in rows}
