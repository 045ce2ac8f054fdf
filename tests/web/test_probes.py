"""What attackers type into addresses and forms changes no page into theirs; a page that is open to it is found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import Flask, Response, redirect, render_template_string, request
from werkzeug.test import TestResponse

from tests.conftest import Portal
from tests.makers import HERE_CODE
from tests.matrix import address, everything, fill_tenant, forms_on, path_of, routes
from tests.web.test_nonsense import ENDS_THE_SESSION, KEYS, on_postgresql

TEMPLATES = Path(__file__).parents[2] / "templates"
MARK = "linliprobe"
PROBES = {
    "a script": f"\"'><script>{MARK}()</script>",
    "an attribute": f'" onfocus={MARK}() autofocus x="',
    "a statement": f"'); SELECT '{MARK}' --",
    "a template": "{{7919*7907}}",
    "a header": f"x\r\nX-{MARK}: 1",
    "another site": f"//{MARK}.example/",
    "a script's address": f"javascript:{MARK}()",
    "a file": "../../../../../../etc/passwd",
}
SHOWN_ELSEWHERE = {
    "console/_first_password.html", "console/person_added.html", "console/tenant_open.html",
    "console/tenant_opened.html", "console/tenant_search.html", "desk/_rests.html", "desk/_undo.html",
    "desk/undo.html", "errors/403.html", "errors/429.html", "errors/500.html", "errors/503.html",
    "care/record.html", "reporting/report_form.html", "scoring/answers.html", "scoring/question.html",
    "scoring/receipt.html",
}  # fmt: skip
"""They need a person without a role, an operator, an owner, or something that went wrong: tests of their own."""
OPEN = (
    (re.compile(rf"<script>{MARK}"), "a script"),
    (re.compile(r"62615533"), "a template"),
    (re.compile(rf"(?:href|src|action)=[\"']?javascript:{MARK}", re.IGNORECASE), "a script's address"),
    (re.compile(r"root:x?:0:0:"), "a file"),
    (re.compile(r"syntax error at or near|unrecognized token|sqlite3\.|psycopg", re.IGNORECASE), "a statement"),
)


def holes(response: TestResponse) -> set[str]:
    """Say what an answer is open to."""
    text = response.get_data().decode("utf-8", "replace")
    found = {name for pattern, name in OPEN if pattern.search(text)}
    if f"onfocus={MARK}" in text and BeautifulSoup(text, "lxml").select("[onfocus]"):
        found.add("an attribute")
    if response.status_code >= 500:
        found.add("a statement")
    if any(MARK in name.lower() for name in response.headers.keys()):  # noqa: SIM118  a header's name, not its value
        found.add("a header")
    if MARK in urlsplit(response.headers.get("Location", "")).netloc:
        found.add("another site")
    return found


def open_to_all() -> Flask:
    """Give a site that is open to each of them: what finds nothing here is blind."""
    app = Flask("open to all")
    answers = {
        "a statement": lambda said: f"sqlite3.OperationalError: near {said}",
        "a template": render_template_string,
        "a header": lambda said: Response("", headers={said.split()[1].partition(":")[0]: "1"}),
        "another site": redirect,
        "a script's address": lambda said: f'<a href="{said}">',
        "a file": lambda _said: "root:x:0:0:root:/root:/bin/bash",
    }

    @app.get("/<name>")
    def show(name: str) -> Any:
        said = request.args["q"]
        return answers.get(name, lambda _said: f'<input value="{said}">')(said)

    return app


@pytest.mark.parametrize("name", PROBES)
def test_a_site_that_is_open_is_found(name: str) -> None:
    assert name in holes(open_to_all().test_client().get(f"/{name}", query_string={"q": PROBES[name]}))


def pages(portal: Portal) -> Iterator[str]:
    ids = fill_tenant(portal, portal.here)
    for route in routes(portal.app):
        if route.method == "GET":
            yield address(route, HERE_CODE, ids)


@on_postgresql
def test_no_page_is_open_to_what_stands_in_its_address_or_was_sent_in_its_forms(portal: Portal) -> None:
    urls = list(pages(portal))
    portal.app.jinja_env.cache.clear()
    client, found, asked = everything(portal, portal.here), [], 0
    forms = {
        (path_of(form.action), tuple(sorted(form.values))): form
        for url in urls
        for form in forms_on(client, url)
        if form.method == "POST" and not path_of(form.action).endswith(ENDS_THE_SESSION)
    }
    token = client.token()
    for form in forms.values():
        for name, probe in PROBES.items():
            free = {key: [probe] for key, values in form.values.items() if values == [f"{len(key)}"]}
            if not free and name != "a script":
                continue
            sent = {**form.values, **free, "csrf_token": token}
            asked += 1
            found += [f"POST {form.action} {hole}" for hole in holes(client._ask("post", form.action, data=sent))]
    for url in urls:
        for probe in (*PROBES.values(), ""):
            query = dict.fromkeys(KEYS, probe) if probe else {}
            asked += 1
            found += [f"GET {url} {probe!r} {hole}" for hole in holes(client._ask("get", url, query_string=query))]
    print(f"\nprobes: {asked} answers looked at, {len(forms)} forms, {len(urls)} pages")
    assert len(forms) > 100
    assert len(urls) > 150
    assert sorted(set(found)) == []
    used = {name for _loader, name in portal.app.jinja_env.cache or {}}
    assert {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")} - used <= SHOWN_ELSEWHERE
