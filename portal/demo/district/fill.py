"""Write the invented register of a district, community by community, each in one transaction."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.accounts.commands import grant_role
from portal.accounts.models import UserAccount
from portal.accounts.passwords import hash_password
from portal.accounts.roles import Role
from portal.console.statistics import refresh_statistics
from portal.core.clock import today
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.ids import new_id
from portal.demo.district import plan
from portal.demo.district.estates import fill_estates
from portal.demo.district.registers import fill_registers
from portal.demo.people import PASSWORD
from portal.demo.world import load_divisions
from portal.registers.models import PartyMember
from portal.tenancy.levels import Level
from portal.tenancy.models import Tenant
from portal.tenancy.queries import get_tenant
from portal.tenancy.scope import NOTHING, reading, scope_of, transaction

TOWN_ENDING, COMMUNITY_WORD = "镇", "社区"
SECRETARY = "演示书记"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Community:
    """A community to fill."""

    id: int
    code: str
    name: str
    is_urban: bool


@dataclass
class Filled:
    """What was written; `left` are the communities that had a register already."""

    communities: int = 0
    urban: int = 0
    members: int = 0
    earlier_states: int = 0
    organizations: int = 0
    units: int = 0
    left: int = 0


def fill_district(
    code: str, *, seed: int, fewest: int, most: int, now: datetime, say: Say = lambda _line: None
) -> Filled:
    """Fill each community of a division (a district, a street, one community) that has no members yet.

    Raises NotFound for a code that nobody knows or that has no communities.
    """
    filled = Filled()
    for community in _communities(code):
        with transaction(scope_of(community.id)):
            if db.session.scalars(select(PartyMember.id).limit(1)).first():
                filled.left += 1
                say(f"{community.code} {community.name}: has a register already, left as it is")
                continue
            size = _fill(community, filled, seed=seed, bounds=(fewest, most), now=now)
        refresh_statistics(community.id, now=now)
        say(f"{community.code} {community.name}: {size} members")
    return filled


def _fill(community: Community, filled: Filled, *, seed: int, bounds: tuple[int, int], now: datetime) -> int:
    def dice(part: str) -> plan.Dice:
        return plan.dice_for(seed, community.code, part)

    day, (fewest, most) = today(now), bounds
    size = plan.count_members(dice("size"), is_urban=community.is_urban, fewest=fewest, most=most)
    name = plan.short_name(community.name)
    organizations = plan.places(dice("organizations"), community=name, members=size, today=day)
    filled.organizations += len(organizations)
    filled.earlier_states += fill_registers(dice("members"), organizations, members=size, now=now)
    filled.units += fill_estates(dice("estates"), members=size, now=now)
    filled.communities, filled.members = filled.communities + 1, filled.members + size
    filled.urban += community.is_urban
    return size


def _communities(code: str) -> list[Community]:
    """Give the communities at or below a code, in the order of their codes."""
    with reading(NOTHING):
        top = get_tenant(code)
        below = select(Tenant).where(Tenant.code.startswith(top.code), Tenant.ended_at.is_(None))
        rows = list(db.session.scalars(below.order_by(Tenant.code)))
        parents = {row.id: row.name for row in db.session.scalars(select(Tenant).where(Tenant.level == Level.STREET))}
    found = [
        Community(row.id, row.code, row.name, is_urban(row.name, parents.get(row.parent_id or 0, "")))
        for row in rows
        if row.level is Level.COMMUNITY
    ]
    if not found:
        raise NotFound
    return found


def is_urban(name: str, street: str) -> bool:
    """Say whether a community is one of the town: 社区 in its name, and not below a rural town (镇)."""
    return COMMUNITY_WORD in name and not street.endswith(TOWN_ENDING)


def add_secretaries(code: str, *, now: datetime) -> int:
    """Give each community at or below a code a secretary with the demo's password: shuji and the last six digits.

    For a demo only: everybody knows the password. Gives how many are new.
    """
    added, password = 0, hash_password(PASSWORD)
    for community in _communities(code):
        user_name = f"shuji{community.code[6:]}"
        with transaction(scope_of(community.id)):
            if db.session.scalars(select(UserAccount.id).where(UserAccount.user_name == user_name)).first():
                continue
            account = UserAccount(id=new_id(), user_name=user_name, name=SECRETARY, created_at=now)
            account.password_hash, account.session_key = password, secrets.token_hex(16)
            db.session.add(account)
            db.session.flush()
            _grant(account, community, now)
        added += 1
    return added


def _grant(account: UserAccount, community: Community, now: datetime) -> None:
    role = Role.COMMUNITY_SECRETARY
    grant_role(
        user_id=account.id, tenant_id=community.id, role=role, starts_at=now, reason="演示", granted_by=None, now=now
    )


def load_missing_divisions(code: str, *, now: datetime) -> None:
    """Take in the lists that come with the portal where nobody knows a division yet."""
    with reading(NOTHING):
        known = db.session.scalars(select(Tenant.id).where(Tenant.code == code)).first()
    if known is None:
        load_divisions(now)
