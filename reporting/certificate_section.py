"""One section of a certificate: every cell as text in the company's language."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reporting.certificate import Certificate


@dataclass(frozen=True)
class Section:
    """A heading with a table, or a sentence where there is nothing to list. ``more`` counts what is not shown."""

    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    numeric: frozenset[int] = frozenset()
    sentence: str = ""
    more: int = 0


def pick(certificate: "Certificate", english: str, chinese: str) -> str:
    """The words of the company's language."""
    return chinese if certificate.language == "zh" and chinese else english
