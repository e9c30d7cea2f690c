"""Tax numbers: the strongest evidence there is, when they are real."""

import re
import unicodedata

_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Za-z]+")
_NOT_DIGIT = re.compile(r"[^0-9]+")
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUES = {character: value for value, character in enumerate(_USCC_ALPHABET)}
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def normal_tax_id(text: str | None) -> str | None:
    """Upper-case letters and digits only; None when nothing is left."""
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())
    return _NOT_ALPHANUMERIC.sub("", plain) or None


def is_plausible_tax_id(text: str | None) -> bool:
    """Whether somebody meant a real number: 8 to 18 characters, six digits or more, not repeated, not counted."""
    return plausible_tax_id(text) is not None


def plausible_tax_id(text: str | None) -> str | None:
    """The normal form of a plausible number, else None."""
    number = normal_tax_id(text)
    return number if number is not None and _is_plausible(number) else None


def _is_plausible(number: str) -> bool:
    if not 8 <= len(number) <= 18:
        return False
    digits = _NOT_DIGIT.sub("", number)
    counted = digits in "01234567890123456789" or digits in "98765432109876543210"
    return len(digits) >= 6 and len(set(number)) >= 4 and not counted


def is_valid_tax_id(text: str | None) -> bool:
    """Whether it is a plausible number without a typing error, as far as that can be known.

    Eighteen characters are a Chinese unified social credit code and must carry its check character (GB 32100).
    """
    number = plausible_tax_id(text)
    if number is None:
        return False
    return len(number) < 16 or (len(number) == 18 and _has_right_check_character(number))


def check_character(first_17: str) -> str:
    """The eighteenth character of a unified social credit code. Raises ValueError on a character it cannot hold."""
    try:
        total = sum(_USCC_VALUES[c] * weight for c, weight in zip(first_17, _USCC_WEIGHTS, strict=True))
    except KeyError as unknown:
        raise ValueError(f"A unified social credit code holds no {unknown}") from None
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def _has_right_check_character(number: str) -> bool:
    try:
        return check_character(number[:17]) == number[17]
    except ValueError:
        return False
