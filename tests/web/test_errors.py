"""What an error leaves behind: a number to read out for the person, no words out of anybody's row in the log."""

import logging

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from portal.accounts.roles import Role
from portal.web import errors
from tests.conftest import Portal
from tests.makers import HERE_CODE

WHO = "张三演示"


def test_the_log_of_a_broken_statement_holds_nothing_of_its_rows(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(**_values: object) -> None:
        raise IntegrityError("INSERT INTO party_member …", {"full_name": WHO}, Exception("UNIQUE failed"))

    monkeypatch.setitem(portal.app.view_functions, "console.home", broken)
    monkeypatch.setattr(errors.log, "propagate", True)
    with caplog.at_level(logging.ERROR, "portal.web"):
        answer = portal.as_role(Role.COMMUNITY_SECRETARY).get("/", status=500)
    said = caplog.text + "".join(str(record.exc_info[1]) for record in caplog.records if record.exc_info)
    assert "INSERT INTO party_member" in said
    assert WHO not in said + answer.text
    reference = caplog.records[-1].args[0]  # type: ignore[index]
    assert str(reference) in answer.text
    assert HERE_CODE not in answer.text


def test_a_database_that_is_away_or_full_is_said_and_asked_for_again(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_values: object) -> None:
        raise OperationalError("SELECT 1", {"name": WHO}, Exception("could not connect to db.internal:5432"))

    monkeypatch.setitem(portal.app.view_functions, "console.home", away)
    answer = portal.as_role(Role.COMMUNITY_SECRETARY).get("/", status=503)
    assert answer.response.headers["Retry-After"] == "10"
    for secret in ("db.internal", "SELECT", "Traceback", WHO):
        assert secret not in answer.text
