"""Keys of the source systems. They depend only on the row, never on what comes later."""

import numpy as np

from demo_company.rows import NULL, Rows, texts

CHUNK_IDS = 10_000_000  # ids of one chunk
CREDITS = 5_000_000  # credit notes stand behind the invoices of their chunk
TWINS = 500_000_000
SECOND_CODES = 900_000_000
SHARED_IDS = 9_000_000_000


def ids(chunk: int, positions: np.ndarray) -> np.ndarray:
    """Row numbers as a system counts them; NULL stays NULL."""
    return np.where(positions == NULL, NULL, chunk * CHUNK_IDS + positions + 1)


def account(gid: np.ndarray) -> np.ndarray:
    return gid + 10_001


def customer_codes(gid: np.ndarray, second: np.ndarray | None = None) -> np.ndarray:
    """Ten digits with leading zeros."""
    number = gid + 100_000 if second is None else np.where(second, gid + SECOND_CODES, gid + 100_000)
    return texts([f"{n:010d}" for n in number.tolist()])


def text_of(numbers: np.ndarray, pattern: str = "{}") -> np.ndarray:
    """Numbers as text; NULL becomes None."""
    return texts([None if n == NULL else pattern.format(n) for n in numbers.tolist()])


def lead_numbers(chunk: int, positions: np.ndarray) -> np.ndarray:
    return text_of(ids(chunk, positions), "L{:08d}")


def rep_user(number: np.ndarray) -> np.ndarray:
    return number + 101


def rep_code(number: int) -> str:
    return f"R{number + 1:04d}"


def true_id(gid: int) -> str:
    return f"T{gid:08d}"


def true_customer(rows: Rows, position: int) -> str | None:
    """Whose row this is, read from the number of the customer that it names; None where it names none."""
    code = rows.columns["kunnr"][position] if "kunnr" in rows.columns else None
    if code is not None:
        number = int(code)
        return true_id(number - (SECOND_CODES if number >= SECOND_CODES else 100_000))
    number = rows.columns["acc_id"][position] if "acc_id" in rows.columns else NULL
    return None if number == NULL else true_id(int(number) % TWINS - 10_001)
