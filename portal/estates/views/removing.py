"""Removing what was entered by mistake, after a question; what hangs on it keeps it."""

import uuid
from typing import Any

from flask import flash, g, url_for
from flask_babel import gettext as _

from portal.authz.permissions import Permission
from portal.desk.removal import Removal, ask
from portal.desk.removing import what_hangs
from portal.estates import commands, queries
from portal.estates.views.blueprint import bp
from portal.web.guard import requires
from portal.web.htmx import see_other


@bp.route("/<uuid:estate_id>/remove", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def remove_estate(estate_id: uuid.UUID) -> Any:
    """Remove an estate that was entered by mistake."""
    estate = queries.get_estate(estate_id)
    removal = Removal(
        title=_("Remove %(name)s", name=estate.name),
        what=_("The estate goes out of the register, for good. Nothing hangs on it."),
        label=_("Remove this estate"),
        area=estate.name,
        back=url_for("estates.show_estate", estate_id=estate_id),
        module="estates",
        hangs=what_hangs(estate),
    )
    name = estate.name
    page = ask(removal, lambda reason: commands.remove_estate(estate, reason=reason, actor=g.actor, now=g.now))
    return page or _gone(name, "estates.list_estates")


@bp.route("/buildings/<uuid:building_id>/remove", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def remove_building(building_id: uuid.UUID) -> Any:
    """Remove a building that was entered by mistake."""
    building = queries.get_building(building_id)
    estate_id, name = building.estate_id, building.name
    removal = Removal(
        title=_("Remove %(name)s", name=name),
        what=_(
            "The building goes out of the register, for good, and its card with who looks after it. It has no unit."
        ),
        label=_("Remove this building"),
        area=name,
        back=url_for("estates.show_building", building_id=building_id),
        module="estates",
        hangs=what_hangs(building),
    )
    page = ask(removal, lambda reason: commands.remove_building(building, reason=reason, actor=g.actor, now=g.now))
    return page or _gone(name, "estates.show_estate", estate_id=estate_id)


@bp.route("/units/<uuid:unit_id>/remove", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def remove_unit(unit_id: uuid.UUID) -> Any:
    """Remove a unit that was entered by mistake."""
    unit = queries.get_unit(unit_id)
    building_id, name = unit.building_id, unit.room
    removal = Removal(
        title=_("Remove %(name)s", name=name),
        what=_("The unit goes out of the register, for good. Nobody was ever entered as its owner."),
        label=_("Remove this unit"),
        area=name,
        back=url_for("estates.show_unit", unit_id=unit_id),
        module="estates",
        hangs=what_hangs(unit),
    )
    page = ask(removal, lambda reason: commands.remove_unit(unit, reason=reason, actor=g.actor, now=g.now))
    return page or _gone(name, "estates.show_building", building_id=building_id)


@bp.route("/companies/<uuid:company_id>/remove", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def remove_company(company_id: uuid.UUID) -> Any:
    """Remove a property company that was entered by mistake."""
    company = queries.get_company(company_id)
    name = company.name
    removal = Removal(
        title=_("Remove %(name)s", name=name),
        what=_("The firm goes out of the register, for good. It has no contract here."),
        label=_("Remove this company"),
        area=name,
        back=url_for("estates.show_company", company_id=company_id),
        module="estates",
        hangs=what_hangs(company),
    )
    page = ask(removal, lambda reason: commands.remove_company(company, reason=reason, actor=g.actor, now=g.now))
    return page or _gone(name, "estates.list_companies")


@bp.route("/contracts/<uuid:contract_id>/remove", methods=["GET", "POST"])
@requires(Permission.ESTATE_EDIT)
def remove_contract(contract_id: uuid.UUID) -> Any:
    """Remove a service contract that was entered by mistake."""
    line, contract = queries.get_contract(contract_id), queries.get_service_contract(contract_id)
    removal = Removal(
        title=_("Remove the contract with %(name)s", name=line.company_name),
        what=_("The contract goes out of the register, for good. No round of scoring was held by it."),
        label=_("Remove this contract"),
        area=line.estate_name,
        back=url_for("estates.show_contract", contract_id=contract_id),
        module="estates",
        hangs=what_hangs(contract),
    )
    page = ask(removal, lambda reason: commands.remove_contract(contract, reason=reason, actor=g.actor, now=g.now))
    return page or _gone(line.company_name, "estates.show_estate", estate_id=line.estate_id)


def _gone(name: str, endpoint: str, **values: Any) -> Any:
    flash(_("%(name)s is removed.", name=name), "success")
    return see_other(endpoint, **values)
