"""Texts that Chinese readers see: an English one in their place would go unnoticed by whoever wrote it."""

import re
from typing import Annotated

from pydantic import AfterValidator

_SIGN = re.compile("[\u4e00-\u9fff]")


def _chinese(text: str) -> str:
    if not _SIGN.search(text):
        raise ValueError(f"{text!r} is no Chinese" if text.strip() else "is empty")
    return text


Chinese = Annotated[str, AfterValidator(_chinese)]
ChineseOrNone = Annotated[str, AfterValidator(lambda text: _chinese(text) if text else text)]
