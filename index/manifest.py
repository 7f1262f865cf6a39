"""Index stage: the file by which a saved index describes itself."""

import hashlib
import json
import stat
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from corpus.files import Stamp, file_sha256
from index.errors import UNREADABLE, IndexDamaged, IndexMissing, IndexOutdated
from index.own_files import lies_within

FORMAT = 3
NAME = "manifest.json"
_METRIC = "inner product of unit vectors"
_AGAIN = "run `citewise index` again"
_HASHED_AT_LOAD = 64 * 2**20  # bytes; hashing more would make each question from a cold start wait


@dataclass(frozen=True, slots=True)
class Indexed:
    """Describe a report as it was when the index was built."""

    id: str
    path: str
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Describe an index: what it was built from, with what, and the files that hold it.

    `generation` is the folder of the files, beside the manifest; `files` maps each to its size and
    SHA-256; `roots` are the folders that were indexed, `stamps` the state of their files then,
    `excluded` what of them was removed by hand, `skipped` what could not be used, and why. `reader`
    names the code that read the files: what another one read must be read again.
    """

    encoder: str
    fingerprint: str
    dimensions: int
    passages: dict[str, int]
    glossary: str
    roots: tuple[str, ...]
    documents: tuple[Indexed, ...]
    stamps: dict[str, Stamp]
    generation: str
    files: dict[str, dict[str, Any]]
    reader: str = ""
    excluded: tuple[str, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    metric: str = _METRIC
    format: int = FORMAT

    @property
    def content(self) -> str:
        """Return a digest of what the index holds, the same for every way in which it can be built.

        It covers reports, passages, vectors, words, the bridge, and what they were made with; not when
        that was, nor the name of the folder.
        """
        held = [self.fingerprint, self.dimensions, self.passages, self.glossary, self.roots, self.files]
        documents = [[one.id, one.path, one.digest] for one in self.documents]
        return hashlib.sha256(json.dumps([*held, documents], sort_keys=True).encode()).hexdigest()

    def to_json(self) -> str:
        """Return the manifest as JSON for people to read, with a digest of itself."""
        content = asdict(self)
        return json.dumps({**content, "digest": content_digest(content)}, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the manifest of an index.

        Raises:
            IndexMissing: if there is none.
            IndexDamaged: if it can't be read.
            IndexOutdated: if another format of the index made it.
        """
        return cls.read(folder / NAME)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a manifest by its path, as that of an earlier generation; raises what `load` does."""
        folder = path.parent
        try:
            content = json.loads(_text_of(path))
        except FileNotFoundError as err:
            raise IndexMissing(f"{folder}: there is no index here; run `citewise index` to build one") from err
        except (OSError, ValueError, RecursionError) as err:
            raise IndexDamaged(f"{path}: can't be read; {_AGAIN}") from err
        made = content.get("format") if isinstance(content, dict) else None
        if not isinstance(made, int) or isinstance(made, bool):
            raise IndexDamaged(f"{path}: is no manifest of an index; {_AGAIN}")
        if made != FORMAT:
            mend = f"update citewise or {_AGAIN}" if made > FORMAT else _AGAIN
            raise IndexOutdated(f"{folder}: the index has format {made}, this citewise reads {FORMAT}; {mend}")
        try:
            return cls._from_content(content)
        except UNREADABLE as err:
            raise IndexDamaged(f"{path}: lacks a part or holds a wrong one ({err}); {_AGAIN}") from err

    @classmethod
    def _from_content(cls, content: dict[str, Any]) -> Self:
        if content.pop("digest") != content_digest(content):
            raise ValueError("it is not as it was written")
        if content["metric"] != _METRIC:
            raise ValueError(f"metric {content['metric']!r}, expected {_METRIC!r}")
        generation = str(content["generation"])
        names = [generation, *content["files"]]
        # File names come from a file that anybody may have written: they must stay inside.
        if any(Path(name).is_absolute() or ".." in Path(name).parts or not name.isprintable() for name in names):
            raise ValueError("a file name leads out of the index")
        return cls(
            encoder=str(content["encoder"]),
            fingerprint=str(content["fingerprint"]),
            dimensions=int(content["dimensions"]),
            passages={str(k): int(v) for k, v in content["passages"].items()},
            glossary=str(content["glossary"]),
            roots=tuple(map(str, content["roots"])),
            documents=tuple(Indexed(**document) for document in content["documents"]),
            stamps={str(path): Stamp(**stamp) for path, stamp in content["stamps"].items()},
            generation=generation,
            files={
                str(name): {"size": int(entry["size"]), "sha256": str(entry["sha256"])}
                for name, entry in content["files"].items()
            },
            reader=str(content["reader"]),
            excluded=tuple(map(str, content["excluded"])),
            skipped=tuple((str(path), str(reason)) for path, reason in content["skipped"]),
        )

    def check_files(self, folder: Path, *, wholly: bool = False) -> None:
        """Check the size of each file of the index, and the hashes of the smaller ones, up to 64 MB in all.

        A change within a large file that keeps its size is found by `wholly`, which hashes all of
        them; `citewise doctor`, a build that takes vectors over and a rollback do so.

        Raises:
            IndexDamaged: naming the first file that is missing, truncated or changed.
        """
        files = folder / self.generation
        unknown = {path.relative_to(files).as_posix() for path in _files_below(files)} - set(self.files)
        if unknown or not self.files:
            raise IndexDamaged(f"{files / min(unknown, default='')}: the manifest does not list it; {_AGAIN}")
        hashed = 0
        for name, entry in sorted(self.files.items(), key=lambda item: int(item[1]["size"])):
            path = files / name
            try:
                size = path.stat().st_size
            except OSError as err:
                raise IndexDamaged(f"{path}: a file of the index is missing; {_AGAIN}") from err
            if size != entry["size"]:
                raise IndexDamaged(f"{path}: expected {entry['size']} bytes, found {size}; {_AGAIN}")
            self._require_own(path, folder)
            hashed += size
            if wholly or hashed <= _HASHED_AT_LOAD:
                self.check_hash(folder, name)

    def check_hash(self, folder: Path, name: str) -> None:
        """Check that a file of the index is what was written, however large it is.

        Raises:
            IndexDamaged: if it is not.
        """
        path = folder / self.generation / name
        self._require_own(path, folder)
        try:
            found = file_sha256(path)
        except OSError as err:
            raise IndexDamaged(f"{path}: can't be read; {_AGAIN}") from err
        if name not in self.files or found != self.files[name]["sha256"]:
            raise IndexDamaged(f"{path}: is not what was written; {_AGAIN}")

    def _require_own(self, path: Path, folder: Path) -> None:
        # A link may lead to what has no end, or to what is not the index's.
        if not lies_within(path, folder):
            raise IndexDamaged(f"{path}: is missing, or no file of the index's own; {_AGAIN}")


def _text_of(path: Path) -> str:
    if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a device may have no end
        raise OSError(f"{path.name} is no regular file")
    return path.read_text(encoding="utf-8")


def stated_roots(folder: Path) -> tuple[Path, ...]:
    """Return the folders that a manifest names, even one of another format; none where it can't be read."""
    try:
        roots = json.loads(_text_of(folder / NAME))["roots"]
    except UNREADABLE:
        return ()
    return tuple(map(Path, roots)) if isinstance(roots, list) and all(isinstance(one, str) for one in roots) else ()


def describe_files(folder: Path) -> dict[str, dict[str, Any]]:
    """Return size and hash of each file below a folder, by its path there."""
    return {
        path.relative_to(folder).as_posix(): {"size": path.stat().st_size, "sha256": file_sha256(path)}
        for path in _files_below(folder)
    }


def _files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def content_digest(content: dict[str, Any]) -> str:
    """Return the SHA-256 of a manifest's entries, the digest itself aside."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def glossary_digest(terms: Iterable[tuple[Iterable[str], Iterable[str]]]) -> str:
    """Return a short hash of a glossary's terms."""
    content = json.dumps([[list(zh), list(en)] for zh, en in terms], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:16]
