"""What every template may use: filters for people's eyes, who and where one is, links and tokens."""

import hashlib
import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path

from flask import Flask, g, has_request_context, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from jinja2 import StrictUndefined
from markupsafe import Markup

from portal.authz.permissions import Permission
from portal.authz.policy import can as policy_allows
from portal.core import clock, personal_data
from portal.web import translation
from portal.web.addresses import address
from portal.web.navigation import bottom_items, menu_items, nav_items

LOCALES = ("zh_Hans", "en")
LANGUAGE_COOKIE, PRINT_COOKIE = "linli_language", "linli_large_print"
FULL_DAY, MONTH = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d")
STATIC = Path(__file__).resolve().parents[2] / "static"
WEEKDAYS = (_l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"))


def set_up(app: Flask) -> None:
    """Attach language, filters and globals to the application."""
    app.config["BABEL_DEFAULT_LOCALE"] = LOCALES[0]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    translation.set_up(app, locale_selector=locale, timezone_selector=lambda: "Asia/Shanghai")
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(
        day=day,
        plain_day=plain_day,
        written_day=written_day,
        moment=moment,
        area=area,
        money=money,
        percent_of=percent_of,
        mask_id=personal_data.mask_id_number,
        mask_phone=personal_data.mask_phone,
        mask_name=personal_data.mask_name,
    )
    env.globals.update(
        can=can,
        has_page=lambda endpoint: endpoint in app.view_functions,
        asset=asset,
        url_for=address,
        locale=locale,
        is_large_print=is_large_print,
        current_actor=lambda: g.get("actor"),
        current_tenant=lambda: g.get("tenant"),
        nav_items=nav_items,
        menu_items=menu_items,
        bottom_items=bottom_items,
        mark_page_above=mark_page_above,
        page_above=lambda: g.get("page_above"),
        is_demo=lambda: app.config["LINLI_DEMO"],
        portal_version=app.config["LINLI_VERSION"],
    )


def locale() -> str:
    """Give the reader's language: their own choice, else Simplified Chinese, as for what the worker writes down."""
    if not has_request_context():
        return LOCALES[0]
    if "locale" not in g:
        person = g.get("person")
        chosen = request.cookies.get(LANGUAGE_COOKIE) or (person.locale if person else None)
        g.locale = chosen if chosen in LOCALES else LOCALES[0]
    return str(g.locale)


def is_large_print() -> bool:
    """Say whether this reader asked for large print."""
    return request.cookies.get(PRINT_COOKIE) == "1"


def here() -> str:
    """Give the address of this page, to come back to after a choice; the home page after a form."""
    return request.full_path.removesuffix("?") if request.method == "GET" else "/"


def mark_page_above(url: str | None) -> str:
    """Remember the page above this one, where its forms lead who cancels; shows nothing."""
    g.page_above = url
    return ""


def can(permission: str) -> bool:
    """Say whether a button should be shown; the guard of its view is the lock."""
    return policy_allows(g.get("actor"), Permission(permission))


def csrf_input(token: str) -> Markup:
    """Give the hidden field that carries a token."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(token)


def asset(path: str) -> str:
    """Give the address of a static file, which changes when the file does."""
    return _asset(path, request.script_root)


@lru_cache(maxsize=256)
def _asset(path: str, _script_root: str) -> str:
    fingerprint = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:10]
    return url_for("static", filename=path, v=fingerprint)


def day(value: date | datetime | None) -> str:
    """2026年11月22日(周日); nothing for None."""
    if value is None:
        return ""
    on = clock.today(value) if isinstance(value, datetime) else value
    weekday = str(WEEKDAYS[on.weekday()])
    return gettext("%(weekday)s %(day)s/%(month)s/%(year)s", weekday=weekday, day=on.day, month=on.month, year=on.year)


def plain_day(value: date | None) -> str:
    """2026年11月22日, as letters and facts have it, where no weekday helps; nothing for None."""
    if value is None:
        return ""
    return gettext("%(day)s/%(month)s/%(year)s", day=value.day, month=value.month, year=value.year)


def plain_month(value: date) -> str:
    """2026年11月, for a date of which only the month is known."""
    return gettext("%(month)s/%(year)s", month=value.month, year=value.year)


def written_day(text: str) -> str:
    """2020-01-02 as 2020年1月2日 and 2020-01 as 2020年1月, for days that are kept as text; other text as it is."""
    try:
        return plain_day(date.fromisoformat(text)) if FULL_DAY.fullmatch(text) else _written_month(text)
    except ValueError:
        return text


def _written_month(text: str) -> str:
    return plain_month(date.fromisoformat(f"{text}-01")) if MONTH.fullmatch(text) else text


def moment(value: datetime | None) -> str:
    """2026年11月22日(周日)14:05, Chinese wall-clock time; nothing for None."""
    return "" if value is None else gettext("%(day)s, %(time)s", day=day(value), time=f"{clock.local(value):%H:%M}")


def area(value: Decimal | None) -> str:
    """89.50 m²; nothing for None."""
    return "" if value is None else f"{value:,.2f} m²"


def money(value: Decimal | None) -> str:
    """¥1,234.50; nothing for None."""
    return "" if value is None else f"¥{value:,.2f}"


def percent_of(numerator: int | Decimal, denominator: int | Decimal, places: int = 1) -> str:
    """71.3 % of the denominator, rounded half up once, here; a dash where the denominator is 0."""
    if not denominator:
        return "—"
    exact = Decimal(numerator) * 100 / Decimal(denominator)
    return f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)} %"
