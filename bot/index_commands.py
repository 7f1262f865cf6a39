"""Bot stage: the commands that build, change and list indexes."""

import json as json_lines
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from bot.edge import console, note, open_workshop, warn_of_changes
from bot.messages import say
from bot.options import CollectionOption, ConfigOption, DryRunOption, IndexOption, JsonOption
from bot.render import plain
from corpus.document import Language
from corpus.errors import FolderUnreadable

if TYPE_CHECKING:
    from bot.indexing import Choose, Outcome
    from bot.wiring import Workshop

_NAMED = 20  # files of a kind that a summary names


def index(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Folders of reports; default: those it has, else the shipped ones.")
    ] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Build from nothing, taking nothing over.")] = False,
    dry_run: DryRunOption = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on, and build whenever the files change.")] = False,
    index: IndexOption = None,
    collection: CollectionOption = None,
    config: ConfigOption = None,
) -> None:
    """Build the index of one or more folders of reports, or bring it up to date."""
    from bot.indexing import of_folders, renewing

    with open_workshop(config, index, collection) as workshop:
        choose = of_folders(folders, anew=rebuild) if folders else renewing(workshop)
        _refresh(workshop, choose, anew=rebuild, dry_run=dry_run)
        if watch and not dry_run:
            _watch(workshop)


def add(
    paths: Annotated[list[Path], typer.Argument(help="Reports, or folders of reports.")],
    dry_run: DryRunOption = False,
    index: IndexOption = None,
    collection: CollectionOption = None,
    config: ConfigOption = None,
) -> None:
    """Add reports to the index; those that it has stay."""
    from bot.indexing import adding, require_known_format

    with open_workshop(config, index, collection) as workshop:
        require_known_format(workshop)
        _require_there(paths)
        _refresh(workshop, adding(paths), dry_run=dry_run)


def remove(
    reports: Annotated[list[str], typer.Argument(help="Ids, as `citewise sources` lists them, or paths.")],
    dry_run: DryRunOption = False,
    index: IndexOption = None,
    collection: CollectionOption = None,
    config: ConfigOption = None,
) -> None:
    """Remove reports from the index; their files stay, and stay out until they are added again."""
    from bot.indexing import removing, require_known_format

    with open_workshop(config, index, collection) as workshop:
        require_known_format(workshop)
        _refresh(workshop, removing(reports), dry_run=dry_run)


def list_files(
    json: JsonOption = False,
    index: IndexOption = None,
    collection: CollectionOption = None,
    config: ConfigOption = None,
) -> None:
    """List the files of the index: indexed, changed, new, gone, removed, or skipped and why."""
    from bot.file_states import file_states

    with open_workshop(config, index, collection) as workshop:
        states = file_states(workshop.load_index().manifest)
        if json:
            typer.echo(json_lines.dumps([asdict(one) for one in states], ensure_ascii=False))
            return
        table = Table()
        for heading in ("state", "id", "file", "why"):
            table.add_column(heading, overflow="fold")
        for one in states:
            state = say(f"state_{one.state}", _spoken(workshop))
            table.add_row(*(escape(plain(cell)) for cell in (state, one.id, one.path, one.reason)))
        console(workshop).print(table)


def rollback(index: IndexOption = None, collection: CollectionOption = None, config: ConfigOption = None) -> None:
    """Return to the index as it was before the last build."""
    from index.generations import roll_back

    with open_workshop(config, index, collection) as workshop:
        manifest = roll_back(workshop.index_folder)
        count = len(manifest.documents)
        note(say("rolled_back", _spoken(workshop), count=count, folder=workshop.index_folder))
        warn_of_changes(workshop, manifest)


def collections(json: JsonOption = False, config: ConfigOption = None) -> None:
    """List the collections of reports, with the number of reports of each."""
    from bot.collection import collection_names, report_count

    with open_workshop(config, None) as workshop:
        data = workshop.data_folder
        found = {name: report_count(data, name) for name in collection_names(data)}
        if json:
            typer.echo(json_lines.dumps([{"name": n, "reports": c} for n, c in found.items()], ensure_ascii=False))
            return
        table = Table("collection", "reports")
        for name, count in found.items():
            table.add_row(escape(name), "?" if count is None else str(count))
        console(workshop).print(table)


def _refresh(workshop: "Workshop", choose: "Choose", *, anew: bool = False, dry_run: bool = False) -> None:
    from bot.indexing import refresh

    _tell(workshop, refresh(workshop, choose, anew=anew, dry_run=dry_run), dry_run=dry_run)


def _watch(workshop: "Workshop") -> None:
    from bot.follow import follow

    note(say("watching", _spoken(workshop)))
    follow(workshop, built=lambda outcome: _tell(workshop, outcome), failed=note)
    note(say("watch_ended", _spoken(workshop)))


def _tell(workshop: "Workshop", outcome: "Outcome", *, dry_run: bool = False) -> None:
    """Say what became of the files, what was done, and what the index holds."""
    spoken, found = _spoken(workshop), outcome.difference
    for skipped in outcome.skipped:
        note(f"skipped {skipped.path}: {skipped.reason}")
    if not outcome.needed:
        note(say("index_unchanged", spoken, count=outcome.reports, folder=workshop.index_folder))
        return
    if not outcome.fresh or dry_run:
        for kind in ("added", "changed", "renamed", "removed"):
            paths = getattr(found, kind)
            for path in paths[:_NAMED]:
                note(say(f"file_{kind}", spoken, path=" -> ".join(path) if isinstance(path, tuple) else path))
            if len(paths) > _NAMED:
                note(say("files_more", spoken, count=len(paths) - _NAMED, what=say(f"file_{kind}", spoken, path="")))
        counts = {kind: len(getattr(found, kind)) for kind in ("added", "changed", "renamed", "removed")}
        note(say("files_counted", spoken, unchanged=found.unchanged, **counts))
    if dry_run:
        note(say("index_would", spoken, folder=workshop.index_folder))
        return
    if outcome.effort and (outcome.effort.taken_over or outcome.effort.resumed):
        kept = outcome.effort.taken_over + outcome.effort.resumed
        note(say("texts_counted", spoken, made=outcome.effort.made, kept=kept))
    note(say("index_built", spoken, count=outcome.reports, folder=workshop.index_folder))


def _spoken(workshop: "Workshop") -> Language:
    return "zh" if workshop.settings.display.language == "zh" else "en"


def _require_there(paths: list[Path]) -> None:
    for path in paths:
        if not path.expanduser().exists():
            raise FolderUnreadable(f"{path}: no such file or folder; name one that holds reports")
