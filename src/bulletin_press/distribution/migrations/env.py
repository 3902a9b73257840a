"""Alembic's entry: runs the migrations on the connection that ``database`` hands over."""

from alembic import context

from bulletin_press.distribution import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
