"""Who may give which role where, and when a role holds: plain Python."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from portal.accounts.actor import Actor
from portal.accounts.roles import GRANTABLE, Role
from portal.authz.granting import FIRST_ROLE, LEVELS_OF, MAY_GRANT, grantable_roles
from portal.authz.permissions import Permission
from portal.authz.policy import POLICY
from portal.console.user_rules import check_may_end, check_may_grant, grant_period, last_day
from portal.core.errors import RuleBroken
from portal.tenancy.levels import Level

ME, OTHER = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
LATE = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)  # 23 November, 00:30 in Shanghai
# From the most to the least that a person answers for; a role may only give what stands with it or after it.
RANK = [
    Role.OPERATOR,
    Role.DISTRICT_OFFICER,
    Role.STREET_OFFICER,
    Role.COMMUNITY_SECRETARY,
    Role.COMMUNITY_CLERK,
    Role.REVIEWER,
    Role.PROPERTY_CONTACT,
    Role.IN_SERVICE_MEMBER,
    Role.OWNER,
    Role.AUDITOR,
]


def actor(*roles: Role) -> Actor:
    return Actor(ME, "王书记", 1, frozenset({*roles, Role.VISITOR}))


@pytest.mark.parametrize(
    ("role", "level", "expected"),
    [
        (Role.COMMUNITY_SECRETARY, Level.COMMUNITY, {*MAY_GRANT[Role.COMMUNITY_SECRETARY]}),
        (Role.COMMUNITY_SECRETARY, Level.STREET, set()),
        (Role.COMMUNITY_CLERK, Level.COMMUNITY, set()),
        (Role.AUDITOR, Level.COMMUNITY, set()),
        (Role.OWNER, Level.COMMUNITY, set()),
        (Role.VISITOR, Level.COMMUNITY, set()),
        (Role.STREET_OFFICER, Level.STREET, {Role.STREET_OFFICER}),
        (Role.STREET_OFFICER, Level.COMMUNITY, set()),
        (Role.OPERATOR, Level.COUNTRY, {Role.OPERATOR, Role.AUDITOR}),
        (Role.OPERATOR, Level.DISTRICT, {Role.OPERATOR, Role.AUDITOR, Role.DISTRICT_OFFICER}),
        (Role.OPERATOR, Level.COMMUNITY, {Role.OPERATOR, Role.AUDITOR, Role.COMMUNITY_SECRETARY}),
    ],
)
def test_which_roles_a_role_gives_at_which_level(role: Role, level: Level, expected: set[Role]) -> None:
    assert set(grantable_roles(actor(role), level)) == expected


def test_nobody_gives_a_role_above_their_own() -> None:
    for giver, given in MAY_GRANT.items():
        assert all(RANK.index(role) >= RANK.index(giver) for role in given), giver


def test_only_roles_that_manage_people_give_roles() -> None:
    assert set(MAY_GRANT) == set(POLICY[Permission.USER_MANAGE])


def test_every_role_has_its_levels_and_somebody_who_gives_it() -> None:
    assert set(LEVELS_OF) == set(GRANTABLE) == {role for given in MAY_GRANT.values() for role in given}
    assert all(level in LEVELS_OF[role] for level, role in FIRST_ROLE.items())


@pytest.mark.parametrize(
    ("now", "starts_on", "ends_on", "starts_at", "ends_at"),
    [
        pytest.param(NOON, date(2026, 11, 23), None, NOON, None, id="today is now"),
        pytest.param(LATE, date(2026, 11, 23), None, LATE, None, id="today is Shanghai's today"),
        pytest.param(
            NOON,
            date(2026, 11, 24),
            date(2026, 11, 24),
            datetime(2026, 11, 23, 16, tzinfo=UTC),
            datetime(2026, 11, 24, 16, tzinfo=UTC),
            id="one whole day",
        ),
        pytest.param(
            NOON, date(2026, 11, 23), date(2026, 11, 23), NOON, datetime(2026, 11, 23, 16, tzinfo=UTC), id="ends today"
        ),
    ],
)
def test_a_role_holds_from_one_day_until_another(
    now: datetime, starts_on: date, ends_on: date | None, starts_at: datetime, ends_at: datetime | None
) -> None:
    assert grant_period(starts_on=starts_on, ends_on=ends_on, now=now) == (starts_at, ends_at)
    assert last_day(ends_at) == ends_on


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "field"),
    [(date(2026, 11, 22), None, "starts_on"), (date(2026, 11, 24), date(2026, 11, 23), "ends_on")],
)
def test_a_role_neither_begins_in_the_past_nor_ends_before_it_begins(
    starts_on: date, ends_on: date | None, field: str
) -> None:
    with pytest.raises(RuleBroken) as error:
        grant_period(starts_on=starts_on, ends_on=ends_on, now=NOON)
    assert error.value.field == field


@pytest.mark.parametrize(
    ("role", "holder", "code"),
    [
        (Role.COMMUNITY_CLERK, OTHER, None),
        (Role.COMMUNITY_SECRETARY, OTHER, None),
        (Role.COMMUNITY_SECRETARY, ME, "console.own_role"),
        (Role.AUDITOR, OTHER, "console.role_not_yours"),
        (Role.OPERATOR, OTHER, "console.role_not_yours"),
    ],
)
def test_who_ends_whose_role(role: Role, holder: UUID, code: str | None) -> None:
    secretary = actor(Role.COMMUNITY_SECRETARY)
    if code is None:
        check_may_end(role, holder_id=holder, actor=secretary, level=Level.COMMUNITY)
        check_may_grant(role, actor=secretary, level=Level.COMMUNITY)
        return
    with pytest.raises(RuleBroken) as error:
        check_may_end(role, holder_id=holder, actor=secretary, level=Level.COMMUNITY)
    assert error.value.code == code
