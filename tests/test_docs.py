"""The documentation names all that there is, and nothing else; its examples do what it says."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest
from click.testing import CliRunner
from docutils.parsers.rst.directives import images
from PIL import Image

from bulletin_press import cli, config, press
from bulletin_press.problems import CODES, Problem, ProblemsError
from bulletin_press.source import directives, illustrations, metadata

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "bulletin_press"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
MODULES = sorted(SOURCE.rglob("*.py"))

FENCE = re.compile(r"^```(\w*)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
ARTICLE, MASTHEAD = "01-new-bridge.rst", "issue.rst"


class Block(NamedTuple):
    kind: str
    file: str
    text: str


def page(name: str) -> str:
    return (ROOT / "docs" / f"{name}.md").read_text("utf-8")


def prose(text: str) -> str:
    return FENCE.sub("", text)


def sections(text: str) -> dict[str, str]:
    """What stands below each heading of the second level, up to the next one of that level."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def blocks(text: str) -> Iterator[Block]:
    for found in FENCE.finditer(text):
        yield Block(found[1], found[2] or "", found[3])


def code_words(text: str) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", prose(text)))


def rows(text: str) -> dict[str, list[str]]:
    """The cells of each table row, without backticks, by the first cell."""
    found = {}
    for line in prose(text).splitlines():
        if line.startswith("| `"):
            cells = [cell.strip().replace("`", "") for cell in line.strip("|").split("|")]
            found[cells[0]] = cells
    return found


def problems_of(folder: Path, examples: list[Block]) -> tuple[Problem, ...]:
    """What the press says of a small issue that holds the examples."""
    (folder / "figures").mkdir(parents=True)
    (folder / "data").mkdir()
    Image.new("RGB", (60, 40), "navy").save(folder / "figures" / "bridge.png")
    files = {
        MASTHEAD: "My Bulletin\n===========\n\n:Date: 2026-03-31\n",
        ARTICLE: "A New Bridge\n============\n\nText.\n",
        "02-old-bridge.rst": "The Old Bridge\n==============\n\nText.\n\nRepair\n------\n\nText.\n",
        "data/trams.csv": "Line,2024\nRed,10\nBlue,7\n",
    }
    for kind, file, text in examples:
        if kind == "toml":
            files["bulletin.toml"] = text
        elif kind == "rst":
            whole = file in (MASTHEAD, "terms.rst") or re.match(r".+\n=+\n", text)
            title = "" if whole else "A New Bridge\n============\n\n"
            files[file or ARTICLE] = title + text
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    try:
        return press.read(folder).problems
    except ProblemsError as error:
        return error.problems


# Problems ---------------------------------------------------------------------------------------

# what a page cannot show: another encoding, great depth, an invisible sign
WITHOUT_EXAMPLE = {
    "S101": b"\xe9t\xe9",
    "S119": b"".join(b" " * depth + b"- x\n\n" for depth in range(0, 1200, 2)),
    "S208": "-\u00a0one\n- two\n".encode(),
}
PROBLEMS = {
    heading[:4]: text
    for heading, text in sections(page("problems")).items()
    if re.match(r"[A-Z]\d{3}: ", heading)
}


def test_every_code_has_its_section_and_every_section_its_code() -> None:
    assert sorted(PROBLEMS) == sorted(CODES)


def test_every_code_is_used_and_every_code_used_is_in_the_catalogue() -> None:
    used: set[str] = set()
    for path in MODULES:
        if path.name != "problems.py":
            used.update(re.findall(r"[\"']([A-Z]\d{3})[\"']", path.read_text("utf-8")))
    assert used == CODES.keys()


@pytest.mark.parametrize("code", [code for code in PROBLEMS if code[0] in "CS"])
def test_every_example_causes_its_problem(code: str, tmp_path: Path) -> None:
    examples = list(blocks(PROBLEMS[code]))
    folder = tmp_path / "issue"
    if code in WITHOUT_EXAMPLE:
        problems_of(folder, [])
        (folder / ARTICLE).write_bytes(b"A Title\n=======\n\n" + WITHOUT_EXAMPLE[code])
        found = press.read(folder).problems
    else:
        assert examples, f"{code} has no example"
        found = problems_of(folder, examples)
    assert code in {problem.code for problem in found}
    assert all(problem.hint for problem in found)


