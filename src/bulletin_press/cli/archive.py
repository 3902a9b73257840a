"""The verbs of the archive: site, publish."""

from __future__ import annotations

from pathlib import Path

import click

from bulletin_press import config
from bulletin_press.cli import progress
from bulletin_press.cli.output import (
    ENCODING,
    EPILOG,
    FORMAT,
    JSON,
    STRICT,
    findings_of,
    finish,
    keeping,
    processors,
)
from bulletin_press.problems import Location, ProblemsError, problem

_MOST = 8  # processes, each of which may lay out pages


def _root() -> Path:
    """The publication's folder around this one. Raises ProblemsError (C103)."""
    root = config.find_root(Path.cwd())
    if root is None:
        hint = "go to the publication's folder"
        message = "there is no bulletin.toml here"
        raise ProblemsError([problem("C103", message, Location(Path.cwd().name), hint)])
    return root


@click.command(epilog=EPILOG)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1, 64),
    help="How many issues are made at once. [processors, 8 at most]",
)
@ENCODING
@STRICT
@FORMAT
@JSON
def site(jobs: int | None, codec: str, strict: bool, form: str) -> None:
    """Make the archive of all issues, with search, feeds and a catalogue, into build/site.

    Fresh editions are used, missing ones built. Prints the folder's path.
    """
    from bulletin_press.archive import site as archive

    processes = jobs or min(processors(), _MOST)
    root = None
    try:
        root = _root()
        with keeping(), progress.counted("site") as show:
            built = archive.build(
                root, strict=strict, encoding=codec, processes=processes, show=show
            )
        problems, paths = built.problems, (built.folder,) if built.folder else ()
    except ProblemsError as error:
        problems, paths = error.problems, ()
    finish(findings_of(problems, root), paths, form, strict)


@click.command(epilog=EPILOG)
@click.argument("target", required=False)
@FORMAT
@JSON
def publish(target: str | None, form: str) -> None:
    """Put build/site in place at TARGET, a folder or s3://BUCKET/PREFIX.

    Without TARGET, where [site] publish says. Readers see the old site or the new one.
    """
    from bulletin_press.archive import publishing
    from bulletin_press.archive.site import FOLDER

    root = None
    try:
        root = _root()
        publication = config.load(root)
        wanted = target or publication.site.publish
        if not wanted:
            message = "nothing says where the site is to be published"
            where = Location(config.CONFIGURATION_FILE)
            raise ProblemsError([problem("E133", message, where)])
        if not target and "://" not in wanted:
            wanted = str(root / wanted)
        with progress.counted("publish") as show:
            report = publishing.publish(
                publication.build / FOLDER, wanted, lambda done, total: show(done, total, "")
            )
    except ProblemsError as error:
        finish(findings_of(error.problems, root), (), form, strict=False)
    said = f"{report.uploaded:,} files written, {report.unchanged:,} unchanged"
    click.echo(f"{said}, {report.removed:,} removed", err=True)
    finish([], (), form, strict=False)
