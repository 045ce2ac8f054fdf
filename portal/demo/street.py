"""The demo's sub-district: its working committee with the leaders, and the branch of its office. All are invented."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from portal.accounts.roles import Role
from portal.core.db import db
from portal.core.identity_numbers import citizen_check_character
from portal.demo.people import STREET
from portal.demo.world import World
from portal.registers.commands import NewOrganization, create_member, create_organization
from portal.registers.commands.terms import NewPost, fill_post
from portal.registers.facts import MemberFacts
from portal.registers.rules import ManagementClass, MemberType, OrganizationKind, PartyDate
from portal.registers.rules.structure import PostKind, committee_of
from portal.registers.rules.terms import OrganizationCategory
from portal.tenancy import scope
from portal.tenancy.queries import get_tenant
from portal.tenancy.scope import scope_of

LEADERS = ((PostKind.SECRETARY, "蒋示明"), (PostKind.DEPUTY_SECRETARY, "沈示宁"), (PostKind.COMMITTEE_MEMBER, "韩示安"))
OFFICE = ("杨示成", "杨示达", "杨示恩", "杨示福", "杨示光")


def load(world: World) -> None:
    """Enter the street's own register, in its own tenant, within the one transaction of the demo."""
    street, before = get_tenant(STREET), scope.current()
    db.session.flush()
    scope.use(scope_of(street.id))
    actor = replace(world.actor(Role.STREET_OFFICER), tenant_id=street.id)
    kind, name = committee_of(street.name)
    top = create_organization(NewOrganization(f"{name}(演示)", kind, None), actor=actor, now=world.now)
    for post, person in LEADERS:
        fill_post(top.id, NewPost(post, person, date(2023, 9, 1)), actor=actor, now=world.now)
    new = NewOrganization(
        "街道机关党支部(演示)", OrganizationKind.BRANCH, top.id, founded_on=date(2012, 7, 1),
        elected_on=date(2024, 3, 15), category=OrganizationCategory.ORGAN,
    )  # fmt: skip
    office = create_organization(new, actor=actor, now=world.now)
    members = [
        create_member(_facts(serial, person, office.id), actor=actor, now=world.now)
        for serial, person in enumerate(OFFICE)
    ]
    secretary = NewPost(PostKind.SECRETARY, OFFICE[0], date(2024, 3, 15), members[0].id)
    fill_post(office.id, secretary, actor=actor, now=world.now)
    db.session.flush()
    scope.use(before)


def _facts(serial: int, name: str, organization_id: UUID) -> MemberFacts:
    """Give an invented officer of the street; the ID number is well formed and nobody's."""
    born = date(1976 + serial, 5, 1)
    first = f"520303{born:%Y%m%d}{serial + 901:03d}"
    return MemberFacts(
        full_name=name,
        id_number=first + citizen_check_character(first),
        sex_code="1" if int(first[16]) % 2 else "2",
        born_on=born,
        member_type=MemberType.FULL,
        joined=PartyDate(date(born.year + 24, 7, 1)),
        organization_id=organization_id,
        full=PartyDate(date(born.year + 25, 7, 1)),
        ethnic_code="01",
        education_code="21",
        management_class=ManagementClass.IN_SERVICE,
        mobile=f"19900009{serial:03d}",
    )
