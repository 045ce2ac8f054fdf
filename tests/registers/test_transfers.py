"""Transfers: within a community, between two of the portal, on paper; counted once at every moment."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.audit.tags import AuditTag
from portal.core.db import db
from portal.core.errors import NotFound, RuleBroken
from portal.jobs.notes import deal_with_notes
from portal.registers import handover, queries
from portal.registers.commands import arrivals, transfers
from portal.registers.commands.standing import record_act
from portal.registers.commands.transfers import Application
from portal.registers.models import MemberTransfer, PartyMember, TransferLine
from portal.registers.queries.transfers import parcel_of
from portal.registers.rules import MemberStatus, OrganizationKind
from portal.registers.rules.standing import PRESENT, Act, StandingAct
from portal.registers.rules.transfers import Channel, Direction, TransferState
from portal.tenancy.scope import reading, scope_of
from tests.conftest import Portal
from tests.makers import NOW, make_actor, make_tenant
from tests.registers.makers import make_facts, make_id_number, make_member, make_organization

LATER = NOW + timedelta(hours=1)
SECRETARY = Role.COMMUNITY_SECRETARY


@pytest.fixture
def both(portal: Portal) -> Portal:
    """Give two communities of the same name, each with a committee, a branch of the same name and a secretary."""
    for tenant_id in (portal.here, portal.there):
        portal.person(SECRETARY, tenant_id)
        with portal.inside(tenant_id):
            top = make_organization("和平社区党委", OrganizationKind.PARTY_COMMITTEE)
            make_organization("第一党支部", parent_id=top.id)
            make_organization("第二党支部", parent_id=top.id)
    return portal


def branch(portal: Portal, tenant_id: int, name: str = "第一党支部") -> uuid.UUID:
    with reading(scope_of(tenant_id)):
        return queries.member_places(tenant_id=tenant_id)[name]


def present(portal: Portal, serial: int = 1) -> list[int]:
    """Give in which tenants somebody with this number is a member at this moment."""
    found = []
    for tenant_id in (portal.here, portal.there):
        with reading(scope_of(tenant_id)):
            for member in db.session.scalars(select(PartyMember)):
                number = queries.unseal_field(member, "id_number")
                if member.status in PRESENT and number == make_id_number(serial):
                    found.append(tenant_id)
    return found


def state(portal: Portal, tenant_id: int, transfer_id: uuid.UUID) -> TransferState | None:
    with reading(scope_of(tenant_id)):
        return db.session.scalars(select(MemberTransfer.state).where(MemberTransfer.id == transfer_id)).one_or_none()


def sent(portal: Portal, *, to: int | None, now: datetime = NOW, serial: int = 1) -> uuid.UUID:
    """Send somebody's letter from here; gives the transfer."""
    actor = make_actor(portal.here, SECRETARY)
    with portal.inside():
        member = make_member(branch(portal, portal.here), serial)
        application = Application("和平社区党委", "搬到那边居住", other_tenant_id=to)
        transfer = transfers.apply_transfer(member.id, application, actor=actor, now=now)
        transfers.approve_transfer(transfer.id, actor=actor, now=now)
        transfers.send_letter(transfer.id, letter_no="2026-001", letter_on=date(2026, 11, 23), valid_to=None,
                              actor=actor, now=now)  # fmt: skip
        return transfer.id


def accept(portal: Portal, transfer_id: uuid.UUID, *, now: datetime = LATER) -> None:
    actor = make_actor(portal.there, SECRETARY)
    with portal.inside(portal.there):
        arrivals.accept_transfer(transfer_id, branch(portal, portal.there), actor=actor, now=now)


def test_a_member_goes_from_one_community_to_the_other_and_is_counted_once(both: Portal) -> None:
    transfer_id = sent(both, to=both.there)
    assert present(both) == [both.here], "the old side stays responsible"
    assert state(both, both.there, transfer_id) is None
    assert deal_with_notes(now=NOW) == 1
    assert state(both, both.there, transfer_id) is TransferState.IN_TRANSIT
    assert present(both) == [both.here]
    accept(both, transfer_id)
    assert present(both) == [both.here], "a yes alone moves nobody"
    assert deal_with_notes(now=LATER) == 1
    assert present(both) == [both.there]
    for tenant_id in (both.here, both.there):
        assert state(both, tenant_id, transfer_id) is TransferState.IN_ACCEPTED
    with reading(scope_of(both.there)):
        row = db.session.scalars(select(MemberTransfer)).one()
        member = queries.get_member(row.member_id or row.id, tenant_id=both.there)
        facts = queries.facts_of(member)
        assert row.parcel_sealed is None, "what came with the letter is thrown away"
        assert (facts.mobile, facts.id_number) == ("19900000001", make_id_number(1))
        assert member.organization_id == branch(both, both.there)


