"""Terms and posts: the list of elections, an election recorded, put off, reminded of; posts filled and ended."""

import uuid
from datetime import date
from typing import Any

from flask import Response, flash, g, request
from flask_babel import gettext as _

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.registers import queries
from portal.registers.commands.terms import (
    NewPost,
    NewTerm,
    begin_term,
    end_post,
    fill_post,
    move_term,
    remind_term,
)
from portal.registers.forms.structure import MoveForm, PostEndForm, PostForm, ReminderForm, TermForm
from portal.registers.listed import by_end, term_groups
from portal.registers.messages import structure as words
from portal.registers.models import PartyPost, PartyTerm
from portal.registers.queries.organizations import OrganizationState, ids_below, organization_states
from portal.registers.queries.terms import (
    entitled_and_not,
    find_people,
    get_post,
    get_term,
    list_posts,
    list_reminders,
    posts_of_member,
)
from portal.registers.queries.units import unit_choices
from portal.registers.rules import BRANCH_KINDS, OrganizationKind
from portal.registers.rules.structure import SEAT_POSTS, PostKind, committee_sizes
from portal.registers.rules.terms import Manner, least_attendance, reminder_on
from portal.registers.upper import upper_name
from portal.registers.views.blueprint import bp
from portal.web import panels
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.panels import Panel
from portal.web.templating import plain_day

SHOWN = ("all", "due", "overdue", "moved", "none")


@bp.get("/terms")
@requires(Permission.ORGANIZATION_LIST)
def list_terms() -> Response:
    """Show the elected organs by the day on which their term ends."""
    states = organization_states(tenant_id=g.tenant.id, today=clock.today(g.now))
    groups = term_groups(states)
    show = request.args.get("show", "all")
    rows = list(by_end(groups.get(show, groups["all"])))
    return render(
        "registers/terms.html",
        rows=rows,
        show=show if show in SHOWN else "all",
        counts={name: len(found) for name, found in groups.items()},
        upper=upper_name(g.tenant),
        words=words,
    )


@bp.route("/organizations/<uuid:organization_id>/terms/new", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT)
def record_election(organization_id: uuid.UUID) -> Response:
    """Record an election: the form brings along the session, the seats, who is entitled and the committee as it is."""
    today = clock.today(g.now)
    organization = queries.get_organization(organization_id, tenant_id=g.tenant.id)
    if organization.ended_on:
        return see_other("registers.show_organization", organization_id=organization_id)
    states = organization_states(tenant_id=g.tenant.id, today=today)
    state = next(each for each in states if each.id == organization_id)
    entitled, resting = entitled_and_not(ids_below(states, organization_id), tenant_id=g.tenant.id)
    form: Any = TermForm(data=None if request.method == "POST" else _election_data(state, entitled, today))
    if form.validate_on_submit():
        try:
            begin_term(organization_id, _new_term(form, state), actor=g.actor, now=g.now)
        except RuleBroken as error:
            _say_beside(form, error)
        else:
            flash(_("The election of %(name)s is recorded.", name=state.name), "success")
            return see_other("registers.show_organization", organization_id=organization_id)
    status = 422 if form.is_submitted() else 200
    least = least_attendance(entitled) if entitled else None
    return render(
        "registers/term_form.html",
        form=form,
        state=state,
        entitled=entitled,
        resting=resting,
        least=least,
        sizes=committee_sizes(state.members_full) if state.kind in BRANCH_KINDS else None,
        status=status,
    )


def _say_beside(form: Any, error: RuleBroken) -> None:
    """A rule about the committee belongs on top: its fields are many."""
    if error.field == "posts":
        error.field = None
    form.add_rule_error(error)


