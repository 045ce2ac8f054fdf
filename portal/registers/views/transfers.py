"""Transfers: the list, the case with its steps, the letter, and who comes with a letter on paper."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import Response, flash, g, request, url_for
from flask_babel import gettext as _

from portal.accounts.actor import Actor
from portal.authz.permissions import Permission
from portal.authz.policy import can
from portal.core import clock
from portal.core.errors import NotFound, RuleBroken
from portal.registers import queries
from portal.registers.commands import transfers
from portal.registers.commands.arrivals import accept_transfer as accept
from portal.registers.commands.arrivals import return_transfer
from portal.registers.commands.transfers import Application
from portal.registers.forms.lifecycle import (
    BY_CODE,
    ON_PAPER,
    AcceptForm,
    LetterForm,
    ReasonForm,
    ReceiptForm,
    TransferForm,
)
from portal.registers.leaving import also_ends, posts_that_end
from portal.registers.listed import TRANSFERS, count_of
from portal.registers.messages import TYPE_WORDS
from portal.registers.messages.lifecycle import DIRECTION_WORDS, TRANSFER_WORDS
from portal.registers.models import MemberTransfer
from portal.registers.queries.transfers import (
    TransferFilter,
    count_transfers,
    get_transfer,
    lines_of,
    next_letter_no,
    parcel_of,
    registers_of_district,
    tenant_name,
    transfers_of,
)
from portal.registers.rules.leaving import Leaving
from portal.registers.rules.relations import latest_valid_to
from portal.registers.rules.transfers import Channel, Direction, TransferState, state_on
from portal.registers.views.blueprint import bp
from portal.registers.views.post_words import post_words
from portal.registers.views.transfer_case import Case, case_of
from portal.tenancy.queries import find_tenant
from portal.web import panels
from portal.web.guard import requires
from portal.web.htmx import render, see_other
from portal.web.messages import known_codes, sentence
from portal.web.pagination import PER_PAGE, Page, page_number
from portal.web.panels import Panel
from portal.web.templating import plain_day


@bp.get("/transfers")
@requires(Permission.TRANSFER_LIST)
def show_transfers() -> Response:
    """Show the transfers under way, or those that are over."""
    look = TRANSFERS.look(request.args)
    wanted, counts = look.found, count_transfers(tenant_id=g.tenant.id)
    page = Page(page_number(), count_of(wanted, counts))
    rows = TRANSFERS.rows(look, limit=PER_PAGE, offset=page.offset)
    shown = [(row, state_on(row.state, valid_to=row.valid_to, today=look.today)) for row in rows]
    return render(
        "registers/transfers.html",
        rows=shown,
        heads=TRANSFERS.heads(look),
        export=TRANSFERS.export_url(look),
        page=page,
        links=_links(wanted, counts),
        words=TRANSFER_WORDS,
        directions=DIRECTION_WORDS,
    )


def _links(wanted: TransferFilter, counts: dict[tuple[Direction, bool], int]) -> list[tuple[str, str, int, bool]]:
    number = {over: sum(n for (_way, is_over), n in counts.items() if is_over is over) for over in (False, True)}
    links = [
        (_("Under way"), url_for("registers.show_transfers"), number[False], not wanted.is_over),
        (_("Over"), url_for("registers.show_transfers", over="1"), number[True], wanted.is_over),
    ]
    over = "1" if wanted.is_over else None
    for way, word in DIRECTION_WORDS.items():
        url = url_for("registers.show_transfers", direction=way.value, over=over)
        links.append((str(word), url, counts.get((way, wanted.is_over), 0), wanted.direction is way))
    return links


@bp.route("/members/<uuid:member_id>/transfer", methods=["GET", "POST"])
@requires(Permission.TRANSFER_PREPARE)
def apply_transfer(member_id: uuid.UUID) -> Response:
    """Apply for a transfer out of this register."""
    member = queries.get_member(member_id, tenant_id=g.tenant.id)
    form: Any = TransferForm()
    form.offer(registers_of_district(g.tenant.code))
    if form.validate_on_submit():
        try:
            application = _application(form)
            case = transfers.apply_transfer(member_id, application, actor=g.actor, now=g.now)
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(_("Applied for. It needs the approval of the committee."), "success")
            return see_other("registers.show_transfer", transfer_id=case.id)
    status = 422 if form.is_submitted() else 200
    return render("registers/transfer_form.html", form=form, member=member, status=status)


def _application(form: Any) -> Application:
    """Read where the letter is to go; raises RuleBroken when that is no place."""
    dues = form.dues_until.data or None
    if form.where.data == ON_PAPER:
        if not form.other_name.data:
            raise RuleBroken("desk.missing", field="other_name")
        return Application(form.other_name.data, form.reason.data, dues_until=dues, back_on=form.back_on.data)
    code = form.to_code.data if form.where.data == BY_CODE else form.where.data
    tenant = find_tenant(code or "")
    if tenant is None or tenant.has_ended:
        raise RuleBroken("registers.unknown_code", field="to_code")
    return Application(
        tenant_name(tenant.id), form.reason.data, other_tenant_id=tenant.id, dues_until=dues, back_on=form.back_on.data
    )


@bp.get("/transfers/<uuid:transfer_id>")
@requires(Permission.TRANSFER_LIST)
def show_transfer(transfer_id: uuid.UUID) -> Response:
    """Show a case: where it stands, what to do now, its story."""
    return _case_page(get_transfer(transfer_id, tenant_id=g.tenant.id))


def _case_page(transfer: MemberTransfer, failed: Any = None, status: int = 200) -> Response:
    today = clock.today(g.now)
    state = state_on(transfer.state, valid_to=transfer.valid_to, today=today)
    parcel = parcel_of(transfer)
    case: Case = case_of(transfer, state, today=today)
    places = queries.member_places(tenant_id=g.tenant.id)
    forms = {
        "letter": LetterForm(
            formdata=None,
            letter_no=next_letter_no(tenant_id=g.tenant.id, today=today),
            letter_on=today,
            valid_to=latest_valid_to(today),
        ),
        "accept": AcceptForm(formdata=None),
        "receipt": ReceiptForm(formdata=None, on=today),
        "reason": ReasonForm(formdata=None),
    }
    forms["accept"].offer(places)
    if failed is not None:
        forms[_name_of(failed)] = failed
    return render(
        "registers/transfer.html",
        case=case,
        transfer=transfer,
        parcel=parcel,
        masks=queries.MASKS,
        types=TYPE_WORDS,
        places={key: name for name, key in places.items()},
        lines=lines_of(transfer.id, tenant_id=g.tenant.id),
        words=TRANSFER_WORDS,
        say=_say,
        forms=forms,
        failed=failed,
        ending=_ending(transfer, case),
        is_portal=transfer.channel is Channel.PORTAL,
        status=status,
    )


def _ending(transfer: MemberTransfer, case: Case) -> list[str]:
    """Give the posts here that end when the other side has the member."""
    if case.act not in {"decide", "letter", "slip", "wait"} or transfer.member_id is None:
        return []
    member = queries.get_member(transfer.member_id, tenant_id=transfer.tenant_id)
    return [*post_words(posts_that_end(member, Leaving.TRANSFERRED)), *map(str, also_ends(member.id))]


def _say(words: str) -> str:
    """Give what somebody wrote, or the sentence where the worker left the code of one."""
    return sentence(words) if words in known_codes() else words


def _name_of(form: Any) -> str:
    kinds = {LetterForm: "letter", AcceptForm: "accept", ReceiptForm: "receipt", ReasonForm: "reason"}
    return kinds[type(form)]


def _step(transfer_id: uuid.UUID, form: Any, do: Callable[[], MemberTransfer], said: str) -> Response:
    """Do one step with its form, and come back to the case."""
    transfer = get_transfer(transfer_id, tenant_id=g.tenant.id)
    if form.validate():
        try:
            do()
        except RuleBroken as error:
            form.add_rule_error(error)
        else:
            flash(said, "success")
            return see_other("registers.show_transfer", transfer_id=transfer_id)
    return _case_page(transfer, form, 422)


@bp.post("/transfers/<uuid:transfer_id>/approval")
@requires(Permission.TRANSFER_DECIDE)
def approve_transfer(transfer_id: uuid.UUID) -> Response:
    """Approve an application."""
    return _step(
        transfer_id,
        ReasonForm(),
        lambda: transfers.approve_transfer(transfer_id, actor=g.actor, now=g.now),
        _("Approved. Issue the letter now."),
    )


@bp.post("/transfers/<uuid:transfer_id>/refusal")
@requires(Permission.TRANSFER_DECIDE)
def decline_transfer(transfer_id: uuid.UUID) -> Response:
    """Do not approve an application."""
    form: Any = ReasonForm()
    return _step(
        transfer_id,
        form,
        lambda: transfers.decline_transfer(transfer_id, reason=form.reason.data or "", actor=g.actor, now=g.now),
        _("Not approved; the reason is recorded."),
    )


@bp.post("/transfers/<uuid:transfer_id>/letter")
@requires(Permission.TRANSFER_DECIDE)
def issue_letter(transfer_id: uuid.UUID) -> Response:
    """Issue the letter of introduction."""
    form: Any = LetterForm()
    return _step(
        transfer_id,
        form,
        lambda: transfers.send_letter(
            transfer_id,
            letter_no=form.letter_no.data,
            letter_on=form.letter_on.data,
            valid_to=form.valid_to.data,
            actor=g.actor,
            now=g.now,
        ),
        _("The letter is issued. Until it is accepted, the member belongs here."),
    )


@bp.post("/transfers/<uuid:transfer_id>/receipt")
@requires(Permission.TRANSFER_DECIDE)
def record_receipt(transfer_id: uuid.UUID) -> Response:
    """Record the receipt slip of a letter on paper."""
    form: Any = ReceiptForm()
    return _step(
        transfer_id,
        form,
        lambda: transfers.record_receipt(
            transfer_id, on=form.on.data, receipt_no=form.receipt_no.data or "", actor=g.actor, now=g.now
        ),
        _("Finished: the member belongs to the other organization now."),
    )


@bp.post("/transfers/<uuid:transfer_id>/return")
@requires(Permission.TRANSFER_DECIDE)
def return_letter(transfer_id: uuid.UUID) -> Response:
    """Return a letter that arrived here, or record that one on paper came back."""
    form: Any = ReasonForm()
    is_ours = get_transfer(transfer_id, tenant_id=g.tenant.id).direction is Direction.OUT
    do = transfers.record_return if is_ours else return_transfer
    return _step(
        transfer_id,
        form,
        lambda: do(transfer_id, reason=form.reason.data or "", actor=g.actor, now=g.now),
        _("Returned; the reason is recorded."),
    )


@bp.post("/transfers/<uuid:transfer_id>/acceptance")
@requires(Permission.TRANSFER_DECIDE)
def accept_transfer(transfer_id: uuid.UUID) -> Response:
    """Accept somebody into a branch."""
    form: Any = AcceptForm()
    form.offer(queries.member_places(tenant_id=g.tenant.id))
    return _step(
        transfer_id,
        form,
        lambda: accept(transfer_id, uuid.UUID(form.organization.data), actor=g.actor, now=g.now),
        _("Accepted. The member’s record arrives in a moment."),
    )


@bp.get("/transfers/<uuid:transfer_id>/letter")
@requires(Permission.TRANSFER_LIST)
def show_introduction(transfer_id: uuid.UUID) -> Response:
    """Show the letter as it prints, the ID number masked."""
    transfer = get_transfer(transfer_id, tenant_id=g.tenant.id)
    if transfer.letter_no is None or transfer.member_id is None or transfer.direction is not Direction.OUT:
        return see_other("registers.show_transfer", transfer_id=transfer_id)
    member = queries.get_member(transfer.member_id, tenant_id=g.tenant.id)
    number = queries.MASKS["id_number"](queries.unseal_field(member, "id_number") or "")
    return _letter(transfer, number, is_full=False)


@bp.post("/transfers/<uuid:transfer_id>/letter/full")
@requires(Permission.TRANSFER_DECIDE)
def print_letter(transfer_id: uuid.UUID) -> Response:
    """Show the letter with the full ID number, which is recorded."""
    try:
        transfer, number = transfers.print_letter(transfer_id, actor=g.actor, now=g.now)
    except NotFound:
        get_transfer(transfer_id, tenant_id=g.tenant.id)
        return see_other("registers.show_transfer", transfer_id=transfer_id)
    return _letter(transfer, number, is_full=True)


def _letter(transfer: MemberTransfer, number: str, *, is_full: bool) -> Response:
    member = queries.get_member(transfer.member_id or transfer.id, tenant_id=g.tenant.id)
    names = {row.id: row.name for row in queries.list_organizations(tenant_id=g.tenant.id)}
    return render(
        "registers/transfer_letter.html",
        transfer=transfer,
        member=member,
        number=number,
        is_full=is_full,
        mobile=queries.MASKS["mobile"](queries.unseal_field(member, "mobile") or ""),
        sender=next((row.name for row in queries.list_organizations(tenant_id=g.tenant.id)), g.tenant.name),
        branch=names.get(member.organization_id, ""),
        days=(transfer.valid_to - transfer.letter_on).days if transfer.valid_to and transfer.letter_on else 0,
    )


def transfers_panel(member_id: uuid.UUID, actor: Actor) -> Panel | None:
    """Say where a member came from and goes, with what can be begun now."""
    if not can(actor, Permission.TRANSFER_LIST):
        return None
    today, lines, links = clock.today(g.now), [], []
    is_open = False
    for row in transfers_of(member_id, tenant_id=actor.tenant_id):
        state = state_on(row.state, valid_to=row.valid_to, today=today)
        is_open = is_open or (row.direction is Direction.OUT and state is TransferState.IN_TRANSIT)
        words = _("%(state)s, %(day)s", state=TRANSFER_WORDS[state], day=plain_day(row.ended_on or row.applied_on))
        lines.append((f"{DIRECTION_WORDS[row.direction]}: {row.other_name}", words))
        links.append((_("Transfer of %(day)s", day=plain_day(row.applied_on)),
                      url_for("registers.show_transfer", transfer_id=row.id)))  # fmt: skip
    member = queries.get_member(member_id, tenant_id=actor.tenant_id)
    if can(actor, Permission.TRANSFER_PREPARE) and member.status in queries.PRESENT and not is_open:
        links.append((_("Move to another branch"), url_for("registers.move_member", member_id=member_id)))
        links.append((_("Transfer elsewhere"), url_for("registers.apply_transfer", member_id=member_id)))
    return Panel(_("Relation"), lines, _("Has belonged here since the record was entered."), links)


panels.register("party_member", transfers_panel)
