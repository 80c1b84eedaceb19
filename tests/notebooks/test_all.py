"""What holds for every notebook of the repository: clear, whole, readable, tested."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from tests.notebooks.executed import NOTEBOOKS

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
ALLOWED = {"cardio", "folium", "geopandas", "gis_layers", "html", "IPython", "itertools", "json", "numpy", "optimise"}
ALLOWED |= {"pandas", "pathlib", "scipy", "shutil"}


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> NotebookNode:
    return nbformat.read(request.param, as_version=4)


def test_they_are_numbered_from_one() -> None:
    assert [path.name[:2] for path in PATHS] == [f"{number}_" for number in range(1, len(PATHS) + 1)]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_each_is_executed_by_a_module_of_its_own(path: Path) -> None:
    module = Path(__file__).parent / f"test_{path.stem}.py"
    assert f'Executed("{path.stem}"' in module.read_text(encoding="utf-8")


def test_the_list_of_the_docs_is_complete() -> None:
    text = (NOTEBOOKS.parent / "docs" / "notebooks.md").read_text(encoding="utf-8")
    assert re.findall(r"\(\.\./notebooks/(\w+\.ipynb)\)", text) == [path.name for path in PATHS]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_file_is_as_nbformat_writes_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert nbformat.writes(nbformat.reads(text, as_version=4)) + "\n" == text


def test_it_is_committed_without_outputs(notebook: NotebookNode) -> None:
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(code) >= 5
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert notebook.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }


def test_cells_have_names_as_ids_that_stay(notebook: NotebookNode) -> None:
    ids = [cell["id"] for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in ids)


def test_it_says_first_what_it_shows_and_how_long_it_takes(notebook: NotebookNode) -> None:
    first = notebook.cells[0]
    assert first.cell_type == "markdown"
    assert re.match(r"# \d\. \w", first.source)
    assert re.search(r"takes .*(second|minute)", first.source)


def test_cells_are_short_and_explained(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        assert len(cell.source.splitlines()) <= 25, f"cell {cell['id']}"
        assert max(map(len, cell.source.splitlines())) <= 120, f"cell {cell['id']}"
    headings = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    assert 2 * len(headings) >= len(notebook.cells) - len(headings)


def test_it_uses_the_front_doors_alone_and_no_path_of_a_machine(notebook: NotebookNode) -> None:
    source = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    imported = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            imported.add(str(node.module))
        elif isinstance(node, ast.Import):
            imported.update(alias.name for alias in node.names)
    ours = {"cardio", "gis_layers", "optimise"}
    assert {name for name in imported if name.split(".")[0] in ours} <= ours
    assert {name.split(".")[0] for name in imported} <= ALLOWED
    assert not re.search(r"""["'](/\w|~|[A-Za-z]:\\)|Path\.home|getcwd|\.resolve\(""", source)
    assert re.findall(r"https?://[^\s\"']*", source) in ([], ["http://www.w3.org/2000/svg"] * source.count("xmlns="))
