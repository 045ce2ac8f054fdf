"""Load the demo into an empty database, part by part, each part by its module's own commands."""

import importlib
import importlib.util
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.accounts.commands import create_user, grant_role
from portal.accounts.models import UserAccount
from portal.accounts.roles import Role
from portal.core.db import db
from portal.core.settings import ROOT
from portal.demo.people import COMMUNITY, PASSWORD, PEOPLE
from portal.tenancy.commands import import_divisions
from portal.tenancy.division_changes import Coverage
from portal.tenancy.levels import PLATFORM_ID
from portal.tenancy.queries import TenantRef, get_tenant
from portal.tenancy.scope import NOTHING, reading, scope_of, transaction

PARTS = ("registers", "estates", "reporting", "scoring", "elections", "care", "street")


@dataclass(frozen=True)
class World:
    """What each part of the demo builds on."""

    community: TenantRef
    now: datetime
    people: dict[Role, uuid.UUID]  # the demo account of each role

    def actor(self, role: Role) -> Actor:
        """Give the demo person of a role, acting in the community."""
        _role, _user, name, _code = next(line for line in PEOPLE if line[0] is role)
        roles = frozenset({role, Role.VISITOR})
        return Actor(self.people[role], name, self.community.id, roles, acting_as=role)


def load_if_empty(*, now: datetime) -> str:
    """Load divisions, people and each module's demo where there is nobody yet; says what was done."""
    with reading(NOTHING):
        if db.session.scalars(select(UserAccount.id).limit(1)).first():
            return "the database has people; the demo is left as it is"
    load_divisions(now)
    with reading(NOTHING):
        community = get_tenant(COMMUNITY)
    with transaction(scope_of(community.id)):  # all of it or nothing: the next start tries again
        world = World(community, now, _load_people(now))
        for part in PARTS:
            if importlib.util.find_spec(f"portal.demo.{part}"):
                importlib.import_module(f"portal.demo.{part}").load(world)
    return "the demo is loaded"


def load_divisions(now: datetime) -> None:
    """Take in the divisions that come with the portal; those already there stay as they are."""
    for path in sorted((ROOT / "portal" / "data" / "divisions").glob("*.csv")):
        with transaction(scope_of(PLATFORM_ID)):
            import_divisions(path.read_text(encoding="utf-8").splitlines(), coverage=Coverage(), now=now)


def _load_people(now: datetime) -> dict[Role, uuid.UUID]:
    people: dict[Role, uuid.UUID] = {}
    for role, user_name, name, code in PEOPLE:
        account = create_user(
            user_name=user_name, name=name, mobile=None, password=PASSWORD, must_change=False, now=now
        )
        people[role] = account.id
        grant_role(
            user_id=account.id,
            tenant_id=get_tenant(code).id,
            role=role,
            starts_at=now,
            reason="演示",
            granted_by=None,
            now=now,
        )
    return people
