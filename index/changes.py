"""Index stage: what became of files since an index was built, and which reports need not be read again."""

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import corpus
from corpus.document import Document
from corpus.files import OVERRIDES, Stamp, file_sha256, file_stamps, is_excluded, is_unchanged
from index.errors import IndexStageError
from index.manifest import Manifest
from index.records import read_documents

_CODE = {".py", ".toml", ".txt"}


@dataclass(frozen=True, slots=True)
class Difference:
    """Name the files that an index does not hold as they are now; a renamed one by both of its paths."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    unchanged: int

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.renamed or self.removed)


def difference(then: Manifest | None, roots: Iterable[Path], excluded: Collection[str]) -> Difference:
    """Compare the files of some folders with those of an index; None has none."""
    found = file_stamps(root.expanduser().resolve() for root in roots)
    now = {path: stamp for path, stamp in found.items() if not is_excluded(path, excluded)}
    before = then.stamps if then else {}
    same = {path for path in now.keys() & before.keys() if is_unchanged(path, before[path], now[path])}
    added, removed = now.keys() - before.keys(), before.keys() - now.keys()
    renamed = _renamed({path: now[path] for path in added}, {path: before[path] for path in removed})
    return Difference(
        added=tuple(sorted(added - set(renamed.values()))),
        changed=tuple(sorted((now.keys() & before.keys()) - same)),
        renamed=tuple(sorted(renamed.items())),
        removed=tuple(sorted(removed - renamed.keys())),
        unchanged=len(same),
    )


def _renamed(added: dict[str, Stamp], removed: dict[str, Stamp]) -> dict[str, str]:
    """Map each file that is gone to a new one with the same content."""
    sizes = {stamp.size for stamp in removed.values() if stamp.sha256}
    by_digest: dict[str, list[str]] = {}
    for path in sorted(added):
        if added[path].size in sizes and (digest := _sha256(path)):
            by_digest.setdefault(digest, []).append(path)
    pairs = {}
    for path in sorted(removed):
        if names := by_digest.get(removed[path].sha256):
            pairs[path] = names.pop(0)
    return pairs


def _sha256(path: str) -> str:
    try:
        return file_sha256(Path(path))
    except OSError:
        return ""


def known_reports(
    folder: Path, then: Manifest | None, *, reader: str, overrides_changed: bool
) -> Callable[[Path, Path], Document | None] | None:
    """Return what gives the report of a file that is as it was when the index was built, None if none can be.

    A report is what its file, its name below the folder, reports.toml and the reading code make of it;
    each must be the same.
    """
    if then is None or then.reader != reader or not reader or overrides_changed:
        return None
    name = "documents.jsonl"
    try:
        then.check_hash(folder, name)
        documents = {one.path: one for one in read_documents(folder / then.generation / name).values()}
    except IndexStageError:
        return None

    def known(path: Path, root: Path) -> Document | None:
        document, stamp = documents.get(str(path)), then.stamps.get(str(path))
        if document is None or stamp is None or root != _root_of(path, then.roots):
            return None
        try:
            stat = path.stat()
        except OSError:
            return None
        now = Stamp(stat.st_size, stat.st_mtime_ns)
        return document if is_unchanged(str(path), stamp, now) else None

    return known


def _root_of(path: Path, roots: Iterable[str]) -> Path | None:
    """Return the folder that a file was named from."""
    for root in map(Path, roots):
        if path == root:
            return path.parent
        if path.is_relative_to(root):
            return root
    return None


def overrides_changed(found: Difference) -> bool:
    """Tell whether any reports.toml came, went or changed: it may concern any report."""
    paths = [*found.added, *found.changed, *found.removed, *(path for pair in found.renamed for path in pair)]
    return any(Path(path).name == OVERRIDES for path in paths)


@cache
def code_digest() -> str:
    """Return a digest of the code that turns files into an index: what other code made is made again."""
    digest = hashlib.sha256()
    for package in (Path(corpus.__file__).parent, Path(__file__).parent):
        for path in sorted(package.rglob("*")):
            if path.suffix in _CODE and path.is_file():
                digest.update(f"{path.relative_to(package).as_posix()}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
