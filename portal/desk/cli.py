"""`flask --app wsgi desk …`: the desk from the terminal, for operators and for checking."""

import json
import tempfile
import time
import uuid
from dataclasses import replace
from getpass import getuser
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from portal.accounts.actor import Actor
from portal.accounts.commands import create_user
from portal.accounts.queries import find_by_sign_in_name, find_signed_in
from portal.authz.permissions import Permission
from portal.authz.policy import role_for
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.desk import commands, queries, words
from portal.desk.commands import exports
from portal.desk.commands.undoing import undo_batch
from portal.desk.exports import ExportForm, get_form, list_forms
from portal.desk.kinds import ImportKind, get_kind
from portal.desk.queries.places import code_of_batch
from portal.desk.queries.undoing import list_rests
from portal.desk.rules import Verdict
from portal.jobs.commands import advance_job
from portal.tenancy.queries import get_tenant
from portal.tenancy.scope import NOTHING, Scope, reading, scope_of, transaction
from portal.web.messages import sentence

LOCALES = ("zh_Hans", "en")
NOBODY, OPERATOR = uuid.UUID(int=0), "terminal"
group = AppGroup("desk", help="Files into the registers.")


@group.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tenant", "code", required=True, help="The community, by its code.")
@click.option("--kind", "kind_code", default="members", show_default=True)
@click.option("--as", "user_name", help="User name of the person in whose name this is done; else the operator's.")
@click.option("--apply", "is_applied", is_flag=True, help="Write the good rows; without it nothing is written.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
@click.option("--language", type=click.Choice(LOCALES), default=LOCALES[0], show_default=True)
def import_file(path: Path, *, code: str, kind_code: str, user_name: str | None, language: str, **flags: bool) -> None:
    """Judge a file row by row as the page does, and with --apply write the good rows.

    Prints how many rows are new, changed, same and refused, each refused one with its column and reason, and the
    number of the batch, which `desk undo` takes.
    """
    begun = time.monotonic()
    with force_locale(language):
        try:
            kind = get_kind(kind_code)
            actor, scope, _place = _actor(code, user_name, kind.permission)
            report = _run(kind, path, actor, scope, is_applied=flags["is_applied"])
        except NotFound as error:
            raise click.ClickException("This tenant, kind or person is not known here.") from error
        except RuleBroken as broken:
            raise click.ClickException(sentence(broken.code, broken.values)) from broken
    report["seconds"] = round(time.monotonic() - begun, 2)
    click.echo(json.dumps(report, ensure_ascii=False, indent=1) if flags["is_json"] else _plain(report))


@group.command("export")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--tenant", "code", required=True, help="The community, by its code.")
@click.option("--form", "name", required=True, help="Its code or its title; `desk forms` lists them.")
@click.option("--as", "user_name", help="User name of the person in whose name this is done; else the operator's.")
@click.option("--reason", default="终端导出", show_default=True, help="What it is for; recorded and printed.")
@click.option("--only", "narrowed", multiple=True, metavar="KEY=VALUE", help="As in the query of the form's page.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
@click.option("--in-clear", is_flag=True, help="With full ID numbers, mobiles and addresses.")
def export_file(
    path: Path, *, code: str, name: str, user_name: str | None, reason: str, narrowed: tuple[str, ...], **flags: bool
) -> None:
    """Write a form into a file as the page does: with its mark, the reason and an event of the trail."""
    begun = time.monotonic()
    with force_locale(LOCALES[0]):
        try:
            form = _form_named(name)
            actor, scope, place = _actor(code, user_name, form.permission)
            args = dict(pair.partition("=")[::2] for pair in narrowed)
            with transaction(scope):
                rows = _export(form, path, args, reason, place, in_clear=flags["in_clear"], actor=actor)
        except NotFound as error:
            raise click.ClickException("This tenant, form or person is not known here.") from error
        except RuleBroken as broken:
            raise click.ClickException(sentence(broken.code, broken.values)) from broken
    report = {"form": form.code, "file": str(path), "rows": rows, "seconds": round(time.monotonic() - begun, 2)}
    click.echo(json.dumps(report, ensure_ascii=False) if flags["is_json"] else f"{rows} rows in {path}")


def _form_named(name: str) -> ExportForm:
    return next((form for form in list_forms() if name in {form.code, form.paper_title}), None) or get_form(name)


def _export(
    form: ExportForm, path: Path, args: dict[str, str], reason: str, place: str, *, in_clear: bool, actor: Actor
) -> int:
    """Write the file for its owner's eyes only; whatever fails leaves neither a file nor an event."""
    now, order_id = clock.now(), new_id()
    params = form.for_reader(form.read_params(args, actor.tenant_id), actor)
    order = exports.start_export(
        form, params, reason=reason, in_clear=in_clear, order_id=order_id, page="", place=place, actor=actor, now=now
    )
    assert order.job_id is not None  # noqa: S101  the command has just set it
    _advance_to_end(order.job_id)
    content = exports.fetch_export(order_id, actor=actor, now=now).content
    order.expires_at = now  # it is handed over: nothing is kept
    exports.forget_expired(now=now)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as output:
        output.write(content)
    Path(output.name).replace(path)
    return order.row_count


@group.command("undo")
@click.argument("batch_id", metavar="BATCH", type=click.UUID)
@click.option("--tenant", "code", help="The community, by its code; without it the one that the file is in.")
@click.option("--as", "user_name", help="User name of the person in whose name this is done; else the operator's.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
@click.option("--language", type=click.Choice(LOCALES), default=LOCALES[0], show_default=True)
def undo_import(batch_id: uuid.UUID, *, code: str | None, user_name: str | None, is_json: bool, language: str) -> None:
    """Undo an import as its page does, within 7 days; prints what stays, and why.

    BATCH is the number that `desk import --apply` printed; it stands in the address of the file's page, too.
    """
    with force_locale(language):
        try:
            found = code_of_batch(batch_id)
            if code not in {None, found}:
                raise click.ClickException(f"This import is in {found}, not in {code}.")
            actor, scope, _place = _actor(found, user_name, Permission.DESK_USE)
            report = _undo(batch_id, _with_account(actor), scope)
        except NotFound as error:
            raise click.ClickException("This tenant, import or person is not known here.") from error
        except RuleBroken as broken:
            raise click.ClickException(sentence(broken.code, broken.values)) from broken
    lines = [f"{key:>10} {report[key]}" for key in ("removed", "restored")]
    lines += [f"row {rest['row']}  {rest['subject']}  {rest['reason']}" for rest in report["rest"]]
    click.echo(json.dumps(report, ensure_ascii=False, indent=1) if is_json else "\n".join(lines))


def _undo(batch_id: uuid.UUID, actor: Actor, scope: Scope) -> dict[str, Any]:
    with transaction(scope):
        batch = undo_batch(batch_id, page="", actor=actor, now=clock.now())
        assert batch.undo_job_id is not None  # noqa: S101  the command has just set it
        _advance_to_end(batch.undo_job_id)
        rests = [
            {"row": rest.row_number, "subject": rest.subject, "column": rest.field, "reason": words.rest_text(rest)}
            for rest in list_rests(batch)
        ]
        return {"batch": str(batch.id), "removed": batch.removed, "restored": batch.restored, "rest": rests}


@group.command("forms")
def list_the_forms() -> None:
    """List the forms that can be exported."""
    with force_locale(LOCALES[1]):
        for form in list_forms():
            click.echo(f"{form.code:24} {form.paper_title}  {form.title}")


def _actor(code: str, user_name: str | None, permission: Permission) -> tuple[Actor, Scope, str]:
    """Give the person as they would act on the page, and the community's name; refuses one who may not.

    Without a name it is the operator at the terminal, who may read the whole database anyhow.
    """
    now = clock.now()
    with reading(NOTHING):
        tenant = get_tenant(code)
        if user_name is None:
            return Actor(NOBODY, f"终端{getuser()}"[:50], tenant.id, frozenset()), scope_of(tenant.id), tenant.name
        account = find_by_sign_in_name(user_name)
        user_id = account.id if account else uuid.UUID(int=0)
    with reading(scope_of(tenant.id)):
        person = find_signed_in(user_id, tenant_id=tenant.id, now=now)
    if person is None:
        raise NotFound
    actor = person.actor(tenant.id)
    role = role_for(actor, permission)
    if role is None:
        raise click.ClickException(f"{user_name} may not do this in {code}.")
    return Actor(actor.user_id, actor.name, tenant.id, actor.roles, acting_as=role), scope_of(tenant.id), tenant.name


def _with_account(actor: Actor) -> Actor:
    """Give the operator an account to stand behind a file; nobody can sign in with it and it has no role."""
    if actor.user_id != NOBODY:
        return actor
    with transaction(NOTHING):
        account = find_by_sign_in_name(OPERATOR) or create_user(
            user_name=OPERATOR, name="终端", mobile=None, password=token_urlsafe(30), must_change=True, now=clock.now()
        )
        return replace(actor, user_id=account.id)


class _OnlyLooking(Exception):
    """Ends the transaction of a run without --apply, so that nothing of it stays."""


def _run(kind: ImportKind, path: Path, actor: Actor, scope: Scope, *, is_applied: bool) -> dict[str, Any]:
    report: dict[str, Any] = {}
    batch_id, content, now = new_id(), path.read_bytes(), clock.now()
    actor = _with_account(actor)
    try:
        with transaction(scope):
            commands.upload_batch(
                kind,
                file_name=path.name,
                content=content,
                batch_id=batch_id,
                page="",
                actor=actor,
                now=now,
                may_ask=False,
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
    _advance_to_end(job_id)


def _advance_to_end(job_id: uuid.UUID) -> None:
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
        "batch": str(batch.id) if is_applied else None,
        "is_applied": is_applied,
        **{verdict.value.lower(): counts[verdict] for verdict in shown},
        "refused_rows": refused,
    }


def _plain(report: dict[str, Any]) -> str:
    lines = [f"{key:>10} {report[key]}" for key in ("new", "changed", "same", "refused", "is_applied", "seconds")]
    lines += [f"row {line['row']}  {line['column']}  {line['reason']}" for line in report["refused_rows"]]
    return "\n".join(lines)
