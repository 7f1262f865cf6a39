"""The commands that build, change, list and follow indexes, with the fake encoder."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

import bot
import bot.wiring
import corpus.reader
import index.lexicon
from bot.cli import app
from bot.wiring import shipped_reports
from corpus.dictionary import Entry
from fakes import FakeEncoder
from index.manifest import Manifest
from index.saved import SavedIndex
from scale import scaled
from small import write_reports

ROOT = Path(bot.__file__).parents[1]
MILL = "# 磨坊报告\n\n磨坊2011年生产面粉12吨。\n"
KILN = "# 砖窑报告\n\n砖窑烧砖14万块。\n"
RUNNING: list[subprocess.Popen] = []  # ended with the test, however it went
DAM = "# 水库报告\n\n水库蓄水13万吨。\n"
FAKED = (
    "import bot.wiring, fakes, index.lexicon; index.lexicon.entries = lambda: (); "
    "bot.wiring.Workshop._encoder = lambda self: fakes.FakeEncoder(); "
    "import bot.cli; bot.cli.main()"
)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Give each test a person without settings, index or model."""
    for name in [n for n in os.environ if n.startswith(("CITEWISE_", "XDG_"))]:
        monkeypatch.delenv(name)
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setattr(index.lexicon, "entries", lambda: (Entry("教师", "jiao4 shi1", ("teacher",)),))
    yield tmp_path
    while RUNNING:
        RUNNING.pop().kill()


@pytest.fixture
def run(monkeypatch):
    """Give a function that runs a command and returns what it said; its exit code must be the one expected."""
    monkeypatch.setattr(bot.wiring.Workshop, "_encoder", lambda self: FakeEncoder())
    monkeypatch.setattr(bot.wiring.Workshop, "reader", lambda self: None)

    def said(*arguments, code=0):
        result = CliRunner().invoke(app, list(map(str, arguments)))
        assert result.exit_code == code, (result.output, result.exception)
        return result.stderr.splitlines()

    return said


@pytest.fixture
def reports(tmp_path):
    return write_reports(tmp_path / "reports", {"mill.md": MILL, "kiln.md": KILN}).resolve()


@pytest.fixture
def built(run, reports, tmp_path):
    """Give the options that name an index of two reports."""
    run("index", reports, "--index", tmp_path / "index")
    return "--index", tmp_path / "index"


def ids(options):
    return sorted(SavedIndex.load(options[1]).documents)


def listed(options):
    result = CliRunner().invoke(app, ["list", "--json", *map(str, options)])
    return {Path(one["path"]).name: one["state"] for one in json.loads(result.stdout)}


# Bringing an index up to date


def test_nothing_is_done_where_nothing_changed(run, reports, built):
    before = Manifest.load(built[1])

    assert run("index", reports, *built) == [f"nothing changed: 2 reports indexed in {built[1]}"]
    assert Manifest.load(built[1]) == before


def test_what_changed_is_said_by_file(run, reports, built):
    write_reports(reports, {"dam.md": DAM, "mill.md": MILL.replace("12", "15"), "empty.txt": ""})
    (reports / "kiln.md").rename(reports / "bricks.md")

    said = run("index", reports, *built)

    assert said == [
        f"skipped {reports / 'empty.txt'}: holds no text",
        f"added {reports / 'dam.md'}",
        f"added {reports / 'empty.txt'}",
        f"changed {reports / 'mill.md'}",
        f"renamed {reports / 'kiln.md'} -> {reports / 'bricks.md'}",
        "2 added, 1 changed, 1 renamed, 0 removed, 0 as before",
        said[6],
        f"3 reports indexed in {built[1]}",
    ]
    assert said[6].endswith(" taken over")
    assert ids(built) == ["bricks", "dam", "mill"]


def test_a_file_that_is_gone_is_said(run, reports, built):
    (reports / "kiln.md").unlink()

    assert f"removed {reports / 'kiln.md'}" in run("index", reports, *built)
    assert ids(built) == ["mill"]


def test_files_that_did_not_change_are_not_read_again(run, reports, built, monkeypatch):
    write_reports(reports, {"dam.md": DAM})
    read = []
    whole = corpus.reader.read_report
    monkeypatch.setattr(
        corpus.reader, "read_report", lambda path, **options: read.append(path.name) or whole(path, **options)
    )

    run("index", reports, *built)

    assert read == ["dam.md"]


def test_new_overrides_concern_every_report(run, reports, built):
    write_reports(reports, {"reports.toml": '["mill.md"]\ntitle = "面粉"\n'})

    run("index", reports, *built)

    assert SavedIndex.load(built[1]).documents["mill"].title == "面粉"


def test_a_report_below_another_folder_has_its_new_id(run, reports, built):
    run("index", reports.parent, *built)

    assert "reports/mill" in ids(built)


