"""Screens of the estates register."""

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, g, request
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.accounts.queries import find_by_sign_in_name
from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import NotFound, RuleBroken
from portal.estates import commands, queries, rules
from portal.estates.forms import BuildingForm, ContractForm, EstateForm, OwnerForm, UnitForm, UnitsForm, VerifyForm
from portal.estates.messages import AREA_WORDS, STATUS_WORDS, TITLE_WORDS
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import Page, page_number

bp = Blueprint("estates", __name__, url_prefix="/t/<division:code>/estates")
WORDS: dict[str, Any] = {"status_words": STATUS_WORDS, "area_words": AREA_WORDS, "title_words": TITLE_WORDS}


@bp.get("")
@requires(Permission.ESTATE_LIST)
def list_estates() -> Any:
    """Show the estates of this community."""
    return render("estates/list.html", estates=queries.list_estates())


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def create_estate() -> Any:
    """Enter an estate."""
    form: Any = EstateForm()
    if form.validate_on_submit():
        try:
            estate = commands.create_estate(
                name=form.name.data, address=form.address.data or "", actor=g.actor, now=g.now
            )
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("%(name)s is entered. Now add its buildings.", name=estate.name), "success")
            return see_other("estates.show_estate", estate_id=estate.id)
    return render("estates/estate_form.html", form=form, status=422 if form.is_submitted() else 200)


@bp.get("/<uuid:estate_id>")
@requires(Permission.ESTATE_LIST)
def show_estate(estate_id: uuid.UUID) -> Any:
    """Show an estate: totals, buildings, firms and a page of its units."""
    estate = queries.get_estate(estate_id)
    today = clock.today(g.now)
    buildings = queries.list_buildings(estate_id)
    chosen = _chosen_building(buildings)
    total = sum(line.units for line in buildings if chosen is None or line.id == chosen)
    page = Page(page_number(), total, queries.UNITS_PER_PAGE)
    return render(
        "estates/estate.html",
        estate=estate,
        buildings=buildings,
        chosen=chosen,
        page=page,
        units=queries.list_units(estate_id, on=today, building_id=chosen, page=page.number),
        totals=queries.get_roll_totals(estate_id, on=today),
        contracts=queries.list_contracts(estate_id),
        today=today,
        **WORDS,
    )


def _chosen_building(buildings: list[queries.BuildingLine]) -> uuid.UUID | None:
    """Give the building that the list is narrowed to; raises NotFound for one of another estate."""
    asked = request.args.get("building", "")
    if not asked:
        return None
    found = next((line.id for line in buildings if str(line.id) == asked), None)
    if found is None:
        raise NotFound
    return found


