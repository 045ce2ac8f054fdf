"""What undoing leaves is told in words: every field of every table that files fill, every code in it."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from portal.app import create_app
from portal.desk.kinds import list_kinds
from portal.desk.row_words import code_words
from portal.desk.rules.undoing import group_columns
from portal.desk.undoing import heading_of
from portal.tenancy.past import kept_columns

OF_FILES_ONLY = {"JobCategory", "FlowDirection", "LostReason"}  # a roster's own words say these


@pytest.fixture
def _kinds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every module's kinds of files registered."""
    monkeypatch.setenv("LINLI_INSTANCE", str(tmp_path))
    create_app()


@pytest.mark.usefixtures("_kinds")
def test_every_field_has_words() -> None:
    raw = [
        f"{model.__tablename__}.{part.key}"
        for kind in list_kinds()
        for model in kind.models
        for part in group_columns(kept_columns(model))
        if part.key != "id" and re.fullmatch(r"[a-z0-9_]+", heading_of(kind, part, model.__tablename__))
    ]
    assert raw == []


@pytest.mark.usefixtures("_kinds")
def test_every_code_has_words() -> None:
    enums = {
        column.type.enum_class
        for kind in list_kinds()
        for model in kind.models
        for column in model.__table__.columns
        if isinstance(column.type, sa.Enum) and column.type.enum_class
    }
    raw = {str(code) for enum in enums if enum.__name__ not in OF_FILES_ONLY for code in enum if not code_words(code)}
    assert len(enums) > 8
    assert raw == set()
