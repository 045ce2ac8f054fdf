"""Commands of the terminal: `flask --app wsgi …`."""

from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_migrate import upgrade
from sqlalchemy import select

from portal.accounts.models import RoleGrant
from portal.audit.models import AuditSeal
from portal.audit.seal import seal_events, verify_chain
from portal.console import tenants_cli
from portal.core import clock
from portal.core.db import db
from portal.core.settings import Settings
from portal.demo.district import cli as demo_cli
from portal.desk import cli as desk_cli
from portal.tenancy.levels import PLATFORM_ID
from portal.tenancy.models import Tenant
from portal.tenancy.scope import NOTHING, reading, scope_of, transaction

audit = AppGroup("audit", help="The trail of what was done.")


def set_up(app: Flask) -> None:
    """Attach the commands to the application."""
    for command in (
        audit,
        tenants_cli.group,
        desk_cli.group,
        demo_cli.group,
        prepare,
        worker,
        demo_sign_ins,
        write_roles,
    ):
        app.cli.add_command(command)
    app.extensions["linli.demo_sign_ins"] = _demo_sign_ins


@click.command("prepare")
@click.option("--demo/--no-demo", default=True, help="Load the demo when the database is empty.")
def prepare(demo: bool) -> None:
    """Bring the database up to date; load the demo into an empty one."""
    upgrade()
    if demo and current_app.config["LINLI_DEMO"]:
        from portal.demo import load_if_empty  # noqa: PLC0415  only where a demo is wanted

        click.echo(load_if_empty(now=clock.now()))


@click.command("worker")
def worker() -> None:
    """Do long work and seal the trail until told to stop."""
    from portal.console.statistics import refresh_statistics  # noqa: PLC0415  only the worker needs it
    from portal.jobs.worker import run  # noqa: PLC0415  the engine is heavy and only the worker needs it

    settings: Settings = current_app.config["LINLI_SETTINGS"]
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  Flask's own way to it
    run(app, settings.jobs_database_url, after_change=refresh_statistics)


@click.command("demo-sign-ins")
def demo_sign_ins() -> None:
    """Print one demo sign-in per role."""
    for line in _demo_sign_ins():
        click.echo(f"  {line.role_label:<12}{line.user_name:<14}{line.password}")


@click.command("roles")
@click.argument("path", type=click.Path())
def write_roles(path: str) -> None:
    """Write docs/roles.md from the policy."""
    from pathlib import Path  # noqa: PLC0415  only this command needs it

    from portal.authz.document import roles_document  # noqa: PLC0415  likewise

    Path(path).write_text(roles_document(), encoding="utf-8")


@audit.command("verify")
@click.option("--tenant", "code", help="Only this tenant, by its code.")
@click.option("--expect", help='The head "sequence:digest" that was kept outside.')
def verify(code: str | None, expect: str | None) -> None:
    """Check every seal; exit 1 when anything was changed, taken out or put in."""
    broken = False
    for tenant_id, tenant_code in _tenants_with_trail(code):
        with reading(scope_of(tenant_id)):
            verdict = verify_chain(tenant_id, now=clock.now())
        says = "ok" if verdict.broken_at is None else f"BROKEN at {verdict.broken_at}: {verdict.reason}"
        if expect and not _contains(tenant_id, expect):
            says, broken = f"BROKEN: the kept head {expect} is not in the chain", True
        click.echo(f"{tenant_code} {says}; sealed {verdict.sealed}, waiting {verdict.unsealed}, head {verdict.head}")
        broken = broken or verdict.broken_at is not None
    if broken:
        raise SystemExit(1)


@audit.command("seal")
@click.option("--tenant", "code", required=True)
def seal(code: str) -> None:
    """Seal what waits in one tenant."""
    for tenant_id, _ in _tenants_with_trail(code):
        with transaction(scope_of(tenant_id)):
            click.echo(f"sealed {seal_events()}")


def _contains(tenant_id: int, head: str) -> bool:
    seq, _, digest = head.partition(":")
    with reading(scope_of(tenant_id)):
        kept = db.session.scalars(select(AuditSeal.digest).where(AuditSeal.seq == int(seq))).one_or_none()
    return kept is not None and kept.hex() == digest


def _tenants_with_trail(code: str | None) -> list[tuple[int, str]]:
    """Give id and code of the tenants where somebody ever held a role, and of the platform itself."""
    has_people = select(RoleGrant.id).where(RoleGrant.tenant_id == Tenant.id).exists()
    query = select(Tenant.id, Tenant.code).where(has_people | (Tenant.id == PLATFORM_ID)).order_by(Tenant.code)
    if code:
        query = query.where(Tenant.code == code)
    with reading(NOTHING):
        return [(row.id, row.code) for row in db.session.execute(query)]


def _demo_sign_ins() -> list[Any]:
    from portal.demo import sign_ins  # noqa: PLC0415  only where a demo is wanted

    return list(sign_ins())
