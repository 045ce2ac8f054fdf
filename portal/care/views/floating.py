"""The floating ledger: the list, one entry, contacts."""

import uuid
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

from flask import Response, flash, g, request, url_for
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.care.commands import floating as commands
from portal.care.forms import FloatingContactForm, LedgerForm, ReasonForm
from portal.care.listed import ledger_filter, read_ledger
from portal.care.messages import DIRECTIONS, DUTIES, LEDGER_FIELDS
from portal.care.models import FloatingMember
from portal.care.queries import floating as queries
from portal.care.queries.floating import LedgerFilter, LedgerRow
from portal.care.rows import get_row
from portal.care.rules import floating as rules
from portal.care.rules.floating import ContactWay, FloatingState, FlowDirection
from portal.care.views.blueprint import attempt, bp, chip, member_here, today
from portal.desk.exports import Wanted
from portal.registers import queries as registers
from portal.registers.queries.links import get_link_row
from portal.registers.rules.relations import missing_in_ledger
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import Page, page_number

LIST = "care.list_floating"
CONTACTS_SHOWN = 100
NOT_ENTERED_SHOWN = 12
KEPT = ("place_code", "since", "home_organization", "contact_person", "interval_days", "rule")


@bp.get("/floating")
@requires(Permission.CARE_LIST)
def list_floating() -> Response:
    """Show the ledger, the next contact first, and the floating members who are not in it."""
    params = read_ledger(request.args, g.tenant.id)
    wanted = ledger_filter(Wanted(g.tenant.id, today(), params))
    is_late = wanted.overdue_on is not None
    counts = queries.count_ledger(tenant_id=g.tenant.id, today=today())
    page = Page(page_number(), queries.count_found(wanted, tenant_id=g.tenant.id))
    missing = queries.members_not_entered(tenant_id=g.tenant.id)
    everybody = wanted.direction is None and not is_late and not wanted.has_ended
    return render(
        "care/floating.html",
        rows=queries.list_ledger(wanted, tenant_id=g.tenant.id, limit=page.per_page, offset=page.offset),
        page=page,
        q=params.get("q", ""),
        export=f"{url_for('desk.new_export', form_code='floating-ledger')}?{urlencode(params)}",
        today=today(),
        is_narrowed=wanted != LedgerFilter(),
        missing=missing[:NOT_ENTERED_SHOWN],
        missing_number=len(missing),
        transfer_is_due=rules.transfer_is_due,
        links=[
            chip(LIST, _("All"), counts.by_direction.total(), is_current=everybody),
            chip(LIST, _("Contact overdue"), counts.overdue, is_current=is_late, late="1"),
            *(
                chip(LIST, words, counts.by_direction[each], is_current=wanted.direction is each, direction=each.value)
                for each, words in DIRECTIONS.items()
            ),
            chip(LIST, _("Closed entries"), counts.ended, is_current=wanted.has_ended, ended="1"),
        ],
    )


@bp.route("/members/<uuid:member_id>/floating/new", methods=["GET", "POST"])
@requires(Permission.FLOATING_MANAGE)
def enter_floating(member_id: uuid.UUID) -> Response:
    """Enter a member into the ledger; what the register knows is not asked again."""
    member = member_here(member_id)
    form = LedgerForm(data=_known(member))
    if form.is_submitted():
        entry = attempt(form, lambda: commands.enter_floating(member.id, _facts(form), actor=g.actor, now=g.now))
        if entry:
            flash(_("%(name)s is in the ledger.", name=member.full_name), "success")
            return see_other("care.show_floating", floating_id=entry.id)
    return _form(form, member.full_name, url_for("care.enter_floating", member_id=member.id))


@bp.route("/guests/<uuid:belonging_id>/floating/new", methods=["GET", "POST"])
@requires(Permission.FLOATING_MANAGE)
def enter_guest(belonging_id: uuid.UUID) -> Response:
    """Enter somebody whose home is elsewhere and who reports here."""
    guest = get_link_row(belonging_id, tenant_id=g.tenant.id)
    form = LedgerForm(data={"home_organization": guest.other_name, "since": guest.from_on, **_usual()})
    del form.direction
    if form.is_submitted():
        entry = attempt(form, lambda: commands.enter_guest(guest.id, _facts(form), actor=g.actor, now=g.now))
        if entry:
            flash(_("%(name)s is in the ledger.", name=guest.full_name), "success")
            return see_other("care.show_floating", floating_id=entry.id)
    return _form(form, guest.full_name, url_for("care.enter_guest", belonging_id=guest.id))


@bp.get("/floating/<uuid:floating_id>")
@requires(Permission.CARE_LIST)
def show_floating(floating_id: uuid.UUID) -> Response:
    """Show one entry of the ledger with its contacts."""
    return _page(floating_id)


