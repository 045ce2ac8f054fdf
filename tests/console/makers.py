"""One object of each kind that the console shows."""

import uuid

from portal.accounts.commands import grant_role
from portal.accounts.roles import Role
from portal.core.db import db
from portal.core.ids import new_id
from portal.jobs.models import Job, JobState
from portal.tenancy.models import Tenant
from portal.tenancy.scope import NOTHING, reading
from tests.conftest import Portal
from tests.makers import NOW, make_user


def make_job(portal: Portal, tenant_id: int, title: str = "导入花名册") -> Job:
    """Make long work that is over, so that no worker is needed."""
    with portal.inside(tenant_id):
        job = Job(
            id=new_id(),
            kind="desk.import",
            title=title,
            payload={},
            state=JobState.DONE,
            done=3,
            total=3,
            cursor=3,
            started_by_name="王书记",
            created_at=NOW,
            finished_at=NOW,
        )
        db.session.add(job)
    return job


def fill(portal: Portal, tenant_id: int, words: str = "自家") -> dict[str, uuid.UUID | str]:
    """Give somebody a role and let long work end; gives the ids by the names of the paths' parameters."""
    user = make_user(words)
    with portal.inside(tenant_id):
        grant = grant_role(
            user_id=user.id,
            tenant_id=tenant_id,
            role=Role.COMMUNITY_CLERK,
            starts_at=NOW,
            reason=words,
            granted_by=None,
            now=NOW,
        )
    with reading(NOTHING):
        code = db.session.get_one(Tenant, tenant_id).code
    return {"grant_id": grant.id, "job_id": make_job(portal, tenant_id, words).id, "division_code": code}
