"""Screens of the desk: upload, look, write, mend."""

import uuid
from typing import Any

from flask import Response, flash, g, request, url_for
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core.errors import NotAllowed, RuleBroken
from portal.core.ids import new_id
from portal.desk import commands, queries, words, workbooks
from portal.desk.forms import UploadForm
from portal.desk.kinds import ImportKind, get_kind, list_kinds
from portal.desk.messages import STATE_TONES, STATE_WORDS, VERDICT_TONES, VERDICT_WORDS
from portal.desk.models import ImportBatch
from portal.desk.reader import MAX_BYTES
from portal.desk.rules import BatchState, Verdict
from portal.desk.views.blueprint import bp
from portal.desk.views.columns import ask_columns, columns_data
from portal.desk.views.downloads import workbook
from portal.desk.views.undoing import undo_data
from portal.jobs.queries import get_job
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import Page, page_number

SHOWN_VERDICTS = (Verdict.NEW, Verdict.CHANGED, Verdict.SAME, Verdict.REFUSED)


@bp.get("")
@requires(Permission.DESK_USE)
def list_batches() -> Response:
    """Show what can be brought in, and the files, the newest first."""
    page = Page(page_number(), queries.count_batches(tenant_id=g.tenant.id))
    return render(
        "desk/batches.html",
        kinds=[kind for kind in list_kinds() if can(g.actor, kind.permission)],
        batches=queries.list_batches(tenant_id=g.tenant.id, limit=page.per_page, offset=page.offset),
        page=page,
        states=STATE_WORDS,
        tones=STATE_TONES,
    )


@bp.get("/kinds/<string:kind_code>/batches/new")
@requires(Permission.DESK_USE)
def new_batch(kind_code: str) -> Response:
    """Ask for a file."""
    return _upload_page(_allowed_kind(kind_code), UploadForm())


@bp.post("/kinds/<string:kind_code>/batches")
@requires(Permission.DESK_USE)
def upload_batch(kind_code: str) -> Response:
    """Take a file in; a file that cannot be read is answered at once, on the same page."""
    kind, form = _allowed_kind(kind_code), UploadForm()
    if not form.validate():
        return _upload_page(kind, form, status=422)
    batch_id = new_id()
    try:
        if not form.file.data:
            raise RuleBroken("desk.no_file", field="file")
        commands.upload_batch(
            kind,
            file_name=form.file.data.filename,
            content=form.file.data.read(MAX_BYTES + 1),
            batch_id=batch_id,
            page=url_for("desk.show_batch", batch_id=batch_id),
            actor=g.actor,
            now=g.now,
        )
    except RuleBroken as error:
        form.add_rule_error(error)
        return _upload_page(kind, form, status=422)
    return see_other("desk.show_batch", batch_id=batch_id)


@bp.get("/kinds/<string:kind_code>/template")
@requires(Permission.DESK_USE)
def download_template(kind_code: str) -> Response:
    """Give an empty form to fill in."""
    kind = _allowed_kind(kind_code)
    return workbook(workbooks.template_workbook(kind, tenant_id=g.tenant.id), _("%(title)s template", title=kind.title))


@bp.get("/batches/<uuid:batch_id>")
@requires(Permission.DESK_USE)
def show_batch(batch_id: uuid.UUID) -> Response:
    """Show how far the check or the writing is, then each row with its verdict."""
    batch = queries.get_batch(batch_id, tenant_id=g.tenant.id)
    kind = _allowed_kind(batch.kind)
    if batch.asks_columns:
        return ask_columns(batch, kind)
    if batch.state in {BatchState.STAGING, BatchState.APPLYING}:
        return _show_work(batch, kind)
    undo = undo_data(batch)
    if undo["undo_job"]:
        return _show_work(batch, kind, undo["undo_job"])
    return render("desk/batch.html", "desk/_batch.html", is_working=False, **_batch_data(batch, kind), **undo)


@bp.post("/batches/<uuid:batch_id>/application")
@requires(Permission.DESK_USE)
def apply_batch(batch_id: uuid.UUID) -> Response:
    """Start writing the good rows."""
    page = url_for("desk.show_batch", batch_id=batch_id)
    _allowed_kind(queries.get_batch(batch_id, tenant_id=g.tenant.id).kind)
    commands.apply_batch(batch_id, page=page, actor=g.actor, now=g.now)
    return see_other("desk.show_batch", batch_id=batch_id)


