"""What is measured on: 100,000 party members of 96 communities, 5,000 of them in the one that is looked at."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import Engine, create_engine, insert, text

from bench.page import HOT_CODE, HOT_ID, PASSWORD, SECRETARY
from portal.accounts.commands import create_user, grant_role
from portal.accounts.roles import Role
from portal.app import create_app
from portal.core.db import db
from portal.core.ids import new_id
from portal.core.names import search_key, sort_key
from portal.core.settings import Settings
from portal.registers.models import PartyMember, PartyOrganization
from portal.registers.rules import ManagementClass, MemberStatus, MemberType, OrganizationKind
from portal.tenancy import vault
from portal.tenancy.levels import PLATFORM_ID, Level, tenant_id_for
from portal.tenancy.models import Tenant
from portal.tenancy.scope import NOTHING, scope_of, transaction
from tests.support.postgres import PostgresServer

HOT_MEMBERS, OTHER_MEMBERS, OTHER_COMMUNITIES, BRANCHES = 5_000, 1_000, 95, 20
MASTER_KEY = bytes(range(32))
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志文"
CLASSES = (*ManagementClass, None)
PIECE = 5_000


@dataclass(frozen=True)
class Database:
    """One engine's database. `admin_url` may do everything, `app_url` what the portal may."""

    engine: str
    app_url: str
    owner_url: str
    admin_url: str
    folder: Path

    def environ(self) -> dict[str, str]:
        """Give the settings with which a portal of another process runs on it."""
        return {
            "DATABASE_URL": self.app_url,
            "DATABASE_OWNER_URL": self.owner_url,
            "JOBS_DATABASE_URL": f"sqlite:///{self.folder / 'jobs.sqlite'}",
            "LINLI_SECRET_KEY": "a" * 64,
            "LINLI_MASTER_KEY": MASTER_KEY.hex(),
            "LINLI_DEMO": "0",
        }

    def settings(self) -> Settings:
        """Give the same settings for a portal of this process."""
        return Settings(
            database_url=self.app_url,
            owner_database_url=self.owner_url,
            jobs_database_url=f"sqlite:///{self.folder / 'jobs.sqlite'}",
            secret_key="a" * 64,
            master_key=MASTER_KEY,
            is_demo=False,
            is_https=False,
            trusted_proxies=0,
        )


def sqlite_database(folder: Path) -> Database:
    """Make and fill a database in one file."""
    url = f"sqlite:///{folder / 'bench.sqlite'}"
    return _filled(Database("sqlite", url, url, url, folder))


def postgresql_database(folder: Path, server: PostgresServer) -> Database:
    """Make and fill a database on a server of our own."""
    server.create_template("linli_bench", lambda _url: None)
    app, owner, admin = (server.url(role, "linli_bench") for role in ("linli_app", "linli_owner", server.superuser))
    # The tests' server commits lazily, and what is not on the disk yet cannot be marked as visible to all.
    return _filled(Database("postgresql", app, owner, f"{admin}?options=-c%20synchronous_commit%3Don", folder))


def _filled(database: Database) -> Database:
    app = create_app(database.settings())
    with app.app_context():
        upgrade()
        codes = [HOT_CODE, *(f"5203030{place // 20 + 10}{place % 20 + 1:03}" for place in range(OTHER_COMMUNITIES))]
        tenant_ids = _make_communities(codes)
        _make_secretary()
        sealed = _seal_mobiles()
        db.session.remove()
        db.engine.dispose()
    engine = create_engine(database.admin_url)
    branches = [row for tenant_id in tenant_ids for row in _branches(tenant_id)]
    members = list(_members(branches, sealed))
    random.Random(1).shuffle(members)  # a register grows person by person: no community lies in one piece
    with engine.begin() as connection:
        connection.execute(insert(PartyOrganization), branches)
        for start in range(0, len(members), PIECE):
            connection.execute(insert(PartyMember), members[start : start + PIECE])
    settle(engine)
    return database


