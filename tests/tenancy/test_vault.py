"""Personal data sealed per tenant, row and column."""

import pytest
from sqlalchemy import select, text

from portal.core.crypto import CannotUnseal
from portal.core.db import db
from portal.core.ids import new_id
from portal.tenancy import vault
from portal.tenancy.models import TenantKey
from portal.tenancy.scope import reading, scope_of, transaction
from tests.conftest import Portal

ID_NUMBER = "520303199003070011"


def test_a_sealed_value_opens_in_its_own_place_only(portal: Portal) -> None:
    row_id = new_id()
    with portal.inside():
        sealed = vault.seal("party_member.id_number", row_id, ID_NUMBER)
        assert ID_NUMBER.encode() not in sealed
        assert vault.unseal("party_member.id_number", portal.here, row_id, sealed) == ID_NUMBER
        for place in (("party_member.mobile", portal.here, row_id), ("party_member.id_number", portal.here, new_id())):
            with pytest.raises(CannotUnseal):
                vault.unseal(*place, sealed)
    with portal.inside(portal.there), pytest.raises(CannotUnseal):
        vault.unseal("party_member.id_number", portal.there, row_id, sealed)


def test_one_number_has_another_index_in_each_tenant_and_column(portal: Portal) -> None:
    indexes = set()
    for tenant_id in (portal.here, portal.there):
        with portal.inside(tenant_id):
            indexes.add(vault.blind_index("party_member.id_number", ID_NUMBER))
            indexes.add(vault.blind_index("party_member.mobile", ID_NUMBER))
    assert len(indexes) == 4


def test_the_key_survives_a_restart_and_is_useless_without_the_master_key(portal: Portal) -> None:
    row_id = new_id()
    with portal.inside():
        sealed = vault.seal("party_member.id_number", row_id, ID_NUMBER)
    vault.forget_keys()
    with reading(scope_of(portal.here)):
        assert vault.unseal("party_member.id_number", portal.here, row_id, sealed) == ID_NUMBER
    vault.set_master_key(bytes(32))
    with reading(scope_of(portal.here)), pytest.raises(CannotUnseal):
        vault.unseal("party_member.id_number", portal.here, row_id, sealed)


def test_a_key_whose_row_was_rolled_back_seals_nothing_more(portal: Portal) -> None:
    row_id = new_id()
    with pytest.raises(RuntimeError), transaction(scope_of(portal.here)):
        vault.seal("party_member.id_number", row_id, ID_NUMBER)
        raise RuntimeError
    with portal.inside():
        sealed = vault.seal("party_member.id_number", row_id, ID_NUMBER)
    vault.forget_keys()
    with reading(scope_of(portal.here)):
        assert vault.unseal("party_member.id_number", portal.here, row_id, sealed) == ID_NUMBER


def test_looking_for_a_number_where_nothing_was_sealed_makes_no_key(portal: Portal) -> None:
    with reading(scope_of(portal.here)):
        pass
    with reading(type(scope_of(1))(read=frozenset({portal.here}))):
        assert vault.blind_index("party_member.id_number", ID_NUMBER, tenant_id=portal.here)
    with reading(scope_of(portal.here)):
        assert db.session.scalars(select(TenantKey.id)).first() is None


def test_the_database_holds_no_readable_number(portal: Portal) -> None:
    with portal.inside():
        vault.seal("party_member.id_number", new_id(), ID_NUMBER)
    with reading(scope_of(portal.here)):
        wrapped = db.session.execute(text("SELECT wrapped FROM tenant_key")).scalar()
    assert wrapped is not None
    assert len(wrapped) == 1 + 12 + 32 + 16
