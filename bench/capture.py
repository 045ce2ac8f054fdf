"""The member list as the portal serves it, taken once: its bytes, its SQL, and what is needed to repeat it."""

import re
from typing import Any

from flask import Flask
from flask_babel import force_locale
from sqlalchemy import event, select

from bench.data import Database
from bench.page import HOT_ID, PASSWORD, PATH, SECRETARY, Capture
from portal.app import create_app
from portal.core.db import begin_statements, db
from portal.registers.messages import CLASS_WORDS, SEX_WORDS, STATUS_WORDS, TYPE_WORDS
from portal.registers.models import PartyOrganization
from portal.registers.rules import MemberStatus
from portal.tenancy import vault
from portal.tenancy.queries import forget_tenants
from portal.tenancy.scope import Scope, reading

TOKEN = re.compile(rb'(name="csrf_token" value=")[^"]+')


def without_token(page: bytes) -> bytes:
    """Give a page without what differs each time: the form token, which carries its own time."""
    return TOKEN.sub(rb"\1", page)


def capture(database: Database) -> Capture:
    """Sign in as the secretary and take the page the second time, when what is kept in memory is there."""
    app = create_app(database.settings())
    forget_tenants()
    client = app.test_client()
    token = TOKEN.search(client.get("/sign-in").data)
    assert token is not None
    form = {"name": SECRETARY, "password": PASSWORD, "csrf_token": token.group()[len(token.group(1)) :].decode()}
    assert client.post("/sign-in", data=form).status_code == 303
    client.get(PATH)
    statements, begin, page = _watched(app, client)
    text = page.decode()
    rows = re.search(r"<tbody>\n(.*)\n *</tbody>", text, re.DOTALL)
    assert rows is not None
    cookie = client.get_cookie("linli")
    assert cookie is not None
    taken = Capture(
        cookie=f"linli={cookie.value}",
        page=page,
        before=text[: rows.start(1)],
        row=_without_values(rows.group(1).split("\n")[0]),
        after=text[rows.end(1) :],
        begin=begin,
        statements=statements,
        words=_words(app),
        key=vault._key(HOT_ID),  # noqa: SLF001  the bare handler unseals, too
    )
    with app.app_context():
        db.engine.dispose()
    return taken


def _watched(app: Flask, client: Any) -> tuple[list[tuple[str, Any]], str, bytes]:
    """Ask for the page and note each statement as it goes to the driver."""
    seen: list[tuple[str, Any]] = []
    began: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        seen.append((statement, parameters))

    def note_beginning() -> list[str]:
        lines = begin_statements[0]()
        began[:] = lines
        return []

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    begin_statements.append(note_beginning)
    answer = client.get(PATH)
    begin_statements.remove(note_beginning)
    event.remove(engine, "before_cursor_execute", note)
    assert answer.status_code == 200, answer.status
    return [each for each in seen if each[0] != "BEGIN"], "; ".join(["BEGIN", *began]), answer.data


def _without_values(row: str) -> str:
    """Turn the first row into a template for all."""
    row = row.replace("{", "{{").replace("}", "}}")
    row = re.sub(r'(<a href=")[^"]*(">)[^<]*(</a>).*?(</th>)', r"\1{}\2{}\3{}\4", row, count=1)
    return re.sub(r"(<td[^>]*>)[^<]*", r"\1{}", row)


def _words(app: Flask) -> dict[str, dict[Any, str]]:
    """Give the words of the codes, and the names of the organizations, as the page shows them."""
    with app.test_request_context(), force_locale("zh_Hans"):
        words = {
            "types": {key.value: str(word) for key, word in TYPE_WORDS.items()},
            "classes": {key.value: str(word) for key, word in CLASS_WORDS.items()},
            "sexes": {key: str(word) for key, word in SEX_WORDS.items()},
            "states": {
                key.value: f' <span class="state state-warn">{word}</span>'
                for key, word in STATUS_WORDS.items()
                if key is not MemberStatus.NORMAL
            },
        }
        with reading(Scope(read=frozenset({HOT_ID}))):
            names = db.session.execute(select(PartyOrganization.id, PartyOrganization.name)).all()
        words["organizations"] = {row.id.hex: row.name for row in names}
    return words
