"""The demo's accounts. Every name is invented and says so."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import has_request_context

from portal.accounts.roles import Role
from portal.console.labels import role_label

STREET, COMMUNITY, NEIGHBOUR, DISTRICT, PLATFORM = "520303003", "520303003001", "520303003002", "520303", "0"
PASSWORD = "linju-hao-2026"  # noqa: S105  shown on the demo's sign-in page on purpose

# role, user name, name, where
PEOPLE = (
    (Role.COMMUNITY_SECRETARY, "shuji", "演示书记", COMMUNITY),
    (Role.COMMUNITY_CLERK, "shegong", "演示社工", COMMUNITY),
    (Role.IN_SERVICE_MEMBER, "dangyuan", "演示党员", COMMUNITY),
    (Role.OWNER, "yezhu", "演示业主", COMMUNITY),
    (Role.REVIEWER, "lianshen", "演示联审员", COMMUNITY),
    (Role.PROPERTY_CONTACT, "wuye", "演示物业联系人", COMMUNITY),
    (Role.STREET_OFFICER, "jiedao", "演示街道干部", STREET),
    (Role.DISTRICT_OFFICER, "quji", "演示区级干部", DISTRICT),
    (Role.AUDITOR, "shenji", "演示审计员", COMMUNITY),
    (Role.OPERATOR, "yunwei", "演示运维员", PLATFORM),
)
ZH_LABELS = {
    Role.COMMUNITY_SECRETARY: "社区书记",
    Role.COMMUNITY_CLERK: "社区工作者",
    Role.IN_SERVICE_MEMBER: "在职党员",
    Role.OWNER: "业主",
    Role.REVIEWER: "联审成员",
    Role.PROPERTY_CONTACT: "物业联系人",
    Role.STREET_OFFICER: "街道干部",
    Role.DISTRICT_OFFICER: "区级干部",
    Role.AUDITOR: "审计员",
    Role.OPERATOR: "运维人员",
}


@dataclass(frozen=True)
class SignIn:
    """One line of the demo's list."""

    role_label: str
    user_name: str
    password: str


def sign_ins() -> Iterator[SignIn]:
    """Give one demo sign-in per role."""
    for role, user_name, _name, _code in PEOPLE:
        label = role_label(role) if has_request_context() else ZH_LABELS[role]
        yield SignIn(label, user_name, PASSWORD)
