"""Resident units, and who holds a post now, for the registers beside this one."""

from flask_babel import gettext as _
from sqlalchemy import and_, select

from portal.core.db import db
from portal.registers.messages.structure import POST_WORDS
from portal.registers.models import PartyOrganization, PartyPost, WorkUnit
from portal.tenancy import known_contacts
from portal.tenancy.known_contacts import KnownContact


def resident_units(tenant_id: int) -> list[KnownContact]:
    """Give the units that sit in the community, by name; one statement."""
    statement = select(WorkUnit.id, WorkUnit.name).where(WorkUnit.tenant_id == tenant_id, WorkUnit.is_resident)
    return [KnownContact(*row, is_unit=True) for row in db.session.execute(statement.order_by(WorkUnit.name))]


def post_holders(tenant_id: int) -> list[KnownContact]:
    """Give who holds a post, heads of groups too, with it; by organization and name; one statement."""
    mine = and_(PartyOrganization.tenant_id == PartyPost.tenant_id, PartyOrganization.id == PartyPost.organization_id)
    statement = (
        select(PartyPost.id, PartyPost.person_name, PartyPost.kind, PartyOrganization.name)
        .join(PartyOrganization, mine)
        .where(PartyPost.tenant_id == tenant_id, PartyPost.until_on.is_(None), PartyOrganization.ended_on.is_(None))
        .order_by(PartyOrganization.name, PartyPost.person_name, PartyPost.id)
    )
    return [
        KnownContact(row.id, row.person_name, _("%(post)s of %(place)s", post=POST_WORDS[row.kind], place=row.name))
        for row in db.session.execute(statement)
    ]


known_contacts.register(resident_units)
known_contacts.register(post_holders)