@bp.route("/<uuid:estate_id>/buildings/new", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def create_building(estate_id: uuid.UUID) -> Any:
    """Enter a building with its units."""
    estate = queries.get_estate(estate_id)
    form: Any = BuildingForm()
    if form.validate_on_submit():
        try:
            lines = rules.read_unit_lines(form.lines.data)
            building = commands.create_building(estate, name=form.building_name.data, actor=g.actor, now=g.now)
            return _create_units(building, form, lines)
        except RuleBroken as error:
            form.add_rule_error(error)
    return _units_page(estate, None, form)


@bp.route("/buildings/<uuid:building_id>/units/new", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def create_units(building_id: uuid.UUID) -> Any:
    """Enter further units of a building."""
    building = queries.get_building(building_id)
    form: Any = UnitsForm()
    if form.validate_on_submit():
        try:
            return _create_units(building, form, rules.read_unit_lines(form.lines.data))
        except RuleBroken as error:
            form.add_rule_error(error)
    return _units_page(queries.get_estate(building.estate_id), building, form)


def _create_units(building: Any, form: Any, lines: list[rules.UnitLine]) -> Any:
    added = commands.create_units(
        building, lines=lines, basis=form.basis.data, status=form.status.data, actor=g.actor, now=g.now
    )
    text = ngettext(
        "%(num)s unit was added to %(name)s.", "%(num)s units were added to %(name)s.", added, name=building.name
    )
    flash(text, "success")
    return see_other("estates.show_estate", estate_id=building.estate_id, building=building.id)


def _units_page(estate: Any, building: Any, form: Any) -> Any:
    status = 422 if form.is_submitted() else 200
    return render("estates/units_form.html", form=form, estate=estate, building=building, status=status)


@bp.get("/units/<uuid:unit_id>")
@requires(Permission.ESTATE_LIST)
def show_unit(unit_id: uuid.UUID) -> Any:
    """Show a unit with its owners and what can be done for them."""
    return _unit_page(unit_id)


def _unit_page(unit_id: uuid.UUID, *, owner_form: Any = None, refused: Any = None, status: int = 200) -> Any:
    today = clock.today(g.now)
    unit = queries.get_unit_line(unit_id, on=today)
    building = queries.get_building(unit.building_id)
    forms = {held.id: VerifyForm(formdata=None, prefix=_prefix(held.id)) for held in unit.holdings}
    forms.update(refused or {})
    return render(
        "estates/unit.html",
        unit=unit,
        estate=queries.get_estate(building.estate_id),
        owner_form=owner_form
        or OwnerForm(formdata=None, share=Decimal(100), is_voting_representative=not unit.holdings),
        verify_forms=forms,
        status=status,
        **WORDS,
    )


def _prefix(ownership_id: uuid.UUID) -> str:
    """Tell the forms of several owners on one page apart."""
    return f"owner-{ownership_id}-"


@bp.route("/units/<uuid:unit_id>/change", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def change_unit(unit_id: uuid.UUID) -> Any:
    """Correct a unit, or enter that it was sold or handed over."""
    unit = queries.get_unit(unit_id)
    form: Any = UnitForm(area_m2=unit.exclusive_area_m2, basis=unit.area_basis, status=unit.status)
    if form.validate_on_submit():
        try:
            commands.change_unit(
                unit,
                facts=commands.UnitFacts(form.area_m2.data, form.basis.data, form.status.data),
                actor=g.actor,
                now=g.now,
            )
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("%(room)s is changed.", room=unit.room), "success")
            return see_other("estates.show_unit", unit_id=unit_id)
    return render("estates/unit_form.html", form=form, unit=unit, status=422 if form.is_submitted() else 200)


@bp.post("/units/<uuid:unit_id>/owners")
@requires(Permission.ESTATE_EDIT)
def add_owner(unit_id: uuid.UUID) -> Any:
    """Enter an owner of a unit."""
    unit = queries.get_unit(unit_id)
    form: Any = OwnerForm()
    if form.validate():
        try:
            commands.add_owner(unit, owner=_new_owner(form), title=_title(form), actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("%(name)s is entered as an owner.", name=form.name.data), "success")
            return see_other("estates.show_unit", unit_id=unit_id)
    return _unit_page(unit_id, owner_form=form, status=422)


def _new_owner(form: Any) -> commands.NewOwner:
    return commands.NewOwner(name=form.name.data, kind=form.kind.data, id_number=form.id_number.data or "")


def _title(form: Any) -> commands.Title:
    return commands.Title(
        valid_from=form.valid_from.data,
        basis=form.basis.data,
        share=int(form.share.data * 100),
        is_voting_representative=form.is_voting_representative.data,
    )


@bp.post("/ownerships/<uuid:ownership_id>/verification")
@requires(Permission.OWNERSHIP_VERIFY)
def verify_ownership(ownership_id: uuid.UUID) -> Any:
    """Link an owner to an account, once the papers were seen."""
    ownership = queries.get_ownership(ownership_id)
    form: Any = VerifyForm(prefix=_prefix(ownership_id))
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
    return _unit_page(ownership.unit_id, refused={ownership_id: form}, status=422)


@bp.route("/<uuid:estate_id>/contracts/new", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def create_contract(estate_id: uuid.UUID) -> Any:
    """Enter a service contract with a firm."""
    estate = queries.get_estate(estate_id)
    form: Any = ContractForm()
    if form.validate_on_submit():
        try:
            _create_contract(estate, form)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("The contract with %(name)s is entered.", name=form.company_name.data), "success")
            return see_other("estates.show_estate", estate_id=estate_id)
    return render("estates/contract_form.html", form=form, estate=estate, status=422 if form.is_submitted() else 200)


def _create_contract(estate: Any, form: Any) -> None:
    last_day = form.last_day.data
    company = commands.find_or_create_company(
        name=form.company_name.data, credit_code=form.credit_code.data, actor=g.actor, now=g.now
    )
    commands.create_contract(
        estate,
        company=company,
        valid_from=form.valid_from.data,
        valid_until=None if last_day is None else last_day + timedelta(days=1),
        actor=g.actor,
        now=g.now,
    )