def _election_data(state: OrganizationState, entitled: int, today: date) -> dict[str, Any]:
    holders = [row for row in list_posts([state.id], tenant_id=g.tenant.id, on=today) if row.post.kind in SEAT_POSTS]
    seats = [{"kind": row.post.kind.value, "person": row.post.person_name, "votes": None} for row in holders]
    usual = committee_sizes(state.members_full)[-1]
    fresh = (PostKind.SECRETARY, PostKind.DEPUTY_SECRETARY, PostKind.ORGANIZATION_MEMBER, PostKind.PUBLICITY_MEMBER,
             PostKind.DISCIPLINE_MEMBER)  # fmt: skip
    held = {seat["kind"] for seat in seats}
    for kind in fresh:
        if len(seats) < usual and kind.value not in held:
            seats.append({"kind": kind.value, "person": "", "votes": None})
    return {
        "starts_on": today,
        "session_no": state.session_no + 1 if state.session_no else None,
        "manner": Manner.ASSEMBLY.value,
        "entitled": entitled or None,
        "seats": len(holders) or None,
        "posts": seats,
    }


def _new_term(form: Any, state: OrganizationState) -> NewTerm:
    lines = [entry.form for entry in form.posts.entries if (entry.form.person.data or "").strip()]
    people = find_people([line.person.data.strip() for line in lines], tenant_id=g.tenant.id, field="posts")
    posts = []
    for line in lines:
        person = people[line.person.data.strip()]
        posts.append(
            NewPost(PostKind(line.kind.data), person.name, form.starts_on.data, person.member_id, votes=line.votes.data)
        )
    return NewTerm(
        starts_on=form.starts_on.data,
        session_no=form.session_no.data,
        manner=Manner(form.manner.data) if form.manner.data else None,
        is_scattered=form.is_scattered.data,
        approved_doc=form.approved_doc.data,
        members_all=state.members_all,
        entitled=form.entitled.data if form.attended.data is not None else None,
        attended=form.attended.data,
        candidates=form.candidates.data,
        seats=form.seats.data,
        posts=tuple(posts),
    )


@bp.route("/terms/<uuid:term_id>/move", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT)
def put_off_election(term_id: uuid.UUID) -> Response:
    """Record an approved delay or advance of an election."""
    term, organization_name = _term(term_id)
    form: Any = MoveForm(data={"moved_to": term.moved_to, "approved_on": term.moved_approved_on, "doc": term.moved_doc})
    if form.validate_on_submit():
        try:
            move_term(
                term_id, moved_to=form.moved_to.data, approved_on=form.approved_on.data, doc=form.doc.data,
                reason=form.reason.data, actor=g.actor, now=g.now,
            )  # fmt: skip
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("The new day of the election is recorded."), "success")
            return see_other("registers.show_organization", organization_id=term.organization_id)
    status = 422 if form.is_submitted() else 200
    return render("registers/term_move.html", form=form, term=term, name=organization_name, words=words, status=status)


@bp.get("/terms/<uuid:term_id>/letter")
@requires(Permission.ORGANIZATION_LIST)
def show_reminder(term_id: uuid.UUID) -> Response:
    """Show the letter that reminds of an election, ready to print."""
    term, name = _term(term_id)
    return _letter_page(term, name, ReminderForm(data={"sent_on": clock.today(g.now)}))


@bp.post("/terms/<uuid:term_id>/reminders")
@requires(Permission.ORGANIZATION_EDIT)
def send_reminder(term_id: uuid.UUID) -> Response:
    """Record that the letter was sent."""
    term, name = _term(term_id)
    form: Any = ReminderForm()
    if form.validate():
        try:
            remind_term(term_id, sent_on=form.sent_on.data, letter_no=form.letter_no.data, actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("The reminder is recorded."), "success")
            return see_other("registers.list_terms")
    return _letter_page(term, name, form, status=422)


def _letter_page(term: PartyTerm, name: str, form: Any, status: int = 200) -> Response:
    return render(
        "registers/term_letter.html",
        status=status,
        form=form,
        term_id=term.id,
        name=name,
        session_no=term.session_no,
        dates=term.dates,
        remind_from=reminder_on(term.dates),
        sender=_upper_name(term.organization_id),
        sent=list_reminders(term.id, tenant_id=g.tenant.id),
        today=clock.today(g.now),
        plain_day=plain_day,
    )


