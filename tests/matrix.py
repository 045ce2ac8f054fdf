"""Every route with an object of one's own and of another tenant. A route that cannot be filled fails the run."""

import importlib
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from portal.accounts.roles import GRANTABLE, Role
from portal.core.db import Base, db
from portal.tenancy.models import TenantOwned
from portal.tenancy.scope import reading, scope_of
from tests.client import PortalClient
from tests.conftest import Portal
from tests.makers import make_grant

ROLES = GRANTABLE
MODULES = ("console", "desk", "notices", "registers", "estates", "reporting", "scoring", "elections", "care")
CANARY = "隔壁的秘密"  # stands in every text of the other tenant that its makers are given
Ids = dict[str, uuid.UUID | str]


@dataclass(frozen=True)
class Route:
    """One method of one rule."""

    method: str
    rule: Rule
    endpoint: str

    @property
    def parameters(self) -> list[str]:
        """The names of what stands in the path, the tenant's code apart."""
        return sorted(self.rule.arguments - {"code"})


def routes(app: Flask) -> list[Route]:
    """Give every method of every route, static files apart."""
    return [
        Route(method, rule, rule.endpoint)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if rule.endpoint != "static"
    ]


def fill_tenant(portal: Portal, tenant_id: int, words: str = "自家") -> Ids:
    """Put at least one object of every kind into a tenant; gives its ids by the name of the path's parameter.

    Each module's makers have `fill(portal, tenant_id, words) -> dict`, where `words` goes into every name.
    """
    ids: Ids = {}
    for module in MODULES:
        ids |= importlib.import_module(f"tests.{module}.makers").fill(portal, tenant_id, words)
    return ids


def address(route: Route, code: str, ids: Mapping[str, uuid.UUID | str]) -> str:
    """Give the path of a route; raises KeyError where nobody said what to put in."""
    values = {name: ids[name] for name in route.parameters}
    if "code" in route.rule.arguments:
        values["code"] = code
    built = route.rule.build(values, append_unknown=False)
    assert built is not None, route
    return str(built[1])


@dataclass
class Form:
    """A form as it stands on a page, with what a browser would send."""

    page: str
    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)

    @property
    def id_fields(self) -> list[str]:
        """The fields that carry the id of something."""
        return [name for name, values in self.values.items() if name != "csrf_token" and any(map(is_id, values))]


def is_id(value: str) -> bool:
    """Say whether a text is a UUID."""
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return len(value) in {32, 36}


def forms_on(client: PortalClient, url: str) -> Iterator[Form]:
    """Give the forms of a page, filled as they stand; of choices the first that is an id, else the first."""
    text = client.body("GET", url)
    for tag in BeautifulSoup(text, "lxml").select("form"):
        form = Form(url, str(tag.get("action") or url), str(tag.get("method", "get")).upper())
        for control in tag.select("input[name], select[name], textarea[name], button[name]"):
            _take(form, control)
        yield form


def _take(form: Form, control: Tag) -> None:
    name, kind = str(control["name"]), str(control.get("type", ""))
    if control.name == "select":
        options = [str(option.get("value", "")) for option in control.select("option")]
        value = next((option for option in options if is_id(option)), options[-1] if options else "")
    elif control.name == "textarea":
        value = control.get_text()
    else:
        value = str(control.get("value", "1" if kind == "checkbox" else ""))
    if kind in {"radio", "checkbox", "submit"} and form.values.get(name):
        return
    form.values.setdefault(name, []).append(value or f"{len(name)}")


def rows_of(tenant_id: int) -> str:
    """Give everything that a tenant has, as text, to compare before and after."""
    lines = []
    with reading(scope_of(tenant_id)):
        for mapper in sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__):
            if not issubclass(mapper.class_, TenantOwned):
                continue
            columns = [column for column in mapper.columns if column.name != "sealed"]
            rows = db.session.execute(select(*columns).select_from(mapper.class_).order_by(mapper.class_.id))
            lines += [json.dumps([mapper.class_.__name__, *map(str, row)], ensure_ascii=False) for row in rows]
    return "\n".join(lines)


def everything(portal: Portal, tenant_id: int) -> PortalClient:
    """Give a client of somebody who holds every role in one tenant and none elsewhere."""
    user = portal.person(Role.COMMUNITY_SECRETARY, tenant_id)
    for role in ROLES:
        make_grant(user.id, tenant_id, role)
    return portal.client(user)


def path_of(url: str) -> str:
    """Give the path of an address."""
    return urlsplit(url).path
