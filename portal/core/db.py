"""The one database handle: how Python types become columns, and how a transaction begins on each engine."""

import enum
import fcntl
import os
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, Enum, MetaData, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLITE_WAIT_SECONDS = 30
PLAN_CACHE_MODE = "force_custom_plan"

# True while the running code may write: SQLite then takes its write lock at BEGIN, so that nobody fails half-way.
is_writing: ContextVar[bool] = ContextVar("is_writing", default=True)
# True while everything read is to be as of one moment. On SQLite it always is.
is_one_moment: ContextVar[bool] = ContextVar("is_one_moment", default=False)
# Statements that belong to the beginning of each PostgreSQL transaction; portal.tenancy adds the tenant's.
begin_statements: list[Callable[[], list[str]]] = []


class UtcTime(TypeDecorator[datetime]):
    """An aware moment, kept as UTC. Refuses a naive one: it would be a guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC on its way in."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give it back aware; SQLite has no time zones and keeps what we sent, which is UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Parent of all tables."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            datetime: UtcTime(),
            enum.Enum: Enum(
                enum.Enum,
                native_enum=False,
                length=32,
                validate_strings=True,
                create_constraint=True,
                values_callable=lambda members: [member.value for member in members],
            ),
        },
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


def set_up(app: Flask, database_url: str) -> None:
    """Bind the handle to an application and teach its engine how to begin a transaction."""
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(database_url)
    db.init_app(app)
    with app.app_context():
        teach(db.engine)


def engine_options(database_url: str) -> dict[str, Any]:
    """Give what create_engine needs for this address."""
    if database_url.startswith("sqlite"):
        return {"connect_args": {"timeout": SQLITE_WAIT_SECONDS, "check_same_thread": False}}
    # The driver's own BEGIN is switched off: ours carries the tenant's settings in the same round trip.
    return {
        "connect_args": {"autocommit": True, "connect_timeout": 5},
        "pool_size": 10,
        "max_overflow": 10,
        "pool_pre_ping": False,
        "pool_recycle": 1800,
    }


def teach(engine: Engine) -> None:
    """Attach the listeners of its kind to an engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "checkin", _leave_queue)
    else:
        event.listen(engine, "connect", _open_postgresql)
        event.listen(engine, "begin", _begin_postgresql)


def _open_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    usual = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "cache_size=-16000")
    for pragma in (*usual, "wal_autocheckpoint=8000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Begin; writers first queue on a lock file, since SQLite's own waiting is polling and starves somebody."""
    if not is_writing.get():
        connection.exec_driver_sql("BEGIN")
        return
    path = connection.engine.url.database
    if path and path != ":memory:":
        handle = os.open(f"{path}-queue", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        connection.info["queue"] = handle
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _leave_queue(_connection: object, record: Any) -> None:
    """Let the next writer in, once this one's transaction is over and its connection returned."""
    handle = record.info.pop("queue", None)
    if handle is not None:
        os.close(handle)


def _open_postgresql(connection: Any, _record: object) -> None:
    """Plan each statement for the tenant that asks.

    A plan that serves all of them is one for the average tenant, which has a few members: with it the page of a
    community of five thousand takes a second.
    """
    connection.execute(f"SET plan_cache_mode = {PLAN_CACHE_MODE}")


def _begin_postgresql(connection: Connection) -> None:
    begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if is_one_moment.get() else "BEGIN"
    statements = [begin, *(line for make in begin_statements for line in make())]
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute("; ".join(statements))
