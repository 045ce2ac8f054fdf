"""Signing in and out, and changing one's password."""

from typing import Any

from flask import current_app, flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import login_user, logout_user

from portal.accounts.models import UserAccount
from portal.accounts.queries import SignedIn
from portal.console import commands
from portal.console.blueprint import bp
from portal.console.forms import ChangePasswordForm, SignInForm
from portal.console.rules import is_own_path
from portal.core.errors import RuleBroken
from portal.web.guard import public, signed_in
from portal.web.htmx import render, see_other
from portal.web.request import SessionUser


@bp.get("/sign-in")
@public
def sign_in() -> Any:
    """Show the sign-in page."""
    return _sign_in_page(SignInForm())


@bp.post("/sign-in")
@public
def enter() -> Any:
    """Let a person in, or say what is wrong without saying which half of it."""
    form = SignInForm()
    if not form.validate():
        return _sign_in_page(form, status=422)
    try:
        account = commands.sign_in(
            name=form.name.data or "", password=form.password.data or "", address=request.remote_addr or "-", now=g.now
        )
    except RuleBroken as error:
        form.add_rule_error(error)
        return _sign_in_page(form, status=429)
    if account is None:
        form.add_rule_error(RuleBroken("accounts.sign_in_wrong"))
        return _sign_in_page(form, status=422)
    _begin_session(account)
    back = request.args.get("next", "")
    return redirect(back, 303) if is_own_path(back) else see_other("console.home")


@bp.post("/sign-out")
@signed_in
def sign_out() -> Any:
    """End this session."""
    commands.sign_out(g.actor, now=g.now)
    logout_user()
    session.clear()
    flash(_("You are signed out."), "success")
    return see_other("console.sign_in")


@bp.get("/password")
@signed_in
def change_password() -> Any:
    """Show the form for a new password."""
    return _password_page(ChangePasswordForm())


@bp.post("/password")
@signed_in
def save_password() -> Any:
    """Set a new password."""
    form = ChangePasswordForm()
    if form.validate():
        try:
            account = commands.change_password(
                old_password=form.old_password.data or "",
                password=form.password.data or "",
                actor=g.actor,
                now=g.now,
            )
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            _begin_session(account)
            flash(_("Your password is changed. Other devices are signed out."), "success")
            return see_other("console.home")
    return _password_page(form, status=422)


def _password_page(form: ChangePasswordForm, status: int = 200) -> Any:
    """Give the page; whoever has to change the password has no way around it."""
    back = None if g.person.must_change_password else url_for("console.home")
    return render("console/password.html", form=form, back=back, status=status)


def _begin_session(account: UserAccount) -> None:
    """Begin afresh: nothing of an earlier session is carried over."""
    session.clear()
    session.permanent = True
    roles: frozenset[Any] = frozenset()
    person = SignedIn(
        account.id, account.name, account.session_key, account.locale, account.must_change_password, roles
    )
    login_user(SessionUser(person))


def _sign_in_page(form: SignInForm, status: int = 200) -> Any:
    demo = current_app.extensions["linli.demo_sign_ins"]() if current_app.config["LINLI_DEMO"] else []
    return render("console/sign_in.html", form=form, demo=demo, status=status)
