"""Changes of the division tree: a list taken in, a division renamed, two merged.

The tree is global, so no row security applies; what was done is recorded by the caller, since
the trail looks down on this package. Statements are made for sets of rows: the whole country is
665,000 of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, bindparam, delete, insert, select, update

from portal.core.db import db
from portal.core.errors import NotFound, PortalError, RuleBroken
from portal.core.ids import new_id
from portal.core.memory import without_collector
from portal.tenancy.division_changes import (
    Change,
    ChangeKind,
    Coverage,
    Difference,
    Existing,
    compare_divisions,
)
from portal.tenancy.divisions import NAME_LIMIT, Division, Fault, read_divisions
from portal.tenancy.levels import CODE_LENGTHS, tenant_id_for
from portal.tenancy.models import Tenant, TenantAlias, TenantName
from portal.tenancy.queries import forget_tenants

PIECE = 5_000
HISTORY_KINDS = {ChangeKind.RENAMED, ChangeKind.MOVED, ChangeKind.RECODED}


class BadList(PortalError):
    """A list of divisions has mistakes; nothing of it was written."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(len(faults))
        self.faults = faults


def import_divisions(lines: Iterable[str], *, coverage: Coverage, now: datetime) -> Difference:
    """Take in a list of divisions and give what it changed; the same list again changes nothing.

    Raises BadList with every mistake, by row, and then writes nothing. Divisions are never
    deleted: what the list lacks is ended (see Coverage for what it claims to have completely).
    """
    with without_collector():
        existing = list_existing()
        rows, faults = read_divisions(lines, known={each.code: each.level for each in existing if not each.is_ended})
        if faults:
            raise BadList(faults)
        aliases = {each.code: each.tenant_id for each in db.session.scalars(select(TenantAlias))}
        difference = compare_divisions(rows, existing, aliases=aliases, coverage=coverage)
        if difference.faults:
            raise BadList(difference.faults)
        apply_difference(difference, existing, now=now)
        return difference


def list_existing() -> list[Existing]:
    """Give every division that is or was, as the comparison wants it; one statement."""
    found = db.session.execute(
        select(
            Tenant.id,
            Tenant.code,
            Tenant.name,
            Tenant.level,
            Tenant.parent_id,
            Tenant.ended_at.is_not(None),
            Tenant.successor_id,
        )
    )
    return [Existing(*row) for row in found]


def apply_difference(difference: Difference, existing: Iterable[Existing], *, now: datetime) -> None:
    """Write a difference that has no faults, each kind of change in one go."""
    ids = {each.code: each.id for each in existing}
    ids |= {change.code: change.before.id for change in difference.changed}
    ids |= {row.code: tenant_id_for(row.code, row.level) for row in difference.added}
    _insert_tenants(difference.added, ids)
    _write_changes(difference.changed, ids, now)
    _end_tenants(
        [(merge.before.id, ids[merge.successor_code]) for merge in difference.merged]
        + [(each.id, None) for each in difference.gone],
        now,
    )
    revived = [each.before.code for each in difference.changed if ChangeKind.REVIVED in each.kinds]
    _drop_aliases([*revived, *(old for old, _ in difference.aliases)])
    _executemany(
        insert(TenantAlias),
        [{"code": old, "tenant_id": ids[code], "since": now} for old, code in difference.aliases],
    )
    forget_tenants()


def rename_tenant(tenant: Tenant, *, name: str, now: datetime) -> Tenant:
    """Give a division another name; the former one stays in its history.

    Raises RuleBroken for an empty or overlong name, or the present one.
    """
    name = name.strip()
    if not 0 < len(name) <= NAME_LIMIT:
        raise RuleBroken("divisions.name_length", field="name", value=name)
    if name == tenant.name:
        raise RuleBroken("divisions.name_same", field="name", value=name)
    db.session.add(_former(tenant, now))
    tenant.name = name
    db.session.flush()
    forget_tenants()
    return tenant


