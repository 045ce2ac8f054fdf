"""Run the portal: the web server and the job worker, together until one of them ends.

`make serve` calls this. First it brings the database up to date (`flask prepare`); then it
starts both processes, waits until /healthz answers, and says how to sign in. Ctrl-C, a
stop signal or the end of either process ends the other too; on Linux even our own death by
kill -9 does.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PORT = os.environ.get("PORT", "8000")
HOST = os.environ.get("HOST", "127.0.0.1")
ADDRESS = f"http://{HOST}:{PORT}"
FLASK = (str(BIN / "flask"), "--app", "wsgi")
START_SECONDS = 60
STOP_SECONDS = 10
PR_SET_PDEATHSIG = 1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked us to end."""


def on_signal(_number: int, _frame: object) -> None:
    """Turn a stop signal into an exception, and let further ones pass while we tidy up."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise Stopped


def refuse_taken_port() -> None:
    """End with one clear line when another program already listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(PORT)))
        except OSError as error:
            sys.exit(f"linli: port {PORT} cannot be used ({error.strerror}); choose another: make serve PORT=8001")


def start(*command: str) -> subprocess.Popen[bytes]:
    """Start a process in a group of its own, so that Ctrl-C reaches us alone and we end it in order."""
    return subprocess.Popen(
        command,
        cwd=ROOT,
        start_new_session=True,
        preexec_fn=end_with_parent,  # noqa: PLW1509 (there are no threads here)
    )


def end_with_parent() -> None:
    """Ask Linux, in a new process, for a stop signal when the parent dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def is_healthy() -> bool:
    """Say whether the web server answers."""
    try:
        with urllib.request.urlopen(f"{ADDRESS}/healthz", timeout=2):
            return True
    except OSError:  # an answer of 400 and above is one, too
        return False


def wait_until_healthy(processes: list[subprocess.Popen[bytes]]) -> None:
    """Return once the web server answers; stop when a process ends or a minute has passed."""
    until = time.monotonic() + START_SECONDS
    while not is_healthy():
        if time.monotonic() > until or any(process.poll() is not None for process in processes):
            sys.exit("linli: the server did not start; the lines above say why")
        time.sleep(0.1)


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask every process to end; make it end when it does not."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(timeout=max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def run() -> int:
    """Prepare, start, greet, wait. The exit status is 0 only when somebody asked for the end."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        if subprocess.run([*FLASK, "prepare"], cwd=ROOT, check=False).returncode:
            return 1
        processes.append(start(str(BIN / "gunicorn"), "wsgi:app"))
        processes.append(start(*FLASK, "worker"))
        wait_until_healthy(processes)
        print(f"\nlinli: ready at {ADDRESS}   (Ctrl-C ends it)\n", flush=True)
        if os.environ.get("LINLI_DEMO") == "1":
            subprocess.run([*FLASK, "demo-sign-ins"], cwd=ROOT, check=False)
        while all(process.poll() is None for process in processes):
            time.sleep(0.2)
    except Stopped:
        return 0
    finally:
        stop(processes)
    print("linli: one of the two processes ended, so the other was ended too", file=sys.stderr)
    return 1


if __name__ == "__main__":
    for stop_signal in STOP_SIGNALS:
        signal.signal(stop_signal, on_signal)
    os.umask(0o077)  # what lies under instance/ is for us alone
    refuse_taken_port()
    sys.exit(run())
