"""`flask --app wsgi desk …`: the desk from the terminal, for operators and for checking."""

import json
import time
import uuid
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from portal.accounts.actor import Actor
from portal.accounts.queries import find_by_sign_in_name, find_signed_in
from portal.authz.policy import role_for
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.desk import commands, queries, words
from portal.desk.kinds import ImportKind, get_kind
from portal.desk.rules import Verdict
from portal.jobs.commands import advance_job
from portal.tenancy.queries import get_tenant
from portal.tenancy.scope import NOTHING, Scope, reading, scope_of, transaction
from portal.web.messages import sentence

LOCALES = ("zh_Hans", "en")
group = AppGroup("desk", help="Files into the registers.")


@group.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tenant", "code", required=True, help="The community, by its code.")
@click.option("--kind", "kind_code", default="members", show_default=True)
@click.option("--as", "user_name", required=True, help="User name of the person in whose name this is done.")
@click.option("--apply", "is_applied", is_flag=True, help="Write the good rows; without it nothing is written.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
@click.option("--language", type=click.Choice(LOCALES), default=LOCALES[0], show_default=True)
def import_file(path: Path, *, code: str, kind_code: str, user_name: str, language: str, **flags: bool) -> None:
    """Judge a file row by row as the page does, and with --apply write the good rows."""
    begun = time.monotonic()
    with force_locale(language):
        try:
            kind = get_kind(kind_code)
            actor, scope = _actor(code, user_name, kind)
            report = _run(kind, path, actor, scope, is_applied=flags["is_applied"])
        except NotFound as error:
            raise click.ClickException("This tenant, kind or person is not known here.") from error
        except RuleBroken as broken:
            raise click.ClickException(sentence(broken.code, broken.values)) from broken
    report["seconds"] = round(time.monotonic() - begun, 2)
    click.echo(json.dumps(report, ensure_ascii=False, indent=1) if flags["is_json"] else _plain(report))


def _actor(code: str, user_name: str, kind: ImportKind) -> tuple[Actor, Scope]:
    """Give the person as they would act on the page; refuses one who may not."""
    now = clock.now()
    with reading(NOTHING):
        tenant = get_tenant(code)
        account = find_by_sign_in_name(user_name)
        user_id = account.id if account else uuid.UUID(int=0)
    with reading(scope_of(tenant.id)):
        person = find_signed_in(user_id, tenant_id=tenant.id, now=now)
    if person is None:
        raise NotFound
    actor = person.actor(tenant.id)
    role = role_for(actor, kind.permission)
    if role is None:
        raise click.ClickException(f"{user_name} may not do this in {code}.")
    return Actor(actor.user_id, actor.name, tenant.id, actor.roles, acting_as=role), scope_of(tenant.id)


class _OnlyLooking(Exception):
    """Ends the transaction of a run without --apply, so that nothing of it stays."""


def _run(kind: ImportKind, path: Path, actor: Actor, scope: Scope, *, is_applied: bool) -> dict[str, Any]:
    report: dict[str, Any] = {}
    batch_id, content, now = new_id(), path.read_bytes(), clock.now()
    try:
        with transaction(scope):
            commands.upload_batch(
                kind, file_name=path.name, content=content, batch_id=batch_id, page="", actor=actor, now=now
            )
            _finish_job(batch_id, actor)
            report = _report(batch_id, kind, actor, is_applied=False)
            if not is_applied:
                raise _OnlyLooking
    except _OnlyLooking:
        return report
    if report["new"] or report["changed"]:
        with transaction(scope):
            commands.apply_batch(batch_id, page="", actor=actor, now=now)
            _finish_job(batch_id, actor)
            report = _report(batch_id, kind, actor, is_applied=True)
    return report


def _finish_job(batch_id: uuid.UUID, actor: Actor) -> None:
    """Do the batch's job here and now; the worker will find it done."""
    job_id = queries.get_batch(batch_id, tenant_id=actor.tenant_id).job_id
    assert job_id is not None  # noqa: S101  the command has just set it
    while not advance_job(job_id, now=clock.now()):
        db.session.flush()


def _report(batch_id: uuid.UUID, kind: ImportKind, actor: Actor, *, is_applied: bool) -> dict[str, Any]:
    batch = queries.get_batch(batch_id, tenant_id=actor.tenant_id)
    names = words.heading_names(kind, batch.headings, batch.places)
    counts = queries.count_verdicts(batch)
    shown = (Verdict.NEW, Verdict.CHANGED, Verdict.SAME, Verdict.REFUSED)
    refused = [
        {"row": row.number, "column": names.get(problem.column, ""), "reason": sentence(problem.code, problem.values)}
        for row in queries.list_rows(batch, verdict=Verdict.REFUSED)
        for problem in row.problems
    ]
    return {
        "file": batch.file_name,
        "is_applied": is_applied,
        **{verdict.value.lower(): counts[verdict] for verdict in shown},
        "refused_rows": refused,
    }


def _plain(report: dict[str, Any]) -> str:
    lines = [f"{key:>10} {report[key]}" for key in ("new", "changed", "same", "refused", "is_applied", "seconds")]
    lines += [f"row {line['row']}  {line['column']}  {line['reason']}" for line in report["refused_rows"]]
    return "\n".join(lines)
