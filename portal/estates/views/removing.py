"""Removing what was entered by mistake, after a question; what hangs on it keeps it."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import flash, g, url_for
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.desk.removal import Removal, ask
from portal.desk.removing import what_hangs
from portal.estates import commands, queries
from portal.estates.views.blueprint import bp
from portal.tenancy.past import Kept
from portal.web.guard import requires
from portal.web.htmx import see_other


@bp.route("/<uuid:estate_id>/remove", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def remove_estate(estate_id: uuid.UUID) -> Any:
    """Remove an estate that was entered by mistake."""
    estate = queries.get_estate(estate_id)
    what = _("The estate goes out of the register, for good. Nothing hangs on it.")
    words, back = (estate.name, what, _("Remove this estate")), url_for("estates.show_estate", estate_id=estate_id)
    return _remove(estate, commands.remove_estate, words, back, above=("estates.list_estates", {}))


@bp.route("/buildings/<uuid:building_id>/remove", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def remove_building(building_id: uuid.UUID) -> Any:
    """Remove a building that was entered by mistake."""
    building = queries.get_building(building_id)
    what = _("The building goes out of the register, for good, and its card with who looks after it. It has no unit.")
    words = building.name, what, _("Remove this building")
    back = url_for("estates.show_building", building_id=building_id)
    above = "estates.show_estate", {"estate_id": building.estate_id}
    return _remove(building, commands.remove_building, words, back, above)


@bp.route("/units/<uuid:unit_id>/remove", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def remove_unit(unit_id: uuid.UUID) -> Any:
    """Remove a unit that was entered by mistake."""
    unit = queries.get_unit(unit_id)
    what = _("The unit goes out of the register, for good. Nobody was ever entered as its owner.")
    name = f"{queries.get_building(unit.building_id).name} {unit.room}"
    words, back = (name, what, _("Remove this unit")), url_for("estates.show_unit", unit_id=unit_id)
    above = "estates.show_building", {"building_id": unit.building_id}
    return _remove(unit, commands.remove_unit, words, back, above)


@bp.route("/companies/<uuid:company_id>/remove", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def remove_company(company_id: uuid.UUID) -> Any:
    """Remove a property company that was entered by mistake."""
    company = queries.get_company(company_id)
    what = _("The firm goes out of the register, for good. It has no contract here.")
    words, back = (company.name, what, _("Remove this company")), url_for("estates.show_company", company_id=company_id)
    return _remove(company, commands.remove_company, words, back, above=("estates.list_companies", {}))


@bp.route("/contracts/<uuid:contract_id>/remove", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def remove_contract(contract_id: uuid.UUID) -> Any:
    """Remove a service contract that was entered by mistake."""
    line, contract = queries.get_contract(contract_id), queries.get_service_contract(contract_id)
    what = _("The contract goes out of the register, for good. No round of scoring was held by it.")
    words = line.company_name, what, _("Remove this contract")
    back = url_for("estates.show_contract", contract_id=contract_id)
    above = "estates.show_estate", {"estate_id": line.estate_id}
    title = _("Remove the contract with %(name)s", name=line.company_name)
    return _remove(contract, commands.remove_contract, words, back, above, title=title, area=line.estate_name)


def _remove(
    row: Kept,
    command: Callable[..., None],
    words: tuple[str, str, str],
    back: str,
    above: tuple[str, dict[str, Any]],
    *,
    title: str = "",
    area: str = "",
) -> Any:
    """Ask, remove and lead to the page above; `words` are the row's name, what will happen, and the button."""
    name, what, label = words
    title = title or _("Remove %(name)s", name=name)
    removal = Removal(title, what, label, area or name, back, "estates", hangs=what_hangs(row))
    asked = ask(removal, lambda reason: command(row, reason=reason, actor=g.actor, now=g.now))
    if asked is not None:
        return asked
    flash(_("%(name)s is removed.", name=name), "success")
    endpoint, values = above
    return see_other(endpoint, **values)
