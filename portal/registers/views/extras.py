"""Need beside the class, hardship, service and the monthly dues, on a page of their own."""

import uuid
from decimal import Decimal
from typing import Any

from flask import Response, flash, g, url_for
from flask_babel import gettext as _

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.registers import queries
from portal.registers.commands.extras import Extras, set_extras
from portal.registers.forms.lifecycle import NO, YES, ExtrasForm
from portal.registers.messages import HARDSHIP_WORDS
from portal.registers.models import PartyMember
from portal.registers.rules.dues import BANDS, PayKind, dues_of
from portal.registers.rules.extras import HardshipLevel, PostCategory, split_intents
from portal.registers.views.blueprint import bp
from portal.web import panels
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.panels import Panel
from portal.web.templating import plain_day


@bp.route("/members/<uuid:member_id>/extras", methods=["GET", "POST"])
@requires(Permission.MEMBER_EDIT)
def change_extras(member_id: uuid.UUID) -> Response:
    """Change the extras of a member; the pay that dues are reckoned from is asked for and not kept."""
    member = queries.get_member(member_id, tenant_id=g.tenant.id)
    form: Any = ExtrasForm(**_known(member))
    if form.validate_on_submit():
        try:
            changed = set_extras(member_id, _read(form), actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("Care, service and dues of %(name)s are changed.", name=changed.full_name), "success")
            return see_other("registers.show_member", member_id=member_id)
    status = 422 if form.is_submitted() else 200
    return render("registers/extras.html", form=form, member=member, bands=BANDS, kinds=PayKind, status=status)


def _known(member: PartyMember) -> dict[str, Any]:
    """Give what the form is filled with."""
    on_committee = {True: YES, False: NO, None: ""}[member.on_owners_committee]
    return {
        "is_vulnerable": member.vulnerable_since is not None,
        "vulnerable_since": member.vulnerable_since or clock.today(g.now),
        "hardship_level": member.hardship_level.value if member.hardship_level else "",
        "skills": member.skills,
        "service_intents": [each.value for each in split_intents(member.service_intents)],
        "on_owners_committee": on_committee,
        "dues_monthly": member.dues_monthly,
    }


def _read(form: Any) -> Extras:
    since = form.vulnerable_since.data or clock.today(g.now)
    level = form.hardship_level.data
    return Extras(
        vulnerable_since=since if form.is_vulnerable.data else None,
        dues_monthly=_dues(form),
        hardship_level=HardshipLevel(level) if level else None,
        on_owners_committee={YES: True, NO: False}.get(form.on_owners_committee.data),
        skills=form.skills.data,
        service_intents=tuple(PostCategory(code) for code in form.service_intents.data or ()),
    )


def _dues(form: Any) -> Decimal | None:
    """Give the amount that was typed, or else what the table gives for the pay."""
    amount: Decimal | None = form.dues_monthly.data
    if form.pay_kind.data:
        return dues_of(PayKind(form.pay_kind.data), form.pay.data)
    return amount


def extras_panel(member_id: uuid.UUID, actor: Actor) -> Panel | None:
    """Say what is kept of need, hardship and dues, with the way to change it; only to those who may see it."""
    if not can(actor, Permission.MEMBER_SENSITIVE):
        return None
    member = queries.get_member(member_id, tenant_id=actor.tenant_id)
    lines = []
    if member.vulnerable_since:
        lines.append((_("Also in need"), _("since %(day)s", day=plain_day(member.vulnerable_since))))
    if member.hardship_level:
        lines.append((_("Level of hardship"), str(HARDSHIP_WORDS[member.hardship_level])))
    if member.dues_monthly is not None:
        lines.append((_("Dues a month"), f"¥{member.dues_monthly}"))
    links = []
    if can(actor, Permission.MEMBER_EDIT) and member.status in queries.PRESENT:
        links = [(_("Change care, service and dues"), url_for("registers.change_extras", member_id=member_id))]
    return Panel(_("Care and dues"), lines, _("No need beside the class, no hardship and no dues are recorded."), links)


panels.register("party_member", extras_panel)
