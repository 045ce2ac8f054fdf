"""Lists of owners and of units that are kept under a name, for oneself or for colleagues."""

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, flash, g, redirect, request
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core.errors import RuleBroken
from portal.desk.commands import saved_lists as commands
from portal.desk.forms import SavedListForm
from portal.desk.lists import HIDDEN, NOBODY, Listed, Look
from portal.desk.queries.saved_lists import get_saved_list, saved_lists
from portal.estates.listed import OWNERS, UNITS
from portal.estates.views.blueprint import bp
from portal.web.addresses import address
from portal.web.guard import requires
from portal.web.htmx import render, see_other

LISTS = {"owners": OWNERS, "units": UNITS}
WHICH = "/kept/<any(owners, units):kept_of>"


@bp.get(WHICH)
@requires(Permission.ESTATE_LIST)
def list_kept(kept_of: str) -> Response:
    """Show the lists that this person kept or colleagues share, and a form to keep the present one."""
    return _page(kept_of, SavedListForm(formdata=None))


@bp.post(WHICH)
@requires(Permission.ESTATE_LIST)
def keep_list(kept_of: str) -> Response:
    """Keep the list that the form describes."""
    form: Any = SavedListForm()
    params = _said(LISTS[kept_of].look(request.form))
    if form.validate() and params:
        try:
            row = commands.save_list(
                kept_of, form.name.data, params, is_shared=form.is_shared.data, actor=g.actor, now=g.now
            )
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("The list “%(name)s” is kept.", name=row.name), "success")
            return see_other("estates.list_kept", kept_of=kept_of)
    return _page(kept_of, form, status=422)


def _page(kept_of: str, form: Any, status: int = 200) -> Response:
    listed = LISTS[kept_of]
    look = listed.look(request.values)
    rows = [
        (row, listed.describe(listed.look(row.params)), row.owner_id == g.actor.user_id)
        for row in saved_lists(kept_of, g.actor.user_id, tenant_id=g.tenant.id)
    ]
    return render(
        "estates/kept.html",
        status=status,
        kept_of=kept_of,
        title=listed.title,
        form=form,
        rows=rows,
        present=listed.describe(look),
        kept=_said(look),
        back=_address(listed, _said(look)),
    )


def _said(look: Look) -> dict[str, str]:
    """Give what an address says of a list, never a number that somebody searched for."""
    return {key: value for key, value in look.params.items() if key != HIDDEN and value != NOBODY}


def _address(listed: Listed, params: Mapping[str, str]) -> str:
    return f"{address(listed.page)}?{urlencode(params)}".removesuffix("?")


@bp.get(f"{WHICH}/<uuid:kept_list_id>")
@requires(Permission.ESTATE_LIST)
def open_kept(kept_of: str, kept_list_id: uuid.UUID) -> Any:
    """Lead to the list as it was kept."""
    row = get_saved_list(kept_of, kept_list_id, g.actor.user_id, tenant_id=g.tenant.id)
    return redirect(_address(LISTS[kept_of], row.params), 303)


@bp.post(f"{WHICH}/<uuid:kept_list_id>/sharing")
@requires(Permission.ESTATE_LIST)
def share_kept(kept_of: str, kept_list_id: uuid.UUID) -> Response:
    """Let colleagues see one's own list, or no longer."""
    is_shared = request.form.get("on") == "1"
    row = commands.share_list(kept_of, kept_list_id, is_shared=is_shared, actor=g.actor, now=g.now)
    said = _("Colleagues here can open “%(name)s” now.") if row.is_shared else _("Only you see “%(name)s” now.")
    flash(said % {"name": row.name}, "success")
    return see_other("estates.list_kept", kept_of=kept_of)


@bp.post(f"{WHICH}/<uuid:kept_list_id>/deletion")
@requires(Permission.ESTATE_LIST)
def delete_kept(kept_of: str, kept_list_id: uuid.UUID) -> Response:
    """Forget one's own list, or one that a colleague left behind."""
    may_tidy = can(g.actor, Permission.LIST_TIDY)
    name = commands.delete_list(kept_of, kept_list_id, may_tidy=may_tidy, actor=g.actor, now=g.now)
    flash(_("The list “%(name)s” is deleted. What stands in it is not touched.", name=name), "success")
    return see_other("estates.list_kept", kept_of=kept_of)
