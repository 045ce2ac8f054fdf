"""A real Chromium, a real server for it, and axe on the pages it shows.

with live_server({"DATABASE_URL": url}) as address, chromium() as browser:
    page = browser.new_page(viewport={"width": 375, "height": 812})
    page.goto(address)
    assert axe_violations(page) == []
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
AXE = ROOT / "tests" / "browser" / "vendor" / "axe-4.14.1.min.js"
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
START_SECONDS = 60
STOP_SECONDS = 10

# Quiet: no calls to the outside, no first-run windows, the same pixels everywhere.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
)


def find_chromium(*, downloaded: bool = True) -> str | None:
    """The path of a Chromium: the system's, or else the one that Playwright downloaded."""
    for name in NAMES:
        if found := shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/bin:/usr/local/bin"):
            return found
    if not downloaded:
        return None
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium for as long as the block runs, with a home folder that goes away."""
    path = find_chromium()
    if path is None:
        raise FileNotFoundError("no Chromium here; `make test` installs one")
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
    with (
        tempfile.TemporaryDirectory(prefix="linli-browser-", ignore_cleanup_errors=True) as home,
        sync_playwright() as playwright,
    ):
        settings = {**os.environ, "HOME": home, "TZ": "Asia/Shanghai"}
        browser = playwright.chromium.launch(executable_path=path, args=flags, env=settings)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True)
class LiveServer:
    """Where the portal answers, and what it has said so far."""

    url: str
    log: Path
    worker: subprocess.Popen[bytes] | None

    def output(self) -> str:
        """Everything that the web server and the worker wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace")


def start(command: list[str], environ: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start one process of the portal in a group of its own; its output goes to the log."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def start_worker(environ: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start a job worker with the given settings on top of ours."""
    return start([str(BIN / "flask"), "--app", "wsgi", "worker"], {**os.environ, **environ}, log)


@contextmanager
def live_server(environ: Mapping[str, str], *, worker: bool = True, processes: int = 1) -> Iterator[LiveServer]:
    """The portal as it runs in earnest: gunicorn on a free port, and the job worker beside it.

    `environ` says which database, which keys; the database must be migrated already.
    """
    port = free_port()
    settings = {**os.environ, **environ, "PORT": str(port), "WEB_PROCESSES": str(processes)}
    with tempfile.TemporaryDirectory(prefix="linli-server-", ignore_cleanup_errors=True) as folder:
        log = Path(folder) / "log"
        web = start([str(BIN / "gunicorn"), "wsgi:app"], settings, log)
        jobs = start_worker(settings, log) if worker else None
        server = LiveServer(f"http://127.0.0.1:{port}", log, jobs)
        try:
            wait_until_healthy(server, web)
            yield server
        finally:
            for process in (web, jobs):
                if process is not None:
                    stop(process)


def wait_until_healthy(server: LiveServer, web: subprocess.Popen[bytes]) -> None:
    """Return once /healthz answers 200; otherwise raise with what the server wrote."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and web.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/healthz", timeout=2):
                return
        except OSError:  # an answer of 400 and above is one, too
            time.sleep(0.1)
    raise RuntimeError(f"the portal did not start:\n{server.output()[-4000:]}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end; end its whole group when it does not."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def axe_violations(page: Page, *, within: str | None = None) -> list[str]:
    """What axe finds wrong on the page as it is now, WCAG 2.2 A and AA: one line per element.

    axe comes in through the debugging protocol, which the page's Content-Security-Policy
    does not concern: the page runs under its real policy.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result: dict[str, Any] = page.evaluate(
        """([within, tags]) => axe.run(within || document,
            {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]})""",
        [within, list(WCAG)],
    )
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: {' '.join(map(str, node['target']))}"
        f"\n    {node['html'][:200]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
