"""Normal forms of names, places and contact data: equal forms mean written alike, not yet the same customer.

Every function takes text or None and gives text or None (nothing usable). All are idempotent.
"""

import re
import unicodedata
from functools import lru_cache

_NOT_WORD = re.compile(r"[^\w]|_")
_NOT_DIGIT = re.compile(r"[^0-9]+")
_CJK = re.compile(r"[㐀-鿿豈-﫿]")
_SPACE_BESIDE_CJK = re.compile(r"(?<=[㐀-鿿]) | (?=[㐀-鿿])")
_CHINESE_SUFFIX = re.compile(r"(?:股份)?有限(?:责任)?公司$|(?<=..)(?:总公司|公司|厂)$")
_LATIN_SUFFIX = re.compile(
    r"co|ltd|limited|inc|incorporated|llc|llp|plc|corp|corporation|company"
    r"|gmbh|ag|kg|bv|nv|sa|sarl|spa|srl|pty|pte"
)
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s.,;<>]+")
_PLACEHOLDERS = frozenset(
    {"", "na", "none", "null", "nil", "unknown", "test", "tbd", "无", "未知", "待定", "暂无", "不详"}
)


@lru_cache(maxsize=1)
def _converter() -> object:
    from opencc import OpenCC  # dictionaries are read on first use only

    return OpenCC("t2s")


class _Simplified(dict[int, str]):
    """A table for str.translate that asks for each character once."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        simplified = _converter().convert(character) if _CJK.match(character) else character  # type: ignore[attr-defined]
        return self.setdefault(code, simplified)


_SIMPLIFIED = _Simplified()


def plain_text(text: str | None) -> str:
    """Half-width, simplified characters, lower case, single blanks."""
    if not text:
        return ""
    if text.isascii():
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    if _CJK.search(folded):
        folded = folded.translate(_SIMPLIFIED)
    return " ".join(folded.split())


def is_placeholder(text: str | None) -> bool:
    """Whether the text only fills a required field: blank, n/a, 无, --- and the like."""
    return _NOT_WORD.sub("", plain_text(text)) in _PLACEHOLDERS


def core_name(name: str | None) -> str | None:
    """A company's or person's name without punctuation, place marks and legal form."""
    text = plain_text(name)
    if is_placeholder(text):
        return None
    before = ""
    while text != before:  # stripping one mark may uncover the next
        before = text
        text = _strip_once(text)
    return text or None


def _strip_once(text: str) -> str:
    words = plain_text(_NOT_WORD.sub(" ", text)).split()
    while len(words) > 1 and _LATIN_SUFFIX.fullmatch(words[-1]):
        words.pop()
    joined = _SPACE_BESIDE_CJK.sub("", " ".join(words))
    for shorter in (_CHINESE_SUFFIX.sub("", joined), joined.replace("中国", ""), joined.replace("市", "")):
        if shorter.strip() and shorter != joined:
            return shorter.strip()
    return joined


def city(text: str | None) -> str | None:
    plain = _NOT_WORD.sub("", plain_text(text))
    if plain in _PLACEHOLDERS:
        return None
    while plain.endswith("市") and len(plain) > 1:
        plain = plain[:-1]
    return plain


def email(text: str | None) -> str | None:
    """Lower-case address, or None when the text is no address."""
    plain = plain_text(text).removeprefix("mailto:").strip()
    return plain if _EMAIL.fullmatch(plain) else None


def phone(text: str | None) -> str | None:
    """Digits without the prefixes 00 and 86; None when too short, too long or one digit repeated."""
    if not text:
        return None
    digits = _NOT_DIGIT.sub("", unicodedata.normalize("NFKC", text)).lstrip("0")
    if len(digits) > 10 and digits.startswith("86"):
        digits = digits[2:].lstrip("0")
    return digits if 7 <= len(digits) <= 15 and len(set(digits)) > 2 else None


def without(name: str, city_name: str) -> str:
    """The core name without the city, unless fewer than two characters would be left."""
    rest = " ".join(name.replace(city_name, " ").split())
    shorter = _SPACE_BESIDE_CJK.sub("", rest)
    return shorter if len(shorter) >= 2 else name


def names_agree(left: str | None, right: str | None) -> bool:
    """Whether two core names can be one name: equal, one within the other, or half of their letter pairs in common."""
    if not left or not right:
        return False
    if left in right or right in left:
        return True
    pairs_left, pairs_right = _letter_pairs(left), _letter_pairs(right)
    return 2 * len(pairs_left & pairs_right) >= len(pairs_left | pairs_right)


def _letter_pairs(text: str) -> set[str]:
    squeezed = text.replace(" ", "")
    return {squeezed[i : i + 2] for i in range(len(squeezed) - 1)} or {squeezed}
