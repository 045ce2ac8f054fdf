"""The floor: a WSGI function without any framework that sends the bytes of the portal's page.

It runs the portal's own SQL through the plain driver, unseals and masks the mobiles, and joins strings. It checks
nothing: no cookie is verified, no policy asked, no template filled; what stands around the rows is a constant.
"""

import os
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import psycopg
from markupsafe import escape

from bench.page import PATH, captured, masked_mobile

page = captured()
url = os.environ["DATABASE_URL"]
is_sqlite = url.startswith("sqlite")
local = threading.local()
before, after = page.before.encode(), page.after.encode()
row_of, words = page.row.format, page.words
types, classes, sexes = words["types"], words["classes"], words["sexes"]
organizations, states = words["organizations"], words["states"]


def app(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer any request with the page."""
    body = before + "\n".join(map(line, member_rows())).encode() + after
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]


def member_rows() -> Sequence[Any]:
    """Run the page's statements in one transaction; give the rows of the last, which are the members."""
    cursor = connection().cursor()
    cursor.execute(page.begin if not is_sqlite else "BEGIN")
    rows: Sequence[Any] = ()
    for statement, parameters in page.statements:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    cursor.execute("COMMIT")
    cursor.close()
    return rows


def line(row: Any) -> str:
    """Give one row of the table."""
    row_id, name, sex, born, organization, type_, class_, joined, by_month, status, sealed = row
    text = uuid.UUID(row_id) if is_sqlite else row_id
    return row_of(
        f"{PATH}/{text}",
        escape(name),
        states.get(status, ""),
        sexes[sex],
        born[:4] if is_sqlite else born.year,
        organizations[organization if is_sqlite else organization.hex],
        types[type_],
        classes.get(class_, ""),
        str(joined)[:7] if by_month else joined,
        masked_mobile(text, sealed),
    )


def connection() -> Any:
    """Give this thread's connection."""
    found = getattr(local, "connection", None)
    if found is None:
        found = local.connection = open_sqlite() if is_sqlite else open_postgresql()
    return found


def open_postgresql() -> psycopg.Connection[Any]:
    """Connect as the portal does: each statement is planned for the tenant that asks."""
    found = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
    found.execute("SET plan_cache_mode = force_custom_plan")
    return found


def open_sqlite() -> sqlite3.Connection:
    """Open the file as the portal does."""
    found = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    found.execute("PRAGMA cache_size=-16000")
    return found
