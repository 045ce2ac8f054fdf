"""Tables of scoring.

A ballot is one row with a column for each indicator: adding up is one pass over narrow rows.
"""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.scoring.rules import COLUMNS, SCALE_MAX, UNKNOWN, Channel, RoundState
from portal.tenancy.models import TenantOwned, tenant_fk, tenant_index, tenant_unique


class RatingRound(TenantOwned, Base):
    """One appraisal of one firm in one estate. Open during `opens_at <= now < closes_at`."""

    __tablename__ = "rating_round"

    estate_id: Mapped[uuid.UUID]
    company_id: Mapped[uuid.UUID]
    contract_id: Mapped[uuid.UUID]
    title: Mapped[str] = mapped_column(String(60))
    state: Mapped[RoundState]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    template: Mapped[dict[str, Any]] = mapped_column(JSON)  # its own copy of the rule pack, frozen once open
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]  # the cut-off: every counted ballot lies before it
    close_reason: Mapped[str] = mapped_column(String(200), default="")
    published_at: Mapped[datetime | None]
    # Units handed over in each building at the cut-off: who could take part. {building id: number}
    roll: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)

    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="closes_after_it_opens"),
        CheckConstraint("state IN ('DRAFT', 'OPEN') OR closed_at IS NOT NULL", name="closed_has_a_moment"),
        tenant_fk("estate_id", "estate", ondelete="RESTRICT"),
        tenant_fk("company_id", "property_company", ondelete="RESTRICT"),
        tenant_fk("contract_id", "service_contract", ondelete="RESTRICT"),
        tenant_index("estate_id", "state"),
    )


class Scores:
    """Mixin: seven answers, 0-5; None where the owner did not say."""

    s1: Mapped[int | None] = mapped_column(SmallInteger)
    s2: Mapped[int | None] = mapped_column(SmallInteger)
    s3: Mapped[int | None] = mapped_column(SmallInteger)
    s4: Mapped[int | None] = mapped_column(SmallInteger)
    s5: Mapped[int | None] = mapped_column(SmallInteger)
    s6: Mapped[int | None] = mapped_column(SmallInteger)
    s7: Mapped[int | None] = mapped_column(SmallInteger)

    @property
    def scores(self) -> tuple[int | None, ...]:
        """The seven answers in the order of the template."""
        return tuple(getattr(self, column) for column in COLUMNS)


def _between(least: int) -> CheckConstraint:
    """Give the check that each answer lies on the scale."""
    return CheckConstraint(
        " AND ".join(f"{column} BETWEEN {least} AND {SCALE_MAX}" for column in COLUMNS), name="on_the_scale"
    )


class Ballot(Scores, TenantOwned, Base):
    """What one unit says in one round. That there is one only, the database sees to."""

    __tablename__ = "ballot"

    round_id: Mapped[uuid.UUID]
    unit_id: Mapped[uuid.UUID]
    building_id: Mapped[uuid.UUID]  # the unit's, for counting by building without leaving this table
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    channel: Mapped[Channel]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    __table_args__ = (
        tenant_fk("round_id", "rating_round", ondelete="RESTRICT"),
        tenant_fk("unit_id", "unit", ondelete="RESTRICT"),
        tenant_fk("building_id", "building", ondelete="RESTRICT"),
        tenant_unique("round_id", "unit_id"),
        tenant_index("unit_id"),
        _between(0),
    )


class BallotDraft(Scores, TenantOwned, Base):
    """Answers that an owner has tapped but not yet sent; not counted, and gone once sent."""

    __tablename__ = "ballot_draft"

    round_id: Mapped[uuid.UUID]
    unit_id: Mapped[uuid.UUID]
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    changed_at: Mapped[datetime]

    __table_args__ = (
        tenant_fk("round_id", "rating_round", ondelete="CASCADE"),
        tenant_fk("unit_id", "unit", ondelete="CASCADE"),
        tenant_unique("round_id", "unit_id", "user_id"),
        _between(UNKNOWN),
    )
