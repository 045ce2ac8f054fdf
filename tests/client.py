"""A client that expects success unless told otherwise, and reads pages as people do."""

import re
from contextvars import Context
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.accounts.models import UserAccount
from portal.core.db import db

OK = (200, 204, 302, 303)


class PortalClient:
    """Walks the portal. Forms are sent with the token of the page that they stand on."""

    def __init__(self, app: Flask, http: FlaskClient) -> None:
        self.app, self.http = app, http

    def become(self, user: UserAccount) -> None:
        """Sign in without the sign-in page."""
        with self.http.session_transaction() as session:
            session["_user_id"] = f"{user.id}.{user.session_key}"
            session["_fresh"] = True

    def get(self, url: str, *, status: int | tuple[int, ...] = 200, part: bool = False) -> "Answer":
        """Get a page, or with `part` what htmx would get; asserts the status."""
        headers = {"HX-Request": "true"} if part else {}
        return self._checked(self._ask("get", url, headers=headers), status, url)

    def post(
        self,
        url: str,
        data: dict[str, Any] | None = None,
        *,
        status: int | tuple[int, ...] = OK,
        part: bool = False,
        **options: Any,
    ) -> "Answer":
        """Send a form; asserts the status (any success unless named)."""
        headers = {"HX-Request": "true"} if part else {}
        body = {"csrf_token": self.token(), **(data or {})}
        return self._checked(self._ask("post", url, data=body, headers=headers, **options), status, url)

    def status(self, method: str, url: str, data: dict[str, Any] | None = None) -> int:
        """Ask without expecting anything; unsafe methods carry a token."""
        return self.raw(method, url, data).status_code

    def body(self, method: str, url: str, data: dict[str, Any] | None = None) -> str:
        """Give what an answer says, token and reference numbers taken out."""
        text = self.raw(method, url, data).get_data().decode("utf-8", "replace")
        return re.sub(r'(name="csrf_token" value=)"[^"]*"', r'\1""', text)

    def raw(self, method: str, url: str, data: dict[str, Any] | None = None) -> TestResponse:
        """Ask and give the answer as it is."""
        if method == "GET":
            return self._ask("get", url)
        return self._ask(method.lower(), url, data={"csrf_token": self.token(), **(data or {})})

    def without_token(self, url: str, data: dict[str, Any]) -> int:
        """Send a form as another site would make the browser do it."""
        return self._ask("post", url, data=data).status_code

    def token(self) -> str:
        """Give this session's form token, as a page would carry it."""
        page = BeautifulSoup(self._ask("get", "/sign-in").get_data(as_text=True), "lxml")
        field = page.select_one("input[name=csrf_token]")
        assert field is not None
        return str(field["value"])

    def _ask(self, method: str, url: str, **options: Any) -> TestResponse:
        """Ask from a context of its own, so that the request shares neither session nor scope with the test."""
        db.session.remove()
        answer: TestResponse = Context().run(getattr(self.http, method), url, buffered=True, **options)
        return answer

    def _checked(self, response: TestResponse, status: int | tuple[int, ...], url: str) -> "Answer":
        expected = (status,) if isinstance(status, int) else status
        answer = Answer(response)
        assert response.status_code in expected, (
            f"{url}: {response.status_code} {response.headers.get('Location', '')}\n{answer.text[:1500]}"
        )
        return answer


class Answer:
    """An answer, read as a page."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.location = response.headers.get("Location") or response.headers.get("HX-Redirect") or ""

    @property
    def page(self) -> BeautifulSoup:
        """The parsed page."""
        return BeautifulSoup(self.response.get_data(as_text=True), "lxml")

    @property
    def text(self) -> str:
        """What the page says, blanks folded."""
        return " ".join(self.page.get_text(" ").split())

    def one(self, selector: str) -> Tag:
        """The only element that fits; asserts that it is the only one."""
        found = self.page.select(selector)
        assert len(found) == 1, f"{selector}: {len(found)} found"
        return found[0]

    def link(self, words: str) -> str:
        """The address of the link with these words, or with more around them where none has just these."""
        found = [a for a in self.page.select("a[href]") if words in a.get_text()]
        assert found, f"no link {words!r}"
        found.sort(key=lambda a: a.get_text(strip=True) != words)
        return str(found[0]["href"])

    def errors(self) -> list[str]:
        """What stands beside the fields and in the summary of a form."""
        return [tag.get_text(" ", strip=True) for tag in self.page.select(".field-error, .error-summary li")]