def merge_tenants(tenant: Tenant, *, into: Tenant, now: datetime) -> Tenant:
    """End a division in favour of another of its level, which takes over its parts and address.

    The rows of the ended one stay its own, with their history. Raises RuleBroken when it has
    ended before, or when the two are the same, of different levels, or the other one has ended.
    """
    if tenant.ended_at is not None:
        raise RuleBroken("divisions.ended_before", value=tenant.code)
    if into.id == tenant.id or into.level is not tenant.level or into.ended_at is not None:
        raise RuleBroken("divisions.merge_pair", value=into.code)
    parts = list(db.session.scalars(select(Tenant).where(Tenant.parent_id == tenant.id)))
    db.session.add_all([_former(part, now) for part in parts])
    for part in parts:
        part.parent_id = into.id
    tenant.ended_at, tenant.successor_id = now, into.id
    _drop_aliases([tenant.code])
    db.session.add(TenantAlias(code=tenant.code, tenant_id=into.id, since=now))
    db.session.flush()
    forget_tenants()
    return tenant


def lock_tenant(code: str) -> Tenant:
    """Load a division to change it, and hold off others who would; raises NotFound.

    The lock lets rows that refer to the division through: signing in goes on during an import.
    """
    query = select(Tenant).where(Tenant.code == code).with_for_update(key_share=True)
    tenant = db.session.scalars(query).first()
    if tenant is None:
        raise NotFound
    return tenant


def _former(tenant: Tenant, now: datetime) -> TenantName:
    return TenantName(tenant_id=tenant.id, code=tenant.code, name=tenant.name, parent_id=tenant.parent_id, until=now)


def _insert_tenants(rows: Sequence[Division], ids: Mapping[str, int]) -> None:
    """Insert new divisions, parents first; PostgreSQL takes them as one COPY."""
    ordered = sorted(rows, key=lambda row: CODE_LENGTHS[row.level])
    if db.session.connection().dialect.name == "postgresql":
        _copy_tenants(ordered, ids)
        return
    _executemany(
        insert(Tenant),
        [
            {
                "id": ids[row.code],
                "code": row.code,
                "name": row.name,
                "level": row.level,
                "parent_id": ids[row.parent_code],
            }
            for row in ordered
        ],
    )


def _copy_tenants(rows: Sequence[Division], ids: Mapping[str, int]) -> None:
    driver: Any = db.session.connection().connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy("COPY tenant (id, code, name, level, parent_id) FROM STDIN") as target,
    ):
        for row in rows:
            target.write_row((ids[row.code], row.code, row.name, row.level.value, ids[row.parent_code]))


def _write_changes(changes: Sequence[Change], ids: Mapping[str, int], now: datetime) -> None:
    """Write what divisions are called, where they belong and that they live; keep what was."""
    _executemany(
        insert(TenantName),
        [
            {
                "id": new_id(),
                "tenant_id": before.id,
                "code": before.code,
                "name": before.name,
                "parent_id": before.parent_id,
                "until": now,
            }
            for before, *_, kinds in changes
            if HISTORY_KINDS.intersection(kinds)
        ],
    )
    _executemany(
        update(Tenant)
        .where(Tenant.id == bindparam("of"))
        .values(
            code=bindparam("new_code"),
            name=bindparam("new_name"),
            parent_id=bindparam("new_parent"),
            ended_at=None,
            successor_id=None,
        ),
        [
            {
                "of": change.before.id,
                "new_code": change.code,
                "new_name": change.name,
                "new_parent": ids[change.parent_code],
            }
            for change in changes
        ],
    )


def _end_tenants(ends: Sequence[tuple[int, int | None]], now: datetime) -> None:
    """End divisions, each with its successor or without one."""
    _executemany(
        update(Tenant).where(Tenant.id == bindparam("of")).values(ended_at=now, successor_id=bindparam("heir")),
        [{"of": tenant_id, "heir": heir} for tenant_id, heir in ends],
    )


def _drop_aliases(codes: Sequence[str]) -> None:
    _executemany(
        delete(TenantAlias).where(TenantAlias.code == bindparam("old")),
        [{"old": code} for code in codes],
    )


def _executemany(statement: Executable, rows: Sequence[dict[str, Any]]) -> None:
    """Run one prepared statement for many rows, a few thousand at a time."""
    connection = db.session.connection()
    for start in range(0, len(rows), PIECE):
        connection.execute(statement, rows[start : start + PIECE])
