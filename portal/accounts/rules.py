"""Rules for passwords, user names and sign-in tries. Sources: OWASP ASVS 5.0 6.2 and 6.3; GB/T 22239-2019 8.1.4.1."""

import re
from datetime import timedelta

from portal.core.errors import RuleBroken

PASSWORD_MIN = 10
PASSWORD_MAX = 128
DIFFERENT_CHARACTERS_MIN = 4
TRY_WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 5
TRIES_PER_ADDRESS = 30
# The beginnings of what people choose most; compared after lower-casing.
COMMON = ("password", "12345", "123456", "qwerty", "111111", "abc123", "admin", "iloveyou", "000000", "a12345", "linli")
USER_NAME = re.compile(r"[a-z][a-z0-9._-]{2,39}")
MOBILE = re.compile(r"1[3-9][0-9]{9}")


def check_password(password: str, *, user_name: str, name: str) -> None:
    """Refuse a password of under 10 or over 128 characters, a common one, or one that holds the person's names."""
    if len(password) < PASSWORD_MIN:
        raise RuleBroken("accounts.password_short", field="password", least=PASSWORD_MIN)
    if len(password) > PASSWORD_MAX:
        raise RuleBroken("accounts.password_long", field="password", most=PASSWORD_MAX)
    lowered = password.lower()
    if lowered.startswith(COMMON) or len(set(password)) < DIFFERENT_CHARACTERS_MIN:
        raise RuleBroken("accounts.password_common", field="password")
    if any(len(part) > 1 and part.lower() in lowered for part in (user_name, name)):
        raise RuleBroken("accounts.password_has_name", field="password")


def check_user_name(user_name: str) -> None:
    """Refuse what is not 3 to 40 small letters, digits, dots, lines, beginning with a letter."""
    if not USER_NAME.fullmatch(user_name):
        raise RuleBroken("accounts.user_name_form", field="user_name")


def check_mobile(mobile: str) -> None:
    """Refuse what is not a mainland mobile number of 11 digits."""
    if not MOBILE.fullmatch(mobile):
        raise RuleBroken("accounts.mobile_form", field="mobile")


def may_try(*, account_failures: int, address_failures: int) -> bool:
    """Say whether one more sign-in may be tried; both counts are of failures within TRY_WINDOW before now."""
    return account_failures < TRIES_PER_ACCOUNT and address_failures < TRIES_PER_ADDRESS
