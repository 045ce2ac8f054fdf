"""Changes of check sheets: a look-back or rectification recorded, and looked at again."""

import uuid
from datetime import date, datetime

from sqlalchemy import select

from portal.accounts.actor import Actor
from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.ids import new_id
from portal.registers.models import CheckSheet, SheetReview
from portal.registers.organs import locked_organization
from portal.registers.rules.sheets import SheetKind, SheetState, check_review, check_sheet
from portal.tenancy.scope import written_tenant


def open_sheet(
    organization_id: uuid.UUID,
    kind: SheetKind,
    *,
    checked_on: date,
    findings: str,
    measures: str,
    responsible: str,
    due_on: date | None,
    actor: Actor,
    now: datetime,
) -> CheckSheet:
    """Record a check; without findings it is closed at once. Raises NotFound, RuleBroken of check_sheet."""
    organization = locked_organization(organization_id)
    today = clock.today(now)
    state = check_sheet(checked_on=checked_on, findings=findings, measures=measures, due_on=due_on, today=today)
    is_open = state is SheetState.OPEN
    sheet = CheckSheet(
        id=new_id(), organization_id=organization.id, kind=kind, checked_on=checked_on, findings=findings.strip(),
        measures=measures.strip(), responsible=responsible, due_on=due_on if is_open else None, state=state,
        closed_on=None if is_open else checked_on, created_at=now,
    )  # fmt: skip
    db.session.add(sheet)
    changes: dict[str, list[object]] = {
        "kind": [None, kind.value], "state": [None, state.value], "due_on": [None, sheet.due_on],
    }  # fmt: skip
    record(AuditTag.CHECK_SHEET_OPEN, subject=sheet, actor=actor, now=now, changes=changes)
    return sheet


def review_sheet(
    sheet_id: uuid.UUID,
    *,
    reviewed_on: date,
    is_passed: bool,
    result: str,
    due_on: date | None,
    actor: Actor,
    now: datetime,
) -> SheetReview:
    """Record a re-check: passed closes the sheet, else measures go on. Raises NotFound, RuleBroken of check_review."""
    statement = select(CheckSheet).where(CheckSheet.tenant_id == written_tenant(), CheckSheet.id == sheet_id)
    sheet = db.session.scalars(statement.with_for_update()).one_or_none()
    if sheet is None:
        raise NotFound
    before = sheet.state
    sheet.state = check_review(
        sheet.state, checked_on=sheet.checked_on, reviewed_on=reviewed_on, is_passed=is_passed, due_on=due_on,
        today=clock.today(now),
    )  # fmt: skip
    sheet.due_on = None if is_passed else due_on
    sheet.closed_on = reviewed_on if is_passed else None
    review = SheetReview(
        id=new_id(), sheet_id=sheet.id, reviewed_on=reviewed_on, is_passed=is_passed, result=result.strip(),
        due_on=sheet.due_on, by_name=actor.name,
    )  # fmt: skip
    db.session.add(review)
    changes: dict[str, list[object]] = {"state": [before.value, sheet.state.value], "passed": [None, is_passed]}
    record(AuditTag.CHECK_SHEET_REVIEW, subject=sheet, actor=actor, now=now, changes=changes)
    return review
