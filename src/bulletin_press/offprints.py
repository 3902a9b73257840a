"""Offprints: articles named by a reader, cut from their issue, and written by the press."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bulletin_press import config, folders, freshness, press
from bulletin_press.freshness import Made
from bulletin_press.issue import Article, Issue
from bulletin_press.problems import ProblemsError, errors, ordered, problem, suggestion

FOLDER = "offprints"  # beside the issue's editions


def make(
    folder: Path,
    articles: Iterable[str],
    output: Path | None = None,
    *,
    strict: bool = False,
    judge: bool = False,
    encoding: str = "",
) -> press.Built:
    """Cut articles of the issue in ``folder`` from its PDF, and write a PDF of each.

    ``articles`` are named by id, Roman numeral or number from 1; without one all are cut. The
    files go into ``output``, or into ``offprints`` beside the issue's editions. For the rest see
    ``press.build``; a name that no article has is E106.
    """
    folder = folder.resolve()
    publication = config.load(config.find_root(folder) or folder)
    watch = freshness.Watch(publication, folder, encoding)
    found = press.read_in(publication, folder, encoding)
    watch.read(found.files)
    issue, problems = found.issue, list(found.problems)

    def stopped() -> bool:
        return bool(problems if strict else errors(problems))

    if stopped():
        return press.Built(problems=tuple(problems))
    try:
        chosen = _named(issue, tuple(articles))
        from bulletin_press.editions import pdf

        edition, more = pdf.offprints(issue, chosen)
        problems.extend((*more, *press.judged(edition)) if judge else more)
    except ProblemsError as error:
        return press.Built(problems=ordered((*problems, *error.problems)))
    if stopped():
        return press.Built(problems=ordered(problems))
    beside = folders.destination(issue.publication, folder)
    built = press.put([edition], output or beside / FOLDER, issue.publication.root, problems)
    if built.paths and not output:
        met = [one for one in problems if one not in found.problems]
        names = tuple(f"{FOLDER}/{name}" for name in edition.files)
        press.remember(watch, beside, {FOLDER: Made("", names)}, met)
    return built


def _named(issue: Issue, names: tuple[str, ...]) -> tuple[Article, ...]:
    """The articles of these names, each once; all of them where there is no name."""
    known: dict[str, Article] = {}
    for number, article in enumerate(issue.articles, 1):
        known[str(number)] = article
        if article.numeral:
            known[article.numeral.lower()] = article
    known |= {article.id: article for article in issue.articles}
    ids = [article.id for article in issue.articles]
    wrong = [
        problem("E106", f"there is no article “{name}”", where, suggestion(name, ids))
        for name in names
        if name not in known and name.lower() not in known
        for where in (issue.place(issue.document),)
    ]
    if wrong:
        raise ProblemsError(wrong)
    found = [known.get(name) or known[name.lower()] for name in names]
    return tuple(dict.fromkeys(found)) or issue.articles
