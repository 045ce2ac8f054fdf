"""What tests of estates are made of. Call inside `portal.inside()`; the caller's scope commits."""

import uuid
from datetime import date
from decimal import Decimal

from portal.accounts.actor import Actor
from portal.accounts.models import UserAccount
from portal.accounts.roles import Role
from portal.core.ids import new_id
from portal.desk.commands.saved_lists import save_list
from portal.estates import commands, queries, rules
from portal.estates.models import Building, BuildingContact, Estate, HeadDecision, Unit
from portal.estates.queries import ContractLine, OwnedUnit
from tests.conftest import Portal
from tests.makers import NOW

CREDIT_CODE = "91350100M000100Y43"
SINCE = date(2020, 1, 1)


def make_clerk(user: UserAccount | None = None, *, tenant_id: int = 0) -> Actor:
    """Give somebody who enters things; with an account where the trail or a key needs one."""
    user_id = user.id if user is not None else new_id()
    return Actor(user_id, "经办人", tenant_id, frozenset({Role.COMMUNITY_CLERK}), acting_as=Role.COMMUNITY_CLERK)


def make_estate(name: str = "演示小区", *, actor: Actor | None = None) -> Estate:
    """Make an estate."""
    return commands.create_estate(name=name, address="", actor=actor or make_clerk(), now=NOW)


def make_building(estate: Estate, name: str = "1栋", *, units: int = 0, actor: Actor | None = None) -> Building:
    """Make a building with so many units handed over, of 100 m² each."""
    actor = actor or make_clerk()
    building = commands.create_building(estate, name=name, actor=actor, now=NOW)
    if units:
        make_units(building, rooms=[f"{number:04d}" for number in range(1, units + 1)], actor=actor)
    return building


def make_units(
    building: Building,
    *,
    rooms: list[str],
    area: str = "100.00",
    status: rules.UnitStatus = rules.UnitStatus.DELIVERED,
    actor: Actor | None = None,
) -> None:
    """Make units of a building."""
    commands.create_units(
        building,
        lines=[rules.UnitLine(room, Decimal(area)) for room in rooms],
        basis=rules.AreaBasis.REGISTERED,
        status=status,
        actor=actor or make_clerk(),
        now=NOW,
    )


def units_of(estate: Estate) -> list[Unit]:
    """Give the units of an estate in their order."""
    return [queries.get_unit(line.id) for line in queries.list_units(estate.id, on=NOW.date())]


def make_owner(
    unit: Unit,
    user: UserAccount | None = None,
    *,
    name: str = "李四",
    clerk: UserAccount | None = None,
    share: int = 10_000,
) -> uuid.UUID:
    """Make an owner of a unit; with an account the ownership is verified by the clerk. Gives the ownership's id."""
    actor = make_clerk(clerk)
    held = queries.get_unit_line(unit.id, on=NOW.date()).holdings
    title = commands.Title(valid_from=SINCE, share=share, is_voting_representative=not held)
    ownership = commands.add_owner(unit, owner=commands.NewOwner(name=name), title=title, actor=actor, now=NOW)
    if user is not None:
        assert clerk is not None, "a verified ownership needs the clerk's account"
        commands.verify_ownership(ownership, user_id=user.id, actor=actor, now=NOW)
    return ownership.id


def make_known_owner(unit: Unit, user: UserAccount, *, words: str, clerk: UserAccount) -> uuid.UUID:
    """Make the one owner that an account may be the owner of a further unit; gives the ownership's id."""
    actor = make_clerk(clerk)
    known = commands.NewOwner(name=f"{words}业主", id_number="110101200002290018")
    ownership = commands.add_owner(unit, owner=known, title=commands.Title(valid_from=SINCE), actor=actor, now=NOW)
    commands.verify_ownership(ownership, user_id=user.id, actor=actor, now=NOW)
    return ownership.id


def fill(portal: Portal, tenant_id: int, words: str) -> dict[str, uuid.UUID | str]:
    """Put an estate with a building, units, an owner and a contract into a tenant; see tests/matrix.py."""
    clerk, owner = portal.person(Role.COMMUNITY_CLERK, tenant_id), portal.person(Role.OWNER, tenant_id)
    with portal.inside(tenant_id):
        estate = make_estate(f"{words}小区")
        building = make_building(estate, f"{words}1栋", units=2)
        unit = units_of(estate)[0]
        ownership_id = make_known_owner(unit, owner, words=words, clerk=clerk)
        owner_id = queries.get_ownership(ownership_id).owner_id
        contract = make_contract(estate, company=f"{words}物业")
        contact = make_contact(building, name=f"{words}社工")
        secretary = portal.person(Role.COMMUNITY_SECRETARY, tenant_id)
        actor = make_clerk(secretary, tenant_id=tenant_id)
        kept = save_list("owners", words, {"kind": "PERSON"}, is_shared=True, actor=actor, now=NOW)
        decision = make_twins(units_of(estate)[1], clerk=clerk, name=f"{words}双")
    return {
        "owner_kind": "person",
        "kept_of": "owners",
        "kept_list_id": kept.id,
        "estate_id": estate.id,
        "building_id": building.id,
        "unit_id": unit.id,
        "ownership_id": ownership_id,
        "owner_id": owner_id,
        "company_id": contract.company_id,
        "contract_id": contract.id,
        "contact_id": contact.id,
        "decision_id": decision.id,
    }


def make_contact(
    building: Building, *, name: str = "王社工", kind: rules.ContactKind = rules.ContactKind.COMMUNITY_WORKER
) -> BuildingContact:
    """Let somebody look after a building."""
    new = commands.NewContact(kind=kind, name=name, valid_from=SINCE, organization="", phone="0851-28620000")
    return commands.set_contact([building], new=new, actor=make_clerk(), now=NOW)[0]


def make_twins(
    unit: Unit, *, clerk: UserAccount, name: str = "赵双", verdict: rules.HeadVerdict = rules.HeadVerdict.LATER
) -> HeadDecision:
    """Make two entries of one name that own a unit together, and a decision about them."""
    first, second = (
        commands.add_owner(
            unit,
            owner=commands.NewOwner(name=name),
            title=commands.Title(valid_from=SINCE, share=None, is_voting_representative=False),
            actor=make_clerk(),
            now=NOW,
        )
        for _ in range(2)
    )
    pair = (first.owner_id, second.owner_id)
    return commands.decide_heads(*pair, verdict=verdict, reason="", actor=make_clerk(clerk), now=NOW)


def make_contract(estate: Estate, *, company: str = "演示物业", code: str = CREDIT_CODE) -> ContractLine:
    """Make a service contract that runs on."""
    actor = make_clerk()
    firm = commands.find_or_create_company(name=company, credit_code=code, actor=actor, now=NOW)
    contract = commands.create_contract(estate, company=firm, valid_from=SINCE, valid_until=None, actor=actor, now=NOW)
    return queries.get_contract(contract.id)


def owned(unit: Unit, user: UserAccount) -> OwnedUnit:
    """Give a unit as its owner sees it."""
    return queries.get_unit_of_verified_owner(unit.id, user_id=user.id, on=NOW.date())
