"""Members claim posts on a phone; staff open and close them."""

import uuid
from datetime import date
from typing import cast

from flask import Response, flash, g
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.reporting import commands, queries
from portal.reporting.forms import PostForm
from portal.reporting.rules import PostCategory
from portal.reporting.views.blueprint import bp
from portal.web.guard import requires
from portal.web.htmx import htmx, render, see_other
from portal.web.messages import said
from portal.web.pagination import Page, page_number


@bp.get("/open-posts")
@requires(Permission.POST_CLAIM)
def list_open_posts() -> Response:
    """List what the member can claim, and what is claimed; before the report is accepted, where it stands."""
    report = queries.find_accepted_report(g.actor.user_id)
    return see_other("reporting.show_my_report") if report is None else _open_posts(report.id)


@bp.post("/posts/<uuid:post_id>/claim")
@requires(Permission.POST_CLAIM)
def claim_post(post_id: uuid.UUID) -> Response:
    """Claim a place on a post; the part for htmx is the post's card."""
    report, post = queries.get_own_report(g.actor.user_id), queries.get_post(post_id)
    try:
        commands.claim_post(post, report=report, actor=g.actor, now=g.now)
    except RuleBroken as error:
        return _claimed(post_id, report.id, problem=said(error))
    return _claimed(post_id, report.id, done=_("You hold a place on “%(post)s”.", post=post.name))


@bp.post("/claims/<uuid:claim_id>/release")
@requires(Permission.POST_CLAIM)
def release_claim(claim_id: uuid.UUID) -> Response:
    """Give a place back."""
    report = queries.get_own_report(g.actor.user_id)
    claim = commands.release_claim(queries.get_own_claim(claim_id, report.id), actor=g.actor, now=g.now)
    return _claimed(
        claim.post_id, report.id, done=_("Your place is given back. You can claim it again while places are left.")
    )


@bp.get("/posts")
@requires(Permission.POST_MANAGE)
def list_posts() -> Response:
    """List all posts, open ones first."""
    today = clock.today(g.now)
    page = Page(page_number(), queries.count_posts())
    rows = queries.list_posts(today=today, limit=page.per_page, offset=page.offset)
    return render("reporting/posts.html", rows=rows, page=page, today=today)


@bp.get("/posts/new")
@requires(Permission.POST_MANAGE)
def new_post() -> Response:
    """Show an empty form; a post begins today unless said otherwise."""
    return render("reporting/post_form.html", form=PostForm(data={"starts_on": clock.today(g.now)}))


@bp.post("/posts")
@requires(Permission.POST_MANAGE)
def open_post() -> Response:
    """Open a post."""
    form = PostForm()
    if form.validate():
        details = commands.PostDetails(
            name=form.name.data or "",
            category=PostCategory(form.category.data),
            capacity=form.capacity.data or 0,
            starts_on=cast(date, form.starts_on.data),
            ends_on=cast(date, form.ends_on.data),
            description=form.description.data or "",
        )
        try:
            post = commands.open_post(details, actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("“%(post)s” is open. Members can claim it now.", post=post.name), "success")
            return see_other("reporting.list_posts")
    return render("reporting/post_form.html", form=form, status=422)


@bp.get("/posts/<uuid:post_id>/closing")
@requires(Permission.POST_MANAGE)
def ask_close_post(post_id: uuid.UUID) -> Response:
    """Say what closing means before it is done."""
    post = queries.post_report(post_id, own={}, today=clock.today(g.now))
    return render("reporting/close_post.html", post=post)


@bp.post("/posts/<uuid:post_id>/closing")
@requires(Permission.POST_MANAGE)
def close_post(post_id: uuid.UUID) -> Response:
    """Close a post to new claims."""
    post = commands.close_post(queries.get_post(post_id), actor=g.actor, now=g.now)
    flash(_("“%(post)s” takes no more claims. Who holds a place keeps it.", post=post.name), "success")
    return see_other("reporting.list_posts")


def _claimed(
    post_id: uuid.UUID, report_id: uuid.UUID, *, done: str | None = None, problem: str | None = None
) -> Response:
    """Answer a claim or release: the card of the post for htmx, the list otherwise."""
    if htmx:
        today = clock.today(g.now)
        row = queries.post_report(post_id, own=queries.own_claims(report_id, today=today), today=today)
        status = 422 if problem else 200
        part = "reporting/_post.html"
        return render(part, part, post=row, problem=problem, done=done, status=status)
    if problem:
        return _open_posts(report_id, problem=problem, status=422)
    flash(str(done), "success")
    return see_other("reporting.list_open_posts")


def _open_posts(report_id: uuid.UUID, *, problem: str | None = None, status: int = 200) -> Response:
    today = clock.today(g.now)
    own = queries.own_claims(report_id, today=today)
    page = Page(page_number(), queries.count_open_posts(own=own, today=today))
    rows = queries.list_open_posts(own=own, today=today, limit=page.per_page, offset=page.offset)
    return render("reporting/open_posts.html", rows=rows, page=page, problem=problem, status=status)
