"""Bot stage: what an index needs to be as its files are, done or only said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import UnknownDocument
from bot.wiring import Workshop, shipped_reports
from corpus.errors import FolderUnreadable, NoReports
from corpus.files import OVERRIDES, Skipped, is_excluded
from index.build import PATIENCE_SECONDS
from index.changes import Difference, difference, known_reports, overrides_changed
from index.errors import IndexMissing, IndexStageError
from index.generations import LOCK, locked
from index.manifest import Manifest, stated_roots
from index.saved import SavedIndex, changes_since
from index.vectors import Effort

if TYPE_CHECKING:
    from corpus.reader import Corpus


@dataclass(frozen=True, slots=True)
class Selection:
    """Say what an index is of: files and folders, and what of them is left out."""

    roots: tuple[Path, ...]
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Say what changed since the last build, and what was done about it; no `effort` where nothing was.

    `fresh` tells that nothing could be compared: there was no index, or it was to be built from nothing.
    """

    difference: Difference
    reports: int
    skipped: tuple[Skipped, ...] = ()
    effort: Effort | None = None
    fresh: bool = False
    needed: bool = False


Choose = Callable[[Manifest | None], Selection]


def refresh(
    workshop: Workshop,
    choose: Choose,
    *,
    anew: bool = False,
    dry_run: bool = False,
    retry: bool = True,
    patience: float = PATIENCE_SECONDS,
) -> Outcome:
    """Bring an index up to date with the files that `choose` selects, given the index as it is.

    Files that did not change are not read again, texts that were embedded before not embedded again.
    If nothing changed, nothing is done; but files that could not be read are tried again where `retry`
    says so: a library may be there now, or a file may be read that might not.

    Raises:
        CorpusError: if a folder can't be read, or no report is left.
        IndexStageError: if the index can't be written, or another build runs on and on.
    """
    if dry_run:
        return _compared(workshop, choose, anew=anew, retry=retry)[0]
    with locked(workshop.index_folder, patience):  # so that what is compared is what is replaced
        outcome, selection, manifest = _compared(workshop, choose, anew=anew, retry=retry)
        if not outcome.needed:
            return outcome
        corpus = _read(workshop, selection, None if anew else manifest, outcome.difference)
        efforts: list[Effort] = []
        workshop.build(corpus, workshop.encoder(), excluded=selection.excluded, anew=anew, told=efforts.append)
        return Outcome(
            outcome.difference, len(corpus.documents), corpus.skipped, efforts[0], fresh=outcome.fresh, needed=True
        )


def is_current(workshop: Workshop, choose: Choose) -> bool:
    """Tell whether an index is of what `choose` selects, as it is now; files that could not be read count as read."""
    manifest = _manifest(workshop)
    if manifest is None:
        return False
    return _is_same(workshop, manifest, choose(manifest)) and not changes_since(manifest)


def _is_same(workshop: Workshop, manifest: Manifest, selection: Selection) -> bool:
    """Tell whether an index is of the same folders as a selection, and made as the settings say."""
    return (
        manifest.roots == tuple(str(root) for root in selection.roots)
        and manifest.excluded == selection.excluded
        and workshop.would_make(manifest)
    )


def _read(workshop: Workshop, selection: Selection, manifest: Manifest | None, found: Difference) -> "Corpus":
    known = known_reports(
        workshop.index_folder, manifest, reader=workshop.reading, overrides_changed=overrides_changed(found)
    )
    try:
        return workshop.read(selection.roots, known=known, excluded=selection.excluded)
    except OSError as err:
        raise FolderUnreadable(f"{err.filename or selection.roots[0]}: can't be read: {err.strerror or err}") from err


def _read_now(workshop: Workshop, selection: Selection, manifest: Manifest, found: Difference) -> tuple[str, ...]:
    """Return the files that could not be read when the index was built, and can be now."""
    failed = {path for path, _ in manifest.skipped if path in manifest.stamps and Path(path).name != OVERRIDES}
    if not failed:
        return ()
    corpus = _read(workshop, selection, manifest, found)
    return tuple(sorted(failed & {one.path for one in corpus.documents}))


def _compared(
    workshop: Workshop, choose: Choose, *, anew: bool, retry: bool
) -> tuple[Outcome, Selection, Manifest | None]:
    manifest = _manifest(workshop)
    selection = choose(manifest)
    found = difference(manifest, selection.roots, selection.excluded)
    as_before = (
        manifest is not None
        and not anew
        and not found
        and _is_same(workshop, manifest, selection)
        and _is_whole(workshop, manifest)
    )
    if as_before and retry and manifest and (added := _read_now(workshop, selection, manifest, found)):
        found = replace(found, added=added, unchanged=found.unchanged - len(added))
        as_before = False
    reports = len(manifest.documents) if manifest else 0
    return Outcome(found, reports, fresh=anew or manifest is None, needed=not as_before), selection, manifest


