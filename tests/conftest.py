"""One application per engine, a fresh migrated database per test, clients by role."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from portal.accounts.models import UserAccount
from portal.accounts.roles import Role
from portal.app import create_app
from portal.core import clock, second_process
from portal.core.db import db
from portal.core.settings import Settings
from portal.tenancy import vault
from portal.tenancy.queries import forget_tenants
from portal.tenancy.scope import scope_of, transaction, use_nothing
from tests.client import PortalClient
from tests.makers import NOW, make_grant, make_two_communities, make_user
from tests.support.postgres import PostgresServer, running_postgres

pytest_plugins = ["tests.support.summary"]
ENGINES = ("sqlite", "postgresql")


LONGEST = ("browser/", "desk/test_undo", "desk/test_killed_worker", "test_isolation", "estates/test_counting")
"""Files that take minutes: begun first, so that at the end no process waits for another one."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; the processes take them in this order (--no-loadscope-reorder)."""
    items.sort(key=lambda item: next((n for n, name in enumerate(LONGEST) if name in item.nodeid), len(LONGEST)))


def settings_for(database_url: str, owner_url: str, folder: Path) -> Settings:
    """Give settings with fixed keys for a test's database."""
    return Settings(
        database_url=database_url,
        owner_database_url=owner_url,
        jobs_database_url=f"sqlite:///{folder / 'jobs.sqlite'}",
        secret_key="a" * 64,
        master_key=bytes(range(32)),
        is_demo=False,
        is_https=False,
        trusted_proxies=0,
    )


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Give a throwaway PostgreSQL."""
    with running_postgres() as server:
        yield server


@dataclass
class Machine:
    """One application on one engine, whose database can be made fresh."""

    engine: str
    app: Flask
    refresh: Callable[[], None]
    settings: Settings


@pytest.fixture(scope="session")
def machines() -> dict[str, Machine]:
    """Keep the machine of each engine: a fixture with parameters is made anew whenever tests change the engine."""
    return {}


@pytest.fixture(scope="session", params=ENGINES)
def machine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, machines: dict[str, Machine]
) -> Machine:
    """Give an application per engine over a database that is copied from a migrated one."""
    engine: str = request.param
    if engine not in machines:
        folder = tmp_path_factory.mktemp(engine)
        machines[engine] = (
            _sqlite_machine(folder)
            if engine == "sqlite"
            else _postgresql_machine(folder, request.getfixturevalue("postgres"))
        )
    return machines[engine]


def _sqlite_machine(folder: Path) -> Machine:
    model, live = folder / "model.sqlite", folder / "live.sqlite"
    migrate(settings_for(f"sqlite:///{model}", f"sqlite:///{model}", folder))
    settings = settings_for(f"sqlite:///{live}", f"sqlite:///{live}", folder)

    def refresh() -> None:
        for suffix in ("-wal", "-shm"):
            live.with_name(live.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(model, live)

    return Machine("sqlite", create_app(settings), refresh, settings)


def _postgresql_machine(folder: Path, server: PostgresServer) -> Machine:
    server.create_template("linli_model", lambda url: migrate(settings_for(url, url, folder)))
    owner, app_url = server.url("linli_owner", "linli_live"), server.url("linli_app", "linli_live")
    settings = settings_for(app_url, owner, folder)
    return Machine(
        "postgresql",
        create_app(settings),
        lambda: server.fresh_database("linli_live", "linli_model") and None,
        settings,
    )


def migrate(settings: Settings) -> None:
    """Bring an empty database to the newest migration, as its owner."""
    app = create_app(settings)
    with app.app_context():
        upgrade()
        db.engine.dispose()


@dataclass
class Portal:
    """The portal under test: its application, its two communities of the same name, clients by role."""

    app: Flask
    engine: str
    settings: Settings
    here: int
    there: int
    now: datetime = NOW
    people: dict[tuple[Role, int], UserAccount] = field(default_factory=dict)

    def client(self, user: UserAccount | None = None) -> PortalClient:
        """Give a client, signed in as somebody or as nobody."""
        client = PortalClient(self.app, FlaskClient(self.app, use_cookies=True))
        if user is not None:
            client.become(user)
        return client

    def person(self, role: Role, tenant_id: int | None = None) -> UserAccount:
        """Give the one person who has this role in a tenant; made on first use."""
        key = (role, self.here if tenant_id is None else tenant_id)
        if key not in self.people:
            user = self.people[key] = make_user(f"{role.value}的人")
            if role is not Role.VISITOR:
                make_grant(user.id, key[1], role)
            with Session(db.engine) as own:  # whatever happens to the test's session, the person stays readable
                self.people[key] = own.get_one(UserAccount, inspect(user).identity)
                own.expunge_all()
        return self.people[key]

    def as_role(self, role: Role, tenant_id: int | None = None) -> PortalClient:
        """Give a client signed in as the person of a role in a tenant (here unless named)."""
        return self.client(self.person(role, tenant_id))

    @contextmanager
    def inside(self, tenant_id: int | None = None) -> Iterator[None]:
        """Work in a tenant's scope (here unless named) and commit at the end."""
        with transaction(scope_of(self.here if tenant_id is None else tenant_id)):
            yield


@pytest.fixture
def portal(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    """Give the portal on a fresh database, on each engine, at NOW."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with machine.app.app_context():
        db.session.remove()
        db.engine.dispose()
        machine.refresh()
        vault.set_master_key(machine.settings.master_key)
        forget_tenants()
        here, there = make_two_communities()
        yield Portal(machine.app, machine.engine, machine.settings, here, there)
        db.session.remove()
        db.engine.dispose()
        use_nothing()


@pytest.fixture
def two_processes(portal: Portal) -> Iterator[None]:
    """Work with a second process beside this one, as the worker does."""
    second_process.engage()
    yield
    second_process.dismiss()
