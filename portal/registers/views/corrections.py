"""A mistake of entry in what otherwise only a decision changes: it is corrected for a reason, and the line stays."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, flash, g, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core.errors import RuleBroken
from portal.desk.rules import read_date
from portal.registers import queries
from portal.registers.commands.standing import correct_entry
from portal.registers.forms.correction import CorrectionForm
from portal.registers.importing import date_text
from portal.registers.member_facts import party_day
from portal.registers.messages import LOST_WORDS, TYPE_WORDS
from portal.registers.messages.lifecycle import ACT_BUTTONS
from portal.registers.models import MemberStanding, PartyMember
from portal.registers.queries.standing import standing_of
from portal.registers.rules import MemberType, PartyDate
from portal.registers.rules.corrections import Entry
from portal.registers.rules.relations import LostReason
from portal.registers.rules.standing import BY_STAFF, StandingAct, path_of, possible_acts
from portal.registers.views.blueprint import bp
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.templating import plain_day

LEADING_ELSEWHERE = (StandingAct.BECOME_FULL, StandingAct.EXTEND, StandingAct.LOSE, StandingAct.FIND)
"""Acts on which somebody may be bent who opens a member's form."""


@bp.route("/members/<uuid:member_id>/correction", methods=["GET", "POST"])
@requires(Permission.STANDING_DECIDE)
def correct_member(member_id: uuid.UUID) -> Response:
    """Put right what was entered wrong of a member's type, dates and lost contact."""
    member = queries.get_member(member_id, tenant_id=g.tenant.id)
    form: Any = CorrectionForm(data=_form_data(member))
    if member.lost_since is None:  # losing touch is an act
        del form.lost_since, form.lost_reason
    if form.validate_on_submit():
        try:
            line = correct_entry(
                member_id,
                _entry(form),
                reason=form.reason.data,
                document=form.document.data or "",
                actor=g.actor,
                now=g.now,
            )
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            text = corrected_text(line)
            flash(_("Corrected for %(name)s: %(what)s.", name=member.full_name, what=text), "success")
            return see_other("registers.show_member", member_id=member_id)
    status = 422 if form.is_submitted() else 200
    return render("registers/correction.html", form=form, member=member, status=status)


def _form_data(member: PartyMember) -> dict[str, Any]:
    return {
        "member_type": member.member_type.value,
        "joined": date_text(member.joined),
        "full": date_text(member.full),
        "lost_since": member.lost_since,
        "lost_reason": member.lost_reason.value if member.lost_reason else "",
    }


def _entry(form: Any) -> Entry:
    """Read the form; dates as in a roster. Raises what read_date() raises, beside its field."""
    given = dict(form.data)
    full = given["full"] or ""
    reason = given.get("lost_reason")
    return Entry(
        MemberType(given["member_type"]),
        PartyDate(*read_date(given["joined"], column="joined")),
        PartyDate(*read_date(full, column="full")) if full.strip() else None,
        given.get("lost_since"),
        LostReason(reason) if reason else None,
    )


def decided_facts(member: PartyMember) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Give what a member's form only shows, in words, and the pages (words, address) on which the reader changes it."""
    pairs = [
        (_("Type"), str(TYPE_WORDS[member.member_type])),
        (_("Joined the Party"), party_day(member.joined)),
    ]
    if member.full_on:
        pairs.append((_("Full member since"), party_day(member.full)))
    if member.lost_since:
        pairs.append((_("Lost contact"), _lost_text(member.lost_since, member.lost_reason)))
    possible = [act for act in LEADING_ELSEWHERE if act in possible_acts(standing_of(member))]
    links = [(str(ACT_BUTTONS[act]), act_url(member.id, act)) for act in possible if may_record(act, g.actor)]
    if can(g.actor, Permission.STANDING_DECIDE):
        links.append(correction_link(member.id))
    return pairs, links


def correction_link(member_id: uuid.UUID) -> tuple[str, str]:
    """Give words and address of the page that corrects a mistake of entry."""
    return str(ACT_BUTTONS[StandingAct.CORRECT]), url_for("registers.correct_member", member_id=member_id)


def may_record(act: StandingAct, actor: Actor) -> bool:
    """Say whether somebody may record an act: staff what they find out, the secretary what was decided."""
    return can(actor, Permission.STANDING_RECORD if act in BY_STAFF else Permission.STANDING_DECIDE)


def act_url(member_id: uuid.UUID, act: StandingAct) -> str:
    """Give the address of the page that records an act."""
    if act in BY_STAFF:
        return url_for("registers.record_finding", member_id=member_id, finding=path_of(act))
    return url_for("registers.record_decision", member_id=member_id, decision=path_of(act))


def corrected_text(line: MemberStanding) -> str:
    """Say what a correction changed: each fact as it stood and as it stands."""
    changed = line.changed or {}
    was, is_ = ({column: pair[place] for column, pair in changed.items()} for place in (0, 1))
    return "；".join(
        f"{words} {tell(was) or _('not recorded')} → {tell(is_) or _('not recorded')}"
        for column, words, tell in _TOLD
        if column in changed
    )


def _lost_text(since: date | None, reason: LostReason | None) -> str:
    if since is None:
        return ""
    return f"{plain_day(since)} {LOST_WORDS[reason] if reason else ''}".strip()


def _told_type(values: dict[str, Any]) -> str:
    return str(TYPE_WORDS[MemberType(values["member_type"])])


def _told_date(values: dict[str, Any], name: str) -> str:
    on = values[f"{name}_on"]
    return party_day(PartyDate(date.fromisoformat(on), bool(values[f"{name}_by_month"]))) if on else ""


def _told_lost(values: dict[str, Any]) -> str:
    since, reason = values["lost_since"], values["lost_reason"]
    return _lost_text(date.fromisoformat(since) if since else None, LostReason(reason) if reason else None)


_TOLD: tuple[tuple[str, Any, Callable[[dict[str, Any]], str]], ...] = (
    ("member_type", _l("Type"), _told_type),
    ("joined_on", _l("Joined the Party"), lambda values: _told_date(values, "joined")),
    ("full_on", _l("Full member since"), lambda values: _told_date(values, "full")),
    ("lost_since", _l("Lost contact"), _told_lost),
)
"""A column that tells that a fact was corrected, the fact's words, and what says it."""