@bp.route("/floating/<uuid:floating_id>/fixes", methods=["GET", "POST"])
@requires(Permission.FLOATING_MANAGE)
def change_floating(floating_id: uuid.UUID) -> Response:
    """Change place or fixes."""
    entry = get_row(FloatingMember, floating_id, tenant_id=g.tenant.id)
    row = queries.get_ledger_row(entry)
    said = {"direction": row.direction.value if row.direction else "", "place": row.place}
    form = LedgerForm(data={**{name: getattr(entry, name) for name in KEPT}, **said})
    if entry.member_id is None:
        del form.direction
    if form.is_submitted():
        changed = attempt(form, lambda: commands.change_floating(entry.id, _facts(form), actor=g.actor, now=g.now))
        if changed:
            flash(_("The entry is changed."), "success")
            return see_other("care.show_floating", floating_id=entry.id)
    return _form(form, row.member_name, url_for("care.change_floating", floating_id=entry.id))


@bp.post("/floating/<uuid:floating_id>/contacts")
@requires(Permission.FLOATING_MANAGE)
def log_floating_contact(floating_id: uuid.UUID) -> Response:
    """Enter a contact."""
    get_row(FloatingMember, floating_id, tenant_id=g.tenant.id)
    form = FloatingContactForm(prefix="talk")
    contact = attempt(
        form,
        lambda: commands.log_floating_contact(
            floating_id,
            contacted_on=cast(date, form.contacted_on.data),
            way=ContactWay(form.way.data),
            person=form.person.data or "",
            note=form.note.data or "",
            actor=g.actor,
            now=g.now,
        ),
    )
    if contact is None:
        return _page(floating_id, talk=form, status=422)
    flash(_("The contact is entered."), "success")
    return see_other("care.show_floating", floating_id=floating_id)


@bp.post("/floating/<uuid:floating_id>/end")
@requires(Permission.FLOATING_MANAGE)
def end_floating(floating_id: uuid.UUID) -> Response:
    """Close an entry."""
    get_row(FloatingMember, floating_id, tenant_id=g.tenant.id)
    form = ReasonForm(prefix="end")
    if attempt(
        form, lambda: commands.end_floating(floating_id, reason=form.reason.data or "", actor=g.actor, now=g.now)
    ):
        flash(_("The entry is closed."), "success")
        return see_other("care.show_floating", floating_id=floating_id)
    return _page(floating_id, end=form, status=422)


def _known(member: Any) -> dict[str, object]:
    """Give what need not be typed: way and place from the register, the branch where the relation is here, the rest.

    Of somebody of whom the register says no way yet, the relation is taken to be here.
    """
    direction = rules.from_register(member.flow_direction) or FlowDirection.OUTFLOW
    organization = registers.get_organization(member.organization_id, tenant_id=g.tenant.id)
    return {
        "direction": direction.value,
        "place": member.flow_place or "",
        "home_organization": organization.name if direction is FlowDirection.OUTFLOW else "",
        **_usual(),
    }


def _usual() -> dict[str, object]:
    return {"contact_person": g.actor.name, "interval_days": rules.USUAL_INTERVAL}


def _facts(form: LedgerForm) -> commands.LedgerFacts:
    return commands.LedgerFacts(
        direction=FlowDirection(form.direction.data) if "direction" in form else FlowDirection.INFLOW,
        place=form.place.data or "",
        place_code=form.place_code.data or "",
        since=cast(date, form.since.data),
        home_organization=form.home_organization.data or "",
        contact_person=form.contact_person.data or "",
        interval_days=form.interval_days.data or 0,
        rule=form.rule.data or "",
    )


def _form(form: LedgerForm, name: str, action: str) -> Response:
    status = 422 if form.is_submitted() else 200
    return render("care/floating_form.html", form=form, name=name, action=action, status=status)


def _missing(row: LedgerRow, member: Any) -> tuple[str, ...]:
    """Give what the ledger of inflowing members leaves empty, of the entry and of the register together."""
    if row.direction is not FlowDirection.INFLOW or member is None:
        return ()
    entry = row.entry
    known = {name: getattr(member, name) for name in ("full_name", "born_on", "joined_on")}
    known |= {"mobile": member.mobile_sealed, "address": member.address_sealed}
    known |= {"contact_person": entry.contact_person, "interval": entry.interval_days, "rule": entry.rule}
    return missing_in_ledger(known)


def _page(floating_id: uuid.UUID, *, status: int = 200, **forms: Any) -> Response:
    entry = get_row(FloatingMember, floating_id, tenant_id=g.tenant.id)
    row = queries.get_ledger_row(entry)
    member = member_here(entry.member_id) if entry.member_id else None
    talk = FloatingContactForm(
        formdata=None, prefix="talk", data={"contacted_on": today(), "person": entry.contact_person}
    )
    return render(
        "care/floating_entry.html",
        status=status,
        row=row,
        entry=entry,
        member=member,
        contacts=queries.list_contacts(entry.id, tenant_id=g.tenant.id, limit=CONTACTS_SHOWN),
        is_open=entry.state is FloatingState.ACTIVE,
        duties=[DUTIES[duty] for duty in rules.duties(row.direction)],
        missing=[LEDGER_FIELDS[name] for name in _missing(row, member)],
        transfer_is_due=rules.transfer_is_due(row.direction, since=entry.since, today=today()),
        today=today(),
        talk=forms.get("talk") or talk,
        end=forms.get("end") or ReasonForm(formdata=None, prefix="end"),
    )
