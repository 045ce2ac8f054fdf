"""Put files away, and remove them."""

import uuid
from datetime import datetime

from sqlalchemy import delete

from portal.accounts.actor import Actor
from portal.core.db import db
from portal.core.ids import new_id
from portal.files.models import StoredFile
from portal.tenancy import vault


def store_file(name: str, content: bytes, media_type: str, *, actor: Actor | None, now: datetime) -> StoredFile:
    """Keep a file, sealed. The command that it belongs to records the event: a file alone is nobody's act."""
    file = StoredFile(
        id=new_id(),
        name=name[-200:],
        media_type=media_type,
        size=len(content),
        stored_by=actor.user_id if actor else None,
        stored_at=now,
    )
    file.sealed = vault.seal_bytes("stored_file.sealed", file.id, content)
    db.session.add(file)
    db.session.flush()
    return file


def drop_file(*file_ids: uuid.UUID) -> None:
    """Remove files that nothing speaks of any more; those that are not there are left alone."""
    if file_ids:
        db.session.execute(delete(StoredFile).where(StoredFile.id.in_(file_ids)))
