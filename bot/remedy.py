"""Bot stage: the command that mends an index."""

import shlex

from bot.wiring import Workshop, shipped_reports
from index.errors import IndexStageError
from index.manifest import Manifest


def saved_manifest(workshop: Workshop) -> Manifest | None:
    """Return what the index says of itself, None where that can't be read."""
    try:
        return Manifest.load(workshop.index_folder)
    except IndexStageError:
        return None


def rebuild_command(workshop: Workshop) -> str:
    """Return the command that builds the index anew, from the folders that it was built from."""
    manifest, own = saved_manifest(workshop), workshop.own_index
    roots = manifest.roots if manifest else ("FOLDER-OF-REPORTS",)
    if (own and not manifest) or roots == (str(shipped_reports()),):
        roots = ()
    options = [] if own else ["--index", str(workshop.index_folder)]
    if workshop.collection:
        options = ["--collection", workshop.collection]
    if workshop.config:
        options += ["--config", str(workshop.config)]
    return shlex.join(["citewise", "index", *roots, *options])
