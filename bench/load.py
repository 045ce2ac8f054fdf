"""Load: wrk where it is installed, otherwise a small client of our own. Both keep their connections open."""

import asyncio
import re
import shutil
import subprocess
import time
from dataclasses import dataclass

CONNECTIONS = 16
WRK = shutil.which("wrk")


@dataclass(frozen=True)
class Load:
    """What a few seconds of load gave."""

    requests: int
    seconds: float
    errors: int


def press(port: int, path: str, cookie: str, seconds: float) -> Load:
    """Ask for one page over and over through CONNECTIONS connections."""
    if WRK:
        return _with_wrk(f"http://127.0.0.1:{port}{path}", cookie, seconds)
    return asyncio.run(_with_asyncio(port, path, cookie, seconds))


def _with_wrk(url: str, cookie: str, seconds: float) -> Load:
    command = [str(WRK), "-t1", f"-c{CONNECTIONS}", f"-d{int(seconds)}s", "--timeout", "20s", "-H", f"Cookie: {cookie}"]
    said = subprocess.run([*command, url], capture_output=True, text=True, check=True, timeout=seconds + 30).stdout
    counted = re.search(r"(\d+) requests in ([\d.]+)(m?)s", said)
    assert counted is not None, said
    wrong = sum(
        int(number) for number in re.findall(r"(?:Non-2xx or 3xx responses|connect|read|write|timeout):? (\d+)", said)
    )
    return Load(int(counted[1]), float(counted[2]) * (60 if counted[3] else 1), wrong)


async def _with_asyncio(port: int, path: str, cookie: str, seconds: float) -> Load:
    question = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
    begun = time.monotonic()
    counts = await asyncio.gather(*(_visitor(port, question, begun + seconds) for _ in range(CONNECTIONS)))
    return Load(sum(done for done, _ in counts), time.monotonic() - begun, sum(wrong for _, wrong in counts))


async def _visitor(port: int, question: bytes, until: float) -> tuple[int, int]:
    done = wrong = 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.monotonic() < until:
        writer.write(question)
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        assert length is not None, head
        await reader.readexactly(int(length[1]))
        done, wrong = done + 1, wrong + (b" 200 " not in head[:20])
        if b"connection: close" in head.lower():
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()
    return done, wrong
