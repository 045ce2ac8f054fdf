"""Lists of divisions taken in, renamings and mergers, on both engines; and where old addresses lead."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.tenancy import commands
from portal.tenancy.commands import BadList
from portal.tenancy.division_changes import Coverage, Difference
from portal.tenancy.levels import PLATFORM_ID, Level, tenant_id_for
from portal.tenancy.models import Tenant, TenantAlias, TenantName
from portal.tenancy.queries import find_new_code, get_tenant
from portal.tenancy.scope import NOTHING, scope_of, transaction
from tests.conftest import Portal
from tests.makers import DISTRICT_CODE, HERE_CODE, NOW, OTHER_STREET_CODE, STREET_CODE, THERE_CODE

LIST = Path(__file__).parents[2] / "portal" / "data" / "divisions" / "130803-shuangluan.csv"
HEAD = "code,name,level,parent_code,former_codes\n"
# What tests.makers makes, as a list: one district right under the country stands outside it.
STREETS = f"{STREET_CODE},大连路街道,street,{DISTRICT_CODE},\n{OTHER_STREET_CODE},上海路街道,street,{DISTRICT_CODE},\n"
COMMUNITIES = f"{HERE_CODE},和平社区,community,{STREET_CODE},\n{THERE_CODE},和平社区,community,{OTHER_STREET_CODE},\n"
NOW_LISTED = HEAD + STREETS + COMMUNITIES


def take_in(text: str, *, whole: bool = False, below: str | None = None) -> Difference:
    with transaction(NOTHING):
        return commands.import_divisions(io.StringIO(text), coverage=Coverage(whole, below), now=NOW)


def tenant(code: str) -> Tenant:
    with transaction(NOTHING):
        return db.session.scalars(select(Tenant).where(Tenant.code == code)).one()


def count_tenants() -> int:
    with transaction(NOTHING):
        return db.session.scalars(select(func.count(Tenant.id))).one()


def run(app: Flask, *words: str) -> Result:
    db.session.remove()
    return app.test_cli_runner().invoke(args=["tenants", *words])


@pytest.fixture
def written(portal: Portal, tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(NOW_LISTED, encoding="utf-8")
    return path


def test_a_list_can_be_taken_in_any_number_of_times(portal: Portal) -> None:
    text = LIST.read_text(encoding="utf-8")
    before = count_tenants()
    first = take_in(text)
    assert (len(first.added), count_tenants() - before) == (106, 106)
    for _ in range(2):
        assert take_in(text, below="13") == Difference(same=106)
    community = tenant("130803001001")
    assert community.id == tenant_id_for("130803001001", Level.COMMUNITY)
    assert community.parent_id == tenant("130803001").id


def test_a_list_with_a_mistake_changes_nothing(portal: Portal) -> None:
    with pytest.raises(BadList) as error:
        take_in(NOW_LISTED.replace("大连路街道", "北京路街道") + "520303999,无名街道,street,999999,\n")
    assert [(fault.row, fault.code) for fault in error.value.faults] == [(6, "divisions.parent_unknown")]
    assert tenant(STREET_CODE).name == "大连路街道"


def test_a_renamed_division_keeps_id_code_and_history(portal: Portal) -> None:
    take_in(NOW_LISTED.replace("大连路街道", "北京路街道"))
    street = tenant(STREET_CODE)
    assert (street.id, street.name) == (tenant_id_for(STREET_CODE, Level.STREET), "北京路街道")
    with transaction(NOTHING):
        (former,) = db.session.scalars(select(TenantName))
    assert (former.tenant_id, former.name, former.until) == (street.id, "大连路街道", NOW)
    assert get_tenant(STREET_CODE).name == "北京路街道"


def test_a_recoded_community_keeps_its_rows_and_its_old_address(portal: Portal) -> None:
    new_code = "520303003099"
    portal.as_role(Role.COMMUNITY_SECRETARY).get(f"/t/{HERE_CODE}/people")
    difference = take_in(NOW_LISTED.replace(f"{HERE_CODE},和平社区,community,{STREET_CODE},", recoded(new_code)))
    assert (len(difference.changed), difference.added, difference.gone) == (1, [], [])
    assert tenant(new_code).id == portal.here
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    answer = client.get(f"/t/{HERE_CODE}/people?q=王&page=2", status=301)
    assert answer.location == f"/t/{new_code}/people?q=%E7%8E%8B&page=2"
    client.get(f"/t/{new_code}/people")
    again = take_in(NOW_LISTED.replace(f"{HERE_CODE},和平社区,community,{STREET_CODE},", recoded(new_code)))
    assert again == Difference(same=4)


def recoded(new_code: str) -> str:
    return f"{new_code},和平社区,community,{STREET_CODE},{HERE_CODE}"


def test_a_merged_community_leads_to_its_successor_and_stays_readable(portal: Portal) -> None:
    merged = HEAD + STREETS + f"{THERE_CODE},和平社区,community,{OTHER_STREET_CODE},{HERE_CODE}\n"
    own = portal.as_role(Role.COMMUNITY_SECRETARY)
    difference = take_in(merged)
    assert [merge.before.code for merge in difference.merged] == [HERE_CODE]
    assert (tenant(HERE_CODE).ended_at, tenant(HERE_CODE).successor_id) == (NOW, portal.there)
    for client in (portal.client(), portal.as_role(Role.COMMUNITY_SECRETARY, portal.there)):
        assert client.get(f"/t/{HERE_CODE}/people", status=301).location == f"/t/{THERE_CODE}/people"
    own.get(f"/t/{HERE_CODE}/people")
    answer = own.post(f"/t/{HERE_CODE}/grants", status=422)
    assert answer.page.select_one("form[action$='/grants']") is None
    assert take_in(merged) == Difference(same=3)


def test_a_gone_division_is_ended_and_revived(portal: Portal) -> None:
    shorter = HEAD + STREETS + f"{THERE_CODE},和平社区,community,{OTHER_STREET_CODE},\n"
    longer = shorter.replace(COMMUNITIES, "") + f"520303003002,新社区,community,{STREET_CODE},\n"
    difference = take_in(longer)
    assert [each.code for each in difference.gone] == [HERE_CODE]
    assert tenant(HERE_CODE).ended_at == NOW
    assert take_in(longer).gone == []
    portal.client().get(f"/t/{HERE_CODE}/", status=303)
    revived = take_in(NOW_LISTED)
    assert [change.kinds for change in revived.changed] == [("revived",)]
    assert [each.code for each in revived.gone] == ["520303003002"]
    assert tenant(HERE_CODE).ended_at is None


def test_a_merged_division_that_comes_back_has_its_address_again(portal: Portal) -> None:
    take_in(HEAD + STREETS + f"{THERE_CODE},和平社区,community,{OTHER_STREET_CODE},{HERE_CODE}\n")
    assert find_new_code(HERE_CODE) == THERE_CODE
    take_in(NOW_LISTED)
    assert find_new_code(HERE_CODE) is None
    assert tenant(HERE_CODE).successor_id is None
    portal.as_role(Role.COMMUNITY_SECRETARY).get(f"/t/{HERE_CODE}/people")


def test_a_district_of_thousands_of_rows(portal: Portal) -> None:
    rows = [f"520303{street:03},街道{street},street,{DISTRICT_CODE},\n" for street in range(100, 130)]
    rows += [
        f"520303{street:03}{number:03},社区{number},community,520303{street:03},\n"
        for street in range(100, 130)
        for number in range(200)
    ]
    text = HEAD + "".join(rows)
    assert len(take_in(text).added) == 6030
    assert take_in(text.replace("社区1,", "社区壹,")).same == 6000
    assert take_in(text, below=DISTRICT_CODE).gone == []


def test_renaming_by_hand(portal: Portal) -> None:
    with transaction(NOTHING):
        commands.rename_tenant(commands.lock_tenant(HERE_CODE), name=" 新和平社区 ", now=NOW)
    assert get_tenant(HERE_CODE).name == "新和平社区"
    for name, code in (
        ("", "divisions.name_length"),
        ("区" * 61, "divisions.name_length"),
        ("新和平社区", "divisions.name_same"),
    ):
        with pytest.raises(RuleBroken) as error, transaction(NOTHING):
            commands.rename_tenant(commands.lock_tenant(HERE_CODE), name=name, now=NOW)
        assert error.value.code == code
    with pytest.raises(NotFound), transaction(NOTHING):
        commands.lock_tenant("999999")


def test_merging_by_hand_moves_the_parts(portal: Portal) -> None:
    with transaction(NOTHING):
        into = commands.lock_tenant(OTHER_STREET_CODE)
        commands.merge_tenants(commands.lock_tenant(STREET_CODE), into=into, now=NOW)
    assert tenant(HERE_CODE).parent_id == tenant(OTHER_STREET_CODE).id
    assert find_new_code(STREET_CODE) == OTHER_STREET_CODE
    with transaction(NOTHING):
        assert db.session.scalars(select(TenantName.tenant_id)).all() == [portal.here]


@pytest.mark.parametrize(
    ("old", "into", "code"),
    [
        (HERE_CODE, HERE_CODE, "divisions.merge_pair"),
        (HERE_CODE, STREET_CODE, "divisions.merge_pair"),
    ],
)
def test_only_two_living_divisions_of_one_level_merge(portal: Portal, old: str, into: str, code: str) -> None:
    with pytest.raises(RuleBroken) as error, transaction(NOTHING):
        commands.merge_tenants(commands.lock_tenant(old), into=commands.lock_tenant(into), now=NOW)
    assert error.value.code == code


def test_what_ended_is_not_merged_again(portal: Portal) -> None:
    with transaction(NOTHING):
        commands.merge_tenants(commands.lock_tenant(HERE_CODE), into=commands.lock_tenant(THERE_CODE), now=NOW)
    for old, into, code in (
        (HERE_CODE, THERE_CODE, "divisions.ended_before"),
        (THERE_CODE, HERE_CODE, "divisions.merge_pair"),
    ):
        with pytest.raises(RuleBroken) as error, transaction(NOTHING):
            commands.merge_tenants(
                commands.lock_tenant(old), into=commands.lock_tenant(into), now=NOW + timedelta(days=1)
            )
        assert error.value.code == code


def test_the_terminal_says_what_was_added_changed_and_gone(portal: Portal, written: Path) -> None:
    written.write_text(
        NOW_LISTED.replace("大连路街道", "北京路街道").replace(f"{HERE_CODE},和平", "520303003002,新"), encoding="utf-8"
    )
    result = run(portal.app, "import", str(written))
    assert result.exit_code == 0, result.output
    said = {line.split()[0]: line.split()[1] for line in result.output.splitlines() if line[0] != " "}
    assert (said["added"], said["changed"], said["gone"], said["same"]) == ("1", "1", "1", "2")
    for words in ("520303003002 新社区", "大连路街道 → 520303003 北京路街道 (renamed)", f"{HERE_CODE} 和平社区"):
        assert words in result.output
    with transaction(scope_of(PLATFORM_ID)):
        query = select(AuditEvent).where(AuditEvent.tag == AuditTag.TENANTS_IMPORT.value)
        (event,) = db.session.scalars(query)
        assert (event.tenant_id, event.actor_id) == (PLATFORM_ID, None)
        assert event.changes["gone"] == [None, 1]


def test_the_terminal_names_each_mistake_and_changes_nothing(portal: Portal, written: Path) -> None:
    written.write_text(NOW_LISTED + "52030399,x,street,520303,\n", encoding="utf-8")
    result = run(portal.app, "import", str(written))
    assert result.exit_code == 1
    assert "row 6, code: A code has 2, 4, 6, 9 or 12 digits; found “52030399”." in result.output
    assert "nothing was changed" in result.output
    written.write_bytes(NOW_LISTED.encode("gb18030"))
    assert "is not UTF-8" in run(portal.app, "import", str(written)).output
    assert run(portal.app, "import", str(written), "--whole", "--below", "52").exit_code == 2


def test_the_terminal_renames_merges_and_lists(portal: Portal) -> None:
    assert run(portal.app, "rename", HERE_CODE, "东风社区").exit_code == 0
    assert run(portal.app, "merge", HERE_CODE, THERE_CODE).exit_code == 0
    assert "东风社区  ended" in run(portal.app, "list", STREET_CODE).output
    for words in (("rename", HERE_CODE, "东风社区"), ("merge", HERE_CODE, THERE_CODE), ("list", "999")):
        result = run(portal.app, *words)
        assert result.exit_code == 1, words
        assert result.output.startswith("Error: "), words
    with transaction(scope_of(PLATFORM_ID)):
        tags = db.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.id)).all()
    assert tags == [AuditTag.TENANT_RENAME.value, AuditTag.TENANT_MERGE.value]


def test_an_alias_leads_on_after_its_division_has_a_third_code(portal: Portal) -> None:
    for new_code, former in (("520303003098", HERE_CODE), ("520303003097", "520303003098")):
        take_in(HEAD + f"{new_code},和平社区,community,{STREET_CODE},{former}\n")
    with transaction(NOTHING):
        aliases = {each.code: each.tenant_id for each in db.session.scalars(select(TenantAlias))}
    assert aliases == {HERE_CODE: portal.here, "520303003098": portal.here}
    assert find_new_code(HERE_CODE) == "520303003097"
