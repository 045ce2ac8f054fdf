"""One view for both: the whole page, or the part that htmx swaps."""

from typing import Any, cast

from flask import Response, make_response, redirect, render_template, url_for
from flask_htmx import HTMX

htmx = HTMX()


def render(page: str, part: str | None = None, /, *, status: int = 200, **data: Any) -> Response:
    """Give the part when htmx asks for it, the page otherwise; the view never knows which."""
    wants_part = part is not None and bool(htmx) and not htmx.history_restore_request and not htmx.boosted
    return make_response(render_template(part if wants_part and part else page, **data), status)


def see_other(endpoint: str, **values: Any) -> Response:
    """Send the browser to a page after a form was dealt with, so that reloading does not send it again."""
    address = url_for(endpoint, **values)
    if htmx:
        return Response(status=204, headers={"HX-Redirect": address})
    return cast(Response, redirect(address, 303))
