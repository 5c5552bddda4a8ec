"""Identity types. Ids come from the database, request ids from the caller; numbers and codes are text."""

from typing import NewType
from uuid import UUID, uuid4

ShopId = NewType("ShopId", int)
OutletId = NewType("OutletId", int)
RegisterId = NewType("RegisterId", int)
SessionId = NewType("SessionId", int)
StaffId = NewType("StaffId", int)
ProductId = NewType("ProductId", int)
CustomerId = NewType("CustomerId", int)
PromotionId = NewType("PromotionId", int)
CouponCodeId = NewType("CouponCodeId", int)
ValueAccountId = NewType("ValueAccountId", int)
SaleId = NewType("SaleId", int)
SegmentId = NewType("SegmentId", int)
BasketId = NewType("BasketId", int)

RequestId = UUID


def new_request_id() -> UUID:
    """A fresh key for an operation a till may retry; keep it across retries of the same intent."""
    return uuid4()
