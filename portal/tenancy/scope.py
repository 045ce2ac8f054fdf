"""Which tenants the running code may read and write: the one place that says so.

Three nets. (1) Each ORM query on tenant data is filtered, and raises outside a scope. (2) A flush that would
touch another tenant's row raises. (3) On PostgreSQL row security does both again for whatever passes by the ORM.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVarTuple
from weakref import WeakKeyDictionary

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Executable,
    Row,
    Select,
    Table,
    bindparam,
    event,
    insert,
    inspect,
    literal,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria
from sqlalchemy.sql import visitors

from portal.core import after_commit
from portal.core.db import begin_statements, db, is_writing
from portal.core.errors import CrossTenant, NoTenant
from portal.core.plain_rows import Plan
from portal.tenancy.bulk import Insertion, insert_rows, ready_columns
from portal.tenancy.models import TenantOwned

Ts = TypeVarTuple("Ts")


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
    """Insert many rows of the written tenant in one statement; keys and defaults as in the model."""
    tenant_id = written_tenant()
    if any(row.get("tenant_id", tenant_id) != tenant_id for row in rows):
        raise CrossTenant(model.__name__)
    if rows:
        db.session.flush()
        table: Any = inspect(model).local_table
        insert_rows(db.session.connection(), table, [{**row, "tenant_id": tenant_id} for row in rows])


def bulk_copy(
    source: type[TenantOwned],
    target: type[TenantOwned],
    columns: Mapping[str, Any],
    *chosen: ColumnElement[bool],
) -> None:
    """Copy the chosen rows of the written tenant into another of its tables in one statement, without reading them.

    `columns` gives {column of the target: expression}, one for each column but the tenant's.
    """
    tenant_id = written_tenant()
    if "tenant_id" in columns:
        raise CrossTenant(target.__name__)
    db.session.flush()
    rows = select(literal(tenant_id, BigInteger()), *columns.values()).where(source.tenant_id == tenant_id, *chosen)
    table: Any = inspect(target).local_table
    db.session.connection().execute(insert(table).from_select(["tenant_id", *columns], rows, include_defaults=False))


def ready_insertion(
    engine: str, model: type[TenantOwned], columns: Mapping[str, Sequence[Any]], count: int
) -> Insertion:
    """Make many rows of the written tenant ready, given column by column, for insert_ready(); asks no database."""
    if "tenant_id" in columns:
        raise CrossTenant(model.__name__)
    table: Any = inspect(model).local_table
    return ready_columns(engine, table, {**columns, "tenant_id": [written_tenant()]}, count)


def insert_ready(insertion: Insertion) -> None:
    """Insert rows that ready_insertion() made ready in the same scope, here or in another process."""
    written_tenant()
    db.session.flush()
    insertion.run(db.session.connection())


def insert_unless_taken(insertion: Insertion) -> bool:
    """Insert as insert_ready() all rows or, where one meets a row that has what must be unique, none: False then."""
    if db.engine.dialect.name == "sqlite":
        written_tenant()
        db.session.flush()
        return insertion.run_unless_taken(db.session.connection())
    try:
        with db.session.begin_nested():
            insert_ready(insertion)
    except IntegrityError:
        return False
    return True


@contextmanager
def calculating(scope: Scope) -> Iterator[None]:
    """Work in a scope without a database."""
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)


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


def _in_force() -> Scope:
    return _current.get() or NOTHING


# Net 1 as three conditions that ask for the tenant when the statement runs. They are the same for every tenant, so
# that a statement which a module builds once is filtered, analysed and compiled once.
_only_read = bindparam("scope_read", type_=BigInteger(), callable_=lambda: next(iter(_in_force().read)))
_any_read = bindparam("scope_reads", type_=BigInteger(), expanding=True, callable_=lambda: [*_in_force().read])
_written = bindparam("scope_write", type_=BigInteger(), callable_=lambda: _in_force().write)
READS_ONE = with_loader_criteria(TenantOwned, lambda cls: cls.tenant_id == _only_read, include_aliases=True)
READS_SOME = with_loader_criteria(TenantOwned, lambda cls: cls.tenant_id.in_(_any_read), include_aliases=True)
WRITES = with_loader_criteria(TenantOwned, lambda cls: cls.tenant_id == _written, include_aliases=True)
_filtered: WeakKeyDictionary[Executable, tuple[bool, dict[Any, Any]]] = WeakKeyDictionary()
_plans: WeakKeyDictionary[Executable, dict[str, Plan]] = WeakKeyDictionary()


@event.listens_for(Session, "do_orm_execute")
def _filter_rows(state: ORMExecuteState) -> None:
    """Net 1: add the tenant to each ORM statement, joined tables included."""
    statement = state.statement
    if statement not in _filtered:
        given = any(issubclass(mapper.class_, TenantOwned) for mapper in state.all_mappers)
        # Plain tables are for row security.
        _filtered[statement] = (given or (state.is_orm_statement and _names_owned(statement)), {})
    if not state.is_insert:
        state.statement = _narrowed(statement, is_select=state.is_select)
    elif _filtered[statement][0]:
        _check_insert(state)


def read_rows(statement: Select[*Ts] | CompoundSelect[*Ts], **values: object) -> Sequence[Row[*Ts]]:
    """Read columns, not entities, in the scope in force: for statements built once, of every page or of a long list.

    Net 1 is the same as for the session, whose bookkeeping of entities is what this saves.
    """
    return db.session.connection().execute(_prepared(statement), values).all()


def read_tuples(statement: Select[*Ts] | CompoundSelect[*Ts], **values: object) -> Sequence[tuple[*Ts]]:
    """Read as read_rows() does, but as plain tuples, for a module's constants that most pages ask.

    The statement with net 1 in it is put into words once for each kind of engine; then the driver runs it.
    """
    narrowed, connection = _prepared(statement), db.session.connection()
    if _filtered[statement][0] and len(current().read) != 1:  # a list of tenants changes the words
        return [tuple(row) for row in connection.execute(narrowed, values)]
    plans = _plans.setdefault(narrowed, {})
    plan = plans.get(connection.dialect.name)
    if plan is None:
        plan = plans[connection.dialect.name] = Plan(narrowed, connection.dialect)
    return plan.run(connection, values)


def _prepared(statement: Any) -> Any:
    if statement not in _filtered:
        _filtered[statement] = (_names_owned(statement), {})
    db.session.flush()
    return _narrowed(statement)


def _narrowed(statement: Any, *, is_select: bool = True) -> Any:
    """Give a statement with the tenant's condition; raises NoTenant for tenant data outside a scope."""
    is_owned, variants = _filtered[statement]
    scope = current() if is_owned else _in_force()
    option = WRITES if not is_select else READS_ONE if len(scope.read) == 1 else READS_SOME
    if option not in variants:
        variants[option] = statement.options(option)
    return variants[option]


def _names_owned(statement: Any) -> bool:
    """Say whether a table of tenants stands anywhere in a statement, such as in a count or a subquery."""
    names = set(_tables_below(TenantOwned))
    return any(isinstance(part, Table) and part.name in names for part in visitors.iterate(statement))


def _tables_below(parent: type[TenantOwned]) -> Iterator[str]:
    """Give the tables of a mixin's models, and of the mixins made from it."""
    for model in parent.__subclasses__():
        if "__tablename__" in model.__dict__:
            yield str(model.__dict__["__tablename__"])
        yield from _tables_below(model)


def _check_insert(state: ORMExecuteState) -> None:
    """Let rows in that are handed over beside the statement and name the written tenant; what it holds, nobody sees."""
    tenant_id = written_tenant()
    given = state.parameters or []
    rows = [given] if isinstance(given, Mapping) else given
    if not rows or any(row.get("tenant_id") != tenant_id for row in rows):
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
