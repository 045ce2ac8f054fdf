"""How migrations run: as the owner of the database, one transaction each, never waiting long for a lock."""

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, event, pool
from sqlalchemy.engine import Connection

from portal.core.db import Base
from portal.core.outbox import OutboxNote  # noqa: F401  its table belongs to the metadata

LOCK_TIMEOUT = "4s"


def run() -> None:
    """Migrate over the owner's connection, or over one that was handed in."""
    handed_in: Connection | None = context.config.attributes.get("connection")
    if handed_in is not None:
        migrate(handed_in)
        return
    engine = create_engine(current_app.config["LINLI_SETTINGS"].owner_database_url, poolclass=pool.NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _unhurried)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.connect() as connection:
        migrate(connection)


def _unhurried(connection: object, _record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]
    connection.execute("PRAGMA journal_mode=WAL")  # type: ignore[attr-defined]
    connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[attr-defined]


def migrate(connection: Connection) -> None:
    """Run what is to be run, each file in a transaction of its own."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        transaction_per_migration=True,
        render_as_batch=False,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
            connection.commit()
        context.run_migrations()


run()