def test_every_change_of_state_leaves_a_line_and_an_event_on_its_side(both: Portal) -> None:
    transfer_id = sent(both, to=both.there)
    deal_with_notes(now=NOW)
    accept(both, transfer_id)
    deal_with_notes(now=LATER)
    with reading(scope_of(both.here)):
        states = [line.state for line in db.session.scalars(select(TransferLine).order_by(TransferLine.id))]
        tags = set(db.session.scalars(select(AuditEvent.tag)))
    s = TransferState
    assert states == [s.APPLIED, s.OUT_APPROVED, s.IN_TRANSIT, s.IN_ACCEPTED]
    assert {AuditTag.TRANSFER_APPLY, AuditTag.TRANSFER_SEND, AuditTag.TRANSFER_FINISH} <= tags
    with reading(scope_of(both.there)):
        states = [line.state for line in db.session.scalars(select(TransferLine).order_by(TransferLine.id))]
        tags = set(db.session.scalars(select(AuditEvent.tag)))
    assert states == [s.IN_TRANSIT, s.IN_TRANSIT, s.IN_ACCEPTED]
    assert {AuditTag.TRANSFER_ARRIVE, AuditTag.TRANSFER_ACCEPT, AuditTag.TRANSFER_FINISH} <= tags


def test_each_piece_may_be_done_twice(both: Portal) -> None:
    """A worker killed between its work and the note comes again."""
    transfer_id = sent(both, to=both.there)
    for _ in range(2):
        handover.deliver(both.here, transfer_id, now=NOW)
    accept(both, transfer_id)
    for _ in range(2):
        handover.hand_over(both.there, transfer_id, now=LATER)
    assert present(both) == [both.there]
    with reading(scope_of(both.there)):
        assert len(db.session.scalars(select(PartyMember)).all()) == 1
        assert len(db.session.scalars(select(TransferLine)).all()) == 3


