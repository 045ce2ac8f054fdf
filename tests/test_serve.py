"""`make serve` as a newcomer meets it: it starts from nothing, every sign-in it prints works, Ctrl-C ends all."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.support.browser import ROOT, stop
from tests.support.postgres import free_port

START_SECONDS = 90
SERVE = [sys.executable, "scripts/serve.py"]


@dataclass
class Serving:
    """A running `make serve` and what it has printed."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def wait_for(self, pattern: str) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            if re.search(pattern, self.output()):
                return
            time.sleep(0.1)
        pytest.fail(f"{pattern!r} was never printed:\n{self.output()}")

    def children(self) -> list[int]:
        task = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in task.read_text().split()]


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder: empty at the first start, kept for the second."""
    return tmp_path_factory.mktemp("serve") / "instance"


@pytest.fixture
def serving(instance: Path, tmp_path: Path) -> Iterator[Serving]:
    """The portal, started by the script that `make serve` runs."""
    port = free_port()
    environ = {**os.environ, "PORT": str(port), "LINLI_INSTANCE": str(instance), "LINLI_DEMO": "1"}
    environ.pop("DATABASE_URL", None)
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(SERVE, cwd=ROOT, env=environ, stdout=output, stderr=output)
    yield Serving(process, f"http://127.0.0.1:{port}", log)
    stop(process)


def sign_in(url: str, name: str, password: str) -> BeautifulSoup:
    """Fill in the form as a person would; give the page that follows."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = BeautifulSoup(opener.open(f"{url}/sign-in").read(), "lxml")
    form = page.find("input", {"name": "password"}).find_parent("form")
    fields = {field["name"]: field.get("value", "") for field in form.find_all("input") if field.get("name")}
    fields |= {"name": name, "password": password}
    target = urllib.parse.urljoin(f"{url}/sign-in", form.get("action") or "")
    return BeautifulSoup(opener.open(target, urllib.parse.urlencode(fields).encode()).read(), "lxml")


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def test_every_printed_sign_in_works_and_ctrl_c_ends_everything(serving: Serving) -> None:
    serving.wait_for(r"ready at http")
    serving.wait_for(r"(?m)^  \S+ +yunwei +\S+$")
    assert urllib.request.urlopen(f"{serving.url}/healthz").status == 200
    sign_ins = re.findall(r"(?m)^  (\S+) +([a-z]\S*) +(\S+)$", serving.output())
    assert len(sign_ins) >= 10
    for role, name, password in sign_ins:
        page = sign_in(serving.url, name, password)
        assert page.find("input", {"name": "password"}) is None, f"{role} {name} did not get in"
    started = serving.children()
    assert len(started) == 2
    serving.process.send_signal(signal.SIGINT)
    assert serving.process.wait(timeout=20) == 0
    assert all(is_gone(pid) for pid in started)


def test_the_end_of_the_worker_ends_the_web_server_too(serving: Serving) -> None:
    serving.wait_for(r"ready at http")
    web, worker = serving.children()[:2]
    os.kill(worker, signal.SIGKILL)
    assert serving.process.wait(timeout=20) == 1
    assert is_gone(web)
    assert "one of the two processes ended" in serving.output()


def test_a_taken_port_is_said_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        tried = subprocess.run(
            SERVE, cwd=ROOT, env={**os.environ, "PORT": port}, capture_output=True, text=True, check=False
        )
    assert tried.returncode == 1
    assert tried.stderr.splitlines() == [
        f"linli: port {port} cannot be used (Address already in use); choose another: make serve PORT=8001"
    ]