def test_the_limits_example_is_a_configuration(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "issue", list(blocks(PROBLEMS["L102"]))) == ()


# Writing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", [b for b in blocks(page("writing")) if b.kind == "rst"])
def test_every_example_of_writing_is_without_a_problem(example: Block, tmp_path: Path) -> None:
    assert [str(one) for one in problems_of(tmp_path / "2026-03", [example])] == []


@pytest.mark.parametrize(
    ("heading", "schema"),
    [("issue.rst", metadata.MASTHEAD), ("Article files", metadata.ARTICLE)],
)
def test_every_field_is_documented(heading: str, schema: dict[str, Any]) -> None:
    listed = rows(sections(page("writing"))[heading])
    assert {name.strip(":").lower() for name in listed} == schema.keys()


def test_every_refused_directive_and_every_option_of_pictures_is_documented() -> None:
    writing = sections(page("writing"))
    refused = " ".join(rows(writing["What is refused"]))
    for name in directives.REFUSED.keys() - {"restructuredtext-test-directive"}:
        assert f".. {name}::" in refused
    own = illustrations.Figure.option_spec.keys() - (images.Figure.option_spec or {}).keys()
    assert own == {"decorative", "credit", "place"}
    for name in own:
        assert f":{name}:" in rows(writing["Pictures"])


# Configuration ----------------------------------------------------------------------------------


def test_every_key_is_documented_with_its_default() -> None:
    text = sections(page("configuration"))
    assert {name[1:-1] for name in text if name.startswith("[")} == config.KEYS.keys()
    publication = config.Publication(ROOT)
    holders = {
        "publication": publication,
        "imprint": publication.imprint,
        "design": publication.design,
        "pdf": publication.limits,
    }
    assert holders.keys() == config.KEYS.keys()
    for table, keys in config.KEYS.items():
        listed = rows(text[f"[{table}]"])
        assert listed.keys() == keys.keys()
        for key in keys:
            default = getattr(holders[table], key.replace("-", "_"))
            shown = json.dumps(list(default) if isinstance(default, tuple) else default)
            assert listed[key][2] == shown, key
            example = tomllib.loads(f"[{table}]\n{key} = {listed[key][3]}")[table][key]
            assert keys[key].check(example), key


def test_the_configuration_example_holds_every_key(tmp_path: Path) -> None:
    example = next(block for block in blocks(page("configuration")) if block.kind == "toml")
    data = tomllib.loads(example.text)
    assert {name: set(table) for name, table in data.items()} == {
        name: set(keys) for name, keys in config.KEYS.items()
    }
    assert problems_of(tmp_path / "issue", [example]) == ()


# Commands ---------------------------------------------------------------------------------------


def test_every_verb_and_option_is_documented() -> None:
    text = sections(page("commands"))
    verbs = {name.split()[1]: body for name, body in text.items() if name.startswith("bulletin-")}
    assert verbs.keys() == cli.main.commands.keys()
    for name, command in cli.main.commands.items():
        listed = {word for row in rows(verbs[name]) for word in row.split(", ")}
        options: set[str] = set()
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                options.update(parameter.opts)
            if isinstance(parameter.type, click.Choice):
                assert set(parameter.type.choices) <= code_words(verbs[name])
        assert {word for word in listed if word.startswith("-")} - {"-o DIR"} == options, name
    for parameter in cli.main.params:
        assert all(option in page("commands") for option in parameter.opts)


def test_every_exit_status_is_documented() -> None:
    statuses = sections(page("commands"))["Exit statuses"]
    assert re.findall(r"^\| (\d) \|", statuses, re.MULTILINE) == re.findall(r"\d", cli.EPILOG)