def test_a_worker_killed_in_the_middle_of_a_hand_over_leaves_the_member_where_it_was(
    both: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    transfer_id = sent(both, to=both.there)
    deal_with_notes(now=NOW)
    accept(both, transfer_id)

    def killed(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as change:
        change.setattr(handover, "take_in", killed)
        with pytest.raises(KeyboardInterrupt):
            deal_with_notes(now=LATER)
    db.session.remove()
    assert present(both) == [both.here]
    assert deal_with_notes(now=LATER) == 1
    assert present(both) == [both.there]


def test_a_letter_is_returned_with_its_reason_and_the_member_stays(both: Portal) -> None:
    transfer_id = sent(both, to=both.there)
    deal_with_notes(now=NOW)
    actor = make_actor(both.there, SECRETARY)
    with pytest.raises(RuleBroken, match=r"registers\.reason_needed"), both.inside(both.there):
        arrivals.return_transfer(transfer_id, reason="  ", actor=actor, now=LATER)
    with both.inside(both.there):
        arrivals.return_transfer(transfer_id, reason="本人不在我社区居住", actor=actor, now=LATER)
    deal_with_notes(now=LATER)
    assert present(both) == [both.here]
    with reading(scope_of(both.here)):
        row = db.session.scalars(select(MemberTransfer)).one()
        assert (row.state, row.answer) == (TransferState.RETURNED, "本人不在我社区居住")
    with reading(scope_of(both.there)):
        row = db.session.scalars(select(MemberTransfer)).one()
        assert (row.state, row.parcel_sealed) == (TransferState.RETURNED, None)
    with pytest.raises(RuleBroken, match=r"registers\.transfer_step"):
        accept(both, transfer_id)


LAST_DAY, DAY_AFTER = datetime(2027, 2, 23, 15, 59, tzinfo=NOW.tzinfo), datetime(2027, 2, 23, 16, 0, tzinfo=NOW.tzinfo)


def test_a_letter_is_good_until_the_end_of_its_last_chinese_day(both: Portal) -> None:
    transfer_id = sent(both, to=both.there)
    deal_with_notes(now=NOW)
    assert deal_with_notes(now=LAST_DAY) == 0, "its end is not there yet"
    accept(both, transfer_id, now=LAST_DAY)
    deal_with_notes(now=DAY_AFTER)
    assert present(both) == [both.there], "a yes on the last day holds"


def test_an_expired_letter_ends_on_both_sides_and_cannot_be_accepted(both: Portal) -> None:
    transfer_id = sent(both, to=both.there)
    deal_with_notes(now=NOW)
    with pytest.raises(RuleBroken, match=r"registers\.letter_expired"):
        accept(both, transfer_id, now=DAY_AFTER)
    assert deal_with_notes(now=DAY_AFTER) == 1
    for tenant_id in (both.here, both.there):
        assert state(both, tenant_id, transfer_id) is TransferState.EXPIRED
    assert present(both) == [both.here]
    actor = make_actor(both.here, SECRETARY)
    with both.inside():
        member = db.session.scalars(select(PartyMember)).one()
        transfers.apply_transfer(member.id, Application("和平社区党委", "介绍信过期重开", both.there), actor=actor,
                                 now=DAY_AFTER)  # fmt: skip


def test_who_died_on_the_way_arrives_nowhere(both: Portal) -> None:
    transfer_id = sent(both, to=both.there)
    deal_with_notes(now=NOW)
    accept(both, transfer_id)
    actor = make_actor(both.here, SECRETARY)
    with both.inside():
        member = db.session.scalars(select(PartyMember)).one()
        record_act(member.id, Act(StandingAct.DIE, date(2026, 11, 23)), actor=actor, now=LATER)
    deal_with_notes(now=LATER)
    assert present(both) == []
    for tenant_id in (both.here, both.there):
        assert state(both, tenant_id, transfer_id) is TransferState.RETURNED


def test_somebody_who_is_there_already_is_not_accepted_again(both: Portal) -> None:
    with both.inside(both.there):
        make_member(branch(both, both.there), 1)
    transfer_id = sent(both, to=both.there)
    deal_with_notes(now=NOW)
    with pytest.raises(RuleBroken, match=r"registers\.already_here"):
        accept(both, transfer_id)


def test_entered_by_hand_between_the_yes_and_the_hand_over(both: Portal) -> None:
    transfer_id = sent(both, to=both.there)
    deal_with_notes(now=NOW)
    accept(both, transfer_id)
    with both.inside(both.there):
        make_member(branch(both, both.there), 1)
    deal_with_notes(now=LATER)
    assert state(both, both.here, transfer_id) is TransferState.IN_TRANSIT, "nobody left"
    with reading(scope_of(both.there)):
        row = db.session.scalars(select(MemberTransfer)).one()
        lines = db.session.scalars(select(TransferLine).order_by(TransferLine.id)).all()
        assert (row.accepted_at, lines[-1].words) == (None, "registers.already_here")


def test_somebody_who_comes_back_is_the_same_record(both: Portal) -> None:
    with both.inside(both.there):
        old = make_member(branch(both, both.there), 1, work_unit="老单位")
        old.status, old.updated_at = MemberStatus.TRANSFERRED, NOW
        old_id = old.id
    transfer_id = sent(both, to=both.there)
    deal_with_notes(now=NOW)
    accept(both, transfer_id)
    deal_with_notes(now=LATER)
    with reading(scope_of(both.there)):
        member = db.session.scalars(select(PartyMember)).one()
        assert (member.id, member.status) == (old_id, MemberStatus.NORMAL)


def test_the_other_side_sees_its_letter_only_and_never_another(both: Portal) -> None:
    """The parcel is sealed with the receiver's key; the sender's row cannot be opened from there."""
    transfer_id = sent(both, to=both.there)
    deal_with_notes(now=NOW)
    with reading(scope_of(both.there)):
        row = db.session.scalars(select(MemberTransfer)).one()
        parcel = parcel_of(row)
        assert parcel is not None
        assert parcel.id_number == make_id_number(1)
        assert make_id_number(1).encode() not in (row.parcel_sealed or b"")
    with reading(scope_of(both.here)):
        row = db.session.scalars(select(MemberTransfer)).one()
        assert row.parcel_sealed is None
    actor = make_actor(both.there, SECRETARY)
    with pytest.raises(NotFound), both.inside(both.there):
        arrivals.accept_transfer(uuid.uuid4(), branch(both, both.there), actor=actor, now=LATER)
    with pytest.raises(RuleBroken, match=r"registers\.transfer_step"), both.inside(both.here):
        arrivals.accept_transfer(transfer_id, branch(both, both.here), actor=actor, now=LATER)


def test_on_paper_the_receipt_slip_ends_it(both: Portal) -> None:
    transfer_id = sent(both, to=None)
    assert deal_with_notes(now=NOW) == 0
    actor = make_actor(both.here, SECRETARY)
    with pytest.raises(RuleBroken, match=r"registers\.letter_expired"), both.inside():
        transfers.record_receipt(transfer_id, on=date(2027, 2, 24), receipt_no="", actor=actor, now=DAY_AFTER)
    assert present(both) == [both.here]
    with both.inside():
        transfers.record_receipt(transfer_id, on=date(2027, 2, 23), receipt_no="回7", actor=actor, now=DAY_AFTER)
    assert present(both) == []
    with reading(scope_of(both.here)):
        member = db.session.scalars(select(PartyMember)).one()
        assert (member.status, member.status_on) == (MemberStatus.TRANSFERRED, date(2027, 2, 23))


def test_nobody_answers_in_the_other_sides_place(both: Portal) -> None:
    transfer_id = sent(both, to=both.there)
    actor = make_actor(both.here, SECRETARY)
    with pytest.raises(RuleBroken, match=r"registers\.other_side_answers"), both.inside():
        transfers.record_receipt(transfer_id, on=date(2026, 11, 23), receipt_no="", actor=actor, now=LATER)


def test_a_letter_on_paper_brings_somebody_in(both: Portal) -> None:
    actor = make_actor(both.here, SECRETARY)
    letter = arrivals.PaperLetter("某县某镇党委", "黔-12", date(2026, 10, 1), date(2026, 12, 31))
    with both.inside():
        facts = make_facts(branch(both, both.here), 5)
        transfer = arrivals.receive_letter(facts, letter, actor=actor, now=NOW)
        assert transfer.state is TransferState.IN_ACCEPTED
    assert present(both, 5) == [both.here]
    old = arrivals.PaperLetter("某县某镇党委", "黔-13", date(2026, 8, 22), date(2026, 11, 22))
    with pytest.raises(RuleBroken, match=r"registers\.letter_expired"), both.inside():
        arrivals.receive_letter(make_facts(branch(both, both.here), 6), old, actor=actor, now=NOW)
    assert present(both, 6) == []


def test_a_move_between_branches_is_dated_and_never_in_the_future(both: Portal) -> None:
    actor = make_actor(both.here, SECRETARY)
    second = branch(both, both.here, "第二党支部")
    with both.inside():
        member = make_member(branch(both, both.here), 1)
    with pytest.raises(RuleBroken, match=r"registers\.act_future"), both.inside():
        transfers.move_member(member.id, second, on=date(2026, 11, 24), reason="搬到二期", actor=actor, now=LATER)
    with both.inside():
        transfers.move_member(member.id, second, on=date(2026, 11, 20), reason="搬到二期", actor=actor, now=LATER)
    with reading(scope_of(both.here)):
        row = db.session.scalars(select(MemberTransfer)).one()
        assert (row.ended_on, row.to_organization_id) == (date(2026, 11, 20), second)
        assert queries.get_member(member.id, tenant_id=both.here).organization_id == second
    with pytest.raises(RuleBroken, match=r"registers\.move_nowhere"), both.inside():
        transfers.move_member(member.id, second, on=date(2026, 11, 20), reason="搬到二期", actor=actor, now=LATER)


def test_one_way_at_a_time(both: Portal) -> None:
    sent(both, to=both.there)
    actor = make_actor(both.here, SECRETARY)
    with both.inside():
        member = db.session.scalars(select(PartyMember)).one()
    for ask in (
        lambda: transfers.apply_transfer(member.id, Application("某地", "再申请一次"), actor=actor, now=LATER),
        lambda: transfers.move_member(member.id, branch(both, both.here, "第二党支部"), on=date(2026, 11, 23),
                                      reason="搬到二期", actor=actor, now=LATER),
        lambda: record_act(member.id, Act(StandingAct.RESIGN, date(2026, 11, 23), "本人申请", "1号"), actor=actor,
                           now=LATER),
    ):  # fmt: skip
        with pytest.raises(RuleBroken, match=r"registers\.transfer_open"), both.inside():
            ask()


def test_nobody_is_sent_where_nobody_works(both: Portal) -> None:
    empty = make_tenant("520303003009", "无人社区")
    actor = make_actor(both.here, SECRETARY)
    with both.inside():
        member = make_member(branch(both, both.here), 1)
    with pytest.raises(RuleBroken, match=r"registers\.not_opened"), both.inside():
        transfers.apply_transfer(member.id, Application("无人社区", "搬家到那边", empty.id), actor=actor, now=NOW)


def test_nobody_else_can_take_a_member_who_was_sent_to_another(both: Portal) -> None:
    """Even a row that claims it: the sending row says to whom the letter went."""
    transfer_id = sent(both, to=both.there)
    deal_with_notes(now=NOW)
    third = make_tenant("520303003008", "第三社区")
    with both.inside(third.id):
        place = make_organization("第三党支部")
        row = MemberTransfer(
            id=transfer_id, direction=Direction.IN, channel=Channel.PORTAL, state=TransferState.IN_TRANSIT,
            full_name="张示例", other_tenant_id=both.here, other_name="和平社区", reason="冒领",
            applied_on=date(2026, 11, 23), to_organization_id=place.id, accepted_at=NOW, created_at=NOW, updated_at=NOW,
        )  # fmt: skip
        db.session.add(row)
    handover.hand_over(third.id, transfer_id, now=LATER)
    assert present(both) == [both.here]
    assert state(both, both.here, transfer_id) is TransferState.IN_TRANSIT
    with reading(scope_of(third.id)):
        assert db.session.scalars(select(PartyMember)).all() == []
