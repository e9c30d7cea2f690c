"""Alembic's entry point. The connection comes from warehouse.operational_store; there is no alembic.ini."""

from alembic import context

from warehouse.operational_store import all_tables

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=all_tables(), transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
