"""Public pages of notices: no sign-in, nothing but the notice."""

import io
import uuid

import segno
from flask import Blueprint, Response, g, make_response, url_for

from portal.core.errors import NotFound
from portal.notices import queries, rules
from portal.notices.messages import KINDS, STANDINGS, step_sentence
from portal.notices.models import PublicNotice
from portal.notices.rules import NoticeStanding
from portal.web.guard import public
from portal.web.htmx import render

bp = Blueprint("notices", __name__, url_prefix="/t/<division:code>/notices")
QR_SCALE = 4
QR_BORDER = 4


@bp.get("")
@public
def list_notices() -> Response:
    """Show what is on display now."""
    lines = queries.list_current_notices(g.tenant.id, now=g.now)
    return render("notices/list.html", notices=lines, kinds=KINDS)


@bp.get("/<uuid:notice_id>")
@public
def show_notice(notice_id: uuid.UUID) -> Response:
    """Show a notice; once it has ended or was taken back, without the facts about people."""
    notice = _notice_here(notice_id)
    text = queries.text_of(notice)
    stands = rules.standing(ends_at=notice.ends_at, withdrawn_at=notice.withdrawn_at, now=g.now)
    return render(
        "notices/notice.html",
        notice=notice,
        body=text.body,
        is_current=stands is NoticeStanding.CURRENT,
        standing=STANDINGS[stands],
        is_intact=rules.fingerprint(text) == notice.fingerprint,
        working=[step_sentence(step) for step in queries.working_of(notice)],
        address=url_for("notices.show_notice", notice_id=notice.id, _external=True),
    )


@bp.get("/<uuid:notice_id>/qr-code")
@public
def show_code(notice_id: uuid.UUID) -> Response:
    """Give the notice's address as a QR code, for the printed copy."""
    notice = _notice_here(notice_id)
    image = io.BytesIO()
    code = segno.make(url_for("notices.show_notice", notice_id=notice.id, _external=True), error="m", micro=False)
    code.save(
        image, kind="svg", scale=QR_SCALE, border=QR_BORDER, light="#fff", xmldecl=False, svgclass=None, lineclass=None
    )
    response = make_response(image.getvalue())
    response.content_type = "image/svg+xml"
    return response


def _notice_here(notice_id: uuid.UUID) -> PublicNotice:
    """The notice, at the address of the very tenant that issued it; raises NotFound."""
    notice = queries.get_notice(notice_id)
    if notice.tenant_id != g.tenant.id:
        raise NotFound
    return notice
