"""README and docs/ say what the program does: commands, options, keys, kinds, rules, solvers, files, examples."""

from __future__ import annotations

import re
import shlex
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, get_args

import pytest
from PIL import Image
from typer.testing import CliRunner

import cardio
from cardio.assumptions import SENTENCES as ASSUMPTIONS
from cardio.cli import app
from cardio.exporters.texts import WORDS
from cardio.relaxation import OUT_OF_REACH
from cardio.study_reference import study_reference
from gis_layers import KINDS
from network_model import RULES, Rule
from optimise import available_solvers
from tests.cardio.tiny_town import write_tiny_town
from tests.docs_pages import ROOT, WRITE, commands_of, options_of, pages

README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS = commands_of()
MOST_PICTURE_BYTES, PICTURE_WIDTH_PX = 250_000, 1200


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(page: Path, language: str) -> list[str]:
    """Code of a language, also in blocks that are indented below a list."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```", read(page), re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", code, flags=re.MULTILINE) for indent, code in found]


def anchors(page: Path) -> set[str]:
    """Anchors of the headings of a page, as they are made on GitHub."""
    text = re.sub(r"^ *```.*?^ *```", "", read(page), flags=re.MULTILINE | re.DOTALL)
    headings = (re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", head) for head in re.findall(r"^#+ (.+)$", text, re.MULTILINE))
    return {re.sub(r"[^\w\- ]", "", head.strip().lower()).replace(" ", "-") for head in headings}


@pytest.mark.parametrize("name", list(pages()))
def test_pages_that_are_written_from_the_program_are_up_to_date(name: str) -> None:
    assert read(ROOT / "docs" / name) == pages()[name], f"docs/{name} is out of date; write it again: {WRITE}"


def test_every_command_stands_in_the_readme() -> None:
    said = {
        line.split()[1] for code in blocks(README, "sh") for line in code.splitlines() if line.startswith("cardio ")
    }
    assert sorted(set(COMMANDS) - said - {"demo"}) == []
    assert "`cardio demo`" in read(README)


def test_every_command_says_what_it_does_and_every_option_what_it_is_for() -> None:
    assert [name for name, command in COMMANDS.items() if not command.help] == []
    parts = [(name, part) for name, command in COMMANDS.items() for part in command.params]
    assert [f"{name} {part.name}" for name, part in parts if not part.help] == []


def command_lines() -> list[tuple[str, str]]:
    """Lines that call cardio in shell blocks."""
    lines = [(page, line) for page in PAGES for code in blocks(page, "sh") for line in code.splitlines()]
    return [(page.name, line.strip()) for page, line in lines if re.match(r"\S*cardio ", line.strip())]


@pytest.mark.parametrize(("page", "line"), command_lines())
def test_command_lines_name_commands_and_options_that_exist(page: str, line: str) -> None:
    _, name, *words = shlex.split(line.replace("[", " ").replace("]", " "), comments=True)
    assert name in COMMANDS, f"{page}: {line}"
    known = {option for part in options_of(COMMANDS[name]) for option in part.opts}
    assert {word for word in words if word.startswith("--")} <= known, f"{page}: {line}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_and_headings_that_exist(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```|`[^`\n]*`", "", read(page), flags=re.DOTALL)):
        if re.match(r"https?:|mailto:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []


def test_every_page_is_linked_from_the_readme() -> None:
    linked = set(re.findall(r"\]\((docs/[^)#\s]+\.md)", read(README)))
    assert {str(page.relative_to(ROOT)) for page in (ROOT / "docs").glob("*.md")} <= linked


def test_the_pictures_are_small_and_as_wide_as_the_page() -> None:
    shown = re.findall(r"!\[[^]]+\]\(([^)]+)\)", read(README))
    assert shown == ["docs/pictures/map.png", "docs/pictures/report.png"]
    for name in shown:
        assert (ROOT / name).stat().st_size < MOST_PICTURE_BYTES
        with Image.open(ROOT / name) as picture:
            assert picture.width == PICTURE_WIDTH_PX


def files_said(command: str) -> set[str]:
    """Files that docs/exports.md says a command writes, without those of its options."""
    row = re.search(rf"^\| `cardio {command}` \| ([^|;]+)", read(ROOT / "docs" / "exports.md"), re.MULTILINE)
    assert row is not None, f"docs/exports.md does not say what cardio {command} writes"
    return set(re.findall(r"`([^`]+)`", row[1]))


WRITERS: dict[str, tuple[str, ...]] = {
    "check": (),
    "diagnose": (),
    "graph": (),
    "plan": ("--fresh",),
    "compare": ("base", "half", "--fresh"),
    "frontier": ("--points", "2"),
    "alternatives": ("--count", "1"),
    "sensitivity": ("--draws", "2"),
}


@pytest.mark.parametrize("command", list(WRITERS))
def test_every_file_that_a_command_writes_is_documented(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARDIO_CACHE", str(tmp_path / "kept"))
    study = write_tiny_town(tmp_path)
    result = CliRunner().invoke(app, [command, str(study), *WRITERS[command], "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == files_said(command)


def test_every_command_that_writes_a_folder_is_among_those() -> None:
    folders = {name for name, command in COMMANDS.items() for part in options_of(command) if "--out" in part.opts}
    assert folders - {"demo", "init", "keys", "prices"} == set(WRITERS)


def test_every_kind_has_a_name_in_both_languages() -> None:
    assert [kind for kind in KINDS if f"kind.{kind}" not in WORDS] == []


def test_a_reach_rule_is_accepted_by_studies_and_told_in_words_everywhere() -> None:
    rules = set(RULES)
    assert rules == set(get_args(Rule)), "Rule in network_model/service.py"
    assert rules <= ASSUMPTIONS.keys(), "cardio/assumptions.py"
    assert {f"method.{rule}" for rule in rules} <= WORDS.keys(), "cardio/exporters/method_words.py"
    assert rules == OUT_OF_REACH.keys(), "cardio/relaxation.py"
    assert all(f"`{rule}`" in study_reference("services.*.reach.rule")[0].type for rule in rules)


def test_every_solver_is_documented() -> None:
    page = read(ROOT / "docs" / "extending.md").lower()
    assert [info.name for info in available_solvers() if info.name not in page] == []


def test_every_function_of_the_library_stands_in_its_table_and_nothing_else_does() -> None:
    page = ROOT / "docs" / "library.md"
    assert re.findall(r"^\| `(\w+)` \|", read(page), re.MULTILINE) == list(cardio.__all__)


def test_the_example_of_the_library_is_that_of_the_readme_and_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = blocks(ROOT / "docs" / "library.md", "python")
    assert blocks(README, "python") == [code]
    assert len([line for line in code.splitlines() if line]) <= 15
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(compile(code, "docs/library.md", "exec"), names)  # the example is ours
    assert names["plan"].summary["verified"] is True
    assert (tmp_path / "plan" / "report.html").is_file() and (tmp_path / "plan.html").is_file()
    assert "capex_eur" in capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_piece_of_python_can_be_read(page: Path) -> None:
    assert all(compile(code, page.name, "exec") for code in blocks(page, "python"))


def rooms(heading: str, end: str) -> list[str]:
    """Modules and patterns of modules in the tables of a part of the architecture."""
    part = read(ROOT / "docs" / "architecture.md").split(heading)[1].split(end)[0]
    cells = [line.split("|")[2] for line in part.splitlines() if line.startswith("|")]
    return [name for cell in cells for name in re.findall(r"`([a-z_*]+)(?:/\*)?`", cell)]


def modules(folder: str) -> set[str]:
    inside = (ROOT / folder).iterdir()
    return {path.stem for path in inside if path.suffix == ".py" or (path / "__init__.py").is_file()} - {"__init__"}


@pytest.mark.parametrize(
    ("folder", "heading", "end"),
    [
        ("cardio", "## Inside cardio\n", "## Inside optimise"),
        ("cardio/exporters", "### Inside cardio.exporters\n", "## Money"),
    ],
)
def test_every_module_has_its_room_in_the_architecture(folder: str, heading: str, end: str) -> None:
    known = rooms(heading, end)
    assert sorted(name for name in modules(folder) if not any(fnmatch(name, room) for room in known)) == []


def test_the_architecture_names_no_module_that_is_gone() -> None:
    there = modules("cardio") | modules("cardio/exporters")
    named = rooms("## Inside cardio\n", "## Inside optimise")
    assert [room for room in named if not any(fnmatch(name, room) for name in there)] == []


def test_the_steps_to_a_town_of_ones_own_fit_what_init_writes(tmp_path: Path) -> None:
    prices, scenarios = (yaml for yaml in blocks(README, "yaml"))
    survey = cardio.write_sample_town(tmp_path / "survey").parent
    for name in re.findall(r"without `([^`]+)`, `([^`]+)` and `([^`]+)`", read(README).replace("\n", " "))[0]:
        (survey / name).unlink()
    study = cardio.write_first_study(survey, language="en").path
    text = study.read_text(encoding="utf-8")
    for key in re.findall(r"`(\w+):`", read(README).split("take out the `#` before")[1].split(" in the study")[0]):
        text, lines = re.subn(rf"^( *)# {key}:", rf"\1{key}:", text, flags=re.MULTILINE)
        assert lines == 1, key
    study.write_text(f"{text}\n{scenarios}", encoding="utf-8")
    (survey / "prices.yaml").write_text(prices, encoding="utf-8")
    read_back = cardio.load_study(study, scenario="more_wifi")
    assert {option.name for option in read_back.options} == {"new_meter", "access_point", "splice_box"}
    assert {"outdoor_access_point", "splice_closure"} <= set(read_back.price_entries)
    assert next(target for target in read_back.targets if target.name == "wifi_town").at_least == 0.15
