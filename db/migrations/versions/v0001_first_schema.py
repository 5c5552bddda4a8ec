"""The first schema."""

from alembic import op

from db.ddl import guard_statements
from db.ddl_search import search_statements
from db.models import Base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    bind = op.get_bind()
    Base.metadata.create_all(bind)
    for statement in (*guard_statements(bind.dialect.name), *search_statements(bind)):
        bind.exec_driver_sql(statement)


def downgrade() -> None:
    raise NotImplementedError("a shop is taken back by restoring a backup")