def _make_communities(codes: list[str]) -> list[int]:
    with transaction(NOTHING):
        district = Tenant(id=tenant_id_for("520303", Level.DISTRICT), code="520303", name="汇川区")
        district.level, district.parent_id = Level.DISTRICT, PLATFORM_ID
        db.session.add(district)
        db.session.flush()
        for code in codes:
            tenant = Tenant(id=tenant_id_for(code, Level.COMMUNITY), code=code, name="贵阳路社区")
            tenant.level, tenant.parent_id = Level.COMMUNITY, district.id
            db.session.add(tenant)
    return [tenant_id_for(code, Level.COMMUNITY) for code in codes]


def _make_secretary() -> None:
    begun = NOW - timedelta(days=400)
    with transaction(NOTHING):
        user = create_user(
            user_name=SECRETARY, name="周书记", mobile=None, password=PASSWORD, must_change=False, now=begun
        )
        role = Role.COMMUNITY_SECRETARY
        grant_role(
            user_id=user.id, tenant_id=HOT_ID, role=role, starts_at=begun, ends_at=None, granted_by=None, now=begun
        )


def _seal_mobiles() -> list[tuple[Any, bytes]]:
    """Seal a mobile for each member of the community that is looked at; gives it with the id of its row."""
    with transaction(scope_of(HOT_ID)):
        ids = [new_id() for _ in range(HOT_MEMBERS)]
        return [
            (row_id, vault.seal("party_member.mobile", row_id, f"138{10_000_000 + place * 1_789}"))
            for place, row_id in enumerate(ids)
        ]


def _branches(tenant_id: int) -> Iterator[dict[str, Any]]:
    """Give a committee with its branches, as rows."""
    top = new_id()
    shared = {"tenant_id": tenant_id, "is_greater_committee": False, "created_at": NOW, "updated_at": NOW}
    kind = OrganizationKind.PARTY_COMMITTEE
    yield {**shared, "id": top, "name": "贵阳路社区党委", "kind": kind, "parent_id": None}
    for number in range(1, BRANCHES + 1):
        kind = OrganizationKind.BRANCH
        yield {**shared, "id": new_id(), "name": f"第{number}党支部", "kind": kind, "parent_id": top}


def _members(branches: list[dict[str, Any]], sealed: list[tuple[Any, bytes]]) -> Iterator[dict[str, Any]]:
    """Give the members as rows. Outside the community that is looked at nobody unseals anything."""
    dice = random.Random(2)
    by_tenant: dict[int, list[Any]] = {}
    for row in branches:
        if row["parent_id"] is not None:
            by_tenant.setdefault(row["tenant_id"], []).append(row["id"])
    for tenant_id, places in by_tenant.items():
        mobiles = sealed if tenant_id == HOT_ID else [(new_id(), dice.randbytes(40)) for _ in range(OTHER_MEMBERS)]
        for row_id, mobile in mobiles:
            yield {"tenant_id": tenant_id, "id": row_id, "mobile_sealed": mobile, **_facts(dice, dice.choice(places))}


def _facts(dice: random.Random, organization_id: Any) -> dict[str, Any]:
    name = dice.choice(FAMILY) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2))))
    return {
        "organization_id": organization_id,
        "full_name": name,
        "search_key": search_key(name),
        "sort_key": sort_key(name),
        "id_sealed": dice.randbytes(47),
        "id_index": dice.randbytes(32),
        "mobile_index": dice.randbytes(32),
        "sex_code": dice.choice("12"),
        "born_on": date(1940, 1, 1) + timedelta(days=dice.randrange(23_000)),
        "member_type": MemberType.FULL if dice.random() < 0.95 else MemberType.PROBATIONARY,
        "joined_on": date(1965, 1, 1) + timedelta(days=dice.randrange(21_000)),
        "joined_by_month": dice.random() < 0.3,
        "full_by_month": False,
        "management_class": dice.choice(CLASSES),
        "status": MemberStatus.NORMAL if dice.random() < 0.97 else MemberStatus.SUSPENDED,
        "created_at": NOW,
        "updated_at": NOW,
    }


def settle(engine: Engine) -> None:
    """Let the planner know what there is, as it does after a night."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE"))
    engine.dispose()
