"""Servers under test: each the same gunicorn with the portal's own configuration, two processes."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.support.browser import start, stop
from tests.support.postgres import free_port

PROCESSES = 2
GUNICORN = (str(Path(sys.executable).parent / "gunicorn"), "--max-requests=0", "--keep-alive=30")


@dataclass(frozen=True)
class Variant:
    """One of those that are compared."""

    name: str
    app: str
    path: str
    cookie: str


@dataclass(frozen=True)
class Server:
    """A running variant."""

    variant: Variant
    port: int
    process: psutil.Process
    page: bytes

    def cpu_seconds(self) -> float:
        """Give the processor time that the worker processes have used."""
        return sum(sum(worker.cpu_times()[:2]) for worker in self.process.children())


@contextmanager
def running(variant: Variant, environ: Mapping[str, str], log: Path) -> Iterator[Server]:
    """Start a variant and wait for its page."""
    port = free_port()
    settings = {**os.environ, **environ, "PORT": str(port), "WEB_PROCESSES": str(PROCESSES)}
    process = start([*GUNICORN, variant.app], settings, log)
    try:
        page = first_page(variant, port, process, log)
        yield Server(variant, port, psutil.Process(process.pid), page)
    finally:
        stop(process)


def first_page(variant: Variant, port: int, process: subprocess.Popen[bytes], log: Path) -> bytes:
    """Give the page as it comes; raises with the server's words when it does not."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{variant.path}", headers={"Cookie": variant.cookie})
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                assert answer.geturl().endswith(variant.path), f"{variant.name}: sent to {answer.geturl()}"
                content: bytes = answer.read()
                return content
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"{variant.name} did not start:\n{log.read_text(errors='replace')[-4000:]}")
