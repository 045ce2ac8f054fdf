"""What the public sees of a card: the text that the member consented to, and nothing else."""

import uuid

from flask import Response, g

from portal.care.queries.cards import published_version
from portal.care.rules.cards import fingerprint
from portal.care.views.blueprint import bp
from portal.core.errors import NotFound
from portal.registers.queries.briefs import member_briefs
from portal.web.guard import public
from portal.web.htmx import render


@bp.get("/public-cards/<uuid:public_card_id>")
@public
def show_public_card(public_card_id: uuid.UUID) -> Response:
    """Show a published card; for anything else the answer is that of an unknown address.

    The text must be the one that was consented to, and the member still in the register.
    """
    version, member_id = published_version(public_card_id, tenant_id=g.tenant.id)
    member = member_briefs([member_id], tenant_id=g.tenant.id).get(member_id)
    if member is None or not member.is_present or version.consent_fingerprint != fingerprint(version.text):
        raise NotFound
    return render("care/public_card.html", text=version.text)
