"""Lists kept under a name, and the columns in which a person sees the member list."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Response, g, request, session, url_for
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import NotFound
from portal.desk.forms import SavedListForm
from portal.desk.kept_lists import KeptLists, forget, keep, kept_page, share
from portal.desk.queries.saved_lists import get_saved_list
from portal.registers import queries
from portal.registers.commands import lists as commands
from portal.registers.facets import SENSITIVE
from portal.registers.list_columns import COLUMNS, FIRST, known, offered
from portal.registers.list_params import FILTER_KEYS, chips_of, filter_from, read_columns, read_order
from portal.registers.queries.lists import KIND, ORDERS
from portal.registers.views.blueprint import bp
from portal.registers.views.list_address import LIST, kept_params, link, link_of, sees_sensitive
from portal.web.guard import requires
from portal.web.htmx import render, see_other

PAGE = "registers.list_saved_lists"
ACTS = {"open": "registers.open_saved_list", "share": "registers.share_list", "delete": "registers.delete_list"}


@bp.get("/members/lists")
@requires(Permission.MEMBER_LIST)
def list_saved_lists() -> Response:
    """Show the lists that this person kept or colleagues share, and a form to keep the present one."""
    return _lists_page()


@bp.post("/members/lists")
@requires(Permission.MEMBER_LIST)
def save_list() -> Response:
    """Keep the list that the address describes."""
    form = SavedListForm()
    return see_other(PAGE) if keep(KIND, form, kept_params()) else _lists_page(form, status=422)


def _lists_page(form: Any = None, status: int = 200) -> Response:
    organizations = queries.list_organizations(tenant_id=g.tenant.id)
    nodes = queries.organization_tree(organizations, queries.MemberCounts())
    params = kept_params()
    lists = KeptLists(
        kind=KIND,
        module="registers",
        area=_("Members"),
        back=link_of(params),
        narrow=url_for("registers.narrow_members"),
        lead=_(
            "A kept list remembers filters, columns and order, never the people: whoever fits on the day stands in it."
        ),
        empty=_(
            "Narrow the member list first, for example to members above 70 without a mobile. "
            "Then keep it here under a name."
        ),
        url=lambda act, list_id: url_for(ACTS[act], list_id=list_id),
        describe=lambda kept: _described(kept, nodes),
        hint=_("For example: retired, 70 and above, without a mobile"),
        everything=_("all members"),
        is_for_reader=_is_for_reader,
    )
    return kept_page(lists, _described(params, nodes), params, form=form, status=status)


def _is_for_reader(params: Mapping[str, str]) -> bool:
    """Say whether this person may see what a colleague's list is narrowed by."""
    return sees_sensitive() or not SENSITIVE & set(params)


def _described(params: Mapping[str, str], nodes: list[queries.OrganizationNode]) -> list[str]:
    """Give in words what a list is narrowed to, which columns it has and how it is ordered."""
    wanted = filter_from(params, nodes, params.get("q", ""), today=clock.today(g.now), sees=sees_sensitive())
    words = [chip.words for chip in chips_of(wanted, {node.id: node.name for node in nodes})]
    columns, order = read_columns(params, sees=sees_sensitive()), read_order(params)
    if columns and columns != FIRST:
        words.append(_("columns: %(names)s", names=_("、").join(str(COLUMNS[key].words) for key in columns)))
    if order:
        words.append(_order_words(order))
    return words


def _order_words(order: str) -> str:
    key = order.removeprefix("-")
    name = _("Name") if key == "name" else str(COLUMNS[key].words)
    return _("by %(column)s, backwards", column=name) if order.startswith("-") else _("by %(column)s", column=name)


@bp.get("/members/lists/<uuid:list_id>")
@requires(Permission.MEMBER_LIST)
def open_saved_list(list_id: uuid.UUID) -> Response:
    """Lead to the list as it was kept."""
    row = get_saved_list(KIND, list_id, g.actor.user_id, tenant_id=g.tenant.id)
    if not _is_for_reader(row.params):
        raise NotFound
    return see_other(LIST, **row.params)


@bp.post("/members/lists/<uuid:list_id>/sharing")
@requires(Permission.MEMBER_LIST)
def share_list(list_id: uuid.UUID) -> Response:
    """Let colleagues see one's own list, or no longer."""
    share(KIND, list_id)
    return see_other(PAGE)


@bp.post("/members/lists/<uuid:list_id>/deletion")
@requires(Permission.MEMBER_LIST)
def delete_list(list_id: uuid.UUID) -> Response:
    """Forget one's own list, or one that a colleague left behind."""
    forget(KIND, list_id)
    return see_other(PAGE)


@bp.get("/members/columns")
@requires(Permission.MEMBER_LIST)
def choose_columns() -> Response:
    """Show the columns that there are, and the orders."""
    code, kept = session.get("member_columns") or ("", [])
    sees = sees_sensitive()
    mine = known(kept if code == g.tenant.code else (), sees=sees)
    orders = [("", _("Name")), *((key, str(COLUMNS[key].words)) for key in ORDERS)]
    return render(
        "registers/columns.html",
        columns=offered(sees=sees),
        chosen=read_columns(request.args, sees=sees) or mine,
        orders=orders,
        order=read_order(request.args).removeprefix("-"),
        is_backwards=read_order(request.args).startswith("-"),
        kept={key: value for key, value in kept_params().items() if key in FILTER_KEYS},
        back=link(),
    )


@bp.post("/members/columns")
@requires(Permission.MEMBER_LIST)
def save_columns() -> Response:
    """Remember the chosen columns for this person and show the list in them."""
    columns: list[str] = []
    if request.form.get("as_at_first") != "1":
        columns = [key for key in offered(sees=sees_sensitive()) if key in set(request.form.getlist("column"))]
    if tuple(columns) == FIRST:
        columns = []
    commands.choose_columns(columns, actor=g.actor, now=g.now)
    session["member_columns"] = [g.tenant.code, columns]
    order = request.form.get("order", "") or "name"
    order = f"-{order}" if request.form.get("backwards") == "1" else order
    params = {key: value for key, value in kept_params().items() if key in FILTER_KEYS}
    return see_other(LIST, **params, order=read_order({"order": order}) or None)
