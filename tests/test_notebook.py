"""The notebook runs the sample study from a clean folder and shows the map."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

NOTEBOOK = Path(__file__).resolve().parents[1] / "notebooks" / "sample_study.ipynb"


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    folder = tmp_path_factory.mktemp("notebook")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    return client.execute()


def outputs_of(notebook: NotebookNode, cell_id: str) -> list[NotebookNode]:
    return next(cell for cell in notebook.cells if cell["id"] == cell_id)["outputs"]


def html_of(notebook: NotebookNode, cell_id: str) -> str:
    return "".join(output.get("data", {}).get("text/html", "") for output in outputs_of(notebook, cell_id))


def test_it_is_committed_without_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(code) >= 5
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)


def test_the_plan_is_verified(executed: NotebookNode) -> None:
    said = outputs_of(executed, "run")[-1]["data"]["text/plain"]
    assert "'verified': True" in said
    gap = float(re.search(r"'gap': ([\d.e-]+)", said).group(1))
    assert 0 <= gap <= 0.01


def test_the_coverage_table_shows_every_target_met(executed: NotebookNode) -> None:
    table = html_of(executed, "coverage")
    assert "wifi_town" in table
    assert "fibre_all" in table
    assert "False" not in table


def test_the_map_is_shown_inline(executed: NotebookNode) -> None:
    frame = html_of(executed, "map")
    page = unescape(re.search(r'srcdoc="([^"]*)"', frame).group(1))
    assert 'sandbox="allow-scripts"' in frame
    assert "leaflet" in page.lower()
    assert len(page) > 100_000


def test_nothing_goes_to_stderr(executed: NotebookNode) -> None:
    streams = [
        output for cell in executed.cells for output in cell.get("outputs", ()) if output.get("name") == "stderr"
    ]
    assert streams == []
