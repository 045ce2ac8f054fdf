"""Where a file is, for the terminal: there a batch is named by its number alone."""

import uuid
from collections.abc import Collection, Iterator

from sqlalchemy import select

from portal.accounts.queries import tenants_with_people
from portal.core.db import db
from portal.core.errors import NotFound
from portal.desk.models import ImportBatch
from portal.tenancy.models import Tenant
from portal.tenancy.scope import NOTHING, Scope, reading

AT_ONCE = 20_000
"""So many tenants are looked through with one statement."""


def code_of_batch(batch_id: uuid.UUID) -> str:
    """Give the code of the tenant that a batch is in; raises NotFound.

    Whoever asks works at the terminal and has the whole database. Tenants in which somebody ever worked are looked
    through first, then all the others, since an operator brings files into any.
    """
    for tenant_ids in _tenants():
        with reading(Scope(read=frozenset(tenant_ids))):
            found = select(ImportBatch.tenant_id).where(ImportBatch.id == batch_id)
            tenant_id = db.session.scalars(found).one_or_none()
        if tenant_id is not None:
            with reading(NOTHING):
                return db.session.scalars(select(Tenant.code).where(Tenant.id == tenant_id)).one()
    raise NotFound


def _tenants() -> Iterator[Collection[int]]:
    with reading(NOTHING):
        tenant_ids: Collection[int] = tenants_with_people()
    yield tenant_ids
    last = -1
    while True:
        with reading(NOTHING):
            statement = select(Tenant.id).where(Tenant.id > last).order_by(Tenant.id).limit(AT_ONCE)
            tenant_ids = list(db.session.scalars(statement))
        if not tenant_ids:
            return
        yield tenant_ids
        last = max(tenant_ids)
