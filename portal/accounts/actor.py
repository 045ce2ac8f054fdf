"""Who acts: detached from the database, so that commands run the same from a page, a job and the terminal."""

import uuid
from dataclasses import dataclass

from portal.accounts.roles import Role


@dataclass(frozen=True)
class Actor:
    """A person in one tenant with the roles held there at this moment. VISITOR is always among them."""

    user_id: uuid.UUID
    name: str
    tenant_id: int
    roles: frozenset[Role]
    acting_as: Role | None = None  # the role that this request's permission came from

    @property
    def belongs_here(self) -> bool:
        """Say whether the person holds any role in this tenant."""
        return self.roles != {Role.VISITOR}