def test_other_passage_sizes_build_again(run, reports, built, monkeypatch):
    monkeypatch.setenv("CITEWISE_PASSAGES_MAX_CHARACTERS_ZH", "50")

    assert run("index", reports, *built)[-1] == f"2 reports indexed in {built[1]}"
    assert Manifest.load(built[1]).passages["zh"] == 50


def test_a_damaged_index_is_built_though_nothing_changed(run, reports, built):
    path = next(built[1].glob("g-*/sentences.npy"))
    path.write_bytes(path.read_bytes()[:-1])

    assert run("index", reports, *built)[-1] == f"2 reports indexed in {built[1]}"
    SavedIndex.load(built[1])


def test_a_dry_run_says_what_would_be_done_and_does_nothing(run, reports, built):
    before = Manifest.load(built[1])
    write_reports(reports, {"dam.md": DAM})

    assert run("index", reports, "--dry-run", *built) == [
        f"added {reports / 'dam.md'}",
        "1 added, 0 changed, 0 renamed, 0 removed, 2 as before",
        f"nothing was done; the index in {built[1]} would be built",
    ]
    assert Manifest.load(built[1]) == before


def test_a_dry_run_makes_no_folder(run, reports, tmp_path):
    run("index", reports, "--dry-run", "--index", tmp_path / "none")

    assert not (tmp_path / "none").exists()


def test_built_from_nothing_it_is_the_same(run, reports, built):
    before = Manifest.load(built[1])

    run("index", reports, "--rebuild", *built)

    after = Manifest.load(built[1])
    assert (after.content, after.generation == before.generation) == (before.content, False)


def test_a_summary_names_some_files_and_counts_the_rest(run, reports, built):
    write_reports(reports, {f"{number}.md": f"{MILL}{number}。\n" for number in range(25)})

    said = run("index", reports, *built)

    assert len([line for line in said if line.startswith(f"added {reports}")]) == 20
    assert "added … and 5 more" in said


def test_the_summary_is_said_in_chinese_too(run, reports, built, monkeypatch):
    monkeypatch.setenv("CITEWISE_DISPLAY_LANGUAGE", "zh")

    assert run("index", reports, *built) == [f"没有变化：{built[1]} 中有2份报告"]


# Adding and removing


def test_reports_are_added_to_those_that_are_there(run, built, tmp_path):
    more = write_reports(tmp_path / "more", {"dam.md": DAM}).resolve()

    run("add", more, *built)

    assert ids(built) == ["dam", "kiln", "mill"]
    assert Manifest.load(built[1]).roots == (str(more.parent / "reports"), str(more))


def test_one_file_can_be_added_to_an_index_that_is_not_there_yet(run, tmp_path):
    path = write_reports(tmp_path / "more", {"dam.md": DAM, "kiln.md": KILN}) / "dam.md"

    run("add", path, "--index", tmp_path / "new")

    assert ids(("--index", tmp_path / "new")) == ["dam"]


def test_what_is_in_already_is_not_added_twice(run, reports, built):
    assert run("add", reports / "mill.md", *built)[-1].startswith("nothing changed")
    assert Manifest.load(built[1]).roots == (str(reports),)


def test_a_path_that_is_missing_is_not_added(run, built, tmp_path):
    assert "no such file or folder" in run("add", tmp_path / "none", *built, code=2)[0]


@pytest.mark.parametrize("by_id", [True, False])
def test_a_removed_report_stays_out_until_it_is_added_again(run, reports, built, by_id):
    run("remove", "mill" if by_id else reports / "mill.md", *built)
    assert ids(built) == ["kiln"]
    assert (reports / "mill.md").is_file()

    assert run("index", reports, *built)[-1].startswith("nothing changed")
    assert listed(built)["mill.md"] == "removed"

    run("add", reports / "mill.md", *built)
    assert ids(built) == ["kiln", "mill"]


def test_a_removed_report_comes_back_when_built_from_nothing(run, reports, built):
    run("remove", "mill", *built)

    run("index", reports, "--rebuild", *built)

    assert ids(built) == ["kiln", "mill"]


def test_a_removed_folder_takes_its_reports_along(run, reports, built, tmp_path):
    write_reports(reports, {"sub/dam.md": DAM})
    run("index", reports, *built)

    run("remove", reports / "sub", *built)

    assert ids(built) == ["kiln", "mill"]


def test_a_removed_report_makes_no_warning_of_changes(run, reports, built):
    run("remove", "mill", *built)

    assert run("sources", *built) == []


def test_what_is_not_there_is_not_removed(run, built):
    assert "neither a report with the id 'nonsense'" in run("remove", "nonsense", *built, code=2)[0]
    assert ids(built) == ["kiln", "mill"]


