"""Tables of the desk: an uploaded file, its rows with their verdicts, and pieces not judged yet."""

import uuid
from datetime import datetime

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base
from portal.desk.models.exports import ExportOrder, HeadingMemory
from portal.desk.rules import BatchState, Verdict
from portal.tenancy.models import TenantOwned, tenant_fk, tenant_index, tenant_unique

__all__ = ["ExportOrder", "HeadingMemory", "ImportBatch", "ImportPiece", "ImportRow"]


class ImportBatch(TenantOwned, Base):
    """One uploaded file on its way into a register."""

    __tablename__ = "import_batch"

    kind: Mapped[str] = mapped_column(String(30))
    file_name: Mapped[str] = mapped_column(String(200))
    sheet_name: Mapped[str] = mapped_column(String(100))
    other_sheets: Mapped[int] = mapped_column(Integer)
    headings: Mapped[list[str]] = mapped_column(JSON)
    places: Mapped[dict[str, int]] = mapped_column(JSON)
    unused: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[BatchState]
    row_count: Mapped[int] = mapped_column(Integer)
    job_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    uploaded_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    uploaded_by_name: Mapped[str] = mapped_column(String(50))
    uploaded_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    # The file itself, until its rows are written: another sheet of it may be read, its columns named anew.
    file_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    sheets: Mapped[list[str] | None] = mapped_column(JSON)  # that have anything in them, in the file's order
    heading_row: Mapped[int | None] = mapped_column(Integer)
    matched: Mapped[dict[str, str] | None] = mapped_column(JSON)  # how each column was recognised
    samples_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # the first cells of each column

    __table_args__ = (tenant_index("uploaded_at"), tenant_index("state"))

    @property
    def asks_columns(self) -> bool:
        """Say whether a person must first say what the columns mean; nothing is judged before."""
        return self.state is BatchState.STAGING and self.job_id is None


class ImportPiece(TenantOwned, Base):
    """Some hundred rows as they stood in the file, sealed; gone once they are judged."""

    __tablename__ = "import_piece"

    batch_id: Mapped[uuid.UUID]
    number: Mapped[int] = mapped_column(Integer)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        tenant_fk("batch_id", "import_batch", ondelete="CASCADE"),
        tenant_unique("batch_id", "number"),
    )


class ImportRow(TenantOwned, Base):
    """One row of a file and what becomes of it.

    `sealed` holds the cells, the reasons and the changes as JSON; `identity` finds the same person
    twice in one file without saying who it is.
    """

    __tablename__ = "import_row"

    batch_id: Mapped[uuid.UUID]
    row_number: Mapped[int] = mapped_column(Integer)
    verdict: Mapped[Verdict]
    identity: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    is_written: Mapped[bool] = mapped_column(Boolean)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        tenant_fk("batch_id", "import_batch", ondelete="CASCADE"),
        tenant_unique("batch_id", "row_number"),
        tenant_index("batch_id", "verdict", "row_number"),
        tenant_index("batch_id", "identity"),
    )
