"""Posts of retired members: the list, one post, and what is done about it."""

import uuid
from datetime import date
from typing import Any, cast

from flask import Response, flash, g, request
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.care.commands import posts as commands
from portal.care.forms import ClaimForm, DeedForm, DutyPostsForm, ReasonForm, ReviewForm
from portal.care.listed import POSTS
from portal.care.messages import DUTY_KINDS, DUTY_STATES
from portal.care.models import DutyPost
from portal.care.queries import posts as queries
from portal.care.queries.posts import PostFilter
from portal.care.rows import get_row
from portal.care.rules.posts import DutyKind, DutyState, ReviewGrade
from portal.care.views.blueprint import attempt, bp, chip, member_here, today
from portal.registers.queries.briefs import member_briefs
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import Page, page_number

DEEDS_SHOWN = 100
LIST = "care.list_duty_posts"


@bp.get("/duty-posts")
@requires(Permission.CARE_LIST)
def list_duty_posts() -> Response:
    """Show the posts, narrowed by state, kind and holder, each with the day of its review."""
    look = POSTS.look(request.args)
    wanted = look.found
    counts = queries.count_posts(tenant_id=g.tenant.id)
    page = Page(page_number(), POSTS.count(look))
    by_state = {each: sum(n for (s, _k), n in counts.items() if s is each) for each in DutyState}
    by_kind = {each: sum(n for (_s, k), n in counts.items() if k is each) for each in DutyKind}
    keep = {"kind": wanted.kind.value} if wanted.kind else {}
    keep_state = {"state": wanted.state.value} if wanted.state else {}
    return render(
        "care/posts.html",
        rows=POSTS.rows(look, limit=page.per_page, offset=page.offset),
        heads=POSTS.heads(look),
        export=POSTS.export_url(look),
        page=page,
        q=look.params.get("q", ""),
        today=today(),
        is_narrowed=wanted != PostFilter(),
        states=[chip(LIST, _("All"), counts.total(), is_current=wanted.state is None, **keep)]
        + [
            chip(LIST, DUTY_STATES[each][0], number, is_current=wanted.state is each, state=each.value, **keep)
            for each, number in by_state.items()
        ],
        kinds=[
            chip(LIST, DUTY_KINDS[each], number, is_current=wanted.kind is each, kind=each.value, **keep_state)
            for each, number in by_kind.items()
        ],
    )


@bp.route("/duty-posts/new", methods=["GET", "POST"])
@requires(Permission.DUTY_POST_MANAGE)
def set_duty_posts() -> Response:
    """Set up posts of one kind."""
    form = DutyPostsForm()
    if form.is_submitted():
        posts = attempt(form, lambda: commands.set_posts(_new_posts(form), actor=g.actor, now=g.now))
        if posts:
            flash(_("“%(post)s” is set up. Retired members can take it now.", post=posts[0].name), "success")
            return see_other(LIST, state=DutyState.SET.value)
    return render("care/posts_form.html", form=form, status=422 if form.is_submitted() else 200)


@bp.get("/duty-posts/<uuid:duty_post_id>")
@requires(Permission.CARE_LIST)
def show_duty_post(duty_post_id: uuid.UUID) -> Response:
    """Show one post: who holds it, what was done, what comes next."""
    return _page(duty_post_id)


@bp.route("/members/<uuid:member_id>/duty-post", methods=["GET", "POST"])
@requires(Permission.DUTY_POST_MANAGE)
def claim_duty_post(member_id: uuid.UUID) -> Response:
    """Give a member one of the vacant posts."""
    member = member_here(member_id)
    vacant = queries.list_vacant(tenant_id=g.tenant.id)
    form = ClaimForm(data={"begins_on": today(), "post_id": request.args.get("post", "")})
    form.offer([(post_id, f"{name}（{DUTY_KINDS[kind]}）") for post_id, name, kind in vacant])
    if form.is_submitted():
        holding = commands.Holding(
            cast(date, form.begins_on.data), skill=form.skill.data or "", health=form.health.data or ""
        )
        post = attempt(
            form,
            lambda: commands.claim_post(uuid.UUID(form.post_id.data), member.id, holding, actor=g.actor, now=g.now),
        )
        if post:
            flash(_("%(name)s takes the post “%(post)s”.", name=member.full_name, post=post.name), "success")
            return see_other("care.show_duty_post", duty_post_id=post.id)
    held = queries.find_held_post(member.id, tenant_id=g.tenant.id)
    return render(
        "care/claim_form.html",
        form=form,
        member=member,
        vacant=vacant,
        held=held,
        status=422 if form.is_submitted() else 200,
    )


