"""Rules of the house that a machine can read: one place commits, reads the clock, scopes; every route is typed."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Blueprint, Flask

from portal.core.db import Base
from portal.core.outbox import OutboxNote
from portal.tenancy.models import TenantOwned
from portal.web.guard import UnguardedRoute, check_every_route_is_guarded
from portal.web.messages import known_codes
from tests.conftest import Portal

PORTAL = Path(__file__).parents[1] / "portal"
FEATURES = ("notices", "desk", "estates", "registers", "reporting", "scoring", "elections", "care", "console")
MAY_COMMIT = {"web/application.py", "web/errors.py", "tenancy/scope.py"}
GLOBAL_TABLES = {
    "tenant",
    "tenant_alias",
    "tenant_name",
    "tenant_statistic",
    "user_account",
    "role_grant",
    "sign_in_attempt",
    OutboxNote.__tablename__,
}


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders or ("",):
        for path in sorted((PORTAL / folder).rglob("*.py")):
            yield str(path.relative_to(PORTAL)), ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, node


def found(folders: tuple[str, ...], names: set[str]) -> set[str]:
    return {f"{path}: {name}" for path, tree in sources(*folders) for name, _ in calls(tree) if name in names}


def test_only_three_files_commit_or_roll_back() -> None:
    places = {
        path
        for path, tree in sources()
        for name, node in calls(tree)
        if name in {"commit", "rollback"} and "session" in ast.unparse(node.func)
    }
    assert places == MAY_COMMIT


def test_features_use_no_raw_sql_and_no_identity_map() -> None:
    assert found(FEATURES, {"text", "exec_driver_sql", "literal_column", "from_statement"}) == set()
    gets = {
        path
        for path, tree in sources(*FEATURES)
        for name, node in calls(tree)
        if name == "get" and "session" in ast.unparse(node.func) and "db" in ast.unparse(node.func)
    }
    assert gets == set()
    tables = {
        path for path, tree in sources(*FEATURES) for node in ast.walk(tree) if getattr(node, "attr", "") == "__table__"
    }
    assert tables == set()


def test_only_the_clock_reads_the_clock() -> None:
    names = {"now", "today", "utcnow"}
    readers = {
        f"{path}: {ast.unparse(node.func)}"
        for path, tree in sources()
        for name, node in calls(tree)
        if name in names and ast.unparse(node.func).split(".")[0] in {"datetime", "date"}
    }
    assert readers == {"core/clock.py: datetime.now"}


def test_no_binary_fractions_in_rules() -> None:
    assert {f for f in found(FEATURES, {"float"}) if "/rules" in f} == set()


def test_every_command_of_a_module_records_an_event() -> None:
    """A public function of commands takes an actor and records, itself or through one that it calls."""
    silent = set()
    for path, tree in sources(*FEATURES):
        if not re.search(r"/commands(/|\.py)", path):
            continue
        functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        for name, node in functions.items():
            if not name.startswith("_") and not _records(node, functions):
                silent.add(f"{path}: {name}")
    assert silent == set()


def _records(node: ast.FunctionDef, functions: dict[str, ast.FunctionDef], depth: int = 0) -> bool:
    names = {name for name, _ in calls(ast.Module(body=node.body, type_ignores=[]))}
    if names & RECORDERS or node.name in KEEP_NO_EVENT:
        return True
    return depth < 4 and any(_records(functions[name], functions, depth + 1) for name in names & set(functions))


RECORDERS = {"record", "record_look", "record_now", "publish_notice", "withdraw_notice", "start_job"}
# Pieces of long work: the command that started it and the one that ends it record; and drafts nobody acts on.
KEEP_NO_EVENT = {
    "put_away",  # the end of an export that was recorded when it was asked for
    "forget_expired",
    "read_file",  # parts of taking a file in
    "fill_batch",
    "forget_file",
    "choose_columns",  # how one person likes to look at a list
    "check_election",  # what commands in several files ask before they act
    "check_persons",
    "term_obstacle",
    "said_of",
}


def test_every_table_is_global_by_name_or_belongs_to_tenants(portal: Portal) -> None:
    owned = {mapper.class_.__tablename__ for mapper in Base.registry.mappers if issubclass(mapper.class_, TenantOwned)}
    assert set(Base.metadata.tables) - owned == GLOBAL_TABLES


@pytest.mark.parametrize("kind", ["unique", "foreign"])
def test_every_key_of_a_tenants_table_begins_with_the_tenant(portal: Portal, kind: str) -> None:
    loose = set()
    for name, table in Base.metadata.tables.items():
        if name in GLOBAL_TABLES:
            continue
        assert [column.name for column in table.primary_key.columns] == ["tenant_id", "id"], name
        for constraint in table.constraints:
            columns = [column.name for column in getattr(constraint, "columns", [])]
            is_unique = type(constraint).__name__ == "UniqueConstraint"
            if kind == "unique" and is_unique and columns[0] != "tenant_id":
                loose.add(f"{name}: {columns}")
            if kind == "foreign" and type(constraint).__name__ == "ForeignKeyConstraint":
                target = constraint.elements[0].target_fullname.split(".")[0]
                if target not in GLOBAL_TABLES and columns[0] != "tenant_id":
                    loose.add(f"{name}: {columns}")
        loose |= {f"{name}: {index.name}" for index in table.indexes if next(iter(index.columns)).name != "tenant_id"}
    assert loose == set()


def test_paths_are_kebab_case_and_their_parameters_typed(portal: Portal) -> None:
    bad = []
    for rule in portal.app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        if not re.fullmatch(
            r"(/([a-z0-9-]+|<(division|uuid|int|string):[a-z_]+>|<any\([a-z0-9_,\" -]+\):[a-z_]+>))*/?", rule.rule
        ):
            bad.append(rule.rule)
    assert bad == []


def test_an_unguarded_route_stops_the_start() -> None:
    app = Flask("bare")
    bare = Blueprint("bare", __name__)
    bare.add_url_rule("/open", "open", lambda: "anybody")
    app.register_blueprint(bare)
    with pytest.raises(UnguardedRoute, match="/open"):
        check_every_route_is_guarded(app)


def test_every_code_of_a_broken_rule_has_a_sentence(portal: Portal) -> None:
    raised = {
        node.args[0].value
        for _, tree in sources()
        for name, node in calls(tree)
        if name == "RuleBroken" and node.args and isinstance(node.args[0], ast.Constant)
    }
    assert raised - known_codes() == set()


def test_files_and_templates_keep_their_size() -> None:
    root = PORTAL.parent
    long = [str(p) for p in PORTAL.rglob("*.py") if len(p.read_text(encoding="utf-8").splitlines()) > 400]
    long += [
        str(p) for p in (root / "templates").rglob("*.html") if len(p.read_text(encoding="utf-8").splitlines()) > 120
    ]
    assert long == []


def test_every_exception_to_a_check_says_why() -> None:
    bare = re.compile(r"# (noqa(: [A-Z0-9, ]+)?|type: ignore(\[[a-z-]+\])?)\s*$")
    lines = [
        f"{path.relative_to(PORTAL)}: {line.strip()}"
        for path in sorted(PORTAL.rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if bare.search(line)
    ]
    assert lines == []


def test_no_template_marks_text_as_safe_or_carries_script_and_style() -> None:
    bad = []
    for path in sorted((PORTAL.parent / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        bad += [
            f"{path.name}: {m}"
            for m in re.findall(r"\|\s*safe\b|<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\"", text)
        ]
    assert bad == []
