"""What nobody means to send ends in a sentence, never in a broken page: each form and each list, field by field."""

from collections.abc import Iterator

import pytest

from tests.conftest import Portal
from tests.makers import HERE_CODE
from tests.matrix import Form, address, everything, fill_tenant, forms_on, path_of, routes

NONSENSE = (" ", "9999-12-31", "9" * 40, "a\x00b")
"""A blank where a choice or a text is asked for, the last day there is, a number too long, a letter no text has."""
IN_QUERIES = ("\x00", "9999-12-31", "0001-01-01", "9" * 40)
KEYS = (
    "q", "page", "on", "since", "until", "before", "person", "area", "state", "kind", "show", "order", "columns",
    "branch", "class", "type", "gone", "joined_from", "joined_until", "direction", "level", "post", "again",
    "user", "role", "estate", "building", "what", "missing", "known", "verdict", "late", "ended", "over",
    "suggested", "replaces", "of", "form", "_method", "_scheme", "_external", "_anchor", "endpoint", "code",
)  # fmt: skip
ENDS_THE_SESSION = ("/sign-out", "/password")

# PostgreSQL takes less than SQLite does, so nothing that passes there fails here.
on_postgresql = pytest.mark.parametrize("machine", ["postgresql"], indirect=True)


def forms_of(portal: Portal) -> Iterator[tuple[str, list[Form]]]:
    """Give each page with its forms."""
    ids = fill_tenant(portal, portal.here)
    client = everything(portal, portal.here)
    for route in routes(portal.app):
        if route.method == "GET":
            url = address(route, HERE_CODE, ids)
            yield url, list(forms_on(client, url))


@on_postgresql
def test_nonsense_in_a_form_is_refused_in_words(portal: Portal) -> None:
    forms = {
        (path_of(form.action), tuple(sorted(form.values))): form
        for _url, each in forms_of(portal)
        for form in each
        if form.method == "POST" and not path_of(form.action).endswith(ENDS_THE_SESSION)
    }
    client, broken, cells = everything(portal, portal.here), [], 0
    token = client.token()
    for form in forms.values():
        for name in form.values:
            for value in (*NONSENSE, None) if name != "csrf_token" else ():
                sent = {**form.values, name: [value], "csrf_token": token}
                if value is None:
                    del sent[name]
                cells += 1
                status = client._ask("post", form.action, data=sent).status_code
                if status >= 500:
                    broken.append(f"POST {form.action} {name}={value!r}: {status}")
    print(f"\nnonsense in forms: {cells} cells, {len(forms)} forms")
    assert broken == []


@on_postgresql
def test_nonsense_in_an_address_is_passed_over_or_refused_in_words(portal: Portal) -> None:
    pages = [url for url, _forms in forms_of(portal)]
    client = everything(portal, portal.here)
    broken = [
        f"GET {url} {value!r}"
        for url in pages
        for value in IN_QUERIES
        if client._ask("get", url, query_string=dict.fromkeys(KEYS, value)).status_code >= 500
    ]
    assert broken == []
