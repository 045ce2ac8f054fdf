"""The frame around each page: rendered once for all requests that see the same, then given what is the request's own.

A part in templates/frame/ may depend on what _seen_by() names, on the form token and on the page's address. Whatever
else it showed would be shown to other requests too: such things belong into a block of base.html.
"""

import secrets

from flask import Flask, g, render_template, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from portal.web import templating

MOST_KEPT = 5_000
# Marks of this process that nobody can guess and put into a name.
TOKEN, HERE = (f"[{secrets.token_hex(12)}]" for _ in range(2))
_kept: dict[tuple[object, ...], str] = {}


def set_up(app: Flask) -> None:
    """Attach the parts to the templates."""
    app.jinja_env.globals.update(frame=frame, csrf_field=csrf_field, here=here)


def frame(part: str) -> Markup:
    """Give a part of the frame for this request."""
    if "seen_by" not in g:
        g.seen_by = _seen_by()
    key = (part, g.seen_by)
    text = _kept.get(key)
    if text is None:
        text = _render(part)
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = text
    if TOKEN in text:
        text = text.replace(TOKEN, escape(generate_csrf())).replace(HERE, escape(templating.here()))
    return Markup(text)  # noqa: S704  a template's output, and two values that are escaped here


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


def _render(part: str) -> str:
    g.is_frame = True
    try:
        return render_template(f"frame/_{part}.html")
    finally:
        g.is_frame = False


def _seen_by() -> tuple[object, ...]:
    actor, tenant = g.get("actor"), g.get("tenant")
    return (
        request.endpoint,
        request.script_root,
        templating.locale(),
        templating.is_large_print(),
        (actor.name, actor.roles) if actor else None,
        (tenant.id, tenant.code, tenant.name, tenant.level) if tenant else None,
    )
