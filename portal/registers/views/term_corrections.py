"""One term and one post with what changed on them; putting right, or out, what was entered wrongly."""

import uuid
from typing import Any

from flask import Response, flash, g, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.desk.history import history_of
from portal.desk.removal import Removal, ask
from portal.registers import queries
from portal.registers.commands.reopening import reopen_organization
from portal.registers.commands.term_corrections import (
    PostFacts,
    correct_post,
    correct_term,
    remove_post,
    remove_term,
    term_obstacle,
)
from portal.registers.commands.terms import NewPost, NewTerm
from portal.registers.forms.structure import PostCorrectForm, TermCorrectForm
from portal.registers.history import post_fields, term_fields
from portal.registers.messages import structure as words
from portal.registers.models import PartyOrganization, PartyPost, PartyTerm
from portal.registers.queries.organizations import organization_states
from portal.registers.queries.terms import find_people, get_post, get_term, list_posts
from portal.registers.queries.units import unit_choices
from portal.registers.rules.structure import PostKind
from portal.registers.rules.terms import Manner
from portal.registers.views.blueprint import bp
from portal.registers.views.post_words import say_posts
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.messages import sentence, written
from portal.web.templating import plain_day

TERM_KEPT = ("starts_on", "session_no", "approved_doc", "entitled", "attended", "candidates", "seats")


@bp.get("/terms/<uuid:term_id>")
@requires(Permission.ORGANIZATION_LIST)
def show_term(term_id: uuid.UUID) -> Response:
    """Show a term: its election, who was elected, what changed on it."""
    term, organization = _term(term_id)
    posts = list_posts([term.organization_id], tenant_id=g.tenant.id)
    return render(
        "registers/term.html",
        term=term,
        organization=organization,
        posts=[row.post for row in posts if row.post.term_id == term.id],
        history=history_of(term, tenant_id=g.tenant.id, fields=term_fields()),
        words=words,
    )


@bp.route("/terms/<uuid:term_id>/correct", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT)
def correct_election(term_id: uuid.UUID) -> Response:
    """Correct what is recorded of an election."""
    term, organization = _term(term_id)
    kept = {name: getattr(term, name) for name in TERM_KEPT}
    form: Any = TermCorrectForm(data={**kept, "manner": term.manner.value if term.manner else ""})
    if form.validate_on_submit():
        try:
            correct_term(term_id, _corrected(form, organization), drops_move=form.drops_move.data, actor=g.actor,
                         now=g.now)  # fmt: skip
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("The term is corrected."), "success")
            return see_other("registers.show_term", term_id=term_id)
    status = 422 if form.is_submitted() else 200
    return render("registers/term_correct.html", form=form, term=term, organization=organization, status=status)


def _corrected(form: Any, organization: PartyOrganization) -> NewTerm:
    states = organization_states(tenant_id=g.tenant.id, today=clock.today(g.now))
    state = next((each for each in states if each.id == organization.id), None)
    return NewTerm(
        starts_on=form.starts_on.data,
        session_no=form.session_no.data,
        manner=Manner(form.manner.data) if form.manner.data else None,
        is_scattered=form.is_scattered.data,
        approved_doc=form.approved_doc.data,
        members_all=state.members_all if state else 0,
        entitled=form.entitled.data,
        attended=form.attended.data,
        candidates=form.candidates.data,
        seats=form.seats.data,
    )


@bp.route("/terms/<uuid:term_id>/remove", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT)
def remove_election(term_id: uuid.UUID) -> Response:
    """Take out an election that was entered by mistake."""
    term, organization = _term(term_id)
    obstacle = term_obstacle(term)
    removal = Removal(
        title=_("Take out the election of %(day)s", day=plain_day(term.starts_on)),
        what=_("For an election that never was. The term before goes on, with the committee that it ended."),
        label=_("Take this election out"),
        area=organization.name,
        back=url_for("registers.show_term", term_id=term_id),
        module="registers",
        facts=[_("Who was elected in it goes with it.")],
        blocked=sentence(obstacle.code, written(obstacle.values)) if obstacle else "",
    )

    def remove(reason: str) -> None:
        back, kept_ended = remove_term(term_id, reason=reason, actor=g.actor, now=g.now)
        flash(_("The election is taken out."), "success")
        say_posts(back, kept_ended)

    return ask(removal, remove) or see_other("registers.show_organization", organization_id=organization.id)


def _term(term_id: uuid.UUID) -> tuple[PartyTerm, PartyOrganization]:
    term = get_term(term_id, tenant_id=g.tenant.id)
    return term, queries.get_organization(term.organization_id, tenant_id=g.tenant.id)


