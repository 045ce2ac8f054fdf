"""Changes of a member's standing, and what the member's page says of it."""

import uuid
from typing import Any

from flask import Response, flash, g, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.registers import queries
from portal.registers.commands.standing import record_act, withdraw_act
from portal.registers.forms.lifecycle import ActForm, WithdrawForm
from portal.registers.leaving import also_ends, posts_that_end
from portal.registers.messages.lifecycle import ACT_BUTTONS, ACT_CLAUSES, ACT_WORDS, GROUND_WORDS
from portal.registers.models import MemberStanding
from portal.registers.queries.standing import acts_of, get_act, standing_of
from portal.registers.rules.leaving import LEAVING_OF, Leaving
from portal.registers.rules.relations import LostReason, probation_ends
from portal.registers.rules.standing import Act, StandingAct, SuspensionGround, act_in_path, possible_acts
from portal.registers.views.blueprint import bp
from portal.registers.views.corrections import act_url, corrected_text, correction_link, may_record
from portal.registers.views.post_words import post_words, say_posts
from portal.web import panels
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.panels import Panel
from portal.web.templating import plain_day

FIELDS: dict[StandingAct, tuple[str, ...]] = {
    StandingAct.LOSE: ("on", "lost_reason", "reason"),
    StandingAct.FIND: ("on", "reason"),
    StandingAct.SUSPEND: ("on", "ground", "has_searched", "since", "reason", "document"),
    StandingAct.DIE: ("on", "reason"),
    StandingAct.BECOME_FULL: ("on", "document"),
    StandingAct.EXTEND: ("on", "until", "reason", "document"),
    StandingAct.WATCH: ("on", "years", "reason", "document"),
    StandingAct.RELEASE: ("on", "reason", "document"),
}
DECIDED = ("on", "reason", "document")


@bp.route("/members/<uuid:member_id>/findings/<any(lose, find, die):finding>", methods=["GET", "POST"])
@requires(Permission.STANDING_RECORD)
def record_finding(member_id: uuid.UUID, finding: str) -> Response:
    """Record what the community found out: contact lost, contact back, a death."""
    return _act_page(member_id, act_in_path(finding))


@bp.route(
    "/members/<uuid:member_id>/decisions/"
    '<any(suspend, restore, "strike-off", expel, resign, "become-full", extend, '
    '"cancel-probation", watch, "extend-watch", "restore-rights", detain, release):decision>',
    methods=["GET", "POST"],
)
@requires(Permission.STANDING_DECIDE)
def record_decision(member_id: uuid.UUID, decision: str) -> Response:
    """Record what was decided about a member, with the number of the decision."""
    return _act_page(member_id, act_in_path(decision))


def _act_page(member_id: uuid.UUID, kind: StandingAct) -> Response:
    member = queries.get_member(member_id, tenant_id=g.tenant.id)
    today = clock.today(g.now)
    form: Any = ActForm(on=_first_date(member, kind))
    why = LEAVING_OF.get(kind)
    ending = post_words(posts_that_end(member, why)) if why else []
    if form.validate_on_submit():
        try:
            entry = record_act(member_id, _act(kind, form), actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("Recorded for %(name)s: %(act)s.", name=member.full_name, act=ACT_WORDS[kind]), "success")
            if entry.ended_posts:
                flash(_("Ended with it: %(posts)s.", posts="；".join(ending)), "info")
            return see_other("registers.show_member", member_id=member_id)
    ends = probation_ends(member.joined_on, member.probation_until)
    return render(
        "registers/standing_form.html",
        form=form,
        member=member,
        title=ACT_BUTTONS[kind],
        clause=ACT_CLAUSES.get(kind),
        fields=FIELDS.get(kind, DECIDED),
        is_open=kind in possible_acts(standing_of(member)),
        is_final=LEAVING_OF.get(kind) in {Leaving.DIED, Leaving.LEFT},
        ending=ending + ([str(words) for words in also_ends(member.id)] if why in {Leaving.DIED, Leaving.LEFT} else []),
        probation_ends=ends if kind in {StandingAct.BECOME_FULL, StandingAct.EXTEND} else None,
        today=today,
        status=422 if form.is_submitted() else 200,
    )


