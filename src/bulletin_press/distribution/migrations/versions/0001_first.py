"""The first version of the tables."""

from alembic import op

from bulletin_press.distribution import tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables."""
    tables.metadata.create_all(op.get_bind())
