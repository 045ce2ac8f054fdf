"""Lists of reporting cost the same number of statements for 5 and for 5,000 rows."""

import uuid
from datetime import date, timedelta

from sqlalchemy import insert

from portal.accounts.models import UserAccount
from portal.accounts.queries import get_account
from portal.accounts.roles import Role
from portal.core.db import db
from portal.core.ids import new_id
from portal.reporting.models import MemberReport, PostClaim, ServicePost, ServiceRecord
from portal.reporting.rules import ClaimState, PostCategory, PostState, ProofGrade, ReportState, ServiceState
from portal.tenancy.scope import bulk_insert
from tests.client import PortalClient
from tests.conftest import Portal
from tests.makers import HERE_CODE, NOW
from tests.reporting.makers import LONG_AGO, YESTERDAY, make_member
from tests.statements import count_statements

HERE = f"/t/{HERE_CODE}/reporting"
MOST, HOME_MOST = 8, 9
STATES = (ReportState.REPORTED, ReportState.ACCEPTED, ReportState.RETURNED)
STAFF_LISTS = [
    "reports",
    "reports?state=returned",
    "posts",
    "services",
    "services?kind=objections",
    "cards",
    "cards/{}",
]
MEMBER_PAGES = ["open-posts", "my-card", "my-services/new", "my-report"]
Row = dict[str, object]


def test_lists_cost_the_same_for_5_and_for_5000_rows(portal: Portal) -> None:
    report = make_member(portal)
    clerk, member = portal.as_role(Role.COMMUNITY_CLERK), portal.client(get_account(report.user_id))
    pages = [(clerk, f"{HERE}/{page.format(report.id)}") for page in STAFF_LISTS]
    pages += [(member, f"{HERE}/{page}") for page in MEMBER_PAGES]
    homes = [(clerk, f"/t/{HERE_CODE}/"), (member, f"/t/{HERE_CODE}/")]
    pages += homes
    fill(portal, report, range(5))
    few = [statements(client, url) for client, url in pages]
    fill(portal, report, range(5, 5000))
    many = [statements(client, url) for client, url in pages]
    print("\nstatements:", dict(zip([url for _, url in pages], many, strict=True)))
    assert few == many
    assert max(many[: -len(homes)]) <= MOST
    assert max(many) <= HOME_MOST, "the tasks of each module and how the community stands"


def statements(client: PortalClient, url: str) -> int:
    """Give how many statements a page sends once the tenant is known to the process."""
    client.get(url)
    with count_statements(db.engine) as seen:
        client.get(url)
    return len(seen)


def fill(portal: Portal, report: MemberReport, numbers: range) -> None:
    """For each number a person with a report, a post that they hold, and an entry of `report` with a correction."""
    with portal.inside():
        users, reports, posts = ([new_id() for _ in numbers] for _ in range(3))
        db.session.execute(insert(UserAccount), [user_row(*pair) for pair in zip(numbers, users, strict=True)])
        bulk_insert(MemberReport, [report_row(*each) for each in zip(numbers, reports, users, strict=True)])
        bulk_insert(ServicePost, [post_row(*pair) for pair in zip(numbers, posts, strict=True)])
        bulk_insert(PostClaim, [claim_row(*pair) for pair in zip(reports, posts, strict=True)])
        entries = [entry_row(n, report.id) for n in numbers]
        bulk_insert(ServiceRecord, entries)
        bulk_insert(
            ServiceRecord, [correction_row(entry) for entry in entries if entry["grade"] is ProofGrade.CONFIRMED]
        )
    db.session.remove()


def user_row(n: int, user_id: uuid.UUID) -> Row:
    return {
        "id": user_id,
        "user_name": f"many{n}",
        "name": f"演示{n}",
        "password_hash": "-",
        "session_key": "-",
        "must_change_password": False,
        "created_at": NOW,
    }


def report_row(n: int, report_id: uuid.UUID, user_id: uuid.UUID) -> Row:
    return {
        "id": report_id,
        "user_id": user_id,
        "name": f"演示{n}",
        "work_unit": "演示单位",
        "residence": "演示小区",
        "mobile_sealed": b"x",
        "intents": [],
        "consent_version": "2026-11",
        "consented_at": LONG_AGO,
        "state": STATES[n % len(STATES)],
        "reported_at": LONG_AGO + timedelta(seconds=n),
        "decided_at": NOW,
    }


def post_row(n: int, post_id: uuid.UUID) -> Row:
    return {
        "id": post_id,
        "name": f"岗位{n}",
        "category": PostCategory.PATROL,
        "capacity": 5,
        "starts_on": YESTERDAY,
        "ends_on": date(2026, 12, 31),
        "state": PostState.OPEN,
        "created_at": NOW,
    }


def claim_row(report_id: uuid.UUID, post_id: uuid.UUID) -> Row:
    return {
        "id": new_id(),
        "report_id": report_id,
        "post_id": post_id,
        "period": "2026",
        "seat": 1,
        "state": ClaimState.HELD,
        "claimed_at": NOW,
        "released_at": None,
    }


def entry_row(n: int, report_id: uuid.UUID) -> Row:
    """Give every second entry as confirmed and objected to, the others as waiting."""
    begun, confirmed = LONG_AGO + timedelta(minutes=n), n % 2 == 1
    return {
        "id": new_id(),
        "report_id": report_id,
        "post_id": None,
        "corrects_id": None,
        "served_on": begun.date(),
        "started_at": begun,
        "ended_at": begun + timedelta(hours=1),
        "half_hours": 2,
        "content": "演示服务内容",
        "state": ServiceState.CONFIRMED if confirmed else ServiceState.SUBMITTED,
        "grade": ProofGrade.CONFIRMED if confirmed else ProofGrade.SELF_REPORTED,
        "submitted_at": NOW,
        "contested_at": NOW if confirmed else None,
    }


def correction_row(entry: Row) -> Row:
    """Give the counter-entry that takes half an hour from an entry."""
    return {**entry, "id": new_id(), "corrects_id": entry["id"], "half_hours": -1, "contested_at": None}
