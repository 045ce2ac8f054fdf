"""The invented register of a district: as large as told, the same for the same seed, nobody's real number."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.identity_numbers import read_citizen_number
from portal.demo.district import plan
from portal.demo.district.cli import district
from portal.demo.district.fill import add_secretaries, fill_district, is_urban
from portal.demo.district.people import REGION, people
from portal.demo.people import PASSWORD
from portal.demo.world import load_divisions
from portal.estates.models import Estate, Ownership, Unit
from portal.registers.models import PartyMember, PartyMemberPast, PartyOrganization
from portal.registers.queries import unseal_field
from portal.registers.rules import MemberStatus, check_parent
from portal.registers.rules.structure import BRANCH_MAX
from portal.tenancy.past import as_it_stood
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, OTHER_STREET_CODE, STREET_CODE, THERE_CODE
from tests.registers.makers import make_branches, make_member

TODAY = NOW.date()


def invented(seed: int = 1, members: int = 300) -> list[object]:
    places = plan.places(plan.dice_for(seed, "1", "o"), community="红梅社区", members=members, today=TODAY)
    return [
        *places,
        *people(plan.dice_for(seed, "1", "m"), members=members, organizations=places, today=TODAY),
    ]


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    assert invented() == invented()
    assert invented(seed=2) != invented()


def test_sizes_lie_about_the_median_and_within_the_bounds() -> None:
    sizes = [
        plan.count_members(plan.dice_for(1, str(n), "size"), is_urban=True, fewest=100, most=5000) for n in range(2000)
    ]
    assert min(sizes) >= 100
    assert max(sizes) == 5000
    assert 800 < sorted(sizes)[1000] < 1000


@pytest.mark.parametrize(
    ("name", "street", "urban"),
    [
        ("红梅社区居民委员会", "上海路街道", True),
        ("板桥社区居民委员会", "板桥镇", False),
        ("联合村村民委员会", "高坪街道", False),
    ],
)
def test_urban_is_a_community_of_the_town(name: str, street: str, urban: bool) -> None:
    assert is_urban(name, street) is urban


def test_a_community_is_filled_once_with_sound_rows_and_a_past(portal: Portal) -> None:
    filled = fill_district(HERE_CODE, seed=1, fewest=150, most=150, now=NOW)
    assert (filled.communities, filled.members, filled.left) == (1, 150, 0)
    with reading(scope_of(portal.here)):
        members = list(db.session.scalars(select(PartyMember)))
        numbers = {str(unseal_field(member, "id_number")) for member in members}
        kinds = {row.id: row for row in db.session.scalars(select(PartyOrganization))}
        for row in kinds.values():
            check_parent(row.kind, kinds[row.parent_id].kind if row.parent_id else None)
        last_year = as_it_stood(PartyMember, NOW - timedelta(days=365))
        normal = last_year.status == MemberStatus.NORMAL
        stood = db.session.scalar(select(func.count()).select_from(last_year).where(normal))
        past, units, holdings = (
            db.session.scalar(select(func.count()).select_from(each)) for each in (PartyMemberPast, Unit, Ownership)
        )
        assert all(member.full_name[1] == "示" for member in members)
    assert len(members) == len(numbers) == 150
    for number in numbers:
        assert read_citizen_number(number, today=TODAY).division_code == REGION
    assert 0 < (stood or 0) < 150
    assert (past or 0) > 10
    assert (holdings or 0) >= (units or 0) * 0.9 > 0
    again = fill_district(HERE_CODE, seed=1, fewest=150, most=150, now=NOW)
    assert (again.communities, again.members, again.left) == (0, 0, 1)


def test_most_branches_keep_within_fifty() -> None:
    places = plan.places(plan.dice_for(1, "1", "o"), community="红梅社区", members=2000, today=TODAY)
    branches = [place for place in places if place.parent == 0]
    assert 2000 / len(branches) < BRANCH_MAX


def test_a_register_with_people_in_it_is_left_alone(portal: Portal) -> None:
    with portal.inside():
        make_member(make_branches()[0].id)
    said: list[str] = []
    filled = fill_district(STREET_CODE, seed=1, fewest=5, most=5, now=NOW, say=said.append)
    assert (filled.communities, filled.left) == (0, 1)
    assert HERE_CODE in said[0]
    with reading(scope_of(portal.here)):
        assert db.session.scalar(select(func.count()).select_from(PartyMember)) == 1
        assert db.session.scalar(select(func.count()).select_from(Estate)) == 0


def test_a_street_without_communities_is_refused(portal: Portal) -> None:
    with pytest.raises(NotFound):
        fill_district("520303999", seed=1, fewest=5, most=5, now=NOW)


def test_the_command_fills_a_street_and_prints_the_totals(portal: Portal) -> None:
    arguments = [OTHER_STREET_CODE, "--members", "20-30", "--seed", "7"]
    answer = portal.app.test_cli_runner().invoke(district, arguments)
    assert answer.exit_code == 0, answer.output
    assert THERE_CODE in answer.output
    assert "communities" in answer.output
    refused = portal.app.test_cli_runner().invoke(district, ["520303", "--members", "many"])
    assert refused.exit_code == 2


def test_a_secretary_of_the_demo_signs_in(portal: Portal) -> None:
    assert add_secretaries(HERE_CODE, now=NOW) == 1
    assert add_secretaries(HERE_CODE, now=NOW) == 0
    client = portal.client()
    client.post("/sign-in", {"name": f"shuji{HERE_CODE[6:]}", "password": PASSWORD}, status=303)
    client.get(f"/t/{HERE_CODE}/registers/members")


def test_the_whole_district_has_139_communities_62_of_the_town(portal: Portal) -> None:
    load_divisions(NOW)
    filled = fill_district("520303", seed=1, fewest=2, most=2, now=NOW)
    assert (filled.communities, filled.urban, filled.members) == (139, 62, 278)