def test_json_has_the_documented_shape(tmp_path: Path) -> None:
    shown = next(block for block in blocks(page("commands")) if block.kind == "json")
    wrong = Block("rst", "", "Heading of the text\n-----\n")
    problems_of(tmp_path / "issue", [wrong])
    result = CliRunner().invoke(cli.main, ["check", "--json", str(tmp_path / "issue")])
    made, documented = json.loads(result.stdout), json.loads(shown.text)
    assert made.keys() == documented.keys()
    assert made["counts"].keys() == documented["counts"].keys()
    assert made["problems"][0].keys() == documented["problems"][0].keys()
    same = ("code", "severity", "message", "hint")
    assert [made["problems"][0][key] for key in same] == [
        documented["problems"][0][key] for key in same
    ]


# Design -----------------------------------------------------------------------------------------


def test_every_sheet_variable_and_family_is_documented() -> None:
    words = code_words(page("design"))
    sheets = sorted((ROOT / "styles").glob("*.css"))
    assert {path.name for path in sheets} <= words
    values = dict(re.findall(r"(--[\w-]+):\s*(.+);", (ROOT / "styles/base.css").read_text("utf-8")))
    for name, value in values.items():
        assert name in words
        assert value in words, f"{name}: {value}"


def test_every_selector_of_the_design_page_is_in_a_sheet_or_the_markup() -> None:
    catch = sections(page("design"))["What the sheets can catch hold of"]
    known = "".join(path.read_text("utf-8") for path in (ROOT / "styles").glob("*.css"))
    made = "".join(path.read_text("utf-8") for path in MODULES)
    for word in code_words(catch):
        name = word.removeprefix(".")
        if re.match(r"\.[a-z]", word):
            assert word in known or re.search(rf"[\"' -]{re.escape(name)}[\"' ]", made), word


# Architecture -----------------------------------------------------------------------------------


def test_every_module_is_named_with_its_purpose() -> None:
    listed = rows(sections(page("architecture"))["The modules"])
    assert listed.keys() == {path.relative_to(SOURCE).as_posix() for path in MODULES}


def test_the_layers_are_those_that_are_checked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["id"] == "layers")
    shown = next(block for block in blocks(page("architecture")) if block.kind == "layers")
    assert shown.text.splitlines() == [re.sub(r"[()]", "", layer) for layer in layers]


def test_every_function_that_the_steps_name_is_there() -> None:
    steps = sections(page("architecture"))["What happens, in order"]
    for name in re.findall(r"`([a-z.]+\.[\w.]+)`", steps):
        module = SOURCE.joinpath(*name.split("."))
        whole = [module.with_suffix(".py"), module / "__init__.py"]
        owner = [module.parent.with_suffix(".py"), module.parent / "__init__.py"]
        defined = re.compile(rf"^(def |class )?{module.name}\b", re.MULTILINE)
        assert any(path.is_file() for path in whole) or any(
            path.is_file() and defined.search(path.read_text("utf-8")) for path in owner
        ), name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_every_module_says_its_purpose_and_is_short(path: Path) -> None:
    text = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert text.count("\n") <= 400


# Links ------------------------------------------------------------------------------------------


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    titles = (heading[2].lower() for heading in HEADING.finditer(prose(text)))
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    text = re.sub(r"`[^`\n]+`", "", prose(path.read_text("utf-8")))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?://", target):
            continue
        name, _, anchor = target.partition("#")
        led = (path.parent / name).resolve() if name else path
        assert led.exists(), target
        if anchor:
            assert anchor in anchors(led.read_text("utf-8")), target


def test_every_page_is_on_the_map_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for path in PAGES[1:]:
        assert f"({path.relative_to(ROOT).as_posix()}" in readme


def test_every_path_on_the_map_is_there() -> None:
    table = sections((ROOT / "README.md").read_text("utf-8"))["Where to find what"]
    places = (ROOT, SOURCE, SOURCE / "editions" / "pdf")
    for word in code_words(table):
        assert any((place / word).exists() for place in places), word
