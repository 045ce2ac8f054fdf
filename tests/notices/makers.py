"""Notices for tests."""

import uuid

from portal.accounts.roles import Role
from portal.notices.commands import NoticeDraft, publish_notice
from portal.notices.rules import NoticeBody, NoticeKind
from tests.conftest import Portal
from tests.makers import NOW, make_actor


def fill(portal: Portal, tenant_id: int, words: str = "自家") -> dict[str, uuid.UUID | str]:
    """One current notice with these words in every text; its id by the name in paths."""
    actor = make_actor(tenant_id, Role.COMMUNITY_SECRETARY, name=words)
    draft = NoticeDraft(
        kind=NoticeKind.GENERAL,
        title=f"{words}通知",
        body=NoticeBody((words,), ("楼栋",), ((words,),)),
        issuer=words,
        objection=words,
        amount=7,
        period_source=words,
    )
    with portal.inside(tenant_id):
        return {"notice_id": publish_notice(draft, actor=actor, now=NOW).id}