def test_the_last_report_is_not_removed(run, reports, built):
    run("remove", "mill", "kiln", *built, code=2)
    assert "no report would be left" in run("remove", reports, *built, code=2)[0]
    assert ids(built) == ["kiln", "mill"]


@pytest.mark.parametrize("command", [("remove", "mill"), ("rollback",)])
def test_an_index_that_is_missing_is_told(run, tmp_path, command):
    assert "citewise index" in run(*command, "--index", tmp_path / "none", code=3)[0]


def test_files_are_listed_with_their_state(run, reports, built):
    write_reports(reports, {"bad.txt": "", "photo.png": "x", "gone.md": DAM})
    run("index", reports, *built)
    write_reports(reports, {"new.md": DAM, "mill.md": MILL.replace("12", "15")})
    (reports / "gone.md").unlink()

    assert listed(built) == {
        "bad.txt": "skipped", "gone.md": "gone", "kiln.md": "indexed", "mill.md": "changed", "new.md": "new",
        "photo.png": "skipped",
    }  # fmt: skip


def test_one_can_return_to_the_index_before(run, reports, built):
    write_reports(reports, {"dam.md": DAM})
    run("index", reports, *built)

    said = run("rollback", *built)

    assert said[0] == f"returned to the index before: 2 reports in {built[1]}"
    assert "1 new" in said[1]
    assert ids(built) == ["kiln", "mill"]


# Collections


def test_collections_are_built_listed_and_asked_by_name(run, tmp_path):
    run("index", write_reports(tmp_path / "a", {"mill.md": MILL}), "--collection", "年报-2023")
    run("index", write_reports(tmp_path / "b", {"kiln.md": KILN, "dam.md": DAM}))

    result = CliRunner().invoke(app, ["collections", "--json"])

    assert json.loads(result.stdout) == [{"name": "default", "reports": 2}, {"name": "年报-2023", "reports": 1}]
    sources = CliRunner().invoke(app, ["sources", "--json", "--collection", "年报-2023"])
    assert [one["id"] for one in json.loads(sources.stdout)] == ["mill"]
    assert (tmp_path / "XDG_DATA_HOME/citewise/index/manifest.json").is_file()


def test_a_setting_chooses_the_collection(run, tmp_path, monkeypatch):
    run("index", write_reports(tmp_path / "a", {"mill.md": MILL}), "--collection", "2023")
    monkeypatch.setenv("CITEWISE_PATHS_COLLECTION", "2023")

    result = CliRunner().invoke(app, ["sources", "--json"])

    assert [one["id"] for one in json.loads(result.stdout)] == ["mill"]


def test_a_collection_is_brought_up_to_date_without_naming_its_folders(run, tmp_path):
    folder = write_reports(tmp_path / "a", {"mill.md": MILL})
    run("index", folder, "--collection", "2023")
    write_reports(folder, {"dam.md": DAM})

    assert run("index", "--collection", "2023")[-1].startswith("2 reports indexed")


def test_an_unknown_collection_names_the_nearest_one(run, tmp_path):
    run("index", write_reports(tmp_path / "a", {"mill.md": MILL}), "--collection", "annual-2023")

    line = run("ask", "多少？", "--collection", "anual-2023", code=2)[0]

    assert "there is no collection 'anual-2023'; did you mean 'annual-2023'?" in line
    assert "`citewise index FOLDER --collection anual-2023` builds it" in line


@pytest.mark.parametrize(
    "name", ["../x", "a/b", ".", "..", "a b", "", "-x", "x" * 61, "a\0b", "a\nb", "~", "a.b", "NUL", "com1"]
)
def test_a_name_that_could_be_a_path_is_refused(run, reports, tmp_path, name):
    lines = run("index", reports, "--collection", name, code=2) if name else []

    assert all("can't name a collection" in line for line in lines)
    assert not (tmp_path / "XDG_DATA_HOME/citewise").exists()


def test_an_index_and_a_collection_are_too_many(run, tmp_path):
    assert "name one of them" in run("sources", "--index", tmp_path, "--collection", "a", code=2)[0]


def test_the_shipped_reports_stay_the_default(run):
    assert any(str(shipped_reports().resolve()) in line for line in run("index", "--dry-run"))


# Two at once, and following a folder


