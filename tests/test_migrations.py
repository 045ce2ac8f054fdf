"""Migrations go up, down and up again over data, on both engines, and end where the models are."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import create_engine, inspect, select

from portal.app import create_app
from portal.core.db import Base, db
from portal.demo import load_if_empty
from portal.files.models import StoredFile
from portal.tenancy.models import Tenant
from portal.tenancy.queries import forget_tenants
from portal.tenancy.scope import NOTHING, reading
from tests.conftest import settings_for
from tests.makers import NOW

VERSIONS = Path(__file__).parents[1] / "migrations" / "versions"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """Give an application over an empty database of its own."""
    if request.param == "sqlite":
        url = owner = f"sqlite:///{tmp_path / 'migrated.sqlite'}"
    else:
        server = request.getfixturevalue("postgres")
        server.create_template("linli_migrated", lambda _owner: None)
        owner, url = server.url("linli_owner", "linli_migrated"), server.url("linli_app", "linli_migrated")
    app = create_app(settings_for(url, owner, tmp_path))
    with app.app_context():
        forget_tenants()
        yield app
        db.session.remove()
        db.engine.dispose()
        forget_tenants()


def owner_url(app: Flask) -> str:
    return str(app.config["LINLI_SETTINGS"].owner_database_url)


def drift(app: Flask) -> list[object]:
    engine = create_engine(owner_url(app))
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata)
    engine.dispose()
    return list(found)


def tables(app: Flask) -> set[str]:
    engine = create_engine(owner_url(app))
    names = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    return names


def test_up_down_and_up_again_over_the_demos_data(empty: Flask) -> None:
    upgrade()
    assert drift(empty) == []
    assert load_if_empty(now=NOW) == "the demo is loaded"
    with reading(NOTHING):
        tenants = len(db.session.scalars(select(Tenant.id)).all())
    db.session.remove()
    downgrade(revision="-1")
    upgrade()
    assert drift(empty) == []
    with reading(NOTHING):
        assert len(db.session.scalars(select(Tenant.id)).all()) == tenants > 400
    db.session.remove()
    downgrade(revision="base")
    assert tables(empty) == set()
    upgrade()
    assert drift(empty) == []
    assert StoredFile.__tablename__ in tables(empty)


def test_there_is_one_head_and_no_migration_knows_the_portal() -> None:
    assert len(ScriptDirectory(str(VERSIONS.parent)).get_heads()) == 1
    for path in VERSIONS.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {getattr(node, "module", None) or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        assert not {name for name in imported if name.split(".")[0] == "portal"}, path.name
