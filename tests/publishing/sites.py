"""Small sites with all kinds of files, and their manifests, in any version."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bulletin_press.archive.publishing import manifest

BASE = "https://example.org/b/"


@dataclass(frozen=True)
class Number:
    """An issue: the mark that all its pages show, and how many articles it has."""

    mark: str
    articles: int = 2


def hashed(stem: str, suffix: str, data: bytes) -> str:
    return f"{stem}-{sha256(data).hexdigest()[:16]}.{suffix}"


def page(mark: str, links: Sequence[str], head: str = "") -> bytes:
    body = "".join(f'<p><a href="{link}">x</a></p>' for link in links)
    return f'<!DOCTYPE html><html data-mark="{mark}">{head}<body>{body}</body></html>'.encode()


def number(name: str, one: Number) -> dict[str, bytes]:
    """The files of an issue's folder."""
    face = f"face {one.mark[0]}".encode()
    face_name = hashed("assets/face", "woff2", face)
    sheet = f"p{{src:url({face_name.removeprefix('assets/')})}}/*{one.mark}*/".encode()
    sheet_name = hashed("assets/style", "css", sheet)
    head = f'<link rel="stylesheet" href="{sheet_name}"/><img src="cover.png"/>'
    made = {
        face_name: face,
        sheet_name: sheet,
        "cover.png": f"picture {one.mark}".encode(),
        f"{name}.pdf": f"print {one.mark}".encode() * 50,
        f"{name}.epub": b"book",
    }
    articles = [f"a{count}.html" for count in range(one.articles)]
    for count, article in enumerate(articles):
        near = articles[max(count - 1, 0) : count + 2]
        made[article] = page(one.mark, [*near, "./", f"../authors/{article}", "../"], head)
    own = [*articles, f"{name}.pdf", f"{name}.epub", "../", "../feed.atom"]
    made["index.html"] = page(one.mark, own, head)
    return {f"{name}/{path}": data for path, data in made.items()}


def outside(numbers: Mapping[str, Number], mark: str) -> dict[str, bytes]:
    """The pages and lists outside of the issues."""
    made = {"robots.txt": b"User-agent: *\n"}
    most = max((one.articles for one in numbers.values()), default=0)
    for count in range(most):
        written = [name for name, one in numbers.items() if one.articles > count]
        links = [f"../{name}/a{count}.html" for name in written]
        made[f"authors/a{count}.html"] = page(mark, [*links, "./"])
    made["authors/index.html"] = page(mark, [*(f"a{count}.html" for count in range(most)), "../"])
    moved = f'<meta http-equiv="refresh" content="0; url={BASE}authors/"/>'
    made["writers/index.html"] = page(mark, ["../authors/"], moved)
    downloads = [f"{BASE}{name}/{name}.pdf" for name in numbers]
    pages = [f"{BASE}{name}/" for name in numbers]
    entries = "".join(
        f'<entry><link href="{own}"/><link rel="enclosure" href="{file}"/></entry>'
        for own, file in zip(pages, downloads, strict=True)
    )
    made["feed.atom"] = f"<feed>{entries}</feed>".encode()
    made["opds/index.xml"] = made["feed.atom"]
    items = [{"url": one, "attachments": [{"url": f}]} for one, f in zip(pages, downloads)]  # noqa: B905
    made["feed.json"] = json.dumps({"items": items}).encode()
    made["sitemap.xml"] = "".join(f"<loc>{one}</loc>" for one in pages).encode()
    made["search/index.json"] = json.dumps({"pages": [{"url": one} for one in pages]}).encode()
    links = [*(f"{name}/" for name in numbers), "authors/", "feed.atom", "opds/index.xml"]
    made["index.html"] = page(mark, [*links, "writers/"])
    return made


def make(
    folder: Path, numbers: Mapping[str, Number], mark: str, kept: Mapping[str, bytes] | None = None
) -> Path:
    """Write a site into a new folder; ``kept`` are immutable files of the generation before."""
    issues = {name: number(name, one) for name, one in numbers.items()}
    others = outside(numbers, mark)
    kept = kept or {}

    def entries(files: Mapping[str, bytes]) -> list[dict[str, object]]:
        return [
            {"path": path, "sha256": sha256(data).hexdigest(), "octets": len(data)}
            for path, data in sorted(files.items())
        ]

    values = {
        "issues": [
            {"id": name, "title": "News", "files": entries(files)} for name, files in issues.items()
        ],
        "files": entries(others),
        "kept": sorted(kept),
    }
    every = {path: data for files in issues.values() for path, data in files.items()}
    for path, data in {**every, **others, **kept, "issues.json": manifest.write(values)}.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


def plain(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write a site of any files, without issues."""
    entries = [
        {"path": path, "sha256": sha256(data).hexdigest(), "octets": len(data)}
        for path, data in files.items()
    ]
    values = {"issues": [], "files": entries, "kept": []}
    for path, data in {**files, "issues.json": manifest.write(values)}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """All files below a folder, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
