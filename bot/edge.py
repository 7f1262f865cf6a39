"""Bot stage: the edge between commands and people: settings in, one-line errors and exit codes out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console

from bot.errors import BotError
from bot.messages import say
from bot.progress import step_bars
from bot.render import plain
from bot.wiring import Workshop
from corpus.errors import CorpusError
from index.errors import IndexStageError
from index.manifest import Manifest
from index.saved import changes_since

NOT_FOUND, USAGE, DAMAGED, INTERRUPTED = 1, 2, 3, 130


@contextmanager
def open_workshop(config: Path | None, index: Path | None) -> Iterator[Workshop]:
    """Give a command its workshop, and turn expected errors into one line and an exit code."""
    try:
        with step_bars() as progress:
            yield Workshop.from_settings(config=config, index=index, progress=progress)
    except (CorpusError, BotError) as err:
        _fail(err, USAGE)
    except IndexStageError as err:
        _fail(err, DAMAGED)
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None


def note(text: str) -> None:
    """Write a message to standard error, which is for people."""
    Console(stderr=True, highlight=False, markup=False).print(plain(text), soft_wrap=True)


def warn_of_changes(manifest: Manifest) -> None:
    """Say so if the reports are no longer as the index knows them."""
    changes = changes_since(manifest)
    if changes:
        counts = {name: len(getattr(changes, name)) for name in ("added", "changed", "removed")}
        note(say("changed", "en", **counts))


def _fail(err: Exception, code: int) -> None:
    note(" ".join(str(err).split()))
    raise typer.Exit(code) from err
