"""The one error that users see: a sentence about what is wrong, and the remedy."""


class CmwError(Exception):
    """Something the operator can mend. Shown without traceback, with exit status 1.

    Args:
        what: one plain sentence naming the file, entity, column or connection.
        remedy: what to do about it, as an imperative sentence.
    """

    def __init__(self, what: str, remedy: str = "") -> None:
        self.what = what.rstrip(".")
        self.remedy = remedy.rstrip(".")
        super().__init__(" ".join(_ended(part) for part in (self.what, self.remedy) if part))


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(("?", "!")) else f"{sentence}."
