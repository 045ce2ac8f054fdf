"""Tables of election cases, their candidates, eligibility sheets and decisions."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Integer,
    Numeric,
    SmallInteger,
    String,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.elections.rules import (
    CandidateState,
    CaseKind,
    CaseState,
    CheckOutcome,
    NominationSource,
)
from portal.tenancy.models import TenantOwned, tenant_fk, tenant_index, tenant_unique


class ElectionCase(TenantOwned, Base):
    """One election of an owners' committee, under one version of one rule pack.

    `pack` is a full copy of that pack and `pack_hash` its SHA-256. `roll_area_m2` and `roll_heads`
    are S and N on the day of opening. `running_estate_id` repeats the estate while the case is
    under way, so that the database allows only one at a time.
    """

    __tablename__ = "election_case"

    estate_id: Mapped[uuid.UUID]
    running_estate_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    kind: Mapped[CaseKind]
    state: Mapped[CaseState]
    seats: Mapped[int] = mapped_column(SmallInteger)
    pack_id: Mapped[str] = mapped_column(String(60))
    pack_version: Mapped[int] = mapped_column(Integer)
    pack_hash: Mapped[str] = mapped_column(String(64))
    pack: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    prep_formed_on: Mapped[date]
    register_published_on: Mapped[date]
    roll_area_m2: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    roll_heads: Mapped[int] = mapped_column(Integer)
    opened_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    opened_at: Mapped[datetime]
    review_started_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("seats > 0", name="seats_above_zero"),
        tenant_fk("estate_id", "estate", ondelete="RESTRICT"),
        tenant_fk("running_estate_id", "estate", ondelete="RESTRICT"),
        tenant_unique("running_estate_id"),
        tenant_index("opened_at"),
        tenant_index("state"),
    )


class Candidate(TenantOwned, Base):
    """A person put forward for the committee."""

    __tablename__ = "candidate"

    case_id: Mapped[uuid.UUID]
    name: Mapped[str] = mapped_column(String(50))
    unit_text: Mapped[str] = mapped_column(String(60))
    source: Mapped[NominationSource]
    owner_id: Mapped[uuid.UUID | None]
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    state: Mapped[CandidateState]
    nominated_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    nominated_at: Mapped[datetime]

    __table_args__ = (
        tenant_fk("case_id", "election_case", ondelete="CASCADE"),
        tenant_fk("owner_id", "owner", ondelete="RESTRICT"),
        tenant_unique("case_id", "name", "unit_text"),
    )


class EligibilityCheck(TenantOwned, Base):
    """What was found about one candidate under one rule of the case's pack."""

    __tablename__ = "eligibility_check"

    candidate_id: Mapped[uuid.UUID]
    rule_code: Mapped[str] = mapped_column(String(12))
    outcome: Mapped[CheckOutcome]
    evidence: Mapped[str] = mapped_column(String(500))
    file_id: Mapped[uuid.UUID | None]
    checked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    checked_at: Mapped[datetime]

    __table_args__ = (
        tenant_fk("candidate_id", "candidate", ondelete="CASCADE"),
        tenant_fk("file_id", "stored_file", ondelete="RESTRICT"),
        tenant_unique("candidate_id", "rule_code"),
    )


class CandidateDecision(TenantOwned, Base):
    """A decision on a candidate: each one stays, the newest counts. `fix_by` is included."""

    __tablename__ = "candidate_decision"

    candidate_id: Mapped[uuid.UUID]
    outcome: Mapped[CandidateState]
    reason: Mapped[str] = mapped_column(String(500))
    cited: Mapped[list[str]] = mapped_column(JSON)
    fix_by: Mapped[date | None]
    decided_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    decided_at: Mapped[datetime]

    __table_args__ = (
        tenant_fk("candidate_id", "candidate", ondelete="CASCADE"),
        tenant_index("candidate_id", "decided_at"),
    )
