"""The page of the lists that people keep under a name, and its buttons; the same for every register."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, g, request
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core.errors import RuleBroken
from portal.desk.commands import saved_lists as commands
from portal.desk.forms import SavedListForm
from portal.desk.queries.saved_lists import saved_lists
from portal.web.htmx import render


@dataclass(frozen=True, slots=True)
class KeptLists:
    """What the page says of a kind of lists, and where its buttons lead.

    `url` gives the address of an act on a list: open, share, delete. `everything` is said of a list without filters.
    `is_for_reader` says whether this person may see what a list is narrowed by; one that is not for them is not there.
    """

    kind: str
    module: str
    area: str
    back: str
    narrow: str
    lead: str
    empty: str
    url: Callable[[str, uuid.UUID], str]
    describe: Callable[[Mapping[str, str]], list[str]]
    hint: str | None = None
    everything: str = ""
    is_for_reader: Callable[[Mapping[str, str]], bool] = lambda _params: True


def kept_page(
    lists: KeptLists, present: Sequence[str], kept: Mapping[str, str], *, form: Any = None, status: int = 200
) -> Response:
    """Show the lists that this person kept or colleagues share, and a form to keep the present one.

    `present` describes the present list, `kept` is what would be kept of it; nothing of it: no form.
    """
    rows = [
        (row, lists.describe(row.params), row.owner_id == g.actor.user_id)
        for row in saved_lists(lists.kind, g.actor.user_id, tenant_id=g.tenant.id)
        if lists.is_for_reader(row.params)
    ]
    form = form or SavedListForm(formdata=None)
    return render("desk/kept_lists.html", status=status, lists=lists, form=form, rows=rows, present=present, kept=kept)


def keep(kind: str, form: Any, kept: Mapping[str, str]) -> bool:
    """Keep the present list under the name in the form; False with the reason beside its field."""
    if not form.validate():
        return False
    try:
        row = commands.save_list(
            kind, form.name.data, dict(kept), is_shared=form.is_shared.data, actor=g.actor, now=g.now
        )
    except RuleBroken as error:
        form.add_rule_error(error)
        return False
    flash(_("The list “%(name)s” is kept.", name=row.name), "success")
    return True


def share(kind: str, list_id: uuid.UUID) -> None:
    """Let colleagues see one's own list, or no longer."""
    row = commands.share_list(kind, list_id, is_shared=request.form.get("on") == "1", actor=g.actor, now=g.now)
    said = _("Colleagues here can open “%(name)s” now.") if row.is_shared else _("Only you see “%(name)s” now.")
    flash(said % {"name": row.name}, "success")


def forget(kind: str, list_id: uuid.UUID) -> None:
    """Forget one's own list, or one that a colleague left behind."""
    name = commands.delete_list(kind, list_id, may_tidy=can(g.actor, Permission.LIST_TIDY), actor=g.actor, now=g.now)
    flash(_("The list “%(name)s” is deleted. What stands in it is not touched.", name=name), "success")
