"""Which tenants the running code may read and write: the one place that says so.

Three nets. (1) Each ORM query on tenant data is filtered, and raises outside a scope. (2) A flush that would
touch another tenant's row raises. (3) On PostgreSQL row security does both again for whatever passes by the ORM.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event, insert
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria

from portal.core import after_commit
from portal.core.db import begin_statements, db, is_writing
from portal.core.errors import CrossTenant, NoTenant
from portal.tenancy.models import TenantOwned


@dataclass(frozen=True)
class Scope:
    """The tenants whose rows may be read, and the one tenant that may be written (None: none)."""

    read: frozenset[int]
    write: int | None = None


NOTHING = Scope(read=frozenset())
_current: ContextVar[Scope | None] = ContextVar("scope", default=None)


def scope_of(tenant_id: int) -> Scope:
    """Give the scope of one tenant's own work: reads and writes here only."""
    return Scope(read=frozenset({tenant_id}), write=tenant_id)


def current() -> Scope:
    """Give the scope in force; raises NoTenant outside any."""
    scope = _current.get()
    if scope is None:
        raise NoTenant("tenant data was asked for outside a scope")
    return scope


def written_tenant() -> int:
    """Give the tenant that new rows belong to; raises NoTenant where nothing may be written."""
    tenant_id = current().write
    if tenant_id is None:
        raise NoTenant("a tenant's row was to be written where nothing may be")
    return tenant_id


def use(scope: Scope | None) -> None:
    """Put a scope in force, also for the transaction that is already open."""
    _current.set(scope)
    session = db.session()
    if session.in_transaction() and session.get_bind().dialect.name == "postgresql":
        for statement in _settings():
            session.connection().exec_driver_sql(statement)


def use_nothing() -> None:
    """End the scope in force, when what it was for is over and its session closed."""
    _current.set(None)


@contextmanager
def transaction(scope: Scope) -> Iterator[None]:
    """Do one piece of work in a scope and commit it: for jobs, commands of the terminal and tests."""
    before = _current.get()
    use(scope)
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        after_commit.drop()
        raise
    finally:
        _current.set(before)
    after_commit.run()


@contextmanager
def reading(scope: Scope) -> Iterator[None]:
    """Read in a scope without taking a write lock; whatever was changed is dropped."""
    before, token = _current.get(), is_writing.set(False)
    use(scope)
    try:
        yield
    finally:
        db.session.rollback()
        is_writing.reset(token)
        _current.set(before)


def bulk_insert(model: type[TenantOwned], rows: Sequence[dict[str, Any]]) -> None:
    """Insert many rows of the written tenant in one statement each thousand; keys and defaults as in the model."""
    tenant_id = written_tenant()
    if any(row.get("tenant_id", tenant_id) != tenant_id for row in rows):
        raise CrossTenant(model.__name__)
    if rows:
        db.session.execute(insert(model), [{**row, "tenant_id": tenant_id} for row in rows])


def _settings() -> list[str]:
    """Give the statements that tell PostgreSQL the scope; integers only, so nothing can be smuggled in.

    SET LOCAL rather than set_config: it also reaches the workers of a distributed PostgreSQL, and ends with
    the transaction, so that a pooled connection carries nothing over.
    """
    scope = _current.get() or NOTHING
    read = ",".join(str(int(tenant_id)) for tenant_id in sorted(scope.read))
    write = "" if scope.write is None else str(int(scope.write))
    return [f"SET LOCAL portal.read_tenants = '{read}'", f"SET LOCAL portal.write_tenant = '{write}'"]


begin_statements.append(_settings)


@event.listens_for(Session, "do_orm_execute")
def _filter_rows(state: ORMExecuteState) -> None:
    """Net 1: add the tenant to each ORM statement, joined tables included."""
    owned = any(issubclass(mapper.class_, TenantOwned) for mapper in state.all_mappers)
    scope = current() if owned else _current.get() or NOTHING
    if state.is_insert:
        if owned:
            _check_insert(state)
        return
    tenants = tuple(scope.read) if state.is_select else ((scope.write,) if scope.write is not None else ())
    if len(tenants) == 1:
        tenant_id = tenants[0]
        option = with_loader_criteria(TenantOwned, lambda cls: cls.tenant_id == tenant_id, include_aliases=True)
    else:
        option = with_loader_criteria(TenantOwned, lambda cls: cls.tenant_id.in_(tenants), include_aliases=True)
    state.statement = state.statement.options(option)


def _check_insert(state: ORMExecuteState) -> None:
    tenant_id = written_tenant()
    given = state.parameters or {}
    rows = [given] if isinstance(given, Mapping) else given
    if any(row.get("tenant_id", tenant_id) != tenant_id for row in rows):
        raise CrossTenant("bulk insert")


@event.listens_for(Session, "before_flush")
def _guard_flush(session: Session, _context: UOWTransaction, _instances: object) -> None:
    """Net 2: stamp new rows, refuse any row of another tenant."""
    touched = [row for row in (*session.new, *session.dirty, *session.deleted) if isinstance(row, TenantOwned)]
    if not touched:
        return
    tenant_id = written_tenant()
    for row in touched:
        if row.tenant_id is None:
            row.tenant_id = tenant_id
        elif row.tenant_id != tenant_id:
            raise CrossTenant(type(row).__name__)
