"""docs/roles.md, made from the policy, so that there is no second copy to keep right."""

from portal.accounts.roles import GRANTABLE, Role
from portal.authz.policy import POLICY

HEAD = """# Roles and what they may do

Generated from `portal/authz/policy.py` by `make roles`; a test compares. Reach: **own** rows of this person,
**here** this tenant, **below** this tenant and the ones under it (read only). Everybody signed in is a visitor
in every tenant.

"""


def roles_document() -> str:
    """Give the page as Markdown: one row per permission, one column per role."""
    roles = (*GRANTABLE, Role.VISITOR)
    lines = ["| permission | " + " | ".join(role.value.replace("_", " ") for role in roles) + " |"]
    lines.append("|---" * (len(roles) + 1) + "|")
    for permission, allowed in POLICY.items():
        cells = [allowed[role].value if role in allowed else "" for role in roles]
        lines.append(f"| `{permission.value}` | " + " | ".join(cells) + " |")
    return HEAD + "\n".join(lines) + "\n"