@bp.post("/batches/<uuid:batch_id>/withdrawal")
@requires(Permission.DESK_USE)
def discard_batch(batch_id: uuid.UUID) -> Response:
    """Withdraw a file; nothing of it was written."""
    _allowed_kind(queries.get_batch(batch_id, tenant_id=g.tenant.id).kind)
    batch = commands.discard_batch(batch_id, actor=g.actor, now=g.now)
    flash(_("%(file)s was withdrawn. Nothing of it was written.", file=batch.file_name), "success")
    return see_other("desk.list_batches")


@bp.post("/batches/<uuid:batch_id>/refused-rows")
@requires(Permission.DESK_USE)
def export_refused_rows(batch_id: uuid.UUID) -> Response:
    """Give the refused rows as a workbook to mend and upload again, to whoever may see what stands in them."""
    batch = queries.get_batch(batch_id, tenant_id=g.tenant.id)
    kind = _allowed_kind(batch.kind)
    if not _may_take_refused(batch, kind):
        raise NotAllowed(kind.reveal)
    batch, rows = commands.export_refused_rows(batch_id, actor=g.actor, now=g.now)
    mark = words.mark_line(g.tenant.name, g.actor.name, g.now, purpose="修改退回行后重新上传", in_clear=True)
    content = workbooks.refused_workbook(batch, rows, kind=kind, mark=mark)
    return workbook(content, _("%(file)s to mend", file=batch.file_name.rpartition(".")[0]))


def _may_take_refused(batch: ImportBatch, kind: ImportKind) -> bool:
    """Say whether somebody may have the refused rows in clear: who brought them in, or may see such numbers."""
    return batch.uploaded_by == g.actor.user_id or can(g.actor, kind.reveal)


def _allowed_kind(code: str) -> ImportKind:
    kind = get_kind(code)
    if not can(g.actor, kind.permission):
        raise NotAllowed(kind.permission)
    return kind


def _upload_page(kind: ImportKind, form: UploadForm, status: int = 200) -> Response:
    return render("desk/upload.html", status=status, kind=kind, form=form)


def _show_work(batch: ImportBatch, kind: ImportKind, undo_job: Any = None) -> Response:
    job = undo_job or (get_job(batch.job_id) if batch.job_id else None)
    return render(
        "desk/batch.html",
        "desk/_batch.html",
        is_working=True,
        batch=batch,
        kind=kind,
        job=job,
        is_undoing=bool(undo_job),
        **_words(),
    )


def _batch_data(batch: ImportBatch, kind: ImportKind) -> dict[str, Any]:
    counts = queries.count_verdicts(batch)
    verdict = _chosen_verdict()
    total = counts[verdict] if verdict else sum(counts.values())
    page = Page(page_number(), total)
    names = words.heading_names(kind, batch.headings, batch.places)
    views = queries.list_rows(batch, verdict=verdict, limit=page.per_page, offset=page.offset)
    rows = [
        {
            "number": view.number,
            "verdict": view.verdict,
            "is_written": view.is_written,
            "cells": words.shown_cells(kind, view, batch.places),
            "reasons": [words.problem_text(problem, names) for problem in view.problems],
            "changes": [(names.get(change.column, change.column), change) for change in view.changes],
        }
        for view in views
    ]
    return {
        "batch": batch,
        "kind": kind,
        "counts": counts,
        "verdict": verdict,
        "page": page,
        "rows": rows,
        "shown": [names.get(key, key) for key in kind.shown_columns],
        "filters": _filters(batch, counts, verdict),
        "may_take_refused": _may_take_refused(batch, kind),
        **columns_data(batch, kind),
        **_words(),
    }


def _words() -> dict[str, Any]:
    return {"states": STATE_WORDS, "tones": STATE_TONES, "verdicts": VERDICT_WORDS, "verdict_tones": VERDICT_TONES}


def _chosen_verdict() -> Verdict | None:
    word = request.args.get("verdict", "").upper()
    return Verdict(word) if word in {verdict.value for verdict in SHOWN_VERDICTS} else None


def _filters(
    batch: ImportBatch, counts: dict[Verdict, int], chosen: Verdict | None
) -> list[tuple[str, str, int, bool]]:
    """Links that narrow the rows, those without a row left out."""
    links = [(_("All"), url_for("desk.show_batch", batch_id=batch.id), sum(counts.values()), chosen is None)]
    for verdict in SHOWN_VERDICTS:
        if counts[verdict]:
            url = url_for("desk.show_batch", batch_id=batch.id, verdict=verdict.value.lower())
            links.append((str(VERDICT_WORDS[verdict]), url, counts[verdict], chosen is verdict))
    return links