def _upper_name(organization_id: uuid.UUID) -> str:
    """Give who writes to an organization: the one above it, for the highest here the street's."""
    upper_id = queries.get_organization(organization_id, tenant_id=g.tenant.id).parent_id
    if upper_id:
        return queries.get_organization(upper_id, tenant_id=g.tenant.id).name
    return upper_name(g.tenant) or _("(upper organization)")


def _term(term_id: uuid.UUID) -> tuple[PartyTerm, str]:
    term = get_term(term_id, tenant_id=g.tenant.id)
    return term, queries.get_organization(term.organization_id, tenant_id=g.tenant.id).name


@bp.route("/organizations/<uuid:organization_id>/posts/new", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT)
def appoint(organization_id: uuid.UUID) -> Response:
    """Fill a post; with `replaces` the one before ends on the same day."""
    organization = queries.get_organization(organization_id, tenant_id=g.tenant.id)
    replaced = _replaced()
    form: Any = PostForm(data=_post_data(organization.kind, replaced))
    form.offer([(str(unit_id), name) for unit_id, name in unit_choices(tenant_id=g.tenant.id, resident_only=True)])
    if form.validate_on_submit():
        try:
            post = fill_post(organization_id, _new_post(form), replaces_id=_uuid(form.replaces.data), actor=g.actor,
                             now=g.now)  # fmt: skip
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("%(name)s holds the post now.", name=post.person_name), "success")
            return see_other("registers.show_organization", organization_id=organization_id)
    status = 422 if form.is_submitted() else 200
    return render(
        "registers/post_form.html", form=form, organization=organization, replaced=replaced, words=words, status=status
    )


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None


def _replaced() -> PartyPost | None:
    asked = request.args.get("replaces", "", type=str)
    post_id = _uuid(asked)
    return get_post(post_id, tenant_id=g.tenant.id) if post_id else None


def _post_data(kind: OrganizationKind, replaced: PartyPost | None) -> dict[str, Any]:
    asked = request.args.get("kind", "")
    first = PostKind.GROUP_HEAD if kind is OrganizationKind.GROUP else PostKind.SECRETARY
    data: dict[str, Any] = {"from_on": clock.today(g.now), "kind": asked if asked in set(PostKind) else first.value}
    if replaced is not None:
        data |= {"kind": replaced.kind.value, "duty": replaced.duty, "replaces": str(replaced.id)}
        data["work_unit_id"] = str(replaced.work_unit_id or "")
    return data


def _new_post(form: Any) -> NewPost:
    text = form.person.data
    person = find_people([text], tenant_id=g.tenant.id)[text]
    return NewPost(
        PostKind(form.kind.data), person.name, form.from_on.data, person.member_id,
        _uuid(form.work_unit_id.data), form.duty.data, None, form.doc.data,
    )  # fmt: skip


@bp.route("/party-posts/<uuid:party_post_id>/end", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT)
def end_party_post(party_post_id: uuid.UUID) -> Response:
    """End a post."""
    post = get_post(party_post_id, tenant_id=g.tenant.id)
    form: Any = PostEndForm(data={"until_on": clock.today(g.now)})
    if form.validate_on_submit():
        try:
            end_post(party_post_id, until_on=form.until_on.data, reason=form.reason.data, actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("The post of %(name)s has ended.", name=post.person_name), "success")
            return see_other("registers.show_organization", organization_id=post.organization_id)
    status = 422 if form.is_submitted() else 200
    return render("registers/post_end.html", form=form, post=post, words=words, status=status)


def posts_panel(member_id: uuid.UUID, actor: Actor) -> Panel | None:
    """Give the party posts that a member holds or held; nothing where there never was one. One statement."""
    posts = posts_of_member(member_id, tenant_id=actor.tenant_id)
    lines = [(words.POST_WORDS[post.kind], f"{name} · {_from_until(post)}") for post, name in posts]
    return Panel(_("Party posts"), lines) if lines else None


def _from_until(post: PartyPost) -> str:
    return f"{plain_day(post.from_on)}–{plain_day(post.until_on)}" if post.until_on else plain_day(post.from_on)


panels.register("party_member", posts_panel)
