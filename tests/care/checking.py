"""What tests of care's commands look at: codes of broken rules, events."""

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.registers.models import PartyMember
from portal.registers.rules import MemberStatus
from tests.makers import NOW


def code_of(error: pytest.ExceptionInfo[RuleBroken]) -> str:
    """Give the code of the rule that was broken."""
    return error.value.code


def events(tag: str) -> list[AuditEvent]:
    """Give the events of one tag, the oldest first."""
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.tag == tag).order_by(AuditEvent.id)))


def leave(member: PartyMember) -> None:
    """Let a member die."""
    member.status, member.updated_at = MemberStatus.DECEASED, NOW
    db.session.flush()
