"""The beginning and end of each request: tenant from the path, person from the session, scope, clock."""

import secrets
import uuid
from typing import Any, cast

from flask import Flask, Response, g, redirect, request, session
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.exceptions import BadRequest
from werkzeug.routing import BaseConverter

from portal.accounts.queries import SignedIn, find_signed_in
from portal.audit.record import Origin, origin
from portal.core import clock
from portal.core.db import is_writing
from portal.core.errors import NotFound, RuleBroken
from portal.tenancy import scope
from portal.tenancy.queries import TenantRef, find_new_code, find_tenant
from portal.tenancy.scope import NOTHING, Scope

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class DivisionConverter(BaseConverter):
    """A division code in the path: 1 to 12 digits."""

    regex = r"[0-9]{1,12}"


class SessionUser(UserMixin):
    """What Flask-Login keeps for the length of a request."""

    def __init__(self, person: SignedIn) -> None:
        self.person = person

    def get_id(self) -> str:
        """Give what the session cookie holds: the person and the key that changes with the password."""
        return f"{self.person.user_id}.{self.person.session_key}"


def set_up(app: Flask) -> None:
    """Attach the request's beginning and end to the application."""
    app.url_map.converters["division"] = DivisionConverter
    login = LoginManager(app)
    login.session_protection = None  # phones change their address; the session key does this work
    login.user_loader(load_user)
    app.url_value_preprocessor(take_code)
    app.url_defaults(give_code)
    app.before_request(open_request)
    app.teardown_request(close_request)


def take_code(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take the tenant's code out of the path, so that no view has to name it."""
    g.code = values.pop("code", None) if values else None


def give_code(endpoint: str, values: dict[str, Any]) -> None:
    """Put the code of the present tenant into links to pages of a tenant."""
    from flask import current_app  # noqa: PLC0415  the proxy of this very request

    code = g.get("code")
    if code and "code" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "code"):
        values["code"] = code


def open_request() -> Response | None:
    """Find out where, who and when; put the tenant's scope in force."""
    g.now = clock.now()
    g.actor, g.tenant, g.person = None, None, None
    if request.endpoint == "static":
        return None
    is_writing.set(request.method not in SAFE)
    g.request_id = secrets.token_hex(8)
    origin.set(Origin(g.request_id, request.remote_addr or "-"))
    scope.use(None)
    if _is_no_text():
        raise BadRequest
    if g.code is not None:
        tenant = find_tenant(g.code)
        if tenant is None:
            return _lead_on(g.code)
        g.tenant = tenant
    scope.use(scope_for(g.tenant, writes=is_writing.get()))
    if "_user_id" in session and current_user.is_authenticated:
        g.person = current_user.person
        g.actor = g.person.actor(g.tenant.id if g.tenant else 0)
    return _at_ended_place(g.tenant) if g.tenant is not None and g.tenant.has_ended else None


def _is_no_text() -> bool:
    """Say whether somebody sent the letter 0, which no text has and PostgreSQL does not take."""
    words = [request.path, *request.args.values()]
    if request.method not in SAFE:
        words += [each for _name, all_ in request.form.lists() for each in all_]
        words += [file.filename or "" for file in request.files.values()]
    return any("\x00" in each for each in words)


def scope_for(tenant: TenantRef | None, *, writes: bool) -> Scope:
    """Give the scope of a request: a street reads below, everybody writes here only, and only by unsafe methods."""
    if tenant is None:
        return NOTHING
    return Scope(read=tenant.below | {tenant.id}, write=tenant.id if writes else None)


def load_user(cookie: str) -> SessionUser | None:
    """Give the person of a session, or None when it has ended: unknown, disabled, or the password was changed."""
    user_id, _, session_key = cookie.partition(".")
    try:
        key = uuid.UUID(user_id)
    except ValueError:
        return None
    tenant: TenantRef | None = g.tenant
    person = find_signed_in(key, tenant_id=tenant.id if tenant else 0, now=g.now)
    if person is None or not secrets.compare_digest(person.session_key, session_key):
        return None
    return SessionUser(person)


def close_request(_error: BaseException | None = None) -> None:
    """Leave nothing behind on this thread."""
    scope.use_nothing()
    is_writing.set(True)


def _at_ended_place(tenant: TenantRef) -> Response | None:
    """Lead on from a division that was merged. Who holds a role there may still read it; nobody changes it."""
    holds_role = g.actor is not None and g.actor.belongs_here
    if not holds_role and find_new_code(tenant.code) is not None:
        return _lead_on(tenant.code)
    if is_writing.get():
        raise RuleBroken("tenancy.ended")
    return None


def _lead_on(code: str) -> Response:
    """Lead an old address to the new one; raises NotFound when there never was one."""
    new_code = find_new_code(code)
    if new_code is None:
        raise NotFound
    path = request.full_path.removesuffix("?").replace(f"/t/{code}", f"/t/{new_code}", 1)
    status = 301 if request.method in SAFE else 308
    return cast(Response, redirect(path, status))
