"""Pages of docs/ that are written from the program: ``python -m tests.docs_pages`` writes them all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from cardio.catalogue import kinds_document
from cardio.cli import app
from cardio.study_reference import as_markdown, study_reference

ROOT = Path(__file__).resolve().parents[1]
WRITE = "python -m tests.docs_pages"

SEE = {
    "init": "init.md",
    "scenarios": "study.md#scenarios",
    "check": "import.md",
    "restore": "import.md",
    "diagnose": "graph.md",
    "graph": "graph.md",
    "plan": "exports.md",
    "frontier": "frontier.md",
    "alternatives": "alternatives.md",
    "compare": "compare.md",
    "sensitivity": "sensitivity.md",
    "export": "exports.md",
    "kinds": "kinds.md",
    "keys": "keys.md",
    "prices": "study.md#the-price-file",
    "forget": "kept.md",
}
"""Command -> page that says more."""

COMMANDS_HEAD = f"""# Commands

Written by `{WRITE}` from what `cardio COMMAND --help` says.

What ends a command without a result goes to stderr, and stdout stays empty, with `--json` too. Output folders are
written beside their place and swapped in whole: a run that is stopped leaves the old folder or the new one.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | a bug in Cardio |
| 2 | usage or study file wrong; a file, CRS or price that it names is missing |
| 3 | survey data unusable, or `check` found errors |
| 4 | no plan can meet the targets; the message says which to lower to what share, and what the plan then costs |
| 5 | stopped at a limit or by Ctrl-C, with the best plan found and its true bound |
"""

KINDS_HEAD = f"""# Kinds of layer

Written by `{WRITE}` from what `cardio kinds` says. A layer of a study names its kind; `columns:` of the layer says
which column of the file holds which column of the kind. [extending.md](extending.md) says how to add a kind.
"""


def commands_of(cli: typer.Typer = app) -> dict[str, Any]:
    """Return command -> how it is called, in the order of the help."""
    group: Any = typer.main.get_command(cli)
    return dict(group.commands)


def options_of(command: Any) -> list[Any]:
    """Return the options of a command that its help shows."""
    return [part for part in command.params if part.param_type_name == "option" and not part.hidden]


def commands_page() -> str:
    """Return docs/commands.md."""
    return "\n".join(
        [COMMANDS_HEAD, *(line for name, command in commands_of().items() for line in _command(name, command))]
    )


def _command(name: str, command: Any) -> Iterator[str]:
    arguments = [part for part in command.params if part.param_type_name == "argument"]
    usage = [part.name.upper() if part.required else f"[{part.name.upper()}]" for part in arguments]
    usage = [f"{word}..." if part.nargs != 1 else word for word, part in zip(usage, arguments, strict=True)]
    more = f" See [{SEE[name]}]({SEE[name]})." if name in SEE else ""
    yield f"## {name}\n"
    yield f"`cardio {' '.join([name, *usage, '[options]'])}`: {' '.join(command.help.split())}{more}\n"
    yield "| | default | |\n|---|---|---|"
    for word, part in zip(usage, arguments, strict=True):
        yield f"| `{word}` | {_default(part)} | {part.help} |"
    for part in options_of(command):
        metavar = "" if part.is_flag else f" {part.metavar or part.name.upper()}"
        yield f"| `{part.opts[0]}{metavar}` | {_default(part)} | {part.help} |"
    yield ""


def _default(part: Any) -> str:
    return f"`{part.default}`" if part.default not in (None, False, "") else ""


def kinds_page() -> str:
    """Return docs/kinds.md."""
    lines = [KINDS_HEAD]
    for kind in kinds_document():
        lines.append(f"## {kind['kind']}\n\n{kind['title'].capitalize()}; {', '.join(kind['geometry'])}.\n")
        lines.append("| column | type | | what it holds |\n|---|---|---|---|")
        for column in kind["columns"]:
            needed = "required" if column["required"] else ""
            lines.append(f"| `{column['name']}` | {column['type']} | {needed} | {column['title']} |")
        lines.append("")
    return "\n".join(lines)


def pages() -> dict[str, str]:
    """Return page -> its text, of every page that is written from the program."""
    return {
        "commands.md": commands_page(),
        "keys.md": as_markdown(study_reference()),
        "kinds.md": kinds_page(),
    }


if __name__ == "__main__":
    for name, text in pages().items():
        (ROOT / "docs" / name).write_text(text, encoding="utf-8")
