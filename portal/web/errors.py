"""The one table from error to page."""

import logging
from typing import Any, cast

from flask import Flask, Response, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, StatementError
from werkzeug.exceptions import HTTPException, SecurityError

from portal.accounts.queries import names_of_holders
from portal.accounts.roles import Role
from portal.authz.policy import POLICY
from portal.core.db import db
from portal.core.errors import NotAllowed, NotFound, RuleBroken
from portal.core.ids import new_id
from portal.web.htmx import htmx
from portal.web.messages import said, sentence

log = logging.getLogger("portal.web")
# Whose names are known to everybody here: those who answer for the place.
TURN_TO = {Role.COMMUNITY_SECRETARY, Role.COMMUNITY_CLERK, Role.STREET_OFFICER, Role.DISTRICT_OFFICER}
NAMED = 3


def set_up(app: Flask) -> None:
    """Attach the pages of errors to the application."""
    app.register_error_handler(NotFound, lambda _: page(404))
    app.register_error_handler(NotAllowed, not_allowed)
    app.register_error_handler(RuleBroken, rule_broken)
    app.register_error_handler(CSRFError, lambda _: page(422, message=sentence("web.token_old")))
    app.register_error_handler(SecurityError, other_host)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(OperationalError, database_away)
    app.register_error_handler(Exception, unforeseen)


def page(status: int, **data: Any) -> Response:
    """Give the page of a status. That of 404 says nothing about what was asked for."""
    known = status if status in {403, 404, 422, 429, 500, 503} else 422 if 400 <= status < 500 else 500
    template = "errors/_422.html" if htmx and known == 422 else f"errors/{known}.html"
    return make_response(render_template(template, **data), status)


def not_allowed(error: NotAllowed) -> Response:
    """Say which roles may do it and who of the staff holds them here; the platform's operators would help nobody."""
    granted = POLICY[error.args[0]] if error.args else {}
    roles = [role for role in granted if role not in {Role.OPERATOR, Role.VISITOR}]
    staff, tenant = TURN_TO & set(roles), g.get("tenant")
    people = names_of_holders(tenant.id, staff, now=g.now, most=NAMED) if staff and tenant else []
    return page(403, roles=roles, people=people)


def rule_broken(error: RuleBroken) -> Response:
    """Say which rule, in its own words."""
    return page(422, message=said(error))


def http_error(error: HTTPException) -> Response:
    """Give werkzeug's errors our pages; redirects pass."""
    if error.response is not None or error.code is None or error.code < 400:
        return cast(Response, error.get_response())
    why = "web.too_large" if error.code == 413 else "web.bad_request"
    return page(error.code, **({"message": sentence(why)} if error.code not in {404, 403} else {}))


def other_host(_error: SecurityError) -> Response:
    """Somebody asked under a name that is not the portal's: say so without a link, which would carry that name."""
    return make_response(sentence("web.other_host"), 400, {"Content-Type": "text/plain; charset=utf-8"})


def database_away(error: OperationalError) -> Response:
    """The database cannot be reached or is full: say so, lose nothing, ask to try again."""
    log.error("database: %s", type(error.orig).__name__)
    db.session.rollback()
    response = page(503)
    response.headers["Retry-After"] = "10"
    return response


def unforeseen(error: Exception) -> Response:
    """Log with a short number that the person can read out to whoever runs the portal."""
    reference = new_id().hex[-6:].upper()
    if isinstance(error, StatementError):
        error.hide_parameters = True  # what the rows hold is nobody's who reads the log
    log.error("unforeseen %s at %s %s", reference, request.method, request.endpoint, exc_info=error)
    db.session.rollback()
    g.actor = None
    return page(500, reference=reference)
