"""`flask --app wsgi demo …`: invented registers, for trying and measuring."""

import time
from dataclasses import asdict

import click
from flask import current_app
from flask.cli import AppGroup

from portal.core import clock
from portal.core.errors import NotFound
from portal.demo.district import plan
from portal.demo.district.fill import add_secretaries, fill_district, load_missing_divisions

group = AppGroup("demo", help="Invented people, to try the portal with.")


class Bounds(click.ParamType):
    """Two numbers: 100-5000."""

    name = "FROM-TO"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Read the two numbers; the first is the smaller one."""
        first, _, last = str(value).partition("-")
        if not (first.isdecimal() and last.isdecimal() and 1 <= int(first) <= int(last)):
            self.fail(f"{value} is not like {plan.FEWEST}-{plan.MOST}", param, ctx)
        return int(first), int(last)


@group.command("district")
@click.argument("code")
@click.option("--seed", type=int, default=2026, show_default=True, help="Another seed, other people.")
@click.option(
    "--members", type=Bounds(), default=f"{plan.FEWEST}-{plan.MOST}", show_default=True, help="Of a community."
)
@click.option("--quiet", is_flag=True, help="Only the totals.")
def district(code: str, seed: int, members: tuple[int, int], quiet: bool) -> None:
    """Fill the communities of a division with invented organizations, members, estates and owners.

    A community that has members already is left as it is, so that nothing real is ever mixed with it. Where
    LINLI_DEMO=1 each community gets a secretary, too, with the demo's password.
    """
    begun, now = time.monotonic(), clock.now()
    load_missing_divisions(code, now=now)
    try:
        filled = fill_district(
            code,
            seed=seed,
            fewest=members[0],
            most=members[1],
            now=now,
            say=(lambda _line: None) if quiet else click.echo,
        )
    except NotFound as error:
        raise click.ClickException(f"no division with communities has the code {code}") from error
    if current_app.config["LINLI_DEMO"]:
        click.echo(f"{'secretaries':<16}{add_secretaries(code, now=now):>10,}")
    for name, number in asdict(filled).items():
        click.echo(f"{name.replace('_', ' '):<16}{number:>10,}")
    click.echo(f"{'seconds':<16}{time.monotonic() - begun:>10.1f}")
