"""One plan, whatever the format of its price list."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardio.run import run_study
from tests.cardio.price_tables import write_sheet
from tests.cardio.tiny_town import write_tiny_town

TABLE = (
    ("Bordereau des prix", None, None, None),
    ("Code", "Désignation", "Unité", "P.U. HT"),
    ("closure", "Boîte d'épissure", "U", "800,00 €"),
    ("Raccordements", None, None, None),
    ("termination", "Prise terminale", "pce", 100),
    ("drop", "Câble de branchement", "ml", "2,00"),
)


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_the_plan_of_tiny_town_costs_the_same_from_a_table(extension: str, tmp_path: Path):
    """17,300 EUR by hand, see `write_tiny_town`."""
    study = write_tiny_town(tmp_path)
    if extension == "xlsx":
        write_sheet(tmp_path / "bpu.xlsx", TABLE, more=("Notice",))
        words = "{list: bpu.xlsx, sheet: BPU}"
    else:
        lines = "\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in TABLE)
        (tmp_path / "bpu.csv").write_text(lines, encoding="cp1252")
        words = "{list: bpu.csv}"
    study.write_text(study.read_text(encoding="utf-8").replace("{list: prices.yaml}", words), encoding="utf-8")
    result = run_study(study)
    assert result.summary["objective"]["value"] == 17_300
    notes = [finding.message for finding in result.findings if finding.code == "price-list"]
    assert any("3 prices read, header in row 2" in note for note in notes)
    assert any("1 row (4) without unit and price taken for titles" in note for note in notes)
