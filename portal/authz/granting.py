"""Who may make whom what: for each role that manages people, the roles it may give and end, in its own tenant only.

Nobody gives a role above their own. Source: the secretary answers for the community's people; the street and the
operator for their own staff; whoever is looked at by an auditor does not choose the auditor.
"""

from portal.accounts.actor import Actor
from portal.accounts.roles import Role
from portal.tenancy.levels import Level

MAY_GRANT: dict[Role, tuple[Role, ...]] = {
    Role.COMMUNITY_SECRETARY: (
        Role.COMMUNITY_SECRETARY,
        Role.COMMUNITY_CLERK,
        Role.REVIEWER,
        Role.IN_SERVICE_MEMBER,
        Role.OWNER,
        Role.PROPERTY_CONTACT,
    ),
    Role.STREET_OFFICER: (Role.STREET_OFFICER,),
    Role.OPERATOR: (
        Role.OPERATOR,
        Role.DISTRICT_OFFICER,
        Role.STREET_OFFICER,
        Role.COMMUNITY_SECRETARY,
        Role.AUDITOR,
    ),
}

# Where each role means something.
LEVELS_OF: dict[Role, frozenset[Level]] = {
    Role.OPERATOR: frozenset(Level),
    Role.AUDITOR: frozenset(Level),
    Role.DISTRICT_OFFICER: frozenset({Level.PROVINCE, Level.CITY, Level.DISTRICT}),
    Role.STREET_OFFICER: frozenset({Level.STREET}),
    **{
        role: frozenset({Level.COMMUNITY})
        for role in (
            Role.COMMUNITY_SECRETARY,
            Role.COMMUNITY_CLERK,
            Role.REVIEWER,
            Role.IN_SERVICE_MEMBER,
            Role.OWNER,
            Role.PROPERTY_CONTACT,
        )
    },
}

# Who is named first when the operator opens a workspace.
FIRST_ROLE: dict[Level, Role] = {
    Level.COMMUNITY: Role.COMMUNITY_SECRETARY,
    Level.STREET: Role.STREET_OFFICER,
    Level.DISTRICT: Role.DISTRICT_OFFICER,
    Level.CITY: Role.DISTRICT_OFFICER,
    Level.PROVINCE: Role.DISTRICT_OFFICER,
}


def grantable_roles(actor: Actor, level: Level) -> tuple[Role, ...]:
    """Give the roles that the actor may give and end in the actor's own tenant, which is of this level."""
    mine = {role for held in actor.roles for role in MAY_GRANT.get(held, ())}
    return tuple(role for role in Role if role in mine and level in LEVELS_OF[role])
