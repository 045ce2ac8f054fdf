"""The frame around each page: rendered once for all requests that see the same, then given what is the request's own.

A part in templates/frame/ may depend on what _seen_by() names, on the form token and on the page's address. Whatever
else it showed would be shown to other requests too: such things belong into a block of base.html.

A page that is opened very often may be kept the same way, all but one part of it: see render_kept().
"""

import secrets
from collections.abc import Callable, Hashable
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from portal.web import templating

MOST_KEPT, MOST_PAGES = 5_000, 300
# Marks of this process that nobody can guess and put into a name.
TOKEN, HERE, BODY = (f"[{secrets.token_hex(12)}]" for _ in range(3))
_kept: dict[tuple[object, ...], str] = {}
_pages: dict[tuple[object, ...], str] = {}


def set_up(app: Flask) -> None:
    """Attach the parts to the templates."""
    app.jinja_env.globals.update(frame=frame, csrf_field=csrf_field, here=here)


def frame(part: str) -> Markup:
    """Give a part of the frame for this request."""
    key = (part, _seen_by())
    text = _kept.get(key) or _keep(_kept, MOST_KEPT, key, _render(f"frame/_{part}.html"))
    return Markup(text if g.get("is_frame") else _with_own(text))  # noqa: S704  a template's output


def render_kept(page: str, seen: Hashable, make: Callable[[], dict[str, Any]], *, body: Markup) -> Response:
    """Give a page that is the same, but for `body`, whenever `seen`, its address and what _seen_by() names are.

    `seen` is all that make() makes the page's values of: another value is another page. What is said once, as after a
    form, is never kept.
    """
    if "_flashes" in session:
        return make_response(render_template(page, body=body, **make()))
    key = (page, templating.here(), _seen_by(), seen)
    place = Markup(BODY)  # noqa: S704  a mark of ours, not of anybody's
    text = _pages.get(key) or _keep(_pages, MOST_PAGES, key, _render(page, body=place, **make()))
    before, after = _with_own(text).split(BODY)
    return make_response(f"{before}{body}{after}")


def csrf_field() -> Markup:
    """Give the hidden field that every form carries."""
    if g.get("is_frame"):
        return templating.csrf_input(TOKEN)
    if "csrf_input" not in g:
        g.csrf_input = templating.csrf_input(generate_csrf())
    field: Markup = g.csrf_input
    return field


def here() -> str:
    """Give the address of this page, to come back to after a choice."""
    return HERE if g.get("is_frame") else templating.here()


def _render(template: str, **values: Any) -> str:
    """Render with marks in the place of what is the request's own."""
    was_frame, g.is_frame = g.get("is_frame", False), True
    try:
        return render_template(template, **values)
    finally:
        g.is_frame = was_frame


def _keep(kept: dict[tuple[object, ...], str], most: int, key: tuple[object, ...], text: str) -> str:
    if len(kept) >= most:
        kept.clear()
    kept[key] = text
    return text


def _with_own(text: str) -> str:
    """Put the form token and the page's address, which are escaped here, in the place of their marks."""
    if TOKEN in text:
        text = text.replace(TOKEN, escape(generate_csrf())).replace(HERE, escape(templating.here()))
    return text


def _seen_by() -> tuple[object, ...]:
    """Give all that a part may depend on besides the marks, gathered once a request."""
    found: tuple[object, ...] | None = g.get("seen_by")
    if found is None:
        actor, tenant = g.get("actor"), g.get("tenant")
        found = g.seen_by = (
            request.endpoint,
            request.script_root,
            templating.locale(),
            templating.is_large_print(),
            (actor.name, actor.roles) if actor else None,
            (tenant.id, tenant.code, tenant.name, tenant.level) if tenant else None,
        )
    return found
