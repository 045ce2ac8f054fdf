"""Settings from the environment, read once.

In the embedded form (SQLite) secrets are made on first start; with a database of one's own a missing secret stops
the start.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from portal.core.errors import MissingSetting

ROOT = Path(__file__).resolve().parents[2]
KEY_BYTES = 32


@dataclass(frozen=True)
class Settings:
    """Everything that differs between installations."""

    database_url: str
    owner_database_url: str  # migrations run with it; on PostgreSQL another role than database_url's
    jobs_database_url: str  # where the job engine keeps its own state
    secret_key: str  # signs sessions and form tokens
    master_key: bytes  # seals personal data; kept apart from the database and its backups
    is_demo: bool  # shows the demo sign-ins on the sign-in page
    is_https: bool  # secure cookies and strict transport
    trusted_proxies: int  # how many proxies in front set X-Forwarded-*
    hosts: tuple[str, ...] = ()  # names under which the portal answers, ".example.cn" with all below it; none: any
    version: str = "0.1.0"


def load_settings(environ: dict[str, str] | None = None) -> Settings:
    """Read the settings.

    Raises MissingSetting when LINLI_SECRET_KEY or LINLI_MASTER_KEY is absent and the database is not SQLite.
    """
    env = dict(os.environ if environ is None else environ)
    instance = Path(env.get("LINLI_INSTANCE", ROOT / "instance"))
    url = env.get("DATABASE_URL") or f"sqlite:///{instance / 'linli.sqlite'}"
    embedded = url.startswith("sqlite")
    return Settings(
        database_url=url,
        owner_database_url=env.get("DATABASE_OWNER_URL") or url,
        jobs_database_url=env.get("JOBS_DATABASE_URL") or f"sqlite:///{instance / 'jobs.sqlite'}",
        secret_key=_secret(env, "LINLI_SECRET_KEY", instance, embedded),
        master_key=bytes.fromhex(_secret(env, "LINLI_MASTER_KEY", instance, embedded)),
        is_demo=env.get("LINLI_DEMO", "0") == "1",
        is_https=env.get("LINLI_HTTPS", "0") == "1",
        trusted_proxies=int(env.get("LINLI_PROXIES", "0")),
        hosts=tuple(filter(None, map(str.strip, env.get("LINLI_HOSTS", "").split(",")))),
    )


def _secret(env: dict[str, str], name: str, instance: Path, embedded: bool) -> str:
    """Give a secret from the environment, or in the embedded form from a file that only we can read."""
    if value := env.get(name):
        return value
    if not embedded:
        raise MissingSetting(f"{name} is not set: 64 hexadecimal digits, for example from `openssl rand -hex 32`")
    path = instance / f"{name.lower()}.hex"
    instance.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_when_written(path)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(KEY_BYTES))
    return path.read_text()


def _read_when_written(path: Path) -> str:
    """Give the secret that another process may be writing at this very moment."""
    for _ in range(100):
        if len(text := path.read_text().strip()) == 2 * KEY_BYTES:
            return text
    raise MissingSetting(f"{path} is not a key of {KEY_BYTES} bytes; restore it from your backup")
