"""The documentation names all that there is, and nothing else; its examples do what it says."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
from click.testing import CliRunner
from PIL import Image

from bulletin_press import cli, config, press
from bulletin_press.cli import output
from bulletin_press.problems import CODES, Problem, ProblemsError
from bulletin_press.source import metadata, roles
from bulletin_press.source.directives import registry
from tests.examples import (
    ARTICLE,
    HEADING,
    PICTURES,
    ROOT,
    SHOWN,
    Block,
    Example,
    anchor,
    blocks,
    examples,
    page,
    prose,
    write_issue,
)
from tests.inkprofile import profile

SOURCE = ROOT / "src" / "bulletin_press"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
MODULES = sorted(SOURCE.rglob("*.py"))


def sections(text: str) -> dict[str, str]:
    """What stands below each heading of the second level, up to the next one of that level."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


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


def problems_of(folder: Path, shown: list[Block]) -> tuple[Problem, ...]:
    """What the press says of a small issue that holds the examples."""
    write_issue(folder, shown)
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

EXAMPLES = [example for name in SHOWN for example in examples(page(name))]
REFERENCE = page("reference")
OWN_OPTIONS = {"alt", "caption", "credit", "decorative", "delim", "kind", "place", "unit"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_every_example_is_without_a_problem(example: Example, tmp_path: Path) -> None:
    assert [str(one) for one in problems_of(tmp_path / "2026-03", list(example.blocks))] == []


@pytest.mark.parametrize(
    ("heading", "schema"),
    [("issue.rst", metadata.MASTHEAD), ("Article files", metadata.ARTICLE)],
)
def test_every_field_is_documented(heading: str, schema: dict[str, Any]) -> None:
    listed = rows(sections(REFERENCE)[heading])
    assert {name.strip(":").lower() for name in listed} == schema.keys()


def test_every_directive_is_in_the_reference() -> None:
    registry.register()
    source = "".join(block.text for example in EXAMPLES for block in example.blocks)
    shown = set(re.findall(r"^\s*\.\. (?:\|\w+\| )?([a-z-]+)::", source, re.MULTILINE))
    named = {word.strip(". :").partition("::")[0] for word in code_words(REFERENCE)}
    assert registry.OWN.keys() <= shown
    assert registry.names() <= shown | named


def test_every_refused_directive_is_in_the_reference() -> None:
    refused = " ".join(rows(sections(REFERENCE)["What is refused"]))
    for name in registry.REFUSED.keys() - {"restructuredtext-test-directive"}:
        assert f".. {name}::" in refused


def test_every_option_of_the_presss_own_is_in_the_reference() -> None:
    text = sections(REFERENCE)
    for heading, name in (("Pictures", "figure"), ("Charts", "chart")):
        spec = registry.OWN[name].option_spec or {}
        listed = {name.strip(":") for name in rows(text[heading])}
        assert spec.keys() - {"class", "name", "figname"} == listed, name
    words = code_words(REFERENCE) | {block.text for one in EXAMPLES for block in one.blocks}
    for directive in registry.OWN.values():
        for option in (directive.option_spec or {}).keys() & OWN_OPTIONS:
            assert any(f":{option}:" in word for word in words), option


def test_every_role_of_the_presss_own_is_in_the_reference() -> None:
    source = "".join(block.text for example in EXAMPLES for block in example.blocks)
    assert {*roles.REFERENCES, "lang", "sub", "sup"} <= set(re.findall(r":([a-z]+):`", source))


def test_every_section_of_the_reference_is_found_from_its_top() -> None:
    top = sections(REFERENCE)["Find it"]
    listed = re.findall(r"\(#([\w-]+)\)", top)
    assert {example.name for example in examples(REFERENCE)} - set(listed) == set()


def test_the_nine_constructs_stand_on_one_page_of_paper() -> None:
    first, _, _ = page("writing").partition("\n## ")
    assert re.findall(r"^\| (\d)\. ", first, re.MULTILINE) == list("123456789")
    assert first.count("\n") <= 55  # at 10.5 points on A4, in Chromium


# Pictures ---------------------------------------------------------------------------------------


def test_no_two_examples_have_one_name() -> None:
    names = [example.name for example in EXAMPLES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", SHOWN)
def test_every_example_stands_beside_its_pictures(name: str) -> None:
    text = page(name)
    shown = re.findall(r"!\[([^\]]*)\]\(pictures/([^)]+)\)", text)
    assert [file for _, file in shown] == [
        file for example in examples(text) for file in example.pictures.values()
    ], "run make pictures"
    for words, file in shown:
        assert len(words) > 3, file


def test_the_pictures_are_whole_and_small_and_none_is_stray() -> None:
    wanted = {file for example in EXAMPLES for file in example.pictures.values()}
    found = {path.name: path for path in PICTURES.iterdir()}
    assert found.keys() - {"bridge.svg"} == wanted, "run make pictures"
    for file in wanted:
        with Image.open(found[file]) as picture:
            picture.verify()
            assert picture.format == "PNG"
            assert 200 < picture.width < 700, file
            assert 20 < picture.height < 1500, file
    sizes = [path.stat().st_size for path in found.values()]
    assert max(sizes) < 40_000
    assert sum(sizes) < 2_000_000


# Configuration ----------------------------------------------------------------------------------


def test_every_key_is_documented_with_its_default() -> None:
    text = sections(page("configuration"))
    tables = {name[1:-1] for name in text if name.startswith("[")}
    assert tables == {*config.KEYS, config.NAMES}
    publication = config.Publication(ROOT)
    holders = {
        "publication": publication,
        "imprint": publication.imprint,
        "design": publication.design,
        "pdf": SimpleNamespace(**asdict(publication.limits), **asdict(publication.printing)),
        "letter": publication.letter,
        "site": publication.site,
        "delivery": publication.delivery,
    }
    assert holders.keys() == config.KEYS.keys()
    for table, keys in config.KEYS.items():
        listed = rows(text[f"[{table}]"])
        assert listed.keys() == keys.keys()
        for key in keys:
            default = getattr(holders[table], keys[key].name or key.replace("-", "_"))
            shown = json.dumps(list(default) if isinstance(default, tuple) else default)
            assert listed[key][2] == shown, key
            example = tomllib.loads(f"[{table}]\n{key} = {listed[key][3]}")[table][key]
            assert keys[key].check(example) is not None, key


def test_the_configuration_example_holds_every_key(tmp_path: Path) -> None:
    example = next(block for block in blocks(page("configuration")) if block.kind == "toml")
    data = tomllib.loads(example.text)
    assert data.pop(config.NAMES)
    assert {name: set(table) for name, table in data.items()} == {
        name: set(keys) for name, keys in config.KEYS.items()
    }
    (tmp_path / "issue").mkdir()
    (tmp_path / "issue" / data["pdf"]["icc-profile"]).write_bytes(profile())
    assert problems_of(tmp_path / "issue", [example]) == ()


# Commands ---------------------------------------------------------------------------------------


def commands_of(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every verb with its command, those of groups by both words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        if isinstance(command, click.Group):
            yield from commands_of(command, f"{before}{name} ")
        else:
            yield before + name, command


def test_every_verb_and_option_is_documented() -> None:
    text = sections(page("commands"))
    verbs = {
        name.removeprefix("bulletin-press "): body
        for name, body in text.items()
        if name.startswith("bulletin-press ")
    }
    commands = dict(commands_of(cli.main))
    assert verbs.keys() == commands.keys()
    for name, command in commands.items():
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
    assert re.findall(r"^\| (\d) \|", statuses, re.MULTILINE) == re.findall(r"\d", output.EPILOG)


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


def test_every_class_of_the_sheets_for_print_is_on_the_design_page() -> None:
    catch = code_words(sections(page("design"))["What the sheets can catch hold of"])
    for name in ("print.css", "large-print.css", "press.css"):
        text = re.sub(
            r"/\*.*?\*/", "", (ROOT / "styles" / name).read_text("utf-8"), flags=re.DOTALL
        )
        for selector in re.findall(r"([^{};]+)\{", text):
            used = re.findall(r"\.[a-z][\w-]*", re.sub(r'"[^"]*"', "", selector))
            assert set(used) <= catch, (name, selector)


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
    """The anchors of a page's headings."""
    return {anchor(heading[2]) for heading in HEADING.finditer(prose(text))}


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


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_page_is_whole(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(re.findall(r"^`{3,}", text, re.M)) % 2 == 0, "a code block is not closed"
    assert not re.search(r"^(={7}|<{7}.*|>{7}.*)$", prose(text), re.M), "a merge is half done"
