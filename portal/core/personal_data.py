"""Masks for what identifies a person. A mask is for screens and lists; it is never stored."""


def mask_id_number(number: str) -> str:
    """Keep the first and the last character only: region, birth date and sequence would identify a neighbour."""
    return number if len(number) <= 2 else f"{number[0]}{'*' * (len(number) - 2)}{number[-1]}"


def mask_phone(number: str) -> str:
    """Keep the first three and the last four digits, as people are used to: 138****5678."""
    return number if len(number) < 8 else f"{number[:3]}****{number[-4:]}"


def mask_name(name: str) -> str:
    """Keep the family name: 张**. One character stays as it is."""
    return name[:1] + "*" * (len(name) - 1)


def mask_address(address: str) -> str:
    """Keep the first six characters, which say the district or the street."""
    return address[:6] + "***" if len(address) > 6 else "***"
