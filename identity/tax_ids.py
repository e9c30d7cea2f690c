"""Tax numbers: the strongest evidence there is, when they are real."""

import unicodedata

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def normal_tax_id(text: str | None) -> str | None:
    """Upper-case letters and digits only; None when nothing is left."""
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())
    return "".join(c for c in plain if c.isascii() and c.isalnum()) or None


def is_valid_tax_id(text: str | None) -> bool:
    """Whether it can be a real number.

    Eighteen characters are a Chinese unified social credit code and must carry its check character (GB 32100).
    Of other numbers only length and variety are known: 8 to 15 characters, most of them digits, not one repeated.
    """
    number = normal_tax_id(text)
    if number is None:
        return False
    if len(number) == 18:
        return _has_right_check_character(number)
    digits = [c for c in number if c.isdigit()]
    trivial = len(set(digits)) < 3 or "".join(digits) in "0123456789012345" or "".join(digits) in "9876543210987654"
    return 8 <= len(number) <= 15 and len(digits) >= 6 and not trivial


def check_character(first_17: str) -> str:
    """The eighteenth character of a unified social credit code. Raises ValueError on a character it cannot hold."""
    total = sum(_USCC_ALPHABET.index(c) * weight for c, weight in zip(first_17, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def _has_right_check_character(number: str) -> bool:
    try:
        return check_character(number[:17]) == number[17]
    except ValueError:
        return False


def valid_tax_id(text: str | None) -> str | None:
    """The normal form of a valid number, else None."""
    return normal_tax_id(text) if is_valid_tax_id(text) else None
