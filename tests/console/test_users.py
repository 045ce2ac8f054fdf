"""People and their roles: who may give and end what, where, and how it looks."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from portal.accounts.actor import Actor
from portal.accounts.models import RoleGrant, UserAccount
from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.console import user_commands, user_queries
from portal.console.user_commands import NewPerson, RoleWish
from portal.console.user_queries import PeopleFilter
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.core.ids import new_id
from portal.tenancy.levels import Level
from portal.tenancy.queries import get_tenant
from portal.tenancy.scope import NOTHING, transaction
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW, STREET_CODE, THERE_CODE, make_actor, make_grant, make_user
from tests.statements import count_statements

TODAY = clock.today(NOW)
CLERK = RoleWish(Role.COMMUNITY_CLERK, TODAY)
PEOPLE, GRANTS = f"/t/{HERE_CODE}/people", f"/t/{HERE_CODE}/grants"


def secretary(portal: Portal) -> Actor:
    return make_actor(portal.here, Role.COMMUNITY_SECRETARY, "王书记")


def grants_of(user_id: object) -> list[RoleGrant]:
    return list(db.session.scalars(select(RoleGrant).where(RoleGrant.user_id == user_id)))


def events(tag: AuditTag) -> list[AuditEvent]:
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.tag == tag.value)))


def give(portal: Portal, user: UserAccount, wish: RoleWish, actor: Actor, now: datetime = NOW) -> RoleGrant:
    with portal.inside():
        return user_commands.grant_role(
            sign_in_name=user.user_name, wish=wish, level=Level.COMMUNITY, actor=actor, now=now
        )


def test_a_new_person_has_the_role_here_and_must_change_the_password(portal: Portal) -> None:
    actor = secretary(portal)
    with portal.inside():
        account, password = user_commands.add_person(
            NewPerson("李四", "lisi", "13900000001"), wish=CLERK, level=Level.COMMUNITY, actor=actor, now=NOW
        )
        (event,) = events(AuditTag.USER_CREATE)
        assert "13900000001" not in str(event.changes)
        assert password not in str(event.changes)
    assert account.must_change_password
    (grant,) = grants_of(account.id)
    assert (grant.tenant_id, grant.role, grant.granted_by) == (portal.here, Role.COMMUNITY_CLERK, actor.user_id)


def test_two_people_cannot_have_one_user_name(portal: Portal) -> None:
    actor = secretary(portal)
    make_user("别人", user_name="lisi")
    with pytest.raises(RuleBroken) as error, portal.inside():
        user_commands.add_person(NewPerson("李四", "lisi"), wish=CLERK, level=Level.COMMUNITY, actor=actor, now=NOW)
    assert (error.value.code, error.value.field) == ("accounts.user_name_taken", "user_name")


@pytest.mark.parametrize(
    "role", [Role.OPERATOR, Role.DISTRICT_OFFICER, Role.STREET_OFFICER, Role.AUDITOR, Role.VISITOR]
)
def test_nobody_gives_a_role_above_their_own(portal: Portal, role: Role) -> None:
    user, actor = make_user(), secretary(portal)
    with pytest.raises(RuleBroken) as error:
        give(portal, user, RoleWish(role, TODAY), actor)
    assert error.value.code == "console.role_not_yours"
    assert grants_of(user.id) == []


def test_a_clerk_gives_no_role_at_all(portal: Portal) -> None:
    actor = make_actor(portal.here, Role.COMMUNITY_CLERK)
    with pytest.raises(RuleBroken) as error:
        give(portal, make_user(), CLERK, actor)
    assert error.value.code == "console.role_not_yours"


def test_a_role_is_given_in_the_actors_own_tenant_whatever_the_form_says(portal: Portal) -> None:
    user = make_user()
    form = {"sign_in_name": user.user_name, "role": "community_clerk", "starts_on": TODAY.isoformat()}
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    client.post(GRANTS, {**form, "tenant_id": portal.there, "code": THERE_CODE})
    assert [grant.tenant_id for grant in grants_of(user.id)] == [portal.here]
    client.post(f"/t/{THERE_CODE}/grants", form, status=404)
    client.post(f"/t/{STREET_CODE}/grants", form, status=404)
    assert len(grants_of(user.id)) == 1


def test_a_street_officer_gives_no_role_in_a_community_below(portal: Portal) -> None:
    user = make_user()
    client = portal.as_role(Role.STREET_OFFICER, get_tenant(STREET_CODE).id)
    form = {"sign_in_name": user.user_name, "role": "community_clerk", "starts_on": TODAY.isoformat()}
    client.post(GRANTS, form, status=404)
    answer = client.post(f"/t/{STREET_CODE}/grants", form, status=422)
    assert answer.errors()
    assert grants_of(user.id) == []


def test_a_role_that_is_held_is_not_given_twice(portal: Portal) -> None:
    user, actor = make_user(), secretary(portal)
    give(portal, user, CLERK, actor)
    with pytest.raises(RuleBroken) as error:
        give(portal, user, CLERK, actor, NOW + timedelta(minutes=1))
    assert error.value.code == "console.role_held"
    assert len(grants_of(user.id)) == 1


def test_a_role_holds_from_its_first_moment_until_before_its_end(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, actor = make_user(), secretary(portal)
    grant = give(portal, user, RoleWish(Role.COMMUNITY_SECRETARY, date(2026, 11, 25), date(2026, 11, 26)), actor)
    assert grant.starts_at == datetime.fromisoformat("2026-11-25T00:00:00+08:00")
    assert grant.ends_at == datetime.fromisoformat("2026-11-27T00:00:00+08:00")
    client = portal.client(user)
    second = timedelta(seconds=1)
    for moment, status in (
        (grant.starts_at - second, 404),
        (grant.starts_at, 200),
        (grant.ends_at - second, 200),
        (grant.ends_at, 404),
    ):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        client.get(PEOPLE, status=status)


def test_losing_a_role_takes_effect_at_the_next_click(portal: Portal) -> None:
    colleague = make_user("同事")
    make_grant(colleague.id, portal.here, Role.COMMUNITY_SECRETARY)
    session = portal.client(colleague)
    session.get(PEOPLE)
    (grant,) = grants_of(colleague.id)
    boss = portal.as_role(Role.COMMUNITY_SECRETARY)
    question = boss.get(f"{GRANTS}/{grant.id}/end")
    assert "同事" in question.text
    boss.post(f"{GRANTS}/{grant.id}/end")
    session.get(PEOPLE, status=404)
    with portal.inside():
        (event,) = events(AuditTag.ROLE_END)
        assert event.actor_id == portal.person(Role.COMMUNITY_SECRETARY).id
        assert event.changes["role"] == ["community_secretary", None]
    boss.post(f"{GRANTS}/{grant.id}/end", status=422)


def test_a_role_of_another_tenant_is_not_found(portal: Portal) -> None:
    stranger = make_user()
    make_grant(stranger.id, portal.there, Role.COMMUNITY_CLERK)
    (grant,) = grants_of(stranger.id)
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    foreign = client.get(f"{GRANTS}/{grant.id}/end", status=404)
    unknown = client.get(f"{GRANTS}/00000000-0000-7000-8000-000000000000/end", status=404)
    assert foreign.response.data == unknown.response.data
    client.post(f"{GRANTS}/{grant.id}/end", status=404)
    with pytest.raises(NotFound), transaction(NOTHING):
        user_queries.lock_grant(grant.id, tenant_id=portal.here)


def test_nobody_ends_their_own_role(portal: Portal) -> None:
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    (grant,) = grants_of(portal.person(Role.COMMUNITY_SECRETARY).id)
    client.post(f"{GRANTS}/{grant.id}/end", status=422)
    client.get(PEOPLE)


def test_a_secretary_does_not_end_an_auditors_role(portal: Portal) -> None:
    auditor = make_user()
    make_grant(auditor.id, portal.here, Role.AUDITOR)
    (grant,) = grants_of(auditor.id)
    portal.as_role(Role.COMMUNITY_SECRETARY).post(f"{GRANTS}/{grant.id}/end", status=422)
    portal.client(auditor).get(PEOPLE)


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        (Role.COMMUNITY_SECRETARY, 200, 200),
        (Role.AUDITOR, 200, 403),
        (Role.COMMUNITY_CLERK, 403, 403),
        (Role.OWNER, 403, 403),
        (Role.VISITOR, 404, 404),
    ],
)
def test_who_sees_and_who_changes_people(portal: Portal, role: Role, reads: int, writes: int) -> None:
    client = portal.as_role(role)
    client.get(PEOPLE, status=reads)
    client.get(f"{PEOPLE}/new", status=writes)
    client.get(f"{GRANTS}/new", status=writes)
    client.post(PEOPLE, status=422 if writes == 200 else writes)
    client.post(GRANTS, status=422 if writes == 200 else writes)


def test_an_auditor_sees_no_button_that_changes(portal: Portal) -> None:
    portal.person(Role.COMMUNITY_SECRETARY)
    page = portal.as_role(Role.AUDITOR).get(PEOPLE).page
    assert page.select("#content form[method=post], #content a.btn-primary, #content a[href*='/grants/']") == []


def test_adding_a_person_shows_the_first_password_once(portal: Portal) -> None:
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    form = client.get(f"{PEOPLE}/new")
    assert form.one("#starts_on")["value"] == TODAY.isoformat()
    answer = client.post(
        PEOPLE, {"name": "李四", "user_name": "lisi", "role": "community_clerk", "starts_on": TODAY.isoformat()}
    )
    password = answer.one("#first-password .code").get_text()
    assert answer.response.headers["Cache-Control"] == "no-store"
    page = client.get(PEOPLE)
    assert "李四" in page.text
    assert password not in page.text
    newcomer = portal.client()
    newcomer.post("/sign-in", {"name": "lisi", "password": password})
    assert newcomer.get(f"/t/{HERE_CODE}/", status=302).location.endswith("/password")


def test_a_wrong_form_keeps_what_was_typed_and_says_what_is_wrong(portal: Portal) -> None:
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    typed = {"name": "李四", "user_name": "Li Si!", "role": "community_clerk", "starts_on": "2026-11-22"}
    answer = client.post(PEOPLE, typed, status=422)
    assert answer.one("#user_name")["value"] == "Li Si!"
    assert answer.errors()
    past = client.post(PEOPLE, {**typed, "user_name": "lisi"}, status=422)
    assert past.one("#starts_on-error")


def test_the_list_finds_by_name_mobile_and_role(portal: Portal) -> None:
    wang = make_user("王小明", user_name="wangxm", mobile="13900000002")
    make_grant(wang.id, portal.here, Role.OWNER)
    zhao = make_user("赵一")
    make_grant(zhao.id, portal.here, Role.REVIEWER)
    elsewhere = make_user("王外人")
    make_grant(elsewhere.id, portal.there, Role.OWNER)
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    for query in ("q=王小", "q=WANGXM", "q=13900000002", "role=owner"):
        page = client.get(f"{PEOPLE}?{query}")
        assert [row.th.get_text(strip=True) for row in page.page.select("tbody tr")] == ["王小明"], query
    assert client.get(f"{PEOPLE}?q=%25").page.select("tbody tr") == []
    assert client.get(f"{PEOPLE}?show=ended").one(".empty")


def test_as_many_statements_for_five_people_as_for_five_thousand(portal: Portal) -> None:
    client = portal.as_role(Role.COMMUNITY_SECRETARY)
    fill(portal, 5)
    client.get(PEOPLE)
    with count_statements(db.engine) as few:
        client.get(PEOPLE)
    fill(portal, 5000)
    with count_statements(db.engine) as many:
        page = client.get(PEOPLE)
    assert len(page.page.select("tbody tr")) == 50
    assert len(few) == len(many) <= 8, many


def fill(portal: Portal, count: int) -> None:
    """Add owners as rows; hashing 5,000 passwords would take minutes."""
    ids = [new_id() for _ in range(count)]
    with transaction(NOTHING):
        db.session.execute(
            UserAccount.__table__.insert(),
            [
                {
                    "id": user_id,
                    "user_name": f"o{user_id.hex[:30]}",
                    "name": f"业主{number}",
                    "password_hash": "-",
                    "session_key": "-",
                    "must_change_password": True,
                    "created_at": NOW,
                }
                for number, user_id in enumerate(ids)
            ],
        )
        db.session.execute(
            RoleGrant.__table__.insert(),
            [
                {
                    "id": new_id(),
                    "user_id": user_id,
                    "tenant_id": portal.here,
                    "role": Role.OWNER,
                    "starts_at": NOW,
                    "reason": "",
                    "granted_at": NOW,
                }
                for user_id in ids
            ],
        )


def test_the_filter_shows_ended_roles_with_their_dates(portal: Portal) -> None:
    former = make_user("前任")
    make_grant(former.id, portal.here, Role.COMMUNITY_CLERK, ends_at=NOW - timedelta(days=1))
    with transaction(NOTHING):
        rows = user_queries.list_people(portal.here, PeopleFilter(ended=True), offset=0, limit=9, now=NOW)
    assert [(row.name, row.grants[0].last_day) for row in rows] == [("前任", date(2026, 11, 22))]


def test_a_refused_page_names_who_of_the_staff_here_does_it(portal: Portal) -> None:
    boss, reader = portal.person(Role.COMMUNITY_SECRETARY), portal.person(Role.AUDITOR)
    elsewhere = portal.person(Role.COMMUNITY_SECRETARY, portal.there)
    with portal.inside():
        db.session.execute(update(UserAccount).where(UserAccount.id == boss.id).values(name="答疑书记"))
        db.session.execute(update(UserAccount).where(UserAccount.id == elsewhere.id).values(name="邻社区书记"))
        db.session.execute(update(UserAccount).where(UserAccount.id == reader.id).values(name="查账员"))
    text = portal.as_role(Role.OWNER).get(PEOPLE, status=403).one("main").get_text()
    assert "答疑书记" in text
    assert "邻社区书记" not in text
    assert "查账员" not in text
