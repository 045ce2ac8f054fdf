"""The lock on each view.

A view carries @requires(permission), @signed_in or @public; the app does not start with one that carries nothing.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, cast

from flask import Flask, Response, g, redirect, request, url_for

from portal.authz.permissions import Permission
from portal.authz.policy import POLICY, Reach, role_for
from portal.core.errors import NotAllowed, NotFound
from portal.tenancy import scope
from portal.tenancy.scope import Scope

View = Callable[..., Any]
GUARD = "_portal_guard"
UNGUARDED_BY_DESIGN = frozenset({"static"})


class UnguardedRoute(Exception):
    """A route without a guard was about to be served."""


def requires(permission: Permission) -> Callable[[View], View]:
    """Let the view run only for an actor who has this permission in the tenant of the path; it reads no further."""

    def lock(view: View) -> View:
        @wraps(view)
        def locked(*args: Any, **kwargs: Any) -> Any:
            if g.actor is None:
                return ask_to_sign_in()
            if g.person.must_change_password:
                return redirect(url_for("console.change_password"))
            role = role_for(g.actor, permission)
            if role is None:
                raise NotAllowed(permission) if g.actor.belongs_here else NotFound
            g.actor = replace(g.actor, acting_as=role)
            _narrow(POLICY[permission][role])
            return view(*args, **kwargs)

        setattr(locked, GUARD, permission)
        return locked

    return lock


def _narrow(reach: Reach) -> None:
    """Let a street read no further than itself where the permission carries no further: a request begins wide."""
    if reach is Reach.HERE and g.tenant is not None and g.tenant.below:
        scope.use(Scope(read=frozenset({g.tenant.id}), write=scope.current().write))


def signed_in(view: View) -> View:
    """Let the view run for anybody who is signed in: their own account and nothing of a tenant."""

    @wraps(view)
    def locked(*args: Any, **kwargs: Any) -> Any:
        return ask_to_sign_in() if g.actor is None else view(*args, **kwargs)

    setattr(locked, GUARD, "signed-in")
    return locked


def public(view: View) -> View:
    """Say on purpose that anybody may see this."""
    setattr(view, GUARD, "public")
    return view


def guard_of(view: View) -> Permission | str | None:
    """Give what guards a view: a permission, "signed-in", "public", or None."""
    return getattr(view, GUARD, None)


def check_every_route_is_guarded(app: Flask) -> None:
    """Raise UnguardedRoute when a route has no guard."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in UNGUARDED_BY_DESIGN and guard_of(app.view_functions[rule.endpoint]) is None:
            raise UnguardedRoute(f"{rule.rule} ({rule.endpoint}) carries neither @requires nor @public")


def ask_to_sign_in() -> Response:
    """Send to the sign-in page, and back here afterwards when this was a page."""
    back = request.full_path.removesuffix("?") if request.method == "GET" else None
    address = url_for("console.sign_in", next=back) if back else url_for("console.sign_in")
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": address})
    return cast(Response, redirect(address, 303))