def _manifest(workshop: Workshop) -> Manifest | None:
    try:
        return Manifest.load(workshop.index_folder)
    except IndexStageError:
        return None


def _is_whole(workshop: Workshop, manifest: Manifest) -> bool:
    """Tell whether an index can be used as it is: who is told to build a damaged one again must not be sent away."""
    try:
        manifest.check_files(workshop.index_folder, wholly=True)
        SavedIndex.load(workshop.index_folder, backend=workshop.backend())
    except IndexStageError:
        return False
    return True


def of_folders(folders: Sequence[Path], *, anew: bool = False) -> Choose:
    """Select some folders alone, of the package where none is named; what was removed by hand stays out."""
    roots = tuple(_resolved(folder) for folder in folders or [shipped_reports()])

    def choose(manifest: Manifest | None) -> Selection:
        before = manifest.excluded if manifest and not anew else ()
        return Selection(roots, tuple(one for one in before if any(Path(one).is_relative_to(r) for r in roots)))

    return choose


def renewing(workshop: Workshop) -> Choose:
    """Select what the index has now; where there is none yet and none was named, the reports of the package."""

    def choose(manifest: Manifest | None) -> Selection:
        if manifest is None and (workshop.own_index or _is_new(workshop)):
            stated = stated_roots(workshop.index_folder)
            return Selection(tuple(map(_where_shipped_now, stated)) or (shipped_reports().resolve(),))
        found = as_it_is(manifest)
        return replace(found, roots=tuple(map(_where_shipped_now, found.roots)))

    return choose


def _is_new(workshop: Workshop) -> bool:
    """Tell whether a person named a folder for an index that holds nothing yet."""
    folder = workshop.index_folder
    return not workshop.collection and not (folder.is_dir() and {path.name for path in folder.iterdir()} - {LOCK})


def _where_shipped_now(root: Path) -> Path:
    """Return the package's reports for those of a package that is gone, as after an update of Python."""
    now = shipped_reports().resolve()
    return now if root.parts[-2:] == now.parts[-2:] and "site-packages" in root.parts and not root.exists() else root


def as_it_is(manifest: Manifest | None) -> Selection:
    """Select what the index has now, as its files are today."""
    if manifest is None:
        raise IndexMissing("there is no index to bring up to date; name the folders of its reports")
    return Selection(tuple(map(Path, manifest.roots)), manifest.excluded)


def adding(paths: Sequence[Path]) -> Choose:
    """Select what the index has, and some files or folders more; what was removed by hand before comes back."""
    new = [_resolved(path) for path in paths]

    def choose(manifest: Manifest | None) -> Selection:
        roots = [Path(root) for root in manifest.roots] if manifest else []
        roots += [path for path in dict.fromkeys(new) if not any(path.is_relative_to(root) for root in roots)]
        excluded = manifest.excluded if manifest else ()
        return Selection(tuple(roots), tuple(one for one in excluded if not is_excluded(one, map(str, new))))

    return choose


def removing(names: Sequence[str]) -> Choose:
    """Select what the index has without some reports, named by id or by path; their files stay where they are."""

    def choose(manifest: Manifest | None) -> Selection:
        if manifest is None:
            raise IndexMissing("there is no index to remove reports from; run `citewise index` to build one")
        by_id = {one.id: one.path for one in manifest.documents}
        out = {name: by_id.get(name) or str(_resolved(Path(name))) for name in names}
        for name, path in out.items():
            if not any(is_excluded(one, [path]) for one in manifest.stamps):
                raise UnknownDocument(f"the index has neither a report with the id {name!r} nor one at {path}")
        roots = tuple(Path(root) for root in manifest.roots if root not in out.values())
        if not roots:
            raise NoReports("no report would be left; name other folders by `citewise index`, or delete the index")
        below = (one for one in out.values() if any(Path(one).is_relative_to(root) for root in roots))
        return Selection(roots, tuple(sorted({*manifest.excluded, *below})))

    return choose


def require_known_format(workshop: Workshop) -> None:
    """Refuse to add to or remove from an index of which it can't be told what it holds.

    Raises:
        IndexStageError: if it is damaged or of another format; one that is missing is no error.
    """
    try:
        Manifest.load(workshop.index_folder)
    except IndexMissing:
        return


def _resolved(path: Path) -> Path:
    return path.expanduser().resolve()
