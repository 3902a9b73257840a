"""CPU of a whole PDF build, as a ratio to plain WeasyPrint on reference.html with the same text.

Usage: python benchmarks/pdf.py [ISSUE_FOLDER] [--runs N]

The peer lays out benchmarks/reference.html, whose markup and style never change, filled with the
same titles, paragraphs, notes, tables and pictures, in the same faces, in two columns, tagged.
Ours is the command line from reading the sources to the written file, proofs included. Both run
in processes of their own, by turns; the ratio is the median of the pairs.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from lxml import etree, html

from bulletin_press import config, fonts, markup
from bulletin_press.artwork import artwork
from bulletin_press.issue import Issue
from bulletin_press.source import reader

HERE = Path(__file__).parent
PLAIN = (
    "import sys, weasyprint;"
    "weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2], pdf_variant='pdf/ua-1', pdf_tags=True)"
)


def fill(issue: Issue, folder: Path) -> Path:
    """Write reference.html with an issue's text, and its faces, into ``folder``."""
    page = html.fromstring((HERE / "reference.html").read_text("utf-8"))
    front, body = page.find(".//section"), page.find(".//body")
    pictures = {}
    for number, (uri, picture) in enumerate(artwork(issue, 0).items()):
        pictures[uri] = f"picture{number}{picture.suffix}"
        (folder / pictures[uri]).write_bytes(picture.data)
    profile = markup.Profile(
        link=lambda anchor: f"#{anchor}", picture=pictures.__getitem__, foot=True, flat=True
    )
    for number, article in enumerate(issue.articles):
        entry = etree.SubElement(front, "p")
        etree.SubElement(entry, "a", href=f"#article{number}").text = article.heading
        etree.SubElement(body, "h2", id=f"article{number}").text = article.heading
        columns = etree.SubElement(body, "div", {"class": "columns"})
        for block in markup.blocks(issue, article.body, profile).body:
            block.tag = "h3" if block.tag == "h2" else block.tag
            columns.append(block)
    for face in fonts.PRIMARY:
        (folder / f"{face.name}.ttf").write_bytes(face.data())
    path = folder / "reference.html"
    path.write_bytes(html.tostring(page, doctype="<!DOCTYPE html>", encoding="utf-8"))
    return path


def seconds(command: list[str]) -> float:
    """The CPU seconds, user and system, that a command and its children take."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the CPU of each pair of runs and the median ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("issue", nargs="?", type=Path, default=HERE.parent / "source" / "2026-02")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    folder = options.issue.resolve()
    publication = config.load(config.find_root(folder) or folder)
    issue = Issue(publication, reader.read(publication, folder).document)
    with tempfile.TemporaryDirectory() as temporary:
        reference = fill(issue, Path(temporary))
        plain = [sys.executable, "-c", PLAIN, str(reference), f"{temporary}/plain.pdf"]
        ours = [sys.executable, "-m", "bulletin_press", "build", str(folder), "-e", "pdf",
                "-o", f"{temporary}/ours"]  # fmt: skip
        ratios = []
        for _ in range(options.runs):
            peer, product = seconds(plain), seconds(ours)
            ratios.append(product / peer)
            print(
                f"plain WeasyPrint {peer:.2f} s   bulletin-press {product:.2f} s   {ratios[-1]:.2f}"
            )
    print(f"median ratio {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
