"""What tests are made of. A test names only what it is about; the rest has sensible defaults."""

import itertools
import uuid
from datetime import UTC, datetime, timedelta

from portal.accounts.actor import Actor
from portal.accounts.commands import create_user, grant_role
from portal.accounts.models import UserAccount
from portal.accounts.roles import Role
from portal.core.db import db
from portal.core.ids import new_id
from portal.tenancy.levels import PLATFORM_ID, Level, tenant_id_for
from portal.tenancy.models import Tenant
from portal.tenancy.scope import NOTHING, transaction

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday 10:00 in Shanghai
PASSWORD = "gui-yang-lu-77"
STREET_CODE, HERE_CODE, THERE_CODE = "520303003", "520303003001", "520303001001"
OTHER_STREET_CODE, DISTRICT_CODE = "520303001", "520303"
_numbers = itertools.count(1)


def make_tenant(code: str, name: str, level: Level = Level.COMMUNITY, parent_id: int | None = PLATFORM_ID) -> Tenant:
    """Make a division and commit it."""
    with transaction(NOTHING):
        tenant = Tenant(id=tenant_id_for(code, level), code=code, name=name, level=level, parent_id=parent_id)
        db.session.add(tenant)
    return tenant


def make_two_communities() -> tuple[int, int]:
    """Make two communities of the same name under two streets of one district; gives their ids."""
    district = make_tenant(DISTRICT_CODE, "汇川区", Level.DISTRICT)
    street = make_tenant(STREET_CODE, "大连路街道", Level.STREET, district.id)
    other = make_tenant(OTHER_STREET_CODE, "上海路街道", Level.STREET, district.id)
    here = make_tenant(HERE_CODE, "和平社区", parent_id=street.id)
    there = make_tenant(THERE_CODE, "和平社区", parent_id=other.id)
    return here.id, there.id


def make_user(name: str = "张三", *, user_name: str | None = None, mobile: str | None = None) -> UserAccount:
    """Make an account and commit it."""
    with transaction(NOTHING):
        return create_user(
            user_name=user_name or f"user{next(_numbers)}",
            name=name,
            mobile=mobile,
            password=PASSWORD,
            must_change=False,
            now=NOW - timedelta(days=30),
        )


def make_grant(user_id: uuid.UUID, tenant_id: int, role: Role, *, ends_at: datetime | None = None) -> None:
    """Give a role and commit it; it began thirty days ago."""
    with transaction(NOTHING):
        begun = NOW - timedelta(days=30)
        grant_role(
            user_id=user_id,
            tenant_id=tenant_id,
            role=role,
            starts_at=begun,
            ends_at=ends_at,
            granted_by=None,
            now=begun,
        )


def make_actor(tenant_id: int, role: Role, name: str = "张三") -> Actor:
    """Make an account with a role and give the actor."""
    user = make_user(name)
    make_grant(user.id, tenant_id, role)
    return Actor(user.id, user.name, tenant_id, frozenset({role, Role.VISITOR}), acting_as=role)


def stranger(tenant_id: int = PLATFORM_ID) -> Actor:
    """Give an actor whom the database does not know."""
    return Actor(new_id(), "某人", tenant_id, frozenset({Role.VISITOR}))
