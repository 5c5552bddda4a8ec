"""The first schema, as it was released: written out, so that no later change of the models changes it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from db.ddl import guard_statements
from db.ddl_search import search_statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UtcDateTime = sa.DateTime(timezone=True)
DecimalText = sa.String(length=32)
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

APPEND_ONLY = (
    "code_attempt",
    "promotion_version",
    "customer_event",
    "segment_event",
    "value_event",
    "sale",
    "cash_movement",
    "coupon_redemption",
    "journal",
    "points_entry",
    "sale_line",
    "sale_tax",
    "sale_tender",
    "sale_trail",
    "sale_share",
    "value_entry",
)


def upgrade() -> None:
    _tables_1()
    _tables_2()
    _tables_3()
    _tables_4()
    _tables_5()
    _tables_6()
    _tables_7()
    _tables_8()
    _tables_9()
    _tables_10()
    bind = op.get_bind()
    for statement in (*guard_statements(bind.dialect.name, APPEND_ONLY), *search_statements(bind)):
        bind.exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("a shop is taken back by restoring a backup")


def _tables_1() -> None:
    op.create_table(
        "brand",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_brand"),
        sa.UniqueConstraint("name", name="uq_brand_name"),
    )
    op.create_table(
        "campaign",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("budget_minor", BigInt, nullable=True),
        sa.Column("spent_minor", BigInt, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.CheckConstraint(
            "budget_minor IS NULL OR spent_minor <= budget_minor", name=op.f("ck_campaign_within_budget")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_campaign"),
        sa.UniqueConstraint("name", name="uq_campaign_name"),
    )
    op.create_table(
        "catalogue_version",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("version", BigInt, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_catalogue_version_only_one")),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_version"),
    )
    op.create_table(
        "category",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("parent_id", BigInt, nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("colour", sa.String(length=7), nullable=False),
        sa.Column("position", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["category.id"], name="fk_category_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_category"),
        sa.UniqueConstraint("parent_id", "name", name="uq_category_parent_id_name"),
    )
    op.create_index("ix_category_path", "category", ["path"], unique=False)
    op.create_table(
        "customer_group",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customer_group"),
        sa.UniqueConstraint("name", name="uq_customer_group_name"),
    )
    op.create_table(
        "loyalty_program",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("points_per_step", BigInt, nullable=False),
        sa.Column("step_minor", BigInt, nullable=False),
        sa.Column("full_steps_only", sa.Boolean(), nullable=False),
        sa.Column("earn_basis", sa.String(length=16), nullable=False),
        sa.Column("earn_on_gift_cards", sa.Boolean(), nullable=False),
        sa.Column("point_value_minor", BigInt, nullable=False),
        sa.Column("expiry_days", BigInt, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "earn_basis IN ('net', 'gross', 'before_discount')", name=op.f("ck_loyalty_program_earn_basis_known")
        ),
        sa.CheckConstraint(
            "unit IN ('points', 'stamps', 'visits', 'cashback')", name=op.f("ck_loyalty_program_unit_known")
        ),
        sa.CheckConstraint("step_minor > 0", name=op.f("ck_loyalty_program_step_positive")),
        sa.PrimaryKeyConstraint("id", name="pk_loyalty_program"),
        sa.UniqueConstraint("name", name="uq_loyalty_program_name"),
    )
    op.create_table(
        "loyalty_tier",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("threshold", BigInt, nullable=False),
        sa.Column("multiplier_percent", BigInt, nullable=False),
        sa.Column("position", BigInt, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_loyalty_tier"),
        sa.UniqueConstraint("name", name="uq_loyalty_tier_name"),
    )
    op.create_table(
        "outlet",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("receipt_header", sa.Text(), nullable=False),
        sa.Column("receipt_footer", sa.Text(), nullable=False),
        sa.Column("position", BigInt, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outlet"),
        sa.UniqueConstraint("code", name="uq_outlet_code"),
        sa.UniqueConstraint("name", name="uq_outlet_name"),
    )
    op.create_table(
        "price_group",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("percent_off", DecimalText, nullable=False),
        sa.Column("points_threshold", BigInt, nullable=True),
        sa.Column("position", BigInt, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_price_group"),
        sa.UniqueConstraint("name", name="uq_price_group_name"),
    )
    op.create_table(
        "role",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_role"),
        sa.UniqueConstraint("code", name="uq_role_code"),
    )
    op.create_table(
        "segment",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("rule_json", sa.Text(), nullable=True),
        sa.Column("rule_version", BigInt, nullable=False),
        sa.Column("member_count", BigInt, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("recalculated_at", UtcDateTime, nullable=True),
        sa.CheckConstraint("kind IN ('manual', 'rule')", name=op.f("ck_segment_kind_known")),
        sa.CheckConstraint("member_count >= 0", name=op.f("ck_segment_member_count_at_least_0")),
        sa.PrimaryKeyConstraint("id", name="pk_segment"),
        sa.UniqueConstraint("name", name="uq_segment_name"),
    )


def _tables_2() -> None:
    op.create_table(
        "setting",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", Json, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_setting"),
    )
    op.create_table(
        "shop",
        sa.Column("id", BigInt, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("tax_number", sa.String(length=60), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("prices_include_tax", sa.Boolean(), nullable=False),
        sa.Column("rounding_level", sa.String(length=10), nullable=False),
        sa.Column("cash_rounding_minor", BigInt, nullable=False),
        sa.Column("logo_png", sa.LargeBinary(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("epoch", BigInt, nullable=False),
        sa.CheckConstraint("rounding_level IN ('receipt', 'line', 'unit')", name=op.f("ck_shop_rounding_level_known")),
        sa.CheckConstraint("cash_rounding_minor >= 0", name=op.f("ck_shop_cash_rounding_minor_at_least_0")),
        sa.CheckConstraint("id = 1", name=op.f("ck_shop_only_one")),
        sa.PrimaryKeyConstraint("id", name="pk_shop"),
    )
    op.create_table(
        "tax_class",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tax_class"),
        sa.UniqueConstraint("code", name="uq_tax_class_code"),
    )
    op.create_table(
        "customer",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("first_name", sa.String(length=120), nullable=False),
        sa.Column("last_name", sa.String(length=120), nullable=False),
        sa.Column("sort_name", sa.String(length=250), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("phone_tail", sa.String(length=20), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("birth_month", BigInt, nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("photo_png", sa.LargeBinary(), nullable=True),
        sa.Column("price_group_id", BigInt, nullable=True),
        sa.Column("tier_id", BigInt, nullable=True),
        sa.Column("accrues_points", sa.Boolean(), nullable=False),
        sa.Column("email_consent_at", UtcDateTime, nullable=True),
        sa.Column("sms_consent_at", UtcDateTime, nullable=True),
        sa.Column("post_consent_at", UtcDateTime, nullable=True),
        sa.Column("consent_source", sa.String(length=80), nullable=False),
        sa.Column("utm_source", sa.String(length=80), nullable=False),
        sa.Column("home_outlet_id", BigInt, nullable=True),
        sa.Column("referred_by_id", BigInt, nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("erased_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(["home_outlet_id"], ["outlet.id"], name="fk_customer_home_outlet_id"),
        sa.ForeignKeyConstraint(["price_group_id"], ["price_group.id"], name="fk_customer_price_group_id"),
        sa.ForeignKeyConstraint(["referred_by_id"], ["customer.id"], name="fk_customer_referred_by_id"),
        sa.ForeignKeyConstraint(["tier_id"], ["loyalty_tier.id"], name="fk_customer_tier_id"),
        sa.PrimaryKeyConstraint("id", name="pk_customer"),
        sa.UniqueConstraint("number", name="uq_customer_number"),
    )
    op.create_index("ix_customer_birth_month", "customer", ["birth_month"], unique=False)
    op.create_index("ix_customer_created", "customer", ["created_at", "id"], unique=False)
    op.create_index("ix_customer_email", "customer", ["email"], unique=False)
    op.create_index("ix_customer_name", "customer", ["sort_name", "id"], unique=False)
    op.create_index("ix_customer_phone", "customer", ["phone"], unique=False)
    op.create_index("ix_customer_phone_tail", "customer", ["phone_tail"], unique=False)
    op.create_table(
        "product",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("sku", sa.String(length=60), nullable=False),
        sa.Column("supplier_sku", sa.String(length=60), nullable=True),
        sa.Column("manufacturer_sku", sa.String(length=60), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("category_id", BigInt, nullable=True),
        sa.Column("brand_id", BigInt, nullable=True),
        sa.Column("tax_class_id", BigInt, nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("price_minor", BigInt, nullable=False),
        sa.Column("cost_minor", BigInt, nullable=True),
        sa.Column("discountable", sa.Boolean(), nullable=False),
        sa.Column("picture_png", sa.LargeBinary(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.CheckConstraint(
            "kind IN ('standard', 'weighed', 'open_price', 'service')", name=op.f("ck_product_kind_known")
        ),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_product_price_minor_at_least_0")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name="fk_product_brand_id"),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name="fk_product_category_id"),
        sa.ForeignKeyConstraint(["tax_class_id"], ["tax_class.id"], name="fk_product_tax_class_id"),
        sa.PrimaryKeyConstraint("id", name="pk_product"),
        sa.UniqueConstraint("sku", name="uq_product_sku"),
    )
    op.create_index("ix_product_brand_id", "product", ["brand_id"], unique=False)
    op.create_index("ix_product_category_id", "product", ["category_id"], unique=False)
    op.create_index("ix_product_manufacturer_sku", "product", ["manufacturer_sku"], unique=False)
    op.create_index("ix_product_supplier_sku", "product", ["supplier_sku"], unique=False)


def _tables_3() -> None:
    op.create_table(
        "promotion",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("definition", Json, nullable=False),
        sa.Column("version", BigInt, nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("priority", BigInt, nullable=False),
        sa.Column("campaign_id", BigInt, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("total_limit", BigInt, nullable=True),
        sa.Column("per_customer_limit", BigInt, nullable=True),
        sa.Column("use_count", BigInt, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.CheckConstraint("total_limit IS NULL OR use_count <= total_limit", name=op.f("ck_promotion_within_limit")),
        sa.CheckConstraint("use_count >= 0", name=op.f("ck_promotion_use_count_at_least_0")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_promotion_campaign_id"),
        sa.PrimaryKeyConstraint("id", name="pk_promotion"),
    )
    op.create_index("ix_promotion_campaign_id", "promotion", ["campaign_id"], unique=False)
    op.create_index("ix_promotion_updated", "promotion", ["updated_at"], unique=False)
    op.create_table(
        "quick_key_page",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("outlet_id", BigInt, nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("position", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name="fk_quick_key_page_outlet_id"),
        sa.PrimaryKeyConstraint("id", name="pk_quick_key_page"),
    )
    op.create_table(
        "register",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("outlet_id", BigInt, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("next_number", BigInt, nullable=False),
        sa.Column("journal_sequence", BigInt, nullable=False),
        sa.Column("journal_head", sa.String(length=64), nullable=False),
        sa.Column("latest_at", UtcDateTime, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("next_number >= 1", name=op.f("ck_register_next_number_at_least_1")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name="fk_register_outlet_id"),
        sa.PrimaryKeyConstraint("id", name="pk_register"),
        sa.UniqueConstraint("code", name="uq_register_code"),
        sa.UniqueConstraint("outlet_id", "name", name="uq_register_outlet_id_name"),
    )
    op.create_table(
        "role_permission",
        sa.Column("role_id", BigInt, nullable=False),
        sa.Column("permission", sa.String(length=60), nullable=False),
        sa.Column("limit_value", BigInt, nullable=True),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name="fk_role_permission_role_id"),
        sa.PrimaryKeyConstraint("role_id", "permission", name="pk_role_permission"),
    )
    op.create_table(
        "tax_rate",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("tax_class_id", BigInt, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("percent", DecimalText, nullable=False),
        sa.ForeignKeyConstraint(["tax_class_id"], ["tax_class.id"], name="fk_tax_rate_tax_class_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tax_rate"),
        sa.UniqueConstraint("tax_class_id", "name", name="uq_tax_rate_tax_class_id_name"),
    )
    op.create_table(
        "code_attempt",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("register_id", BigInt, nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name="fk_code_attempt_register_id"),
        sa.PrimaryKeyConstraint("id", name="pk_code_attempt"),
        info={"append_only": True},
    )
    op.create_index("ix_code_attempt_register", "code_attempt", ["register_id", "at"], unique=False)
    op.create_table(
        "coupon_code",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("promotion_id", BigInt, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("shared_code", sa.String(length=60), nullable=True),
        sa.Column("last_four", sa.String(length=4), nullable=False),
        sa.Column("code_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("max_uses", BigInt, nullable=True),
        sa.Column("per_customer_limit", BigInt, nullable=True),
        sa.Column("use_count", BigInt, nullable=False),
        sa.Column("customer_id", BigInt, nullable=True),
        sa.Column("batch", sa.String(length=60), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.CheckConstraint("status IN ('active', 'cancelled')", name=op.f("ck_coupon_code_status_known")),
        sa.CheckConstraint("max_uses IS NULL OR use_count <= max_uses", name=op.f("ck_coupon_code_within_limit")),
        sa.CheckConstraint("use_count >= 0", name=op.f("ck_coupon_code_use_count_at_least_0")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_coupon_code_customer_id"),
        sa.ForeignKeyConstraint(["promotion_id"], ["promotion.id"], name="fk_coupon_code_promotion_id"),
        sa.PrimaryKeyConstraint("id", name="pk_coupon_code"),
        sa.UniqueConstraint("code_hash", name="uq_coupon_code_code_hash"),
    )
    op.create_index("ix_coupon_code_batch", "coupon_code", ["promotion_id", "batch", "id"], unique=False)
    op.create_index("ix_coupon_code_customer_id", "coupon_code", ["customer_id"], unique=False)


def _tables_4() -> None:
    op.create_table(
        "coupon_use",
        sa.Column("promotion_id", BigInt, nullable=False),
        sa.Column("code_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("customer_id", BigInt, nullable=False),
        sa.Column("use_count", BigInt, nullable=False),
        sa.CheckConstraint("use_count >= 0", name=op.f("ck_coupon_use_use_count_at_least_0")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_coupon_use_customer_id"),
        sa.ForeignKeyConstraint(["promotion_id"], ["promotion.id"], name="fk_coupon_use_promotion_id"),
        sa.PrimaryKeyConstraint("promotion_id", "code_id", "customer_id", name="pk_coupon_use"),
    )
    op.create_index("ix_coupon_use_customer_id", "coupon_use", ["customer_id"], unique=False)
    op.create_table(
        "customer_category",
        sa.Column("customer_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("category_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("visits", BigInt, nullable=False),
        sa.Column("quantity_milli", BigInt, nullable=False),
        sa.Column("spend_minor", BigInt, nullable=False),
        sa.Column("last_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_customer_category_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "category_id", name="pk_customer_category"),
    )
    op.create_index("ix_customer_category_category_id", "customer_category", ["category_id"], unique=False)
    op.create_table(
        "customer_group_member",
        sa.Column("group_id", BigInt, nullable=False),
        sa.Column("customer_id", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_customer_group_member_customer_id"),
        sa.ForeignKeyConstraint(["group_id"], ["customer_group.id"], name="fk_customer_group_member_group_id"),
        sa.PrimaryKeyConstraint("group_id", "customer_id", name="pk_customer_group_member"),
    )
    op.create_index("ix_customer_group_member_customer_id", "customer_group_member", ["customer_id"], unique=False)
    op.create_table(
        "customer_month",
        sa.Column("customer_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("month", BigInt, autoincrement=False, nullable=False),
        sa.Column("visits", BigInt, nullable=False),
        sa.Column("spend_minor", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_customer_month_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "month", name="pk_customer_month"),
    )
    op.create_table(
        "customer_outlet",
        sa.Column("customer_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("outlet_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("visits", BigInt, nullable=False),
        sa.Column("spend_minor", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_customer_outlet_customer_id"),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name="fk_customer_outlet_outlet_id"),
        sa.PrimaryKeyConstraint("customer_id", "outlet_id", name="pk_customer_outlet"),
    )
    op.create_table(
        "customer_stats",
        sa.Column("customer_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("first_visit_at", UtcDateTime, nullable=False),
        sa.Column("last_visit_at", UtcDateTime, nullable=False),
        sa.Column("visits", BigInt, nullable=False),
        sa.Column("spend_minor", BigInt, nullable=False),
        sa.Column("discount_minor", BigInt, nullable=False),
        sa.Column("coupon_visits", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_customer_stats_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", name="pk_customer_stats"),
    )
    op.create_index("ix_customer_stats_last", "customer_stats", ["last_visit_at"], unique=False)
    op.create_index("ix_customer_stats_spend", "customer_stats", ["spend_minor"], unique=False)
    op.create_table(
        "customer_tag",
        sa.Column("customer_id", BigInt, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_customer_tag_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "key", name="pk_customer_tag"),
    )
    op.create_index("ix_customer_tag_key", "customer_tag", ["key"], unique=False)


def _tables_5() -> None:
    op.create_table(
        "points_account",
        sa.Column("customer_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("program_id", BigInt, autoincrement=False, nullable=False),
        sa.Column("balance", BigInt, nullable=False),
        sa.Column("earned_total", BigInt, nullable=False),
        sa.Column("owes", sa.Boolean(), nullable=False),
        sa.CheckConstraint("balance >= 0 OR owes", name=op.f("ck_points_account_never_below_zero")),
        sa.CheckConstraint("earned_total >= 0", name=op.f("ck_points_account_earned_total_at_least_0")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_points_account_customer_id"),
        sa.ForeignKeyConstraint(["program_id"], ["loyalty_program.id"], name="fk_points_account_program_id"),
        sa.PrimaryKeyConstraint("customer_id", "program_id", name="pk_points_account"),
    )
    op.create_table(
        "price_group_price",
        sa.Column("price_group_id", BigInt, nullable=False),
        sa.Column("product_id", BigInt, nullable=False),
        sa.Column("price_minor", BigInt, nullable=False),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_price_group_price_price_minor_at_least_0")),
        sa.ForeignKeyConstraint(["price_group_id"], ["price_group.id"], name="fk_price_group_price_price_group_id"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_price_group_price_product_id"),
        sa.PrimaryKeyConstraint("price_group_id", "product_id", name="pk_price_group_price"),
    )
    op.create_index("ix_price_group_price_product_id", "price_group_price", ["product_id"], unique=False)
    op.create_table(
        "product_barcode",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("product_id", BigInt, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("gtin14", sa.String(length=14), nullable=True),
        sa.Column("pack_milli", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_product_barcode_product_id"),
        sa.PrimaryKeyConstraint("id", name="pk_product_barcode"),
        sa.UniqueConstraint("code", name="uq_product_barcode_code"),
        sa.UniqueConstraint("gtin14", name="uq_product_barcode_gtin14"),
    )
    op.create_index("ix_product_barcode_product_id", "product_barcode", ["product_id"], unique=False)
    op.create_table(
        "product_tag",
        sa.Column("product_id", BigInt, nullable=False),
        sa.Column("tag", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_product_tag_product_id"),
        sa.PrimaryKeyConstraint("product_id", "tag", name="pk_product_tag"),
    )
    op.create_index("ix_product_tag_tag", "product_tag", ["tag"], unique=False)
    op.create_table(
        "promotion_version",
        sa.Column("promotion_id", BigInt, nullable=False),
        sa.Column("version", BigInt, autoincrement=False, nullable=False),
        sa.Column("definition", Json, nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["promotion_id"], ["promotion.id"], name="fk_promotion_version_promotion_id"),
        sa.PrimaryKeyConstraint("promotion_id", "version", name="pk_promotion_version"),
        info={"append_only": True},
    )
    op.create_table(
        "quick_key",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("page_id", BigInt, nullable=False),
        sa.Column("position", BigInt, nullable=False),
        sa.Column("product_id", BigInt, nullable=True),
        sa.Column("action", sa.String(length=30), nullable=True),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("colour", sa.String(length=7), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["quick_key_page.id"], name="fk_quick_key_page_id"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_quick_key_product_id"),
        sa.PrimaryKeyConstraint("id", name="pk_quick_key"),
        sa.UniqueConstraint("page_id", "position", name="uq_quick_key_page_id_position"),
    )
    op.create_table(
        "staff",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role_id", BigInt, nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=False),
        sa.Column("failed_attempts", BigInt, nullable=False),
        sa.Column("locked_until", UtcDateTime, nullable=True),
        sa.Column("customer_id", BigInt, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("failed_attempts >= 0", name=op.f("ck_staff_failed_attempts_at_least_0")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_staff_customer_id"),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name="fk_staff_role_id"),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("name", name="uq_staff_name"),
    )
    op.create_table(
        "value_account",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=14), nullable=False),
        sa.Column("voucher_type", sa.String(length=14), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("last_four", sa.String(length=4), nullable=False),
        sa.Column("code_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("guessable", sa.Boolean(), nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=True),
        sa.Column("pin_failures", BigInt, nullable=False),
        sa.Column("pin_locked_until", UtcDateTime, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("original_minor", BigInt, nullable=False),
        sa.Column("balance_minor", BigInt, nullable=False),
        sa.Column("held_minor", BigInt, nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("customer_id", BigInt, nullable=True),
        sa.Column("owner_only", sa.Boolean(), nullable=False),
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("issued_at", UtcDateTime, nullable=False),
        sa.Column("activated_at", UtcDateTime, nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("print_count", BigInt, nullable=False),
        sa.CheckConstraint(
            "kind IN ('gift_card', 'voucher', 'store_credit')", name=op.f("ck_value_account_kind_known")
        ),
        sa.CheckConstraint(
            "status IN ('issued', 'active', 'inactive', 'deleted', 'cancelled')",
            name=op.f("ck_value_account_status_known"),
        ),
        sa.CheckConstraint(
            "voucher_type IN ('gift_voucher', 'loyalty', 'credit_note')",
            name=op.f("ck_value_account_voucher_type_known"),
        ),
        sa.CheckConstraint("balance_minor >= 0", name=op.f("ck_value_account_balance_minor_at_least_0")),
        sa.CheckConstraint("balance_minor >= held_minor", name=op.f("ck_value_account_holds_covered")),
        sa.CheckConstraint("held_minor >= 0", name=op.f("ck_value_account_held_minor_at_least_0")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_value_account_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_value_account"),
        sa.UniqueConstraint("code_hash", name="uq_value_account_code_hash"),
    )
    op.create_index("ix_value_account_customer", "value_account", ["customer_id", "issued_at", "id"], unique=False)
    op.create_index("ix_value_account_expires", "value_account", ["expires_on"], unique=False)
    op.create_index("ix_value_account_issued", "value_account", ["issued_at", "id"], unique=False)
    op.create_index("ix_value_account_last_four", "value_account", ["last_four"], unique=False)
    op.create_index("ix_value_account_listed", "value_account", ["kind", "issued_at", "id"], unique=False)
    op.create_index("ix_value_account_status", "value_account", ["status", "issued_at", "id"], unique=False)


def _tables_6() -> None:
    op.create_table(
        "basket",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("register_id", BigInt, nullable=False),
        sa.Column("outlet_id", BigInt, nullable=False),
        sa.Column("staff_id", BigInt, nullable=False),
        sa.Column("customer_id", BigInt, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("total_minor", BigInt, nullable=False),
        sa.Column("version", BigInt, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.CheckConstraint("state IN ('open', 'suspended', 'completed', 'voided')", name=op.f("ck_basket_state_known")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_basket_customer_id"),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name="fk_basket_outlet_id"),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name="fk_basket_register_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_basket_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_basket"),
        sa.UniqueConstraint("request_id", name="uq_basket_request_id"),
    )
    op.create_index("ix_basket_state", "basket", ["state", "outlet_id", "updated_at"], unique=False)
    op.create_table(
        "customer_event",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("customer_id", BigInt, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("staff_id", BigInt, nullable=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_customer_event_customer_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_customer_event_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_customer_event"),
        info={"append_only": True},
    )
    op.create_index("ix_customer_event_customer", "customer_event", ["customer_id", "at"], unique=False)
    op.create_table(
        "register_session",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("register_id", BigInt, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("opened_by", BigInt, nullable=False),
        sa.Column("opening_float_minor", BigInt, nullable=False),
        sa.Column("closed_at", UtcDateTime, nullable=True),
        sa.Column("closed_by", BigInt, nullable=True),
        sa.Column("counted_minor", BigInt, nullable=True),
        sa.Column("expected_minor", BigInt, nullable=True),
        sa.CheckConstraint("opening_float_minor >= 0", name=op.f("ck_register_session_opening_float_minor_at_least_0")),
        sa.ForeignKeyConstraint(["closed_by"], ["staff.id"], name="fk_register_session_closed_by"),
        sa.ForeignKeyConstraint(["opened_by"], ["staff.id"], name="fk_register_session_opened_by"),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name="fk_register_session_register_id"),
        sa.PrimaryKeyConstraint("id", name="pk_register_session"),
    )
    op.create_index("ix_register_session_register_id", "register_session", ["register_id"], unique=False)
    op.create_table(
        "segment_event",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("segment_id", BigInt, nullable=False),
        sa.Column("customer_id", BigInt, nullable=False),
        sa.Column("event", sa.String(length=10), nullable=False),
        sa.Column("cause", sa.String(length=12), nullable=False),
        sa.Column("rule_version", BigInt, nullable=True),
        sa.Column("staff_id", BigInt, nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.CheckConstraint(
            "cause IN ('rule', 'manual', 'pinned_in', 'pinned_out')", name=op.f("ck_segment_event_cause_known")
        ),
        sa.CheckConstraint("event IN ('entered', 'left')", name=op.f("ck_segment_event_event_known")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_segment_event_customer_id"),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name="fk_segment_event_segment_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_segment_event_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_segment_event"),
        info={"append_only": True},
    )
    op.create_index("ix_segment_event_customer", "segment_event", ["customer_id", "at"], unique=False)
    op.create_index("ix_segment_event_segment", "segment_event", ["segment_id", "at"], unique=False)
    op.create_table(
        "segment_member",
        sa.Column("segment_id", BigInt, nullable=False),
        sa.Column("customer_id", BigInt, nullable=False),
        sa.Column("assigned_at", UtcDateTime, nullable=False),
        sa.Column("assigned_by", sa.String(length=10), nullable=False),
        sa.Column("staff_id", BigInt, nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.CheckConstraint("assigned_by IN ('rule', 'manual')", name=op.f("ck_segment_member_assigned_by_known")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_segment_member_customer_id"),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name="fk_segment_member_segment_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_segment_member_staff_id"),
        sa.PrimaryKeyConstraint("segment_id", "customer_id", name="pk_segment_member"),
    )
    op.create_index("ix_segment_member_customer", "segment_member", ["customer_id", "assigned_at"], unique=False)
    op.create_index(
        "ix_segment_member_latest", "segment_member", ["segment_id", "assigned_at", "customer_id"], unique=False
    )


def _tables_7() -> None:
    op.create_table(
        "value_event",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("staff_id", BigInt, nullable=True),
        sa.Column("approver_id", BigInt, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["value_account.id"], name="fk_value_event_account_id"),
        sa.ForeignKeyConstraint(["approver_id"], ["staff.id"], name="fk_value_event_approver_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_value_event_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_value_event"),
        info={"append_only": True},
    )
    op.create_index("ix_value_event_account", "value_event", ["account_id", "id"], unique=False)
    op.create_table(
        "value_hold",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("amount_minor", BigInt, nullable=False),
        sa.Column("captured_minor", BigInt, nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=True),
        sa.Column("closed_at", UtcDateTime, nullable=True),
        sa.CheckConstraint(
            "status IN ('open', 'captured', 'released', 'expired')", name=op.f("ck_value_hold_status_known")
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_value_hold_amount_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["value_account.id"], name="fk_value_hold_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_value_hold"),
        sa.UniqueConstraint("request_id", name="uq_value_hold_request_id"),
    )
    op.create_index("ix_value_hold_account", "value_hold", ["account_id", "status"], unique=False)
    op.create_table(
        "sale",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("register_id", BigInt, nullable=False),
        sa.Column("outlet_id", BigInt, nullable=False),
        sa.Column("session_id", BigInt, nullable=False),
        sa.Column("number", BigInt, nullable=False),
        sa.Column("number_text", sa.String(length=40), nullable=False),
        sa.Column("original_sale_id", BigInt, nullable=True),
        sa.Column("customer_id", BigInt, nullable=True),
        sa.Column("cashier_id", BigInt, nullable=False),
        sa.Column("approver_id", BigInt, nullable=True),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("completed_at", UtcDateTime, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("prices_include_tax", sa.Boolean(), nullable=False),
        sa.Column("rounding_level", sa.String(length=10), nullable=False),
        sa.Column("subtotal_minor", BigInt, nullable=False),
        sa.Column("discount_minor", BigInt, nullable=False),
        sa.Column("tax_minor", BigInt, nullable=False),
        sa.Column("rounding_minor", BigInt, nullable=False),
        sa.Column("total_minor", BigInt, nullable=False),
        sa.Column("change_minor", BigInt, nullable=False),
        sa.Column("liability_minor", BigInt, nullable=False),
        sa.Column("points_earned", BigInt, nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("app_version", sa.String(length=20), nullable=False),
        sa.CheckConstraint("kind IN ('sale', 'return', 'exchange', 'adjustment')", name=op.f("ck_sale_kind_known")),
        sa.CheckConstraint("change_minor >= 0", name=op.f("ck_sale_change_minor_at_least_0")),
        sa.ForeignKeyConstraint(["approver_id"], ["staff.id"], name="fk_sale_approver_id"),
        sa.ForeignKeyConstraint(["cashier_id"], ["staff.id"], name="fk_sale_cashier_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_sale_customer_id"),
        sa.ForeignKeyConstraint(["original_sale_id"], ["sale.id"], name="fk_sale_original_sale_id"),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name="fk_sale_outlet_id"),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name="fk_sale_register_id"),
        sa.ForeignKeyConstraint(["session_id"], ["register_session.id"], name="fk_sale_session_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sale"),
        sa.UniqueConstraint("number_text", name="uq_sale_number_text"),
        sa.UniqueConstraint("register_id", "number", name="uq_sale_register_id_number"),
        sa.UniqueConstraint("request_id", name="uq_sale_request_id"),
        info={"append_only": True},
    )
    op.create_index("ix_sale_business_date", "sale", ["business_date", "outlet_id"], unique=False)
    op.create_index("ix_sale_completed", "sale", ["completed_at", "id"], unique=False)
    op.create_index("ix_sale_customer", "sale", ["customer_id", "completed_at", "id"], unique=False)
    op.create_index("ix_sale_original_sale_id", "sale", ["original_sale_id"], unique=False)
    op.create_index("ix_sale_session_id", "sale", ["session_id"], unique=False)
    op.create_table(
        "cash_movement",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("session_id", BigInt, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("amount_minor", BigInt, nullable=False),
        sa.Column("sale_id", BigInt, nullable=True),
        sa.Column("staff_id", BigInt, nullable=False),
        sa.Column("approver_id", BigInt, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.CheckConstraint(
            "kind IN ('float', 'sale', 'refund', 'pay_in', 'pay_out', 'drop')", name=op.f("ck_cash_movement_kind_known")
        ),
        sa.ForeignKeyConstraint(["approver_id"], ["staff.id"], name="fk_cash_movement_approver_id"),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name="fk_cash_movement_sale_id"),
        sa.ForeignKeyConstraint(["session_id"], ["register_session.id"], name="fk_cash_movement_session_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_cash_movement_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cash_movement"),
        sa.UniqueConstraint("request_id", name="uq_cash_movement_request_id"),
        info={"append_only": True},
    )
    op.create_index("ix_cash_movement_session", "cash_movement", ["session_id"], unique=False)


def _tables_8() -> None:
    op.create_table(
        "coupon_redemption",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("promotion_id", BigInt, nullable=False),
        sa.Column("promotion_version", BigInt, nullable=False),
        sa.Column("code_id", BigInt, nullable=True),
        sa.Column("campaign_id", BigInt, nullable=True),
        sa.Column("customer_id", BigInt, nullable=True),
        sa.Column("sale_id", BigInt, nullable=False),
        sa.Column("reverses_id", BigInt, nullable=True),
        sa.Column("code_shown", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("discount_minor", BigInt, nullable=False),
        sa.Column("discount_percent", DecimalText, nullable=True),
        sa.Column("sale_number", sa.String(length=40), nullable=False),
        sa.Column("used_at", UtcDateTime, nullable=False),
        sa.CheckConstraint("kind IN ('use', 'return')", name=op.f("ck_coupon_redemption_kind_known")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_coupon_redemption_campaign_id"),
        sa.ForeignKeyConstraint(["code_id"], ["coupon_code.id"], name="fk_coupon_redemption_code_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_coupon_redemption_customer_id"),
        sa.ForeignKeyConstraint(["promotion_id"], ["promotion.id"], name="fk_coupon_redemption_promotion_id"),
        sa.ForeignKeyConstraint(["reverses_id"], ["coupon_redemption.id"], name="fk_coupon_redemption_reverses_id"),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name="fk_coupon_redemption_sale_id"),
        sa.PrimaryKeyConstraint("id", name="pk_coupon_redemption"),
        sa.UniqueConstraint("reverses_id", name="uq_coupon_redemption_reverses_id"),
        info={"append_only": True},
    )
    op.create_index("ix_coupon_redemption_code_id", "coupon_redemption", ["code_id"], unique=False)
    op.create_index(
        "ix_coupon_redemption_customer",
        "coupon_redemption",
        ["customer_id", "used_at", "id", "kind", "code_shown"],
        unique=False,
    )
    op.create_index(
        "ix_coupon_redemption_promotion", "coupon_redemption", ["promotion_id", "used_at", "id"], unique=False
    )
    op.create_index("ix_coupon_redemption_sale_id", "coupon_redemption", ["sale_id"], unique=False)
    op.create_table(
        "journal",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("register_id", BigInt, nullable=False),
        sa.Column("sequence", BigInt, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("staff_id", BigInt, nullable=True),
        sa.Column("approver_id", BigInt, nullable=True),
        sa.Column("sale_id", BigInt, nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["approver_id"], ["staff.id"], name="fk_journal_approver_id"),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name="fk_journal_register_id"),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name="fk_journal_sale_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_journal_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
        sa.UniqueConstraint("register_id", "sequence", name="uq_journal_register_id_sequence"),
        info={"append_only": True},
    )
    op.create_index("ix_journal_at", "journal", ["at"], unique=False)
    op.create_index("ix_journal_sale_id", "journal", ["sale_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("register_id", BigInt, nullable=True),
        sa.Column("sale_id", BigInt, nullable=True),
        sa.Column("value_account_id", BigInt, nullable=True),
        sa.Column("payload", Json, nullable=False),
        sa.Column("copy_number", BigInt, nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", BigInt, nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("done_at", UtcDateTime, nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'working', 'done', 'failed', 'cancelled')", name=op.f("ck_outbox_state_known")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbox_attempts_at_least_0")),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name="fk_outbox_register_id"),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name="fk_outbox_sale_id"),
        sa.ForeignKeyConstraint(["value_account_id"], ["value_account.id"], name="fk_outbox_value_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("request_id", name="uq_outbox_request_id"),
    )
    op.create_index("ix_outbox_due", "outbox", ["state", "register_id", "due_at"], unique=False)
    op.create_index("ix_outbox_sale_id", "outbox", ["sale_id"], unique=False)
    op.create_table(
        "points_entry",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("customer_id", BigInt, nullable=False),
        sa.Column("program_id", BigInt, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("points", BigInt, nullable=False),
        sa.Column("balance_after", BigInt, nullable=False),
        sa.Column("sale_id", BigInt, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("staff_id", BigInt, nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.CheckConstraint(
            "kind IN ('earn', 'redeem', 'claw_back', 'give_back', 'adjust', 'expire')",
            name=op.f("ck_points_entry_kind_known"),
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_points_entry_customer_id"),
        sa.ForeignKeyConstraint(["program_id"], ["loyalty_program.id"], name="fk_points_entry_program_id"),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name="fk_points_entry_sale_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_points_entry_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_points_entry"),
        sa.UniqueConstraint("request_id", name="uq_points_entry_request_id"),
        info={"append_only": True},
    )
    op.create_index("ix_points_entry_customer", "points_entry", ["customer_id", "program_id", "id"], unique=False)
    op.create_index("ix_points_entry_sale_id", "points_entry", ["sale_id"], unique=False)


def _tables_9() -> None:
    op.create_table(
        "points_lot",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("customer_id", BigInt, nullable=False),
        sa.Column("program_id", BigInt, nullable=False),
        sa.Column("earned", BigInt, nullable=False),
        sa.Column("remaining", BigInt, nullable=False),
        sa.Column("earned_at", UtcDateTime, nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("sale_id", BigInt, nullable=True),
        sa.CheckConstraint("remaining >= 0 AND remaining <= earned", name=op.f("ck_points_lot_remaining_within")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_points_lot_customer_id"),
        sa.ForeignKeyConstraint(["program_id"], ["loyalty_program.id"], name="fk_points_lot_program_id"),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name="fk_points_lot_sale_id"),
        sa.PrimaryKeyConstraint("id", name="pk_points_lot"),
    )
    op.create_index("ix_points_lot_expires", "points_lot", ["expires_on"], unique=False)
    op.create_index(
        "ix_points_lot_open", "points_lot", ["customer_id", "program_id", "remaining", "earned_at"], unique=False
    )
    op.create_index("ix_points_lot_sale_id", "points_lot", ["sale_id"], unique=False)
    op.create_table(
        "sale_line",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("sale_id", BigInt, nullable=False),
        sa.Column("position", BigInt, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("product_id", BigInt, nullable=True),
        sa.Column("category_id", BigInt, nullable=True),
        sa.Column("sku", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("quantity_milli", BigInt, nullable=False),
        sa.Column("list_price_minor", BigInt, nullable=False),
        sa.Column("unit_price_minor", BigInt, nullable=False),
        sa.Column("price_source", sa.String(length=12), nullable=False),
        sa.Column("gross_minor", BigInt, nullable=False),
        sa.Column("discount_minor", BigInt, nullable=False),
        sa.Column("net_minor", BigInt, nullable=False),
        sa.Column("tax_minor", BigInt, nullable=False),
        sa.Column("tax_class_id", BigInt, nullable=True),
        sa.Column("tax_percent", DecimalText, nullable=False),
        sa.Column("tax_parts", Json, nullable=True),
        sa.Column("cost_minor", BigInt, nullable=True),
        sa.Column("value_account_id", BigInt, nullable=True),
        sa.Column("returns_line_id", BigInt, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("kind IN ('product', 'gift_card', 'reload')", name=op.f("ck_sale_line_kind_known")),
        sa.CheckConstraint("quantity_milli <> 0", name=op.f("ck_sale_line_quantity_not_zero")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name="fk_sale_line_category_id"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_sale_line_product_id"),
        sa.ForeignKeyConstraint(["returns_line_id"], ["sale_line.id"], name="fk_sale_line_returns_line_id"),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name="fk_sale_line_sale_id"),
        sa.ForeignKeyConstraint(["tax_class_id"], ["tax_class.id"], name="fk_sale_line_tax_class_id"),
        sa.ForeignKeyConstraint(["value_account_id"], ["value_account.id"], name="fk_sale_line_value_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sale_line"),
        sa.UniqueConstraint("sale_id", "position", name="uq_sale_line_sale_id_position"),
        info={"append_only": True},
    )
    op.create_index("ix_sale_line_product", "sale_line", ["product_id"], unique=False)
    op.create_index("ix_sale_line_returns_line_id", "sale_line", ["returns_line_id"], unique=False)
    op.create_index("ix_sale_line_value_account_id", "sale_line", ["value_account_id"], unique=False)
    op.create_table(
        "sale_tax",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("sale_id", BigInt, nullable=False),
        sa.Column("position", BigInt, nullable=False),
        sa.Column("tax_rate_id", BigInt, nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("percent", DecimalText, nullable=False),
        sa.Column("base_minor", BigInt, nullable=False),
        sa.Column("tax_minor", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name="fk_sale_tax_sale_id"),
        sa.ForeignKeyConstraint(["tax_rate_id"], ["tax_rate.id"], name="fk_sale_tax_tax_rate_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sale_tax"),
        sa.UniqueConstraint("sale_id", "position", name="uq_sale_tax_sale_id_position"),
        info={"append_only": True},
    )
    op.create_table(
        "sale_tender",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("sale_id", BigInt, nullable=False),
        sa.Column("position", BigInt, nullable=False),
        sa.Column("kind", sa.String(length=14), nullable=False),
        sa.Column("amount_minor", BigInt, nullable=False),
        sa.Column("tendered_minor", BigInt, nullable=False),
        sa.Column("value_account_id", BigInt, nullable=True),
        sa.Column("shown", sa.String(length=60), nullable=False),
        sa.Column("balance_after_minor", BigInt, nullable=True),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "kind IN ('cash', 'card', 'gift_card', 'voucher', 'store_credit', 'points')",
            name=op.f("ck_sale_tender_kind_known"),
        ),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name="fk_sale_tender_sale_id"),
        sa.ForeignKeyConstraint(["value_account_id"], ["value_account.id"], name="fk_sale_tender_value_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sale_tender"),
        sa.UniqueConstraint("sale_id", "position", name="uq_sale_tender_sale_id_position"),
        info={"append_only": True},
    )
    op.create_index("ix_sale_tender_value_account_id", "sale_tender", ["value_account_id"], unique=False)
    op.create_table(
        "sale_trail",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("sale_id", BigInt, nullable=False),
        sa.Column("position", BigInt, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("promotion_id", BigInt, nullable=True),
        sa.Column("promotion_version", BigInt, nullable=True),
        sa.Column("code_id", BigInt, nullable=True),
        sa.Column("code_shown", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("amount_minor", BigInt, nullable=False),
        sa.Column("staff_id", BigInt, nullable=True),
        sa.Column("approver_id", BigInt, nullable=True),
        sa.CheckConstraint("outcome IN ('applied', 'skipped', 'refused')", name=op.f("ck_sale_trail_outcome_known")),
        sa.ForeignKeyConstraint(["approver_id"], ["staff.id"], name="fk_sale_trail_approver_id"),
        sa.ForeignKeyConstraint(["code_id"], ["coupon_code.id"], name="fk_sale_trail_code_id"),
        sa.ForeignKeyConstraint(["promotion_id"], ["promotion.id"], name="fk_sale_trail_promotion_id"),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name="fk_sale_trail_sale_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_sale_trail_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sale_trail"),
        sa.UniqueConstraint("sale_id", "position", name="uq_sale_trail_sale_id_position"),
        info={"append_only": True},
    )


def _tables_10() -> None:
    op.create_table(
        "sale_share",
        sa.Column("sale_line_id", BigInt, nullable=False),
        sa.Column("trail_id", BigInt, nullable=False),
        sa.Column("amount_minor", BigInt, nullable=False),
        sa.ForeignKeyConstraint(["sale_line_id"], ["sale_line.id"], name="fk_sale_share_sale_line_id"),
        sa.ForeignKeyConstraint(["trail_id"], ["sale_trail.id"], name="fk_sale_share_trail_id"),
        sa.PrimaryKeyConstraint("sale_line_id", "trail_id", name="pk_sale_share"),
        info={"append_only": True},
    )
    op.create_index("ix_sale_share_trail_id", "sale_share", ["trail_id"], unique=False)
    op.create_table(
        "value_entry",
        sa.Column("id", BigInt, sa.Identity(always=False), nullable=False),
        sa.Column("account_id", BigInt, nullable=False),
        sa.Column("kind", sa.String(length=14), nullable=False),
        sa.Column("amount_minor", BigInt, nullable=False),
        sa.Column("balance_after_minor", BigInt, nullable=False),
        sa.Column("sale_id", BigInt, nullable=True),
        sa.Column("sale_line_id", BigInt, nullable=True),
        sa.Column("sale_tender_id", BigInt, nullable=True),
        sa.Column("hold_id", BigInt, nullable=True),
        sa.Column("reverses_id", BigInt, nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", BigInt, nullable=True),
        sa.Column("approver_id", BigInt, nullable=True),
        sa.Column("outlet_id", BigInt, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", UtcDateTime, nullable=False),
        sa.CheckConstraint(
            "kind IN ('issue', 'reload', 'redemption', 'reversal', 'refund', 'expiry', 'adjustment', 'cancellation')",
            name=op.f("ck_value_entry_kind_known"),
        ),
        sa.CheckConstraint("balance_after_minor >= 0", name=op.f("ck_value_entry_never_below_zero")),
        sa.ForeignKeyConstraint(["account_id"], ["value_account.id"], name="fk_value_entry_account_id"),
        sa.ForeignKeyConstraint(["approver_id"], ["staff.id"], name="fk_value_entry_approver_id"),
        sa.ForeignKeyConstraint(["hold_id"], ["value_hold.id"], name="fk_value_entry_hold_id"),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name="fk_value_entry_outlet_id"),
        sa.ForeignKeyConstraint(["reverses_id"], ["value_entry.id"], name="fk_value_entry_reverses_id"),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name="fk_value_entry_sale_id"),
        sa.ForeignKeyConstraint(["sale_line_id"], ["sale_line.id"], name="fk_value_entry_sale_line_id"),
        sa.ForeignKeyConstraint(["sale_tender_id"], ["sale_tender.id"], name="fk_value_entry_sale_tender_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_value_entry_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_value_entry"),
        sa.UniqueConstraint("request_id", name="uq_value_entry_request_id"),
        info={"append_only": True},
    )
    op.create_index("ix_value_entry_account", "value_entry", ["account_id", "id"], unique=False)
    op.create_index("ix_value_entry_sale_id", "value_entry", ["sale_id"], unique=False)
    # ### end Alembic commands ###
