"""The set-up: the scripts behind make, the locks, and the wheel away from the repository."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pikepdf
import pytest

ROOT = Path(__file__).resolve().parents[1]
BARE = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}


def run(
    *command: str | Path, cwd: Path, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=BARE | (env or {}),
        capture_output=True,
        text=True,
        check=False,
    )


def program(path: Path, body: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}")
    path.chmod(0o755)


def locked(name: str) -> dict[str, str]:
    lines = (ROOT / "requirements" / name).read_text("utf-8").splitlines()
    found = (re.match(r"([a-z0-9-]+)(?:\[[a-z0-9,]+\])?==(\S+)", line) for line in lines)
    return {match[1]: match[2] for match in found if match}


# --- scripts/build

PRESS = """
echo "$*" >>calls
echo "build/an issue.pdf"
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A small clone in a folder whose name holds a space."""
    clone = tmp_path / "a clone"
    (clone / "scripts").mkdir(parents=True)
    for script in ("build", "environment", "system-packages"):
        shutil.copy(ROOT / "scripts" / script, clone / "scripts")
    for name in ("source/2026-02/issue.rst", "styles/base.css", "src/bulletin_press/__init__.py"):
        (clone / name).parent.mkdir(parents=True)
        (clone / name).write_text("as it was\n")
    (clone / "requirements").mkdir()
    for name in ("run.txt", "build.txt", "dev.txt"):
        (clone / "requirements" / name).touch()
    (clone / "requirements/judges").mkdir()
    (clone / "requirements/judges/package-lock.json").touch()
    (clone / "bulletin.toml").touch()
    (clone / "pyproject.toml").touch()
    return clone


@pytest.fixture
def pressed(clone: Path) -> Path:
    """The clone with a Python that only writes down what it was asked."""
    program(clone / ".venv/bin/python", PRESS)
    return clone


def calls(clone: Path) -> list[str]:
    path = clone / "calls"
    return path.read_text().splitlines() if path.exists() else []


def test_the_editions_and_the_issue_are_handed_to_the_command(pressed: Path) -> None:
    assert run("scripts/build", "pdf", cwd=pressed).stdout == "build/an issue.pdf\n"
    run("scripts/build", "pdf", "epub", cwd=pressed)
    run("scripts/build", "pdf", cwd=pressed, env={"ISSUE": "2026-02"})
    run("scripts/build", "epub", cwd=pressed, env={"ISSUE": "elsewhere/an issue"})
    assert calls(pressed) == [
        "-m bulletin_press build -e pdf",
        "-m bulletin_press build -e pdf -e epub",
        "-m bulletin_press build -e pdf 2026-02",
        "-m bulletin_press build -e epub elsewhere/an issue",
    ]


def test_it_knows_nothing_of_what_was_built_before(pressed: Path) -> None:
    """The command itself says what has changed; see test_unchanged.py."""
    run("scripts/build", "pdf", cwd=pressed)
    run("scripts/build", "pdf", cwd=pressed)
    assert len(calls(pressed)) == 2
    assert not (pressed / "build").exists()


def test_a_failed_build_keeps_its_status(pressed: Path) -> None:
    program(pressed / ".venv/bin/python", "exit 3\n")
    assert run("scripts/build", "pdf", cwd=pressed).returncode == 3


# --- scripts/environment

PYTHON = """
echo "$*" >>calls
case $* in
    "-m venv"*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    *dev.txt) [ ! -e broken ] ;;
