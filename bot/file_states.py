"""Bot stage: which files an index is of, and how each stands to it today."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpus.errors import CorpusError
from corpus.files import OVERRIDES, Skipped, Stamp, file_stamps, find_files, is_excluded, is_unchanged
from index.manifest import Manifest

State = Literal["indexed", "changed", "new", "gone", "removed", "skipped"]


@dataclass(frozen=True, slots=True)
class FileState:
    """Say how a file stands to the index: its report's id where it has one, why it was skipped where it was."""

    path: str
    state: State
    id: str = ""
    reason: str = ""


def file_states(manifest: Manifest) -> list[FileState]:
    """Return every file below the folders of an index, and those that are gone, by their paths."""
    found, skipped = _found(manifest)
    now = file_stamps(map(Path, manifest.roots))
    states = [*_there(manifest, found, now), *_left_out(manifest, skipped)]
    states += [FileState(one.path, "gone", one.id) for one in manifest.documents if one.path not in found]
    return sorted({one.path: one for one in states}.values(), key=lambda one: one.path)


def _found(manifest: Manifest) -> tuple[set[str], list[Skipped]]:
    found: set[str] = set()
    skipped: list[Skipped] = []
    for root in map(Path, manifest.roots):
        try:
            files, out = find_files([root])
        except CorpusError as err:
            skipped.append(Skipped(str(root), str(err).removeprefix(f"{root}: ")))
            continue
        found |= {str(path) for path in files if path.name != OVERRIDES}
        skipped += out
    return found, skipped


def _there(manifest: Manifest, found: set[str], now: Mapping[str, Stamp]) -> Iterator[FileState]:
    ids = {one.path: one.id for one in manifest.documents}
    reasons = dict(manifest.skipped)
    for path in found:
        if is_excluded(path, manifest.excluded):
            yield FileState(path, "removed")
            continue
        then, stamp = manifest.stamps.get(path), now.get(path)
        same = then is not None and stamp is not None and is_unchanged(path, then, stamp)
        if path in ids:
            yield FileState(path, "indexed" if same else "changed", ids[path])
        elif same and path in reasons:
            yield FileState(path, "skipped", reason=reasons[path])
        else:
            yield FileState(path, "new")


def _left_out(manifest: Manifest, skipped: list[Skipped]) -> Iterator[FileState]:
    for one in skipped:
        if not is_excluded(one.path, manifest.excluded):
            yield FileState(one.path, "skipped", reason=one.reason)
