"""The member list as a workbook: why, then the result."""

import uuid
from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import NotFound, RuleBroken
from portal.desk.workbooks import MEDIA_TYPE
from portal.files.queries import get_file
from portal.jobs.queries import get_job
from portal.registers import commands, queries
from portal.registers.forms import ExportForm
from portal.registers.views.blueprint import bp
from portal.registers.views.list_address import read_filter
from portal.web.guard import requires
from portal.web.htmx import render, see_other


@bp.route("/members/export", methods=["GET", "POST"])
@requires(Permission.MEMBER_EXPORT)
def export_members() -> Response:
    """Ask why the list leaves the house; then write it in the background."""
    counts = queries.count_by_filter(tenant_id=g.tenant.id)
    nodes = queries.organization_tree(queries.list_organizations(tenant_id=g.tenant.id), counts)
    wanted = read_filter(nodes, request.args.get("q", "").strip()[:50], today=clock.today(g.now))
    form: Any = ExportForm()
    if form.validate_on_submit():
        mark = _("%(tenant)s · exported by %(name)s on %(day)s · not to be passed on", tenant=g.tenant.name,
                 name=g.actor.name, day=clock.today(g.now).isoformat())  # fmt: skip
        try:
            job_id = commands.export_members(
                wanted,
                reason=form.reason.data,
                in_clear=form.in_clear.data,
                watermark=mark,
                page=lambda job_id: url_for("registers.download_export", job_id=job_id),
                actor=g.actor,
                now=g.now,
            )
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            return see_other("console.show_job", job_id=job_id)
    number = queries.count_members(wanted, tenant_id=g.tenant.id)
    status = 422 if form.is_submitted() else 200
    return render("registers/export.html", form=form, number=number, here=_export_url(), status=status)


def _export_url() -> str:
    values: dict[str, Any] = request.args.to_dict()
    return url_for("registers.export_members", **values)


@bp.get("/exports/<uuid:job_id>")
@requires(Permission.MEMBER_EXPORT)
def download_export(job_id: uuid.UUID) -> Response:
    """Give the finished workbook to the person who asked for it."""
    job = get_job(job_id)
    is_mine = job.kind == commands.EXPORT_JOB and job.tenant_id == g.tenant.id and job.started_by == g.actor.user_id
    if not is_mine or "file_id" not in job.payload:
        raise NotFound
    file = get_file(uuid.UUID(job.payload["file_id"]))
    response = Response(file.content, mimetype=MEDIA_TYPE)
    response.headers["Content-Disposition"] = (
        "attachment; filename*=UTF-8''%E5%85%9A%E5%91%98%E8%8A%B1%E5%90%8D%E5%86%8C.xlsx"
    )
    return response
