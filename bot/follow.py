"""Bot stage: an index that follows its folders (the only import of watchfiles)."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.errors import BotError
from bot.indexing import Outcome, as_it_is, refresh
from bot.wiring import Workshop
from corpus.errors import CorpusError
from corpus.files import OVERRIDES, is_named_as_report
from index.errors import IndexStageError
from index.manifest import Manifest
from index.saved import changes_since

_SETTLED = 1000  # milliseconds without a change, so that a copy of many files becomes one build
_LONGEST = 30_000  # milliseconds of changes without a pause
_LOOK_EVERY = 60.0  # seconds; network folders tell of no change, and a folder may be made anew
_WAKE = 5000  # milliseconds


def follow(workshop: Workshop, *, built: Callable[[Outcome], None], failed: Callable[[str], None]) -> None:
    """Bring the index up to date whenever its files change, until Ctrl-C or SIGTERM; errors are told and outlived."""
    from watchfiles import watch

    with _terminated_as_interrupted(), suppress(KeyboardInterrupt):
        manifest = Manifest.load(workshop.index_folder)
        roots = [root for root in map(Path, manifest.roots) if root.exists()]
        told, looked = "", time.monotonic()
        for changes in watch(
            *roots,
            watch_filter=lambda _, path: _may_concern(path),
            debounce=_LONGEST,
            step=_SETTLED,
            rust_timeout=_WAKE,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        ):
            if not changes and time.monotonic() - looked < _LOOK_EVERY:
                continue
            error = _brought_up_to_date(workshop, built)
            if error and error != told:  # not again at each look while it lasts
                failed(error)
            told, looked = error, time.monotonic()


def _brought_up_to_date(workshop: Workshop, built: Callable[[Outcome], None]) -> str:
    """Build the index if its files changed; return what hindered it, or nothing."""
    try:
        if changes_since(Manifest.load(workshop.index_folder)):
            outcome = refresh(workshop, as_it_is)
            if outcome.needed:
                built(outcome)
    except (BotError, CorpusError, IndexStageError, OSError) as err:
        return " ".join(str(err).split())
    return ""


def _may_concern(path: str) -> bool:
    """Tell whether a changed path may be a report's, or a folder's that holds some."""
    name = Path(path).name
    return name == OVERRIDES or (not name.startswith(".") and is_named_as_report(name))


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """Let SIGTERM, which service managers send, end what runs as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
