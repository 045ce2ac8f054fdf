"""Screens of one unit and of those who own it."""

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import flash, g, request
from flask_babel import gettext as _

from portal.accounts.queries import find_by_sign_in_name
from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.desk.history import Entry, histories_of, history_of
from portal.estates import commands, queries
from portal.estates.forms import OwnerForm, UnitForm, VerifyForm
from portal.estates.history import ownership_fields, unit_fields
from portal.estates.views.blueprint import WORDS, bp, status_of
from portal.web import panels
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import PER_PAGE, Page, page_number

PERCENT = 100


@bp.get("/units")
@requires(Permission.ESTATE_LIST)
def list_lacking() -> Any:
    """Show the units that lack an owner, or somebody who votes for their co-owners."""
    asked = request.args.get("what", "")
    what = queries.Lack(asked) if asked in set(queries.Lack) else queries.Lack.OWNER
    today, number = clock.today(g.now), page_number()
    units, total = queries.list_lacking(what, on=today, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    return render("estates/lacking.html", what=what, units=units, page=Page(number, total))


@bp.get("/units/<uuid:unit_id>")
@requires(Permission.ESTATE_LIST)
def show_unit(unit_id: uuid.UUID) -> Any:
    """Show a unit with its owners, those before them, and what can be done."""
    return unit_page(unit_id)


def unit_page(unit_id: uuid.UUID, *, owner_form: Any = None, refused: Any = None, status: int = 200) -> Any:
    """Give a unit's page; `refused` is a form of an ownership that was not taken."""
    today = clock.today(g.now)
    unit = queries.get_unit_line(unit_id, on=today)
    building = queries.get_building(unit.building_id)
    forms = {held.id: VerifyForm(formdata=None, prefix=prefix(held.id)) for held in unit.holdings}
    forms.update(refused or {})
    history = queries.ownership_history(unit_id, on=today)
    running = {held.id for held in unit.holdings}
    return render(
        "estates/unit.html",
        unit=unit,
        building=building,
        estate=queries.get_estate(building.estate_id),
        owner_form=owner_form
        or OwnerForm(
            formdata=None,
            share=None if unit.holdings else Decimal(PERCENT),
            is_voting_representative=not unit.holdings,
        ),
        verify_forms=forms,
        others=[held for held in history if held.id not in running],
        yesterday=today - timedelta(days=1),
        today=today,
        panels=panels.panels_for("unit", unit_id, actor=g.actor),
        changes=_changes(unit_id, history),
        status=status,
        **WORDS,
    )


def _changes(unit_id: uuid.UUID, holdings: list[queries.Holding]) -> list[Entry]:
    """Give what changed on a unit and on who owns it, the newest first; seven statements however much there is."""
    names = {held.id: held.owner_name for held in holdings}
    rows = queries.ownerships_of(unit_id)
    entries = history_of(queries.get_unit(unit_id), tenant_id=g.tenant.id, fields=unit_fields())
    entries += histories_of(rows, tenant_id=g.tenant.id, fields=ownership_fields(), names=names)
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def prefix(ownership_id: uuid.UUID) -> str:
    """Tell the forms of several owners on one page apart."""
    return f"owner-{ownership_id}-"


@bp.route("/units/<uuid:unit_id>/change", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def change_unit(unit_id: uuid.UUID) -> Any:
    """Correct a unit, or enter that it was sold or handed over."""
    unit = queries.get_unit(unit_id)
    form: Any = UnitForm(obj=unit, area_m2=unit.exclusive_area_m2, basis=unit.area_basis, document=unit.area_document)
    if form.validate_on_submit():
        facts = commands.UnitFacts(
            area_m2=form.area_m2.data,
            basis=form.basis.data,
            status=form.status.data,
            document=form.document.data or "",
            usage=form.usage.data,
            sold_on=form.sold_on.data,
            delivered_on=form.delivered_on.data,
            room="".join((form.room.data or "").split()) or None,
        )
        try:
            commands.change_unit(unit, facts=facts, actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("%(room)s is changed.", room=facts.room or unit.room), "success")
            return see_other("estates.show_unit", unit_id=unit_id)
    return render("estates/unit_form.html", form=form, unit=unit, status=status_of(form))


@bp.post("/units/<uuid:unit_id>/owners")
@requires(Permission.ESTATE_EDIT)
def add_owner(unit_id: uuid.UUID) -> Any:
    """Enter an owner of a unit."""
    unit = queries.get_unit(unit_id)
    form: Any = OwnerForm()
    if form.validate():
        try:
            commands.add_owner(unit, owner=new_owner(form), title=title_of(form), actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("%(name)s is entered as an owner.", name=form.name.data), "success")
            return see_other("estates.show_unit", unit_id=unit_id)
    return unit_page(unit_id, owner_form=form, status=422)


@bp.route("/units/<uuid:unit_id>/sale", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def hand_over(unit_id: uuid.UUID) -> Any:
    """Hand a unit to a new owner in one step: those before end on that day."""
    today = clock.today(g.now)
    line = queries.get_unit_line(unit_id, on=today)
    form: Any = OwnerForm(share=Decimal(PERCENT), is_voting_representative=True, valid_from=today)
    if form.validate_on_submit():
        try:
            commands.hand_over_unit(
                queries.get_unit(unit_id), buyer=new_owner(form), title=title_of(form), actor=g.actor, now=g.now
            )
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("%(room)s now belongs to %(name)s.", room=line.room, name=form.name.data), "success")
            return see_other("estates.show_unit", unit_id=unit_id)
    return render("estates/sale_form.html", form=form, unit=line, status=status_of(form))


@bp.post("/units/<uuid:unit_id>/undo")
@requires(Permission.ESTATE_EDIT)
def undo_change(unit_id: uuid.UUID) -> Any:
    """Take back the last change of who owns a unit."""
    unit = queries.get_unit(unit_id)
    try:
        commands.undo_last_change(unit, actor=g.actor, now=g.now)
    except RuleBroken as error:
        form = OwnerForm(formdata=None)
        form.add_rule_error(error)
        return unit_page(unit_id, owner_form=form, status=422)
    flash(_("The last change of who owns %(room)s is taken back.", room=unit.room), "success")
    return see_other("estates.show_unit", unit_id=unit_id)


def new_owner(form: Any) -> commands.NewOwner:
    """Give what a form says of an owner."""
    phone = form.phone.data or ""
    return commands.NewOwner(name=form.name.data, kind=form.kind.data, id_number=form.id_number.data or "", phone=phone)


def title_of(form: Any, *, votes: bool | None = None) -> commands.Title:
    """Give what a form says of a title; an empty share is joint ownership."""
    return commands.Title(
        valid_from=form.valid_from.data,
        basis=form.basis.data,
        share=None if form.share.data is None else int(form.share.data * PERCENT),
        is_voting_representative=form.is_voting_representative.data if votes is None else votes,
        document=form.document.data or "",
    )


@bp.post("/ownerships/<uuid:ownership_id>/verification")
@requires(Permission.OWNERSHIP_VERIFY)
def verify_ownership(ownership_id: uuid.UUID) -> Any:
    """Link an owner to an account, once the papers were seen."""
    ownership = queries.get_ownership(ownership_id)
    form: Any = VerifyForm(prefix=prefix(ownership_id))
    if form.validate():
        try:
            account = find_by_sign_in_name(form.account.data)
            if account is None:
                raise RuleBroken("estates.account_unknown", field="account")
            commands.verify_ownership(ownership, user_id=account.id, actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("Verified. This owner can now score and be nominated for the unit."), "success")
            return see_other("estates.show_unit", unit_id=ownership.unit_id)
    return unit_page(ownership.unit_id, refused={ownership_id: form}, status=422)
