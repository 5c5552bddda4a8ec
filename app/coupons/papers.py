"""A batch of coupons on paper, to cut out and hand over."""

from __future__ import annotations

from collections.abc import Iterable

from app.coupons.model import PrintableCode
from app.errors import DomainError
from app.giftcards.papers import shop_header
from app.paper.formats import Formats
from app.paper.model import CouponPaper
from app.paper.value import coupon_sheet
from app.pricing.promotion import Promotion
from app.shop.model import ShopInfo
from hardware.protocols import Document

MOST_ON_PAPER = 2_000


class NothingToPrint(DomainError):
    code = "coupon.noprint"


def coupon_papers(
    printable: Iterable[PrintableCode],
    promotion: Promotion,
    info: ShopInfo,
    *,
    headline: str,
    details: str = "",
    as_qr: bool = False,
) -> Document:
    """Every code that can still be used. Raises NothingToPrint when there is none, or too many for paper."""
    header = shop_header(info)
    coupons = []
    sealed = False
    for one in printable:
        if one.status != "active":
            continue
        if one.code is None:
            sealed = True
            continue
        until = one.expires_on or promotion.schedule.valid_to
        coupons.append(
            CouponPaper(
                header,
                headline,
                one.code,
                details,
                valid_from=promotion.schedule.valid_from,
                valid_to=until,
                as_qr=as_qr,
            )
        )
        if len(coupons) > MOST_ON_PAPER:
            raise NothingToPrint(f"More than {MOST_ON_PAPER:,} coupons: export them and have them printed.")
    if not coupons:
        if sealed:
            raise NothingToPrint("The shop's key is not on this computer, so these codes cannot be printed. They work.")
        raise NothingToPrint("No code of this batch can still be used.")
    return coupon_sheet(coupons, Formats(info.locale, info.time_zone))
