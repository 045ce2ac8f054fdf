"""Writes of double reporting, one function per use case."""

from portal.reporting.commands.posts import PostDetails, claim_post, close_post, open_post, release_claim
from portal.reporting.commands.reports import (
    ReportCard,
    accept_report,
    report_to_community,
    return_report,
    reveal_mobile,
    tie_report,
    withdraw_report,
)
from portal.reporting.commands.services import (
    ServiceEntry,
    answer_contest,
    confirm_service,
    contest_service,
    correct_service,
    log_service,
    return_service,
)

__all__ = [
    "PostDetails",
    "ReportCard",
    "ServiceEntry",
    "accept_report",
    "answer_contest",
    "claim_post",
    "close_post",
    "confirm_service",
    "contest_service",
    "correct_service",
    "log_service",
    "open_post",
    "release_claim",
    "report_to_community",
    "return_report",
    "return_service",
    "reveal_mobile",
    "tie_report",
    "withdraw_report",
]
