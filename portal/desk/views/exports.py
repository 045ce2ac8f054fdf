"""Screens of what leaves the house: the forms, why one is taken, the finished workbook."""

import uuid
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, request, url_for

from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core import clock
from portal.core.errors import NotAllowed, RuleBroken
from portal.core.ids import new_id
from portal.desk import exports
from portal.desk.commands import exports as commands
from portal.desk.exports import Variant, Wanted
from portal.desk.forms import ExportForm
from portal.desk.models import ExportOrder
from portal.desk.queries import exports as queries
from portal.desk.views.blueprint import bp
from portal.desk.views.downloads import workbook
from portal.jobs.queries import get_job
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import Page, page_number

LATELY = 20


@bp.get("/forms")
@requires(Permission.DESK_USE)
def list_forms() -> Response:
    """Show every form that this person may take with its number of rows, and what was taken last."""
    allowed = [form for form in exports.list_forms() if can(g.actor, form.permission)]
    return render(
        "desk/forms.html",
        forms=[(form, _variants(form)) for form in allowed if form.is_standard],
        **_taken(limit=LATELY, offset=0),
    )


@bp.get("/exports")
@requires(Permission.DESK_USE)
def list_exports() -> Response:
    """Show every workbook that was taken, by whom and what for, the newest first."""
    page = Page(page_number(), queries.count_orders(tenant_id=g.tenant.id))
    return render("desk/exports.html", page=page, **_taken(limit=page.per_page, offset=page.offset))


def _taken(*, limit: int, offset: int) -> dict[str, Any]:
    orders = queries.list_orders(tenant_id=g.tenant.id, limit=limit, offset=offset)
    return {
        "orders": [(order, *_standing(order)) for order in orders],
        "titles": {form.code: form.title for form in exports.list_forms()},
        "days": commands.KEEP_DAYS,
    }


def _variants(form: exports.ExportForm) -> list[Variant]:
    if form.variants:
        return list(form.variants(g.tenant.id))
    return [Variant("", {}, form.count(Wanted(g.tenant.id, clock.today(g.now))))]


@bp.get("/forms/<string:form_code>/exports/new")
@requires(Permission.DESK_USE)
def new_export(form_code: str) -> Response:
    """Ask why the list leaves the house."""
    return _ask(_allowed_form(form_code), ExportForm())


@bp.post("/forms/<string:form_code>/exports")
@requires(Permission.DESK_USE)
def start_export(form_code: str) -> Response:
    """Have the workbook written in the background."""
    what, form = _allowed_form(form_code), ExportForm()
    if not form.validate():
        return _ask(what, form, status=422)
    try:
        order_id = _start(what, _params(what), reason=str(form.reason.data), in_clear=bool(form.in_clear.data))
    except RuleBroken as error:
        form.add_rule_error(error)
        return _ask(what, form, status=422)
    return see_other("desk.show_export", export_id=order_id)


@bp.get("/exports/<uuid:export_id>")
@requires(Permission.DESK_USE)
def show_export(export_id: uuid.UUID) -> Response:
    """Show how far the workbook is, then what it holds and until when it can be fetched."""
    order = queries.get_order(export_id, tenant_id=g.tenant.id)
    return _order_page(order)


@bp.post("/exports/<uuid:export_id>/file")
@requires(Permission.DESK_USE)
def fetch_export(export_id: uuid.UUID) -> Response:
    """Give the finished workbook to the person who asked for it; each time is recorded."""
    order = queries.get_order(export_id, tenant_id=g.tenant.id)
    _allowed_form(order.form)
    try:
        file = commands.fetch_export(export_id, actor=g.actor, now=g.now)
    except RuleBroken:
        return _order_page(order, status=422)
    return workbook(file.content, file.name.removesuffix(".xlsx"))


@bp.post("/exports/<uuid:export_id>/again")
@requires(Permission.DESK_USE)
def repeat_export(export_id: uuid.UUID) -> Response:
    """Have the same form written anew, as the register stands now."""
    order = queries.get_order(export_id, tenant_id=g.tenant.id)
    what = _allowed_form(order.form)
    params = what.for_reader(order.params, g.actor)
    order_id = _start(what, params, reason=order.reason, in_clear=order.in_clear)
    return see_other("desk.show_export", export_id=order_id)


def _start(what: exports.ExportForm, params: exports.Params, *, reason: str, in_clear: bool) -> uuid.UUID:
    order_id = new_id()
    commands.start_export(
        what,
        params,
        reason=reason,
        in_clear=in_clear,
        order_id=order_id,
        page=url_for("desk.show_export", export_id=order_id),
        place=g.tenant.name,
        actor=g.actor,
        now=g.now,
    )
    return order_id


def _allowed_form(code: str) -> exports.ExportForm:
    form = exports.get_form(code)
    if not can(g.actor, form.permission):
        raise NotAllowed(form.permission)
    return form


def _params(what: exports.ExportForm) -> exports.Params:
    return what.for_reader(what.read_params(request.args, g.tenant.id), g.actor)


def _ask(what: exports.ExportForm, form: Any, status: int = 200) -> Response:
    wanted = Wanted(g.tenant.id, clock.today(g.now), _params(what))
    return render(
        "desk/export_form.html",
        status=status,
        what=what,
        form=form,
        number=what.count(wanted),
        narrowed=what.describe(wanted),
        columns=[column.heading for column in what.columns(wanted)],
        here=_with_query(url_for("desk.start_export", form_code=what.code)),
        days=commands.KEEP_DAYS,
    )


def _with_query(url: str) -> str:
    """Keep what the list is narrowed to; never as arguments of url_for, some of which would change the address."""
    return f"{url}?{urlencode(request.args)}" if request.args else url


def _order_page(order: ExportOrder, status: int = 200) -> Response:
    what = exports.get_form(order.form)
    wanted = Wanted(order.tenant_id, clock.today(order.asked_at), order.params, order.in_clear)
    state, tone = _standing(order)
    return render(
        "desk/export.html",
        "desk/_export.html",
        status=status,
        order=order,
        what=what,
        job=get_job(order.job_id) if order.job_id else None,
        narrowed=what.describe(wanted),
        state=state,
        tone=tone,
        is_mine=order.asked_by == g.actor.user_id and can(g.actor, what.permission),
        may_repeat=can(g.actor, what.permission),
        days=commands.KEEP_DAYS,
    )


def _standing(order: ExportOrder) -> tuple[str, str]:
    """Give where an export stands, and the tone of its badge."""
    if order.finished_at is None:
        return "writing", "info"
    if order.file_id is None or order.expires_at is None or order.expires_at <= g.now:
        return "expired", "plain"
    return "ready", "good"
