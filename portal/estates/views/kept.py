"""Lists of owners and of units that are kept under a name, for oneself or for colleagues."""

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, redirect, request, url_for
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.desk.forms import SavedListForm
from portal.desk.kept_lists import KeptLists, forget, keep, kept_page, share
from portal.desk.lists import HIDDEN, NOBODY, Listed, Look
from portal.desk.queries.saved_lists import get_saved_list
from portal.estates.listed import OWNERS, UNITS
from portal.estates.views.blueprint import bp
from portal.web.addresses import address
from portal.web.guard import requires
from portal.web.htmx import see_other

LISTS = {"owners": OWNERS, "units": UNITS}
WHICH = "/kept/<any(owners, units):kept_of>"
PAGE = "estates.list_kept"


@bp.get(WHICH)
@requires(Permission.ESTATE_LIST)
def list_kept(kept_of: str) -> Response:
    """Show the lists that this person kept or colleagues share, and a form to keep the present one."""
    return _page(kept_of)


@bp.post(WHICH)
@requires(Permission.ESTATE_LIST)
def keep_list(kept_of: str) -> Response:
    """Keep the list that the form describes."""
    form = SavedListForm()
    kept = _said(LISTS[kept_of].look(request.form))
    if kept and keep(kept_of, form, kept):
        return see_other(PAGE, kept_of=kept_of)
    return _page(kept_of, form, status=422)


def _page(kept_of: str, form: Any = None, status: int = 200) -> Response:
    listed = LISTS[kept_of]
    look = listed.look(request.values)
    back = _address(listed, _said(look))
    lists = KeptLists(
        kind=kept_of,
        module="estates",
        area=str(listed.title),
        back=back,
        narrow=back,
        lead=_("A kept list remembers its filters, never what stands in it: whatever fits on the day is shown."),
        empty=_("Narrow the list first, for example to owners without a phone. Then keep it here under a name."),
        url=lambda act, list_id: url_for(f"estates.{act}_kept", kept_of=kept_of, kept_list_id=list_id),
        describe=lambda params: listed.describe(listed.look(params)),
    )
    return kept_page(lists, listed.describe(look), _said(look), form=form, status=status)


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
    share(kept_of, kept_list_id)
    return see_other(PAGE, kept_of=kept_of)


@bp.post(f"{WHICH}/<uuid:kept_list_id>/deletion")
@requires(Permission.ESTATE_LIST)
def delete_kept(kept_of: str, kept_list_id: uuid.UUID) -> Response:
    """Forget one's own list, or one that a colleague left behind."""
    forget(kept_of, kept_list_id)
    return see_other(PAGE, kept_of=kept_of)