@bp.post("/duty-posts/<uuid:duty_post_id>/start")
@requires(Permission.DUTY_POST_MANAGE)
def start_duty_post(duty_post_id: uuid.UUID) -> Response:
    """Say that the holder serves."""
    commands.start_post(duty_post_id, actor=g.actor, now=g.now)
    flash(_("The service has begun. Enter below what is done."), "success")
    return see_other("care.show_duty_post", duty_post_id=duty_post_id)


@bp.post("/duty-posts/<uuid:duty_post_id>/vacancy")
@requires(Permission.DUTY_POST_MANAGE)
def give_back_duty_post(duty_post_id: uuid.UUID) -> Response:
    """Take a post back that has not begun."""
    commands.give_back_post(duty_post_id, actor=g.actor, now=g.now)
    flash(_("The post is vacant again."), "success")
    return see_other("care.show_duty_post", duty_post_id=duty_post_id)


@bp.post("/duty-posts/<uuid:duty_post_id>/deeds")
@requires(Permission.DUTY_POST_MANAGE)
def log_deed(duty_post_id: uuid.UUID) -> Response:
    """Enter what was done."""
    get_row(DutyPost, duty_post_id, tenant_id=g.tenant.id)
    form = DeedForm(prefix="deed")
    entry = attempt(
        form,
        lambda: commands.log_deed(
            duty_post_id,
            done_on=cast(date, form.done_on.data),
            what=form.what.data or "",
            actor=g.actor,
            now=g.now,
        ),
    )
    if entry is None:
        return _page(duty_post_id, deed=form, status=422)
    flash(_("Entered. It stands in the log below."), "success")
    return see_other("care.show_duty_post", duty_post_id=duty_post_id)


@bp.post("/duty-posts/<uuid:duty_post_id>/review")
@requires(Permission.DUTY_POST_MANAGE)
def review_duty_post(duty_post_id: uuid.UUID) -> Response:
    """Review a post, and say how it goes on."""
    get_row(DutyPost, duty_post_id, tenant_id=g.tenant.id)
    form = ReviewForm(prefix="review")
    post = attempt(form, lambda: commands.review_post(duty_post_id, _review(form), actor=g.actor, now=g.now))
    if post is None:
        return _page(duty_post_id, review=form, status=422)
    flash(_("The review is entered."), "success")
    return see_other("care.show_duty_post", duty_post_id=post.id)


@bp.post("/duty-posts/<uuid:duty_post_id>/health-reveal")
@requires(Permission.CARE_REVEAL)
def reveal_duty_health(duty_post_id: uuid.UUID) -> Response:
    """Show the health note once, for a reason that is recorded."""
    get_row(DutyPost, duty_post_id, tenant_id=g.tenant.id)
    form = ReasonForm(prefix="why")
    text = attempt(
        form, lambda: commands.reveal_health(duty_post_id, reason=form.reason.data or "", actor=g.actor, now=g.now)
    )
    return _page(duty_post_id, why=form, health=text, status=200 if text else 422)


def _review(form: ReviewForm) -> commands.Review:
    return commands.Review(
        ReviewGrade(form.grade.data),
        form.words.data or "",
        goes_on=form.then.data == "same",
        is_offered=form.then.data == "offered",
    )


def _new_posts(form: DutyPostsForm) -> commands.NewPosts:
    return commands.NewPosts(
        form.name.data or "", DutyKind(form.kind.data), form.duties.data or "", form.places.data or 0
    )


def _page(duty_post_id: uuid.UUID, *, status: int = 200, health: str | None = None, **forms: Any) -> Response:
    post = get_row(DutyPost, duty_post_id, tenant_id=g.tenant.id)
    member = member_briefs([post.member_id], tenant_id=g.tenant.id).get(post.member_id) if post.member_id else None
    return render(
        "care/post.html",
        status=status,
        post=post,
        member=member,
        deeds=queries.list_deeds(post.id, tenant_id=g.tenant.id, limit=DEEDS_SHOWN),
        health=health,
        today=today(),
        deed=forms.get("deed") or DeedForm(formdata=None, prefix="deed", data={"done_on": today()}),
        review=forms.get("review") or ReviewForm(formdata=None, prefix="review"),
        why=forms.get("why") or ReasonForm(formdata=None, prefix="why"),
    )