@bp.route("/standing/<uuid:standing_id>/withdrawal", methods=["GET", "POST"])
@requires(Permission.STANDING_DECIDE)
def withdraw_standing(standing_id: uuid.UUID) -> Response:
    """Take back the act that was recorded last, for a reason."""
    entry = get_act(standing_id, tenant_id=g.tenant.id)
    member = queries.get_member(entry.member_id, tenant_id=g.tenant.id)
    form: Any = WithdrawForm()
    if form.validate_on_submit():
        try:
            done = withdraw_act(standing_id, reason=form.reason.data, actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("Taken back for %(name)s: %(act)s.", name=member.full_name, act=ACT_WORDS[entry.act]), "success")
            say_posts(done.back, done.kept_ended)
            return see_other("registers.show_member", member_id=member.id)
    status = 422 if form.is_submitted() else 200
    return render(
        "registers/standing_withdraw.html", form=form, entry=entry, member=member, act=ACT_WORDS[entry.act],
        line=_line(entry), status=status,
    )  # fmt: skip


def _first_date(member: Any, kind: StandingAct) -> Any:
    """Give the date that is likely: the end of the probation where that is what it is about, otherwise today."""
    today = clock.today(g.now)
    if kind is StandingAct.BECOME_FULL:
        return min(today, probation_ends(member.joined_on, member.probation_until))
    return today


def _act(kind: StandingAct, form: Any) -> Act:
    return Act(
        kind,
        form.on.data,
        reason=form.reason.data or "",
        document=form.document.data or "",
        ground=SuspensionGround(form.ground.data) if form.ground.data else None,
        lost_reason=LostReason(form.lost_reason.data) if form.lost_reason.data else None,
        has_searched=form.has_searched.data,
        since=form.since.data,
        until=form.until.data,
        years=int(form.years.data) if form.years.data else None,
    )


def standing_panel(member_id: uuid.UUID, actor: Actor) -> Panel | None:
    """Say what happened to a member's standing, with what can be recorded now."""
    member = queries.get_member(member_id, tenant_id=actor.tenant_id)
    acts = acts_of(member_id, tenant_id=actor.tenant_id)
    lines = [(ACT_WORDS[entry.act], _line(entry)) for entry in acts]
    links = []
    last = max((each for each in acts if each.withdrawn_at is None), key=_recorded, default=None)
    if last is not None and last.changed is not None and can(actor, Permission.STANDING_DECIDE):
        url = url_for("registers.withdraw_standing", standing_id=last.id)
        links.append((_("Take back: %(act)s", act=ACT_WORDS[last.act]), url))
    acts_open = possible_acts(standing_of(member))
    links += [(ACT_BUTTONS[act], act_url(member_id, act)) for act in acts_open if may_record(act, actor)]
    if can(actor, Permission.STANDING_DECIDE):
        links.append(correction_link(member_id))
    return Panel(_("Standing"), lines, _("Nothing was recorded beside the facts above."), links)


def _recorded(entry: MemberStanding) -> tuple[Any, uuid.UUID]:
    return entry.recorded_at, entry.id


def _line(entry: MemberStanding) -> str:
    parts = [plain_day(entry.happened_on), str(GROUND_WORDS[entry.ground]) if entry.ground else ""]
    until = _("until %(day)s", day=plain_day(entry.until_on)) if entry.until_on else ""
    corrected = corrected_text(entry) if entry.act is StandingAct.CORRECT else ""
    parts += [until, corrected, entry.reason, entry.document, entry.recorded_by_name]
    if entry.ended_posts:
        parts.append(ngettext("%(num)s post ended with it", "%(num)s posts ended with it", len(entry.ended_posts)))
    if entry.withdrawn_at:
        words = _("taken back by %(name)s: %(reason)s", name=entry.withdrawn_by_name, reason=entry.withdrawn_reason)
        parts.append(words)
    return " · ".join(part for part in parts if part)


panels.register("party_member", standing_panel)
