"""What a column of metric_rows means is said once: of two meanings one would be lost without a word."""

import pytest

from metrics import row_comments
from warehouse.errors import CmwError


def test_a_meaning_that_two_files_give_is_refused(tmp_path, monkeypatch):
    (tmp_path / "a.yml").write_text("is_late: 1 where it came later.\n", encoding="utf-8")
    (tmp_path / "b.yml").write_text("orders.is_late: 1 where it was delivered later.\n", encoding="utf-8")
    monkeypatch.setattr(row_comments, "FOLDER", tmp_path)
    assert row_comments.meanings.__wrapped__()["orders.is_late"] == "1 where it was delivered later."
    (tmp_path / "b.yml").write_text("is_late: 1 where it was delivered later.\n", encoding="utf-8")
    with pytest.raises(CmwError, match="is_late has a meaning in another file too"):
        row_comments.meanings.__wrapped__()
