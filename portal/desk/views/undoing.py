"""Screens of undoing an import: what would happen, the start, and what was left."""

import uuid
from typing import Any

from flask import Response, g, url_for
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core.errors import NotAllowed
from portal.desk import queries, words, workbooks
from portal.desk.commands import undoing as commands
from portal.desk.kinds import ImportKind, get_kind
from portal.desk.models import ImportBatch, UndoRest
from portal.desk.queries import undoing as undo_queries
from portal.desk.rules.undoing import Rest, check_undo
from portal.desk.views.blueprint import bp
from portal.desk.views.downloads import workbook
from portal.jobs.queries import get_job, is_done
from portal.web.guard import requires
from portal.web.htmx import render, see_other

SHOWN_RESTS = 200


@bp.get("/batches/<uuid:batch_id>/undo")
@requires(Permission.DESK_USE)
def ask_undo(batch_id: uuid.UUID) -> Response:
    """Show what undoing an import would do and what would stay, before anything is done."""
    batch, kind = _allowed(batch_id)
    check_undo(batch.state, finished_at=batch.finished_at, now=g.now)
    preview = undo_queries.preview_undo(batch)
    return render(
        "desk/undo.html",
        batch=batch,
        kind=kind,
        preview=preview,
        rests=rest_lines(preview.rests[:SHOWN_RESTS]),
        ends_at=undo_queries.undo_ends_at(batch),
    )


@bp.post("/batches/<uuid:batch_id>/undo")
@requires(Permission.DESK_USE)
def undo_batch(batch_id: uuid.UUID) -> Response:
    """Start undoing an import."""
    _allowed(batch_id)
    commands.undo_batch(batch_id, page=url_for("desk.show_batch", batch_id=batch_id), actor=g.actor, now=g.now)
    return see_other("desk.show_batch", batch_id=batch_id)


@bp.post("/batches/<uuid:batch_id>/undo-rests")
@requires(Permission.DESK_USE)
def export_rests(batch_id: uuid.UUID) -> Response:
    """Give what an undone import left as a workbook."""
    _allowed(batch_id)
    batch, rests = commands.export_rests(batch_id, actor=g.actor, now=g.now)
    stem = batch.file_name.rpartition(".")[0]
    headings = [_("Row"), _("Whose"), _("What"), _("Why it stays")]
    mark = _("What undoing %(file)s left", file=batch.file_name)
    rows = [[line["number"], line["subject"], line["field"], line["why"]] for line in rest_lines(rests)]
    content = workbooks.list_workbook(title=_("Left as it is"), headings=headings, rows=rows, watermark=mark)
    return workbook(content, _("%(file)s left as it is", file=stem))


def rest_lines(rests: list[Rest] | list[UndoRest]) -> list[dict[str, Any]]:
    """Give what stays, a line each, in the reader's language."""
    return [
        {
            "number": rest.row_number,
            "subject": rest.subject,
            "field": rest.field if rest.reason == "CHANGED" else "",
            "why": words.rest_text(rest),
        }
        for rest in rests
    ]


def undo_data(batch: ImportBatch) -> dict[str, Any]:
    """Give the page of a batch what it says about its undoing."""
    ends_at = undo_queries.undo_ends_at(batch)
    job = get_job(batch.undo_job_id) if batch.undo_job_id else None
    is_undone = batch.undone_at is not None
    return {
        "undo_ends_at": ends_at if ends_at and g.now < ends_at else None,
        "undo_job": job if job and not is_done(job) else None,
        "rests": rest_lines(undo_queries.list_rests(batch, limit=SHOWN_RESTS)) if is_undone else [],
        "rest_count": undo_queries.count_rests(batch) if is_undone else 0,
    }


def _allowed(batch_id: uuid.UUID) -> tuple[ImportBatch, ImportKind]:
    batch = queries.get_batch(batch_id, tenant_id=g.tenant.id)
    kind = get_kind(batch.kind)
    if not can(g.actor, kind.permission):
        raise NotAllowed(kind.permission)
    return batch, kind
