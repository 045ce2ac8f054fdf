"""Statements that are put into words once: the same rows as everywhere else, the same nets, errors and listeners."""

import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import bindparam, func, null, or_, select, text, type_coerce, union_all
from sqlalchemy.exc import DBAPIError, OperationalError

from portal.accounts.models import RoleGrant
from portal.accounts.roles import Role
from portal.core.db import db
from portal.core.errors import NoTenant
from portal.files.commands import store_file
from portal.files.models import StoredFile
from portal.registers.models import PartyMember, PartyOrganization
from portal.registers.rules import MemberStatus, MemberType
from portal.tenancy.scope import NOTHING, Scope, read_rows, read_tuples, reading, scope_of
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, make_grant, make_user
from tests.registers.makers import make_member, make_organization
from tests.statements import count_statements

MEMBERS = (
    select(
        PartyMember.id,
        PartyMember.full_name,
        PartyMember.born_on,
        PartyMember.joined_by_month,
        PartyMember.member_type,
        PartyMember.management_class,
        PartyMember.mobile_sealed,
        PartyMember.created_at,
        type_coerce(null(), PartyMember.status.type).label("unknown"),
    )
    .where(
        PartyMember.organization_id == bindparam("organization_id"),
        PartyMember.created_at <= bindparam("now"),
        or_(PartyMember.status == MemberStatus.NORMAL, PartyMember.status == MemberStatus.SUSPENDED),
    )
    .order_by(PartyMember.full_name, PartyMember.id)
)
FILES = select(StoredFile.tenant_id, StoredFile.name)
GRANTS = select(RoleGrant.tenant_id, RoleGrant.role, RoleGrant.starts_at).where(
    RoleGrant.user_id == bindparam("user_id")
)


@pytest.fixture
def branch_id(portal: Portal) -> uuid.UUID:
    """Two members in a branch of each community."""
    found = {}
    for tenant_id in (portal.there, portal.here):
        with portal.inside(tenant_id):
            branch = make_organization()
            make_member(branch.id, 1, full_name="甲")
            make_member(branch.id, 2, full_name="乙", member_type=MemberType.PROBATIONARY, full=None, mobile=None)
            store_file("花名册.xlsx", b"1", "text/plain", actor=None, now=NOW)
        found[tenant_id] = branch.id
    branch_id: uuid.UUID = found[portal.here]
    return branch_id


def test_values_go_in_and_come_out_as_they_do_everywhere(portal: Portal, branch_id: uuid.UUID) -> None:
    moment = (NOW + timedelta(days=1)).astimezone(timezone(timedelta(hours=8)))
    with reading(scope_of(portal.here)):
        expected = [tuple(row) for row in read_rows(MEMBERS, organization_id=branch_id, now=moment)]
        for _ in range(2):
            found = read_tuples(MEMBERS, organization_id=branch_id, now=moment)
            assert [*found] == expected
            assert [[type(value) for value in row] for row in found] == [[*map(type, row)] for row in expected]
        assert read_tuples(MEMBERS, organization_id=branch_id, now=datetime(2000, 1, 1, tzinfo=UTC)) == []
        with pytest.raises(ValueError, match="time zone"):
            read_tuples(MEMBERS, organization_id=branch_id, now=datetime(2000, 1, 1))  # noqa: DTZ001  on purpose
    (row_id, name, born, by_month, type_, *_more, unknown), _second = expected
    assert (type(row_id), name, born, by_month, unknown) == (uuid.UUID, "乙", date(1970, 1, 1), False, None)
    assert type_ is MemberType.PROBATIONARY


def test_the_tenant_is_that_of_the_scope_in_force(portal: Portal, branch_id: uuid.UUID) -> None:
    both = frozenset({portal.here, portal.there})
    for _ in range(2):
        for read in ({portal.here}, {portal.there}, both, set()):
            with reading(Scope(read=frozenset(read))):
                assert sorted(read_tuples(FILES)) == sorted((tenant_id, "花名册.xlsx") for tenant_id in read)
        with reading(scope_of(portal.there)):
            assert read_tuples(MEMBERS, organization_id=branch_id, now=NOW) == []


def test_outside_a_scope_it_raises(portal: Portal, branch_id: uuid.UUID) -> None:
    with pytest.raises(NoTenant):
        read_tuples(FILES)
    with reading(scope_of(portal.here)):
        assert len(read_tuples(FILES)) == 1
    with pytest.raises(NoTenant):
        read_tuples(FILES)
    db.session.rollback()


def test_what_belongs_to_no_tenant_needs_no_scope(portal: Portal) -> None:
    user = make_user()
    make_grant(user.id, portal.here, Role.AUDITOR)
    for scope in (NOTHING, scope_of(portal.there)):
        with reading(scope):
            [(tenant_id, role, starts_at)] = read_tuples(GRANTS, user_id=user.id)
            assert (tenant_id, role) == (portal.here, Role.AUDITOR)
            assert starts_at.tzinfo is not None


def test_what_was_changed_but_not_written_yet_is_seen(portal: Portal, branch_id: uuid.UUID) -> None:
    with portal.inside():
        branch = db.session.get_one(PartyOrganization, (portal.here, branch_id))
        branch.name, branch.updated_at = "新的名称", NOW + timedelta(hours=1)
        names = select(PartyOrganization.name)
        assert read_tuples(names) == [("新的名称",)]
        below = select(PartyOrganization.name).cte("below").c.name
        assert read_tuples(union_all(select(below, func.count()).group_by(below), select(below, null()))) == [
            ("新的名称", 1),
            ("新的名称", None),
        ]


def test_listeners_hear_of_it(portal: Portal, branch_id: uuid.UUID) -> None:
    with reading(scope_of(portal.here)), count_statements(db.engine) as seen:
        read_tuples(FILES)
    assert len(seen) == 1
    assert "stored_file" in seen[0]


def test_an_error_is_told_as_everywhere_and_without_values(portal: Portal) -> None:
    wrong: Any = select(func.no_such_function(bindparam("secret"), type_=PartyMember.full_name.type))
    with pytest.raises(DBAPIError, match="no_such_function") as told, reading(scope_of(portal.here)):
        read_tuples(wrong, secret="19900001111")
    assert "19900001111" not in str(told.value)
    with reading(scope_of(portal.here)):
        assert read_tuples(FILES) == []


def test_a_lost_connection_is_given_up(portal: Portal) -> None:
    if portal.engine != "postgresql":
        assert db.engine.dialect.name == "sqlite", "a file has no connection to lose"
        return
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    url = f"/t/{HERE_CODE}/registers/members"
    client.get(url)
    with pytest.raises(OperationalError) as told, reading(scope_of(portal.here)):
        db.session.execute(select(1))
        end = text("SELECT pg_terminate_backend(:pid)")
        pid = db.session.scalar(text("SELECT pg_backend_pid()"))
        with db.engine.connect() as other:
            other.execute(end, {"pid": pid})
        read_tuples(FILES)
    assert told.value.connection_invalidated
    with reading(scope_of(portal.here)):
        assert read_tuples(FILES) == []
    client.get(url)


def test_a_list_of_values_is_refused(portal: Portal) -> None:
    some = select(StoredFile.name).where(StoredFile.name.in_(["甲", "乙"]))
    with pytest.raises(ValueError, match="list of values"), reading(scope_of(portal.here)):
        read_tuples(some)
