"""Staff, roles and what each role may do."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Key, at_least


class Role(Base):
    __tablename__ = "role"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(80))


class RolePermission(Base):
    """`limit_value` bounds the right in its own unit: percent, minor units or points; NULL is without bound."""

    __tablename__ = "role_permission"

    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"), primary_key=True)
    permission: Mapped[str] = mapped_column(String(60), primary_key=True)
    limit_value: Mapped[int | None]


class Staff(Base):
    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("name"), at_least("failed_attempts"))

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(120))
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"))
    pin_hash: Mapped[str] = mapped_column(String(200))  # argon2id
    failed_attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))  # own purchases
    active: Mapped[bool] = mapped_column(default=True)
