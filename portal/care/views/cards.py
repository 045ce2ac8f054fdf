"""Public cards as the staff see them: text, consent, publication, withdrawal."""

import io
import uuid
from datetime import date
from typing import Any, cast

import segno
from flask import Response, flash, g, make_response, request, url_for
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.care.commands import cards as commands
from portal.care.forms import CardForm, ConsentForm, ReasonForm
from portal.care.messages import CARD_STATES
from portal.care.models import PublicCard
from portal.care.queries import cards as queries
from portal.care.rows import get_row
from portal.care.rules.cards import CardState, CardText, ConsentWay
from portal.care.views.blueprint import attempt, bp, chip, member_here, today
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import Page, page_number

LIST = "care.list_cards"
QR_SCALE, QR_BORDER = 4, 4


@bp.get("/cards")
@requires(Permission.CARE_LIST)
def list_cards() -> Response:
    """Show the cards, narrowed by state."""
    name = request.args.get("state", "")
    state = CardState(name) if name in set(CardState) else None
    counts = queries.count_cards(tenant_id=g.tenant.id)
    live = counts.total() - counts[CardState.WITHDRAWN]
    page = Page(page_number(), counts[state] if state else live)
    return render(
        "care/cards.html",
        rows=queries.list_cards(state, tenant_id=g.tenant.id, limit=page.per_page, offset=page.offset),
        page=page,
        is_narrowed=state is not None,
        states=[chip(LIST, _("All"), live, is_current=state is None)]
        + [
            chip(LIST, words, counts[each], is_current=state is each, state=each.value)
            for each, (words, _tone) in CARD_STATES.items()
        ],
    )


@bp.route("/members/<uuid:member_id>/card", methods=["GET", "POST"])
@requires(Permission.PUBLIC_CARD_MANAGE)
def draft_card(member_id: uuid.UUID) -> Response:
    """Write what a member's card shall say; the name is the register's."""
    member = member_here(member_id)
    last = queries.card_of_member(member.id, tenant_id=g.tenant.id)
    form = CardForm(obj=last)
    if form.is_submitted():
        version = attempt(
            form, lambda: commands.draft_card(member.id, _text(form, member.full_name), actor=g.actor, now=g.now)
        )
        if version:
            flash(_("The draft is saved. Let the member read it, then record the consent."), "success")
            return see_other("care.show_card", public_card_id=version.card_id)
    status = 422 if form.is_submitted() else 200
    return render("care/card_form.html", form=form, member=member, last=last, status=status)


@bp.get("/cards/<uuid:public_card_id>")
@requires(Permission.CARE_LIST)
def show_card(public_card_id: uuid.UUID) -> Response:
    """Show a card: where it stands, its text, who consented how, and the versions before."""
    return _page(public_card_id)


@bp.post("/cards/<uuid:public_card_id>/consent")
@requires(Permission.PUBLIC_CARD_MANAGE)
def record_consent(public_card_id: uuid.UUID) -> Response:
    """Record the member's consent to the text as it reads now."""
    get_row(PublicCard, public_card_id, tenant_id=g.tenant.id)
    form = ConsentForm(prefix="consent")
    version = attempt(form, lambda: commands.record_consent(public_card_id, _consent(form), actor=g.actor, now=g.now))
    if version is None:
        return _page(public_card_id, consent=form, status=422)
    flash(_("The consent is recorded. The card can be published now."), "success")
    return see_other("care.show_card", public_card_id=public_card_id)


@bp.post("/cards/<uuid:public_card_id>/publication")
@requires(Permission.PUBLIC_CARD_PUBLISH)
def publish_card(public_card_id: uuid.UUID) -> Response:
    """Put the card before the public."""
    commands.publish_card(public_card_id, actor=g.actor, now=g.now)
    flash(_("The card is public. It can be withdrawn at any time and is gone at once then."), "success")
    return see_other("care.show_card", public_card_id=public_card_id)


@bp.post("/cards/<uuid:public_card_id>/withdrawal")
@requires(Permission.PUBLIC_CARD_MANAGE)
def withdraw_card(public_card_id: uuid.UUID) -> Response:
    """Take the card from the public at once."""
    get_row(PublicCard, public_card_id, tenant_id=g.tenant.id)
    form = ReasonForm(prefix="back")
    if attempt(
        form, lambda: commands.withdraw_card(public_card_id, reason=form.reason.data or "", actor=g.actor, now=g.now)
    ):
        flash(_("The card is withdrawn. Its address shows nothing any more."), "success")
        return see_other("care.show_card", public_card_id=public_card_id)
    return _page(public_card_id, back=form, status=422)


@bp.post("/cards/<uuid:public_card_id>/consent-paper")
@requires(Permission.PUBLIC_CARD_MANAGE)
def fetch_consent_paper(public_card_id: uuid.UUID) -> Response:
    """Give the scan of the newest signed consent; each time is recorded."""
    file = commands.fetch_consent_paper(public_card_id, actor=g.actor, now=g.now)
    response = Response(file.content, mimetype=file.media_type)
    response.headers["Content-Disposition"] = "attachment"
    return response


@bp.get("/cards/<uuid:public_card_id>/qr-code")
@requires(Permission.CARE_LIST)
def show_card_code(public_card_id: uuid.UUID) -> Response:
    """Give the card's public address as a QR code, to be posted."""
    card = get_row(PublicCard, public_card_id, tenant_id=g.tenant.id)
    image = io.BytesIO()
    code = segno.make(url_for("care.show_public_card", public_card_id=card.id, _external=True), error="m", micro=False)
    code.save(
        image, kind="svg", scale=QR_SCALE, border=QR_BORDER, light="#fff", xmldecl=False, svgclass=None, lineclass=None
    )
    response = make_response(image.getvalue())
    response.content_type = "image/svg+xml"
    return response


def _text(form: CardForm, full_name: str) -> CardText:
    return CardText(
        full_name=full_name,
        identity=form.identity.data or "",
        post=form.post.data or "",
        promise=form.promise.data or "",
        contribution=form.contribution.data or "",
    )


def _consent(form: ConsentForm) -> commands.Consent:
    paper = form.paper.data
    scan = (str(paper.filename), paper.read(commands.PAPER_BYTES + 1)) if paper and paper.filename else None
    return commands.Consent(ConsentWay(form.way.data), cast(date, form.consented_on.data), scan)


def _page(public_card_id: uuid.UUID, *, status: int = 200, **forms: Any) -> Response:
    card = get_row(PublicCard, public_card_id, tenant_id=g.tenant.id)
    consent = ConsentForm(formdata=None, prefix="consent", data={"consented_on": today()})
    return render(
        "care/card.html",
        status=status,
        card=card,
        case=queries.card_case(card),
        member=member_here(card.member_id),
        address=url_for("care.show_public_card", public_card_id=card.id, _external=True),
        consent=forms.get("consent") or consent,
        back=forms.get("back") or ReasonForm(formdata=None, prefix="back"),
    )
