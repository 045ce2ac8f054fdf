"""Under which names the portal answers: those of its setting, or any where it names none."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal.app import create_app
from portal.core.settings import load_settings
from portal.tenancy import vault
from tests.conftest import Portal

KEYS = {"LINLI_SECRET_KEY": "a" * 64, "LINLI_MASTER_KEY": "b" * 64}
PATHS = ("/sign-in", "/", "/t/520303003001/registers/members", "/nowhere")


@pytest.fixture
def named(portal: Portal) -> Iterator[Flask]:
    """Give an application on the same database that names its hosts."""
    yield create_app(replace(portal.settings, hosts=("linli.example.cn", ".gov.cn")))
    vault.set_master_key(portal.settings.master_key)


@pytest.mark.parametrize(
    ("given", "hosts"),
    [
        (None, ()),
        ("", ()),
        (" , ", ()),
        ("linli.example.cn", ("linli.example.cn",)),
        (" linli.example.cn, .gov.cn ,", ("linli.example.cn", ".gov.cn")),
    ],
)
def test_the_setting_is_a_list_of_names(given: str | None, hosts: tuple[str, ...], tmp_path: Path) -> None:
    environ = {**KEYS, "LINLI_INSTANCE": str(tmp_path), **({} if given is None else {"LINLI_HOSTS": given})}
    assert load_settings(environ).hosts == hosts


@pytest.mark.parametrize("host", ["linli.example.cn", "linli.example.cn:8443", "huichuan.gov.cn", "gov.cn"])
def test_a_name_of_the_setting_is_answered(named: Flask, host: str) -> None:
    assert named.test_client().get("/sign-in", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "linli.example.cn.evil.example", "evilgov.cn", "127.0.0.1", ""])
def test_any_other_name_gets_400_and_no_link(named: Flask, host: str) -> None:
    client = named.test_client()
    for path in PATHS:
        answer = client.get(path, headers={"Host": host})
        assert (answer.status_code, answer.mimetype) == (400, "text/plain"), path
        assert "evil" not in answer.get_data(as_text=True)
        assert "Location" not in answer.headers
    assert client.post("/sign-in", data={"name": "x"}, headers={"Host": host}).status_code == 400


def test_without_the_setting_any_name_is_answered(portal: Portal) -> None:
    for host in ("linli.example.cn", "evil.example", "10.0.0.7:8000"):
        assert portal.app.test_client().get("/sign-in", headers={"Host": host}).status_code == 200
