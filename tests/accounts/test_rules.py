"""Passwords, user names, mobiles and tries at their bounds."""

import pytest

from portal.accounts import passwords, rules
from portal.core.errors import RuleBroken


@pytest.mark.parametrize(
    ("password", "code"),
    [
        pytest.param("guiyanglu1", None, id="ten characters are enough"),
        pytest.param("guiyanglu", "accounts.password_short", id="nine are not"),
        pytest.param("红军山下梧桐叶落知秋", None, id="Chinese counts by character"),
        pytest.param("g" + "uiyang" * 21 + "l", None, id="128 characters"),
        pytest.param("g" + "uiyang" * 21 + "lu", "accounts.password_long", id="129 are too many"),
        pytest.param("Password-2026", "accounts.password_common", id="begins with what everybody tries"),
        pytest.param("1212121212", "accounts.password_common", id="two different characters"),
        pytest.param("zhangsan-de-mima", "accounts.password_has_name", id="holds the user name"),
        pytest.param("wo-shi-张三-ya", "accounts.password_has_name", id="holds the name"),
    ],
)
def test_passwords(password: str, code: str | None) -> None:
    """OWASP ASVS 5.0, 6.2.1, 6.2.4, 6.2.9, 6.2.11."""
    if code is None:
        rules.check_password(password, user_name="zhangsan", name="张三")
        return
    with pytest.raises(RuleBroken) as broken:
        rules.check_password(password, user_name="zhangsan", name="张三")
    assert broken.value.code == code


def test_a_name_of_one_character_bars_no_password() -> None:
    rules.check_password("guiyanglu-a", user_name="zhang", name="a")


@pytest.mark.parametrize("mobile", ["1381234567", "138123456789", "12812345678", "１３８12345678", "+8613812345678"])
def test_what_is_no_mobile_number_is_refused(mobile: str) -> None:
    with pytest.raises(RuleBroken, match="mobile_form"):
        rules.check_mobile(mobile)


@pytest.mark.parametrize("user_name", ["ab", "1abc", "张三", "A.b", "a" * 41, "a b c"])
def test_what_is_no_user_name_is_refused(user_name: str) -> None:
    with pytest.raises(RuleBroken, match="user_name_form"):
        rules.check_user_name(user_name)


@pytest.mark.parametrize(
    ("account", "address", "may"),
    [(4, 0, True), (5, 0, False), (0, 29, True), (0, 30, False), (4, 29, True)],
)
def test_tries(account: int, address: int, may: bool) -> None:
    assert rules.may_try(account_failures=account, address_failures=address) is may


def test_a_hash_knows_its_password_and_nobody_has_one() -> None:
    stored = passwords.hash_password("guiyanglu-77")
    assert passwords.is_password(stored, "guiyanglu-77")
    assert not passwords.is_password(stored, "guiyanglu-78")
    assert not passwords.is_password(None, "nobody has this password")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
