"""Screens of estates and their buildings."""

import uuid
from typing import Any

from flask import flash, g
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.authz.permissions import Permission
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.desk.history import history_of
from portal.estates import commands, queries, rules
from portal.estates.forms import BuildingChangeForm, BuildingForm, EstateChangeForm, EstateForm, UnitsForm
from portal.estates.history import building_fields, estate_fields
from portal.estates.views.blueprint import WORDS, bp, status_of
from portal.web import panels
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.pagination import Page, page_number


@bp.get("")
@requires(Permission.ESTATE_LIST)
def list_estates() -> Any:
    """Show the estates of this community with what counts in a vote."""
    today = clock.today(g.now)
    return render(
        "estates/list.html",
        estates=queries.list_estates(),
        totals=queries.totals_by_estate(on=today),
        nobody=rules.NOBODY,
        today=today,
    )


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
    return render("estates/estate_form.html", form=form, estate=None, status=status_of(form))


@bp.get("/<uuid:estate_id>")
@requires(Permission.ESTATE_LIST)
def show_estate(estate_id: uuid.UUID) -> Any:
    """Show an estate: totals, buildings with their counts, contracts."""
    estate = queries.get_estate(estate_id)
    today = clock.today(g.now)
    return render(
        "estates/estate.html",
        estate=estate,
        buildings=queries.list_buildings_that_wait(estate_id, on=today),
        totals=queries.get_roll_totals(estate_id, on=today),
        contracts=queries.list_contracts(estate_id),
        history=history_of(estate, tenant_id=g.tenant.id, fields=estate_fields()),
        today=today,
    )


@bp.route("/<uuid:estate_id>/change", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def change_estate(estate_id: uuid.UUID) -> Any:
    """Correct an estate, and say whether special spaces vote."""
    estate = queries.get_estate(estate_id)
    form: Any = EstateChangeForm(obj=estate)
    if form.validate_on_submit():
        try:
            commands.change_estate(
                estate,
                name=form.name.data,
                address=form.address.data or "",
                counts_special=form.counts_special.data,
                counts_special_source=form.counts_special_source.data or "",
                actor=g.actor,
                now=g.now,
            )
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("%(name)s is changed.", name=form.name.data), "success")
            return see_other("estates.show_estate", estate_id=estate_id)
    return render("estates/estate_form.html", form=form, estate=estate, status=status_of(form))


@bp.route("/<uuid:estate_id>/buildings/new", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def create_building(estate_id: uuid.UUID) -> Any:
    """Enter a building with its units."""
    estate = queries.get_estate(estate_id)
    form: Any = BuildingForm()
    if form.validate_on_submit():
        try:
            lines = rules.read_unit_lines(form.lines.data)
            building = commands.create_building(
                estate, name=form.building_name.data, phase=form.phase.data or "", actor=g.actor, now=g.now
            )
            return _create_units(building, form, lines)
        except RuleBroken as error:
            form.add_rule_error(error)
    return _units_page(estate, None, form)


@bp.get("/buildings/<uuid:building_id>")
@requires(Permission.ESTATE_LIST)
def show_building(building_id: uuid.UUID) -> Any:
    """Show a building: who looks after it, how many live there, a page of its units."""
    building = queries.get_building(building_id)
    today = clock.today(g.now)
    buildings = queries.list_buildings(building.estate_id)
    counts = next(line for line in buildings if line.id == building_id)
    page = Page(page_number(), counts.units, queries.UNITS_PER_PAGE)
    contacts = queries.contacts_of([building_id], on=None, tenant_id=g.tenant.id).get(building_id, [])
    return render(
        "estates/building.html",
        building=building,
        estate=queries.get_estate(building.estate_id),
        counts=counts,
        page=page,
        units=queries.list_units(None, on=today, building_id=building_id, page=page.number),
        contacts=[each for each in contacts if each.valid_until is None or each.valid_until > today],
        today=today,
        former=[each for each in contacts if each.valid_until is not None and each.valid_until <= today],
        history=history_of(building, tenant_id=g.tenant.id, fields=building_fields()),
        panels=panels.panels_for("building", building_id, actor=g.actor),
        **WORDS,
    )


@bp.route("/buildings/<uuid:building_id>/change", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def change_building(building_id: uuid.UUID) -> Any:
    """Correct a building and how many live there."""
    building = queries.get_building(building_id)
    form: Any = BuildingChangeForm(obj=building, building_name=building.name)
    if form.validate_on_submit():
        try:
            commands.change_building(
                building,
                name=form.building_name.data,
                phase=form.phase.data or "",
                households=form.households.data,
                persons=form.persons.data,
                counted_on=form.counted_on.data,
                actor=g.actor,
                now=g.now,
            )
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("%(name)s is changed.", name=form.building_name.data), "success")
            return see_other("estates.show_building", building_id=building_id)
    estate = queries.get_estate(building.estate_id)
    return render("estates/building_form.html", form=form, building=building, estate=estate, status=status_of(form))


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
        building,
        lines=lines,
        basis=form.basis.data,
        status=form.status.data,
        usage=form.usage.data,
        actor=g.actor,
        now=g.now,
    )
    text = ngettext(
        "%(num)s unit was added to %(name)s.", "%(num)s units were added to %(name)s.", added, name=building.name
    )
    flash(text, "success")
    return see_other("estates.show_building", building_id=building.id)


def _units_page(estate: Any, building: Any, form: Any) -> Any:
    return render("estates/units_form.html", form=form, estate=estate, building=building, status=status_of(form))
