"""Notebooks as a reader runs them: from the top, in an empty folder."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


class Executed:
    """A notebook after its run.

    Attributes
    ----------
    folder : Path
        Where it ran.
    cells : list of NotebookNode
    """

    def __init__(self, name: str, folder: Path) -> None:
        notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
        client = NotebookClient(
            notebook, timeout=400, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
        )
        self.folder = folder
        self.cells: list[NotebookNode] = client.execute().cells

    def outputs(self, cell_id: str) -> list[NotebookNode]:
        """Outputs of a cell."""
        return next(cell for cell in self.cells if cell["id"] == cell_id)["outputs"]

    def text(self, cell_id: str) -> str:
        """What a cell says: its sentences, else what it shows as plain text."""
        shown = (one.get("data", {}) for one in self.outputs(cell_id))
        return "".join(data.get("text/markdown") or data.get("text/plain", "") for data in shown)

    def html(self, cell_id: str) -> str:
        """What a cell shows as HTML or SVG."""
        shown = (one.get("data", {}) for one in self.outputs(cell_id))
        return "".join(data.get("text/html", "") or data.get("image/svg+xml", "") for data in shown)

    def rows(self, cell_id: str) -> list[list[str]]:
        """Body of the table that a cell shows: headings and cells of each row, as text."""
        body = self.html(cell_id).split("<tbody>")[1].split("</tbody>")[0]
        rows = re.findall(r"<tr[^>]*>(.*?)</tr>", body, flags=re.DOTALL)
        return [[unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows]

    def map_page(self, cell_id: str) -> str:
        """Page in the frame that a cell shows."""
        found = re.search(r'srcdoc="([^"]*)"', self.html(cell_id))
        assert found is not None, f"cell {cell_id} shows no frame"
        return unescape(found.group(1))

    def faults(self, writes: str) -> list[str]:
        """What stands on stderr, is written beside the one folder that the notebook names, or names this machine."""
        outputs = [one for cell in self.cells for one in cell.get("outputs", ())]
        found = [one["text"] for one in outputs if one.get("name") == "stderr"]
        found += [path.name for path in self.folder.iterdir() if path.name != writes]
        said = nbformat.writes(nbformat.v4.new_notebook(cells=self.cells))
        return found + [str(path) for path in (self.folder, NOTEBOOKS.parent) if str(path) in said]


def numbers_in(text: str) -> list[float]:
    """Every number of a text, thousands separated by commas."""
    return [float(number.replace(",", "")) for number in re.findall(r"-?\d[\d,]*(?:\.\d+)?", text)]


def is_offline(page: str) -> bool:
    """Whether a page may fetch nothing and links to nothing that it would fetch."""
    fetched = re.findall(r'(?:<script[^>]*\ssrc|<link[^>]*\shref|<img[^>]*\ssrc)="?(https?:[^"> ]*)', page)
    return "default-src 'none'" in page and fetched == []
