"""Bot stage: the edge between commands and people: settings in, one-line errors and exit codes out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.errors import BotError, TelegramUnreachable
from bot.messages import say
from bot.progress import step_bars
from corpus.errors import CorpusError
from index.errors import IndexStageError

if TYPE_CHECKING:
    from rich.console import Console

    from bot.wiring import Workshop
    from index.manifest import Manifest

NOT_FOUND, USAGE, DAMAGED, UNREACHABLE, INTERRUPTED = 1, 2, 3, 4, 130


@contextmanager
def open_workshop(config: Path | None, index: Path | None, collection: str | None = None) -> Iterator["Workshop"]:
    """Give a command its workshop, and turn expected errors into one line and an exit code."""
    # Help needs nothing of what answers.
    from bot.wiring import Workshop

    workshop = None
    try:
        with step_bars() as progress:
            workshop = Workshop.from_settings(config=config, index=index, collection=collection, progress=progress)
            yield workshop
    except TelegramUnreachable as err:
        _fail(err, UNREACHABLE)
    except (CorpusError, BotError) as err:
        _fail(err, USAGE)
    except IndexStageError as err:
        _fail(err, DAMAGED, workshop)
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None


def console(workshop: "Workshop") -> "Console":
    """Return the console for what a command prints, coloured as the settings say."""
    from rich.console import Console

    colour = workshop.settings.display.colour
    force = {"always": True, "never": False, "auto": None}[colour]
    return Console(highlight=False, force_terminal=force, no_color=colour == "never" or None)


def note(text: str) -> None:
    """Write a message, one line, to standard error, which is for people."""
    from rich.console import Console

    from bot.render import plain

    Console(stderr=True, highlight=False, markup=False).print(" ".join(plain(text).splitlines()), soft_wrap=True)


def warn_of_changes(workshop: "Workshop", manifest: "Manifest") -> None:
    """Say so if the reports are no longer as the index knows them."""
    from index.saved import changes_since

    changes = changes_since(manifest)
    if changes:
        from bot.remedy import rebuild_command

        counts = {name: len(getattr(changes, name)) for name in ("added", "changed", "removed")}
        note(say("changed", "en", command=rebuild_command(workshop), **counts))


def _fail(err: Exception, code: int, workshop: "Workshop | None" = None) -> None:
    text = " ".join(str(err).split())
    if workshop:
        from bot.remedy import rebuild_command

        # The stage that found the fault does not know from which folders the index was built.
        text = text.replace("`citewise index`", f"`{rebuild_command(workshop)}`")
    note(text)
    raise typer.Exit(code) from err
