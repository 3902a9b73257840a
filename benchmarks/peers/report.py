"""What the setters took, as tables, as a chart, and in docs/performance.md."""

from __future__ import annotations

import json
import os
import platform
import re
import statistics
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from bulletin_press import charts
from bulletin_press.source.directives.charts import Chart

PLAIN, OURS = "weasyprint", "ours"
BEGIN, END = "<!-- measured: python -m benchmarks.peers --document -->", "<!-- end -->"
PICTURE = "performance.svg"
_WIDTH = 720


@dataclass(slots=True)
class Outcome:
    """What a setter took at one size, run by run, and what it made; or why it made nothing."""

    name: str
    version: str
    failed: str = ""
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    memory: float = 0
    pages: int = 0
    kilobytes: float = 0
    contents: str = ""


@dataclass(slots=True)
class Report:
    """The machine, and the outcomes by size and by the setter's key."""

    machine: dict[str, str]
    sizes: dict[int, dict[str, Outcome]]

    @classmethod
    def load(cls, path: Path) -> Report:
        """Read what an earlier run wrote."""
        data = json.loads(path.read_text("utf-8"))
        sizes = {
            int(size): {key: Outcome(**outcome) for key, outcome in outcomes.items()}
            for size, outcomes in data["sizes"].items()
        }
        return cls(data["machine"], sizes)


def machine() -> dict[str, str]:
    """What this ran on."""
    processor = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text("utf-8"))
    system = re.search(r'PRETTY_NAME="(.+)"', Path("/etc/os-release").read_text("utf-8"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=Path(__file__).parent, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    return {
        "processors": f"{os.cpu_count()} × {processor[1] if processor else platform.machine()}",
        "memory": f"{memory:.0f} GiB",
        "system": system[1] if system else platform.platform(),
        "python": platform.python_version(),
        "commit": commit.stdout.strip(),
    }


def ratio(outcomes: dict[str, Outcome], key: str) -> float | None:
    """The median of a setter's CPU to plain WeasyPrint's in the same round."""
    plain, one = outcomes.get(PLAIN), outcomes[key]
    if not plain or plain.failed or one.failed:
        return None
    return statistics.median(a / b for a, b in zip(one.cpu, plain.cpu, strict=True))


def tables(told: Report) -> str:
    """The tables of all sizes, and the versions."""
    parts = []
    for size, outcomes in told.sizes.items():
        rounds = max(len(one.cpu) for one in outcomes.values())
        parts.append(f"The sample issue {_times(size)}, {_count(rounds, 'round')}:\n")
        parts.append("| set by | CPU s | to plain WeasyPrint | MiB | pages | page numbers |")
        parts.append("|---|---:|---:|---:|---:|---|")
        for key, one in outcomes.items():
            name = f"**{one.name}**" if key == OURS else one.name
            if one.failed:
                parts.append(f"| {name} | | | | | {one.failed} |")
                continue
            compared = ratio(outcomes, key)
            share = f"{compared:.2f}" if compared is not None else ""
            cpu = statistics.median(one.cpu)
            row = f"| {name} | {cpu:.2f} | {share} | {one.memory:.0f} | {one.pages} |"
            parts.append(f"{row} {one.contents} |")
        parts.append("")
    known = [one.version for outcomes in told.sizes.values() for one in outcomes.values()]
    versions = dict.fromkeys(name for one in known for name in one.split(", ") if name)
    where = told.machine
    parts.append(
        f"On {where['processors']}, {where['memory']}, {where['system']}, Python {where['python']}:"
        f" {', '.join(versions)}."
    )
    return "\n".join(parts)


def document(told: Report, folder: Path) -> None:
    """Write tables and chart into the page, and the chart beside it."""
    (folder / PICTURE).write_bytes(picture(told))
    page = folder / "performance.md"
    head, _, rest = page.read_text("utf-8").partition(BEGIN)
    _, _, tail = rest.partition(END)
    shown = f"![{alternative(told)}]({PICTURE})"
    page.write_text(f"{head}{BEGIN}\n\n{tables(told)}\n\n{shown}\n\n{END}{tail}", "utf-8")


def picture(told: Report) -> bytes:
    """The ratios as bars, drawn by the press itself, on white."""
    sizes = list(told.sizes)
    first = told.sizes[sizes[0]]
    rows = {
        key: [ratio(told.sizes[size], key) if key in told.sizes[size] else None for size in sizes]
        for key in first
    }
    rows = {key: row for key, row in rows.items() if any(row)}
    chart = Chart(
        kind="bar",
        unit="CPU, plain WeasyPrint = 1",
        head="",
        categories=tuple(first[key].name for key in rows),
        series=tuple(
            (f"the text {_times(size)}", tuple(row[column] for row in rows.values()))
            for column, size in enumerate(sizes)
        ),
        cells=tuple(
            tuple("–" if value is None else f"{value:.2f}" for value in row)
            for row in rows.values()
        ),
    )
    root = etree.fromstring(charts.draw(chart, {}, _WIDTH).data)
    paper = etree.Element("{http://www.w3.org/2000/svg}rect", width="100%", height="100%")
    paper.set("fill", "#ffffff")
    root.insert(0, paper)
    return etree.tostring(root, encoding="utf-8") + b"\n"


def alternative(told: Report) -> str:
    """The chart in words."""
    parts = []
    for size, outcomes in told.sizes.items():
        found = {key: ratio(outcomes, key) for key in outcomes}
        known = sorted((value, outcomes[key].name) for key, value in found.items() if value)
        if known:
            (low, least), (high, most) = known[0], known[-1]
            ours = f", ours {found[OURS]:.2f}" if found.get(OURS) else ""
            parts.append(
                f"the text {_times(size)} from {low:.2f} ({least}) to {high:.2f} ({most}){ours}"
            )
    return f"Bars of the ratios in the tables: {'; '.join(parts)}."


def _times(size: int) -> str:
    return {1: "once"}.get(size, f"{size} times over")


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"