@bp.get("/party-posts/<uuid:party_post_id>")
@requires(Permission.ORGANIZATION_LIST)
def show_post(party_post_id: uuid.UUID) -> Response:
    """Show a post: who holds it, since when, what changed on it."""
    post, organization = _post(party_post_id)
    units = dict(unit_choices(tenant_id=g.tenant.id)) if post.work_unit_id else {}
    return render(
        "registers/party_post.html",
        post=post,
        organization=organization,
        unit_name=units.get(post.work_unit_id, "") if post.work_unit_id else "",
        history=history_of(post, tenant_id=g.tenant.id, fields=post_fields(units)),
        words=words,
    )


@bp.route("/party-posts/<uuid:party_post_id>/correct", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT)
def correct_party_post(party_post_id: uuid.UUID) -> Response:
    """Correct who held which post when."""
    post, organization = _post(party_post_id)
    form: Any = PostCorrectForm(data=_post_data(post))
    form.offer([(str(unit_id), name) for unit_id, name in unit_choices(tenant_id=g.tenant.id)])
    if form.validate_on_submit():
        try:
            correct_post(party_post_id, _post_facts(form, post), actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("The post is corrected."), "success")
            return see_other("registers.show_post", party_post_id=party_post_id)
    status = 422 if form.is_submitted() else 200
    return render("registers/post_correct.html", form=form, post=post, organization=organization, status=status)


def _post_data(post: PartyPost) -> dict[str, Any]:
    kept = {name: getattr(post, name) for name in ("from_on", "until_on", "end_reason", "duty", "doc", "votes")}
    return {
        **kept, "kind": post.kind.value, "person": post.person_name, "work_unit_id": str(post.work_unit_id or ""),
    }  # fmt: skip


def _post_facts(form: Any, post: PartyPost) -> PostFacts:
    """Give what the form says; an unchanged name is the same person, also one who is no longer here."""
    name, member_id = post.person_name, post.member_id
    if form.person.data != name:
        person = find_people([form.person.data], tenant_id=g.tenant.id)[form.person.data]
        name, member_id = person.name, person.member_id
    unit_id = uuid.UUID(form.work_unit_id.data) if form.work_unit_id.data else None
    new = NewPost(
        PostKind(form.kind.data), name, form.from_on.data, member_id, unit_id, form.duty.data, form.votes.data,
        form.doc.data,
    )  # fmt: skip
    return PostFacts(new, form.until_on.data, form.end_reason.data)


@bp.route("/party-posts/<uuid:party_post_id>/remove", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT)
def remove_party_post(party_post_id: uuid.UUID) -> Response:
    """Remove a post that was entered by mistake."""
    post, organization = _post(party_post_id)
    name = post.person_name
    removal = Removal(
        title=_("Remove the post of %(name)s: %(post)s", name=name, post=words.POST_WORDS[post.kind]),
        what=_("For a post that this person never held. A post that is over is ended, not removed."),
        label=_("Remove this post"),
        area=organization.name,
        back=url_for("registers.show_post", party_post_id=party_post_id),
        module="registers",
    )
    page = ask(removal, lambda reason: remove_post(party_post_id, reason=reason, actor=g.actor, now=g.now))
    if page is not None:
        return page
    flash(_("The post of %(name)s is removed.", name=name), "success")
    return see_other("registers.show_organization", organization_id=organization.id)


def _post(post_id: uuid.UUID) -> tuple[PartyPost, PartyOrganization]:
    post = get_post(post_id, tenant_id=g.tenant.id)
    return post, queries.get_organization(post.organization_id, tenant_id=g.tenant.id)


@bp.route("/organizations/<uuid:organization_id>/reopen", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_EDIT)
def take_back_end(organization_id: uuid.UUID) -> Response:
    """Take back that an organization was dissolved or merged."""
    organization = queries.get_organization(organization_id, tenant_id=g.tenant.id)
    back = url_for("registers.show_organization", organization_id=organization_id)
    removal = Removal(
        title=_("Take back the end of %(name)s", name=organization.name),
        what=_("It goes on as if it had never ended, with its term and the posts that ended with it."),
        label=_("Take this end back"),
        area=organization.name,
        back=back,
        module="registers",
        facts=[
            _("Members and organizations that went elsewhere with its end come back; who moved on since stays there.")
        ],
        blocked="" if organization.ended_on else sentence("registers.not_ended"),
        undo=_("It can be ended again at any time."),
    )

    def reopen(reason: str) -> None:
        found = reopen_organization(organization_id, reason=reason, actor=g.actor, now=g.now)
        flash(_("%(name)s goes on.", name=found.organization.name), "success")
        if found.members:
            flash(ngettext("%(num)s member is back.", "%(num)s members are back.", found.members), "info")
        if found.elsewhere:
            text = ngettext(
                "%(num)s member has moved on since and stays there.",
                "%(num)s members have moved on since and stay there.",
                found.elsewhere,
            )
            flash(text, "warning")
        say_posts(found.posts, found.posts_kept_ended)

    return ask(removal, reopen) or see_other("registers.show_organization", organization_id=organization_id)
