"""A place where members live that the estates register does not have: who they are, and which place is meant."""

import json
from typing import Any

from flask import Response, flash, g, request
from flask_babel import ngettext

from portal.authz.permissions import Permission
from portal.core.errors import RuleBroken
from portal.registers import queries
from portal.registers.commands.places import correct_place as correct
from portal.registers.forms.structure import PlaceForm
from portal.registers.queries.sheets import members_at
from portal.registers.rules.places import plain_place
from portal.registers.views.blueprint import bp
from portal.tenancy.known_places import Place, known_places
from portal.web.guard import requires
from portal.web.htmx import render, see_other

SHOWN = 200


@bp.route("/coverage/place", methods=["GET", "POST"])
@requires(Permission.MEMBER_EDIT)
def correct_place() -> Response:
    """Say which place of the estates register is meant by what stands with some members."""
    old = plain_place(request.args.get("estate"))[:40], plain_place(request.args.get("building"))[:40]
    members = members_at(old, tenant_id=g.tenant.id, limit=SHOWN + 1)
    form: Any = PlaceForm()
    known = known_places(g.tenant.id)
    form.offer([(json.dumps(place, ensure_ascii=False), " ".join(place)) for place in known])
    if form.validate_on_submit():
        try:
            number = correct(old, _place(form.place.data), actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(ngettext("%(num)s member is there now.", "%(num)s members are there now.", number), "success")
            return see_other("registers.show_coverage")
    names = {row.id: row.name for row in queries.list_organizations(tenant_id=g.tenant.id)}
    status = 422 if form.is_submitted() else 200
    return render(
        "registers/place.html", form=form, old=" ".join(old).strip(), members=members[:SHOWN],
        is_more=len(members) > SHOWN, names=names, known=known, status=status,
    )  # fmt: skip


def _place(text: str) -> Place:
    estate, building = json.loads(text)
    return estate, building