esac
"""


def environment(clone: Path, kind: str) -> tuple[int, list[str]]:
    """The exit status, and what was asked of Python."""
    program(clone / "bin/python3", PYTHON)
    program(clone / "bin/npm", f"echo npm $1 >>'{clone}/calls'\n")
    program(clone / "bin/system", "[ ! -e missing ] || exit 5\n")
    (clone / "calls").unlink(missing_ok=True)
    settings = {
        "PATH": f"{clone / 'bin'}:{BARE['PATH']}",
        "SYSTEM_PACKAGES": str(clone / "bin/system"),
    }
    status = run("scripts/environment", kind, cwd=clone, env=settings).returncode
    return status, [re.sub(r"^-m pip .*?(?=--require|--edit)", "", call) for call in calls(clone)]


FRESH = [
    "-m venv .venv",
    "--require-hashes -r requirements/run.txt -r requirements/build.txt",
    "--editable .",
]
JUDGES = ["npm ci"]
TESTS = ["--require-hashes -r requirements/dev.txt", *JUDGES]


def test_set_up_once(clone: Path) -> None:
    assert environment(clone, "run") == (0, FRESH)
    assert environment(clone, "run") == (0, [])
    assert environment(clone, "test") == (0, TESTS)
    assert environment(clone, "test") == (0, [])
    assert environment(clone, "run") == (0, [])


def test_a_set_up_that_was_cut_short_begins_anew(clone: Path) -> None:
    (clone / "broken").touch()
    assert environment(clone, "test")[0] != 0
    (clone / "broken").unlink()
    assert environment(clone, "run") == (0, FRESH)
    assert environment(clone, "test") == (0, TESTS)


def test_what_the_tests_lack_leaves_the_rest_usable(clone: Path) -> None:
    environment(clone, "run")
    (clone / "missing").touch()
    assert environment(clone, "test") == (5, [])
    assert environment(clone, "run") == (0, [])


@pytest.mark.parametrize("lock", ["run.txt", "build.txt", "dev.txt"])
def test_a_changed_lock_begins_anew(clone: Path, lock: str) -> None:
    environment(clone, "test")
    (clone / "requirements" / lock).write_text("changed\n")
    assert environment(clone, "test") == (0, [*FRESH, *TESTS])


def test_other_judges_are_installed_again_and_nothing_else(clone: Path) -> None:
    environment(clone, "test")
    (clone / "requirements/judges/package-lock.json").write_text("changed\n")
    assert environment(clone, "run") == (0, [])
    assert environment(clone, "test") == (0, JUDGES)
    assert (clone / ".venv/judges/package-lock.json").read_text() == "changed\n"


def test_a_moved_folder_begins_anew(clone: Path) -> None:
    environment(clone, "run")
    assert environment(clone.rename(clone.parent / "moved"), "run") == (0, FRESH)


def test_a_changed_project_is_installed_again_and_nothing_else(clone: Path) -> None:
    environment(clone, "run")
    (clone / "pyproject.toml").write_text("changed\n")
    assert environment(clone, "run") == (0, ["--editable ."])


# --- scripts/system-packages


def test_what_is_missing_is_named_with_the_line_to_type(tmp_path: Path) -> None:
    program(tmp_path / "bin/python3", "cat >/dev/null; echo pango; echo pangoft2; echo venv\n")
    for command in ("sh", "cat"):
        (tmp_path / "bin" / command).symlink_to(str(shutil.which(command)))
    script = ROOT / "scripts/system-packages"
    found = run(script, "run", cwd=tmp_path, env={"PATH": str(tmp_path / "bin")})
    assert found.returncode == 5
    assert found.stdout == ""
    assert [line.strip() for line in found.stderr.splitlines()[1:]] == [
        "sudo apt-get install --no-install-recommends"
        " libpango-1.0-0 libpangoft2-1.0-0 python3-venv",
        "sudo dnf install pango python3",
        "brew install pango python",
    ]


def test_an_old_python_is_refused(tmp_path: Path) -> None:
    program(tmp_path / "python3.9", "cat >/dev/null; echo version\n")
    script = ROOT / "scripts/system-packages"
    found = run(script, "run", cwd=tmp_path, env={"PYTHON": str(tmp_path / "python3.9")})
    assert found.returncode == 5
    assert "Python 3.11 or newer" in found.stderr


# --- the locks


def test_every_declared_package_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    declared = {
        "run.txt": project["project"]["dependencies"],
        "build.txt": [*groups["build"], *project["build-system"]["requires"]],
        "dev.txt": groups["dev"],
    }
    for lock, wanted in declared.items():
        names = {re.split(r"[<>=!~[]", one)[0].replace(".", "-") for one in wanted}
        assert names <= set(locked(lock))


def test_locks_hold_hashes_and_no_address_or_path() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        text = lock.read_text("utf-8")
        assert "--hash=sha256:" in text
        assert not re.search(r"://|--index|--find-links|(?<=\s)/\w", text)


def test_judges_are_locked_with_hashes_and_no_address() -> None:
    folder = ROOT / "requirements/judges"
    wanted = json.loads((folder / "package.json").read_text("utf-8"))["devDependencies"]
    packages = json.loads((folder / "package-lock.json").read_text("utf-8"))["packages"]
    assert packages.pop("")["devDependencies"] == wanted
    assert wanted.keys() <= {name.removeprefix("node_modules/") for name in packages}
    assert all("sha512-" in one["integrity"] and "resolved" not in one for one in packages.values())


def test_no_package_is_in_two_locks() -> None:
    locks = [set(locked(name)) for name in ("run.txt", "build.txt", "dev.txt")]
    assert sum(map(len, locks)) == len(set.union(*locks))


# --- what people type


def test_every_make_command_in_install_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    text = (ROOT / "docs/install.md").read_text("utf-8")
    code = re.findall(r"```\w*\n(.*?)```|`([^`\n]+)`", text, re.DOTALL)
    lines = [line.split("#")[0] for both in code for line in "".join(both).splitlines()]
    typed = [words.split() for line in lines for words in re.findall(r"(?:^|&& )make\b(.*)", line)]
    assert ["test"] in typed
    assert {word for words in typed for word in words if "=" not in word} <= targets


def test_help_lists_what_make_can_do() -> None:
    listed = run("make", "help", cwd=ROOT).stdout
    for target in ("", "pdf", "epub", "test", "check", "clean"):
        assert re.search(rf"^  make {target} *\b", listed, re.MULTILINE)


# --- the wheel

ISSUE = {
    "issue.rst": "A small bulletin\n================\n\n:Date: 2026-03-01\n:Number: 3\n",
    "01-first.rst": "First things\n============\n\nA paragraph with *emphasis*.\n",
    "02-second.rst": "Second things\n=============\n\nAnother paragraph.\n",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    assert built.returncode == 0, built.stderr
    return next(folder.glob("bulletin_press-*.whl"))


def test_the_wheel_holds_the_program_and_its_styles(wheel: Path) -> None:
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if "dist-info" not in name}
    sources = {
        str(path.relative_to(ROOT / "src"))
        for path in (ROOT / "src").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    styles = {f"bulletin_press/styles/{path.name}" for path in (ROOT / "styles").iterdir()}
    assert inside == sources | styles


def test_the_installed_wheel_builds_an_issue_elsewhere(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    venv.create(home, symlinks=True)
    python = home / "bin/python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--no-index", "--no-deps")
    installed = run(*pip, wheel, cwd=tmp_path)
    assert installed.returncode == 0, installed.stderr
    library = next(home.glob("lib/python*/site-packages"))
    (library / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")

    where = run(python, "-c", "import bulletin_press; print(bulletin_press.__file__)", cwd=tmp_path)
    assert Path(where.stdout.strip()).is_relative_to(library)

    folder = tmp_path / "elsewhere" / "march"
    folder.mkdir(parents=True)
    for name, text in ISSUE.items():
        (folder / name).write_text(text, "utf-8")
    kept = {"XDG_CACHE_HOME": str(tmp_path / "kept")}
    built = run(home / "bin/bulletin-press", "build", folder, "-o", "out", cwd=tmp_path, env=kept)
    assert built.returncode == 0, built.stderr
    paths = {Path(line).suffix: tmp_path / line for line in built.stdout.splitlines()}
    assert {".pdf", ".epub"} <= set(paths)

    with pikepdf.open(paths[".pdf"]) as pdf:
        faces = {
            str(font.BaseFont)
            for page in pdf.pages
            for font in page.Resources.Font.as_dict().values()
        }
    assert all("+Bulletin-" in face for face in faces), faces
    assert {face.partition("+")[2] for face in faces} >= {"Bulletin-Serif", "Bulletin-Serif-Italic"}
    names = zipfile.ZipFile(paths[".epub"]).namelist()
    assert names[0] == "mimetype"
    assert [name for name in names if name.endswith(".css")]
