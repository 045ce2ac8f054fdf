"""Posts of retired members and what was done on them."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, LargeBinary, String, column
from sqlalchemy.orm import Mapped, mapped_column

from portal.care.models.keys import account, member_fk, unique_where
from portal.care.rules.posts import HELD_STATES, DutyKind, DutyState, ReviewGrade
from portal.core.db import Base
from portal.tenancy.models import TenantOwned, tenant_fk, tenant_index


class DutyPost(TenantOwned, Base):
    """One post for one person (岗位): what is to be done, who does it, how it went. The health note is sealed."""

    __tablename__ = "duty_post"

    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[DutyKind]
    duties: Mapped[str] = mapped_column(String(300))
    state: Mapped[DutyState]
    member_id: Mapped[uuid.UUID | None]
    skill: Mapped[str] = mapped_column(String(60), default="")
    health_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    begins_on: Mapped[date | None]
    review_on: Mapped[date | None]
    grade: Mapped[ReviewGrade | None]
    review: Mapped[str] = mapped_column(String(300), default="")
    reviewed_on: Mapped[date | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        member_fk(),
        # One person, one post.
        unique_where(
            "uq_duty_post_holder",
            "member_id",
            condition=column("state").in_([state.value for state in HELD_STATES]),
        ),
        CheckConstraint("(member_id IS NULL) = (state = 'set')", name="holder"),
        CheckConstraint("state = 'set' OR begins_on IS NOT NULL", name="begins"),
        CheckConstraint("(reviewed_on IS NULL) = (state <> 'reviewed')", name="review"),
        tenant_index("state", "review_on"),
        tenant_index("member_id"),
    )


class DutyEntry(TenantOwned, Base):
    """One line of a post's log: what was done on a day."""

    __tablename__ = "duty_entry"

    duty_post_id: Mapped[uuid.UUID]
    done_on: Mapped[date]
    what: Mapped[str] = mapped_column(String(300))
    entered_by: Mapped[uuid.UUID] = account()
    entered_at: Mapped[datetime]

    __table_args__ = (
        tenant_fk("duty_post_id", "duty_post", ondelete="RESTRICT"),
        tenant_index("duty_post_id", "done_on"),
    )
