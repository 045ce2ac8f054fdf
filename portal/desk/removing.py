"""Removing a record that was entered by mistake: only where nothing hangs on it; what it was stays in its past."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.desk.words import HANGING
from portal.tenancy.past import Kept
from portal.tenancy.references import hanging_on

# What can hang on a record that people may remove, by its table, as the plural of a heading.
TABLES: dict[str, Any] = HANGING | {
    "": _l("Other records"),
    "party_term": _l("Terms"),
    "organization_unit": _l("Party organizations"),
    "member_link": _l("Second belongings"),
    "service_contract": _l("Service contracts"),
    "rating_round": _l("Scoring rounds"),
    "ballot": _l("Ballots"),
    "election_case": _l("Elections of owners' committees"),
}


class TableWords:
    """The names of some tables, said in the language of whoever reads them."""

    def __init__(self, tables: Iterable[str]) -> None:
        self._tables = sorted(set(tables))

    def __str__(self) -> str:
        """Give the names, each once."""
        return "、".join(dict.fromkeys(str(TABLES.get(table, TABLES[""])) for table in self._tables))


def what_hangs(row: Kept, *, but: frozenset[str] = frozenset()) -> set[str]:
    """Give the tables with rows that keep a record from being removed, those in `but` apart."""
    return hanging_on(type(row), [row.id], tenant_id=row.tenant_id).get(row.id, set()) - but


def remove_row(row: Kept, *, now: datetime) -> None:
    """Remove a record; its past keeps what it was.

    Raises RuleBroken `desk.hangs` (with `records`) where something hangs on it; the keys decide, whoever was faster.
    """
    if hangs := what_hangs(row):
        raise RuleBroken("desk.hangs", records=TableWords(hangs))
    try:
        with db.session.begin_nested():
            row.updated_at = now
            db.session.delete(row)
            db.session.flush()
    except IntegrityError as error:
        raise RuleBroken("desk.hangs", records=TableWords([""])) from error