def started(arguments, home):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    process = subprocess.Popen(
        [sys.executable, "-c", FAKED, *map(str, arguments)],
        env=environment, cwd=home, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    RUNNING.append(process)
    lines: list[str] = []

    def gather():
        for line in process.stderr:
            lines.append(line.rstrip("\n"))

    threading.Thread(target=gather, daemon=True).start()
    return process, lines


def wait_for(lines, text, seconds=300):
    deadline = time.monotonic() + seconds
    while not any(text in line for line in lines):
        assert time.monotonic() < deadline, lines
        time.sleep(0.05)


@pytest.mark.slow
def test_two_builders_at_once_lose_nothing(built, tmp_path, home):
    write_reports(tmp_path / "c", {"c.md": DAM})
    write_reports(tmp_path / "d", {"d.md": DAM})
    both = [started(("add", tmp_path / name, *built), home)[0] for name in "cd"]

    assert [one.wait(600) for one in both] == [0, 0]
    assert ids(built) == ["c", "d", "kiln", "mill"]


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT][: scaled(1, 2)])
def test_a_watched_folder_is_followed_until_it_is_told_to_end(reports, tmp_path, home, end):
    options = ("--index", tmp_path / "index")
    process, lines = started(("index", reports, "--watch", *options), home)
    wait_for(lines, "watching the folders")

    write_reports(reports, {"dam.md": DAM})
    wait_for(lines, f"added {reports / 'dam.md'}")
    write_reports(reports, {"broken.txt": b"\x00\xff\xfe\x01" * 999, "same.md": f"---\nid: mill\n---\n{KILN}"})
    wait_for(lines, "two reports have the id 'mill'")
    (reports / "same.md").unlink()
    wait_for(lines, f"skipped {reports / 'broken.txt'}")
    (reports / "kiln.md").unlink()
    wait_for(lines, f"removed {reports / 'kiln.md'}")
    process.send_signal(end)

    assert process.wait(300) == 0
    assert lines[-1] == "no longer watching"
    assert ids(options) == ["dam", "mill"]


# What could not be read, and what is renewed


def test_a_file_that_could_not_be_read_is_tried_again(run, reports, tmp_path, monkeypatch):
    options = ("--index", tmp_path / "index")
    (reports / "kiln.md").unlink()
    write_reports(reports, {"kiln.html": f"<html><body><p>{KILN[2:]}</p></body></html>"})
    with monkeypatch.context() as without:
        without.setattr("corpus.formats.kinds.Kind.missing", lambda self: True, raising=True)
        assert "needs a library" in run("index", reports, *options)[0]
    assert ids(options) == ["mill"]

    assert f"added {reports / 'kiln.html'}" in run("index", reports, "--dry-run", *options)
    assert f"added {reports / 'kiln.html'}" in run("index", reports, *options)
    assert ids(options) == ["kiln", "mill"]
    assert run("index", reports, *options)[0].startswith("nothing changed: 2 reports")


def test_a_file_that_still_can_not_be_read_is_no_change(run, reports, tmp_path):
    write_reports(reports, {"broken.txt": ""})
    options = ("--index", tmp_path / "index")
    run("index", reports, *options)
    before = Manifest.load(tmp_path / "index")

    assert run("index", reports, *options) == [f"nothing changed: 2 reports indexed in {options[1]}"]
    assert Manifest.load(tmp_path / "index") == before


@pytest.mark.parametrize("named", [True, False])
def test_without_a_folder_an_index_is_renewed_from_its_own(run, reports, tmp_path, named):
    options = ("--index", tmp_path / "index") if named else ()
    run("index", reports, *options)
    write_reports(reports, {"dam.md": DAM})

    said = run("index", *options)

    assert f"added {reports / 'dam.md'}" in said
    folder = tmp_path / "index" if named else tmp_path / "XDG_DATA_HOME/citewise/index"
    assert ids(("--index", folder)) == ["dam", "kiln", "mill"]


def test_an_index_of_another_format_is_renewed_from_its_own_folders_too(run, reports, tmp_path):
    run("index", reports)
    path = tmp_path / "XDG_DATA_HOME/citewise/index/manifest.json"
    path.write_text(path.read_text().replace('"format": 3', '"format": 99'))

    run("index")

    assert ids(("", path.parent)) == ["kiln", "mill"]


def test_a_new_index_that_was_named_is_made_of_the_shipped_reports(run, tmp_path):
    run("index", "--index", tmp_path / "index")

    assert ids(("--index", tmp_path / "index")) == ["jinhua-en", "jinhua-zh", "zhejiang-en", "zhejiang-zh"]


def test_a_damaged_index_that_was_named_is_not_made_of_the_shipped_reports(run, reports, tmp_path):
    run("index", reports, "--index", tmp_path / "index")
    (tmp_path / "index/manifest.json").write_text("{")

    assert "name the folders" in run("index", "--index", tmp_path / "index", code=3)[0]


def test_no_secret_of_the_settings_stands_in_the_manifest(monkeypatch, run, reports, tmp_path):
    monkeypatch.setenv("CITEWISE_INDEX_MILVUS_URI", "http://root:sesame@127.0.0.1:19530")

    run("index", reports, "--index", tmp_path / "index")

    text = (tmp_path / "index/manifest.json").read_text()
    assert "sesame" not in text
    assert "19530" not in text
