"""Who looks after a building, its public card, and the sheets to be posted."""

import io
import uuid
from datetime import timedelta
from typing import Any

import segno
from flask import Response, flash, g, make_response, url_for
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import NotFound, RuleBroken
from portal.estates import commands, queries, rules
from portal.estates.forms import ContactForm, EndForm
from portal.estates.messages import CONTACT_WORDS
from portal.estates.views.blueprint import bp, status_of
from portal.tenancy.known_contacts import KnownContact, known_contacts
from portal.web.guard import public, requires
from portal.web.htmx import render, see_other

QR_SCALE, QR_BORDER = 4, 4
ORGANIZATION_MAX = 60


@bp.route("/buildings/<uuid:building_id>/contacts/new", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def set_contact(building_id: uuid.UUID) -> Any:
    """Say who looks after a building, or all buildings of its estate."""
    building = queries.get_building(building_id)
    form: Any = ContactForm(valid_from=clock.today(g.now))
    known = {str(each.id): each for each in known_contacts(g.tenant.id)}
    form.offer(
        [(key, each.name) for key, each in known.items() if each.is_unit],
        [(key, f"{each.name} · {each.post}") for key, each in known.items() if not each.is_unit],
    )
    if form.validate_on_submit():
        chosen = queries.buildings_of(building.estate_id) if form.everywhere.data else [building]
        try:
            new = _new_contact(form, known.get(form.known.data or ""))
            commands.set_contact(chosen, new=new, actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("%(name)s now stands on the building's card.", name=new.name), "success")
            return see_other("estates.show_building", building_id=building_id)
    return render("estates/contact_form.html", form=form, building=building, status=status_of(form))


def _new_contact(form: Any, known: KnownContact | None) -> commands.NewContact:
    """Give the contact: somebody of the register with the post held there, or whoever was written."""
    rules.check_contact(form.kind.data, form.name.data or "", is_unit=known.is_unit if known else None)
    return commands.NewContact(
        kind=form.kind.data,
        name=known.name if known else form.name.data,
        valid_from=form.valid_from.data,
        organization=form.organization.data or (str(known.post)[:ORGANIZATION_MAX] if known else ""),
        phone=form.phone.data or "",
    )


@bp.route("/contacts/<uuid:contact_id>/end", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def end_contact(contact_id: uuid.UUID) -> Any:
    """End somebody's looking after a building."""
    contact = queries.get_contact(contact_id)
    form: Any = EndForm(last_day=clock.today(g.now))
    if form.validate_on_submit():
        building_id = contact.building_id
        until = form.last_day.data + timedelta(days=1)
        commands.end_contact(contact, valid_until=until, actor=g.actor, now=g.now)
        flash(_("%(name)s no longer stands on the card from %(day)s on.", name=contact.name, day=until), "success")
        return see_other("estates.show_building", building_id=building_id)
    return render(
        "estates/contact_end.html", form=form, contact=contact, kind=CONTACT_WORDS[contact.kind], status=status_of(form)
    )


def _building_here(building_id: uuid.UUID) -> Any:
    """Give a building of this very community: a street reads below, but has no cards of its own."""
    building = queries.get_building(building_id)
    if building.tenant_id != g.tenant.id:
        raise NotFound
    return building


@bp.get("/buildings/<uuid:building_id>/card")
@public
def show_card(building_id: uuid.UUID) -> Any:
    """Show a building's card to anybody: who looks after it and how to reach them, nothing else."""
    building = _building_here(building_id)
    contacts = queries.contacts_of([building_id], on=clock.today(g.now), tenant_id=g.tenant.id)
    return render(
        "estates/card.html",
        building=building,
        estate=queries.get_estate(building.estate_id),
        contacts=contacts.get(building_id, []),
        contact_words=CONTACT_WORDS,
    )


@bp.get("/buildings/<uuid:building_id>/card/qr-code")
@public
def show_card_code(building_id: uuid.UUID) -> Response:
    """Give the address of a building's card as a QR code, for the sheet at its door."""
    building = _building_here(building_id)
    address = url_for("estates.show_card", building_id=building.id, _external=True)
    image = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        image, kind="svg", scale=QR_SCALE, border=QR_BORDER, light="#fff", xmldecl=False, svgclass=None, lineclass=None
    )
    response = make_response(image.getvalue())
    response.content_type = "image/svg+xml"
    return response


@bp.get("/<uuid:estate_id>/sheets")
@requires(Permission.ESTATE_LIST)
def show_sheets(estate_id: uuid.UUID) -> Any:
    """Show the sheets to be posted at the doors of an estate, one A4 page a building."""
    estate = queries.get_estate(estate_id)
    buildings = queries.buildings_of(estate_id)
    contacts = queries.contacts_of([row.id for row in buildings], on=clock.today(g.now), tenant_id=g.tenant.id)
    return render(
        "estates/sheets.html", estate=estate, buildings=buildings, contacts=contacts, contact_words=CONTACT_WORDS
    )
