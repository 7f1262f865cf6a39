"""The command line: what comes out where, exit codes, bad input; with the fake encoder unless marked `model`."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from typer.testing import CliRunner

import bot
import bot.wiring
from bot.cli import app
from bot.wiring import shipped_reports
from corpus.reader import read_corpus
from fakes import FakeEncoder
from index.manifest import content_digest
from index.saved import SavedIndex
from small import LARVIK, RECORD_KEYS, build, check_record, write_reports

ROOT = Path(bot.__file__).parents[1]
TESTS = Path(__file__).parent
HOSTILE = json.loads((TESTS / "data/hostile_questions.json").read_text(encoding="utf-8"))
QUAYS = "how many quays did the port of Larvik rebuild?"
LIBRARIES = "新建了多少座图书馆？"
NOT_THERE = "who won the football cup in Madrid?"
# Chinese reports alone: without an English one a build takes a second.
MILL = "# 磨坊报告\n\n磨坊2011年生产面粉12吨。\n"
FLOUR = "12吨 — 《磨坊报告》（2011）\n    “磨坊2011年生产面粉12吨。” [1]，第3行\n"
FAKED = (
    "import bot.wiring, fakes; "
    "bot.wiring.Workshop._encoder = lambda self: fakes.FakeEncoder(); "
    "bot.wiring.Workshop.reader = lambda self: None; "
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
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (ROOT, TESTS))))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(monkeypatch):
    """Give a function that runs a command in this process, with the fake encoder and no reader."""
    monkeypatch.setattr(bot.wiring.Workshop, "_encoder", lambda self: FakeEncoder())
    monkeypatch.setattr(bot.wiring.Workshop, "reader", lambda self: None)
    return lambda *arguments, **options: CliRunner().invoke(app, list(map(str, arguments)), **options)


@pytest.fixture
def ask(run, small_index):
    return lambda *arguments: run("ask", "--index", small_index, *arguments)


@pytest.fixture
def batch(run, small_index, tmp_path):
    """Give a function that answers lines and returns the records."""

    def answer(*lines, options=()):
        path = tmp_path / "questions.jsonl"
        path.write_text("\n".join(lines), encoding="utf-8")
        result = run("batch", path, "--index", small_index, *options)
        assert (result.exit_code, result.stderr) == (0, "")
        return records_of(result.stdout)

    return answer


@pytest.fixture(scope="module")
def documents(small_index):
    return SavedIndex.load(small_index).documents


def start(*arguments, faked=False, **options):
    """Run the real entry point in a process of its own."""
    command = ["-c", FAKED] if faked else ["-m", "bot"]
    return subprocess.run(
        [sys.executable, *command, *map(str, arguments)], capture_output=True, timeout=600, **options
    )  # fmt: skip


def complaint(result, code):
    """Return the one line of standard error with which a command ended; nothing else was printed."""
    out, err = result.stdout, result.stderr
    if isinstance(result, subprocess.CompletedProcess):
        out, err, ended = out.decode(), err.decode(), result.returncode
    else:
        assert isinstance(result.exception, SystemExit)
        ended = result.exit_code
    assert (ended, out) == (code, "")
    assert len(err.splitlines()) == 1, err
    return err


def records_of(stdout):
    return [json.loads(line) for line in stdout.removesuffix("\n").split("\n")] if stdout else []


def gold(id="1", report="larvik", accept="14"):
    answers = [{"report": report, "accept": [accept], "anchors": [accept]}] if report else []
    return json.dumps({"id": id, "language": "en", "kind": "number", "question": QUAYS, "answers": answers})


def snapshot(*folders):
    """Return size and time of change of every file and folder below some folders."""
    return {
        str(path): (path.stat().st_size, path.stat().st_mtime_ns)
        for folder in folders
        for path in [folder, *sorted(folder.rglob("*"))]
    }


# --- ask


def test_an_answer_goes_to_standard_output_and_ends_with_code_0(ask):
    result = ask(QUAYS)

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(
        "- 14 — “Port of Larvik” (Larvik Port Office, Larvik, 2015–2021)\n"
        "    “The port rebuilt 14 quays between 2015 and 2021.” [1], line 14\n"
    )


def test_a_chinese_question_is_answered_in_chinese(ask):
    result = ask(LIBRARIES)

    assert result.exit_code == 0
    assert result.stdout.startswith(
        "- 23座 — 《平川县图书馆报告》（平川县文化局，平川县，2016–2020）\n"
        "    “全县新建图书馆23座，其中乡镇图书馆17座。” [1]，第14行\n"
    )


def test_what_is_not_found_ends_with_code_1_and_says_what_was_looked_for(ask):
    result = ask(NOT_THERE)

    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.startswith("The reports do not say. I looked for: who won the football cup in Madrid.\n")


def test_small_talk_ends_with_code_0(ask):
    assert ask("你好").exit_code == 0


@pytest.mark.parametrize(
    "question",
    ["", "   ", "😀🎉", "\x01\x02\x07", "？！", "x" * 100_000, "长" * 100_000],
    ids=["empty", "spaces", "emoji", "control characters", "marks", "100,000 letters", "100,000 characters"],
)
def test_what_is_no_question_ends_with_code_2_and_one_line(ask, question):
    result = ask(question)

    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1
    assert len(result.output) < 200


@pytest.mark.parametrize(("question", "code"), [(QUAYS, 0), (NOT_THERE, 1), ("你好", 0), ("", 2), ("x" * 100_000, 2)])
def test_json_is_one_valid_record_on_one_line(ask, documents, question, code):
    result = ask(question, "--json")

    (record,) = records_of(result.stdout)
    assert (result.exit_code, result.stderr) == (code, "")
    assert (list(record), record["question"]) == (RECORD_KEYS, question)
    check_record(record, documents)


def test_json_holds_chinese_as_it_is(ask):
    assert "全县新建图书馆23座" in ask(LIBRARIES, "--json").stdout


@pytest.mark.parametrize(
    "name", ["ansi_escape", "bidi_override", "control_characters", "null_character", "tag_characters", "html_script"]
)
def test_hostile_questions_are_answered_without_a_control_character(ask, name):
    result = ask("--", next(one["question"] for one in HOSTILE if one["name"] == name))

    assert result.exit_code in {0, 1, 2}
    assert result.stderr == ""
    assert not [c for c in result.stdout if unicodedata.category(c) in {"Cc", "Cf"} and c != "\n"]


@pytest.mark.parametrize(("language", "part"), [("zh", "第14行"), ("en", "line 14")])
@pytest.mark.parametrize("question", [QUAYS, LIBRARIES])
def test_the_language_of_answers_can_be_set(ask, question, language, part):
    assert part in ask(question, "--lang", language).stdout


def test_the_language_auto_is_that_of_the_question(ask):
    assert ask(LIBRARIES, "--lang", "auto").stdout == ask(LIBRARIES).stdout


def test_a_question_may_begin_with_a_dash_behind_two_of_them(ask):
    assert ask("--", f"-- {QUAYS}").exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask"], ["ask", "one", "two"], ["ask", QUAYS, "--lang", "fr"], ["ask", QUAYS, "--nonsense"],
        ["nonsense"], ["batch"], ["show"], ["show", "larvik", "--at", "x"], ["evaluate"], ["ask", QUAYS, "--index"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_ends_with_code_2_and_says_so_on_standard_error(run, arguments):
    result = run(*arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: " in result.stderr


# --- Settings


@pytest.mark.parametrize(
    ("content", "nearest"),
    [
        ("[retrieval]\nresult = 3\n", "'retrieval.results'"),
        ("[retreival]\nresults = 3\n", "'retrieval.results'"),
        ("[display]\nlangauge = 'zh'\n", "'display.language'"),
        ("[pahts]\ncache = 'x'\n", "'paths.cache'"),
        ("[answer]\nrefuse = 0.1\n", "'answer.refuse_below'"),
    ],
)
def test_an_unknown_setting_is_named_with_the_nearest(run, tmp_path, content, nearest):
    path = tmp_path / "mine.toml"
    path.write_text(content)
    section, key = content.split("]\n")[0].removeprefix("["), content.split("\n")[1].split(" ")[0]

    line = complaint(run("sources", "--config", path), 2)

    assert f"'{section}.{key}'" in line
    assert nearest in line
    assert str(path) in line


@pytest.mark.parametrize(
    "command",
    [["ask", QUAYS], ["chat"], ["index"], ["batch", "-"], ["show", "larvik"], ["doctor"], ["evaluate", "g.jsonl"]],
    ids=" ".join,
)
def test_each_command_refuses_an_unknown_setting(run, tmp_path, command):
    (tmp_path / "mine.toml").write_text("[retrieval]\nresult = 3\n")

    assert "'retrieval.results'" in complaint(run(*command, "--config", "mine.toml"), 2)


def test_an_unknown_variable_is_named_with_the_nearest(run, monkeypatch):
    monkeypatch.setenv("CITEWISE_RETRIEVAL_RESULT", "3")

    line = complaint(run("sources"), 2)

    assert "'CITEWISE_RETRIEVAL_RESULT'" in line
    assert "'CITEWISE_RETRIEVAL_RESULTS'" in line


@pytest.mark.parametrize(
    "content", ["results = ", "[retrieval]\nresults = 'many'\n", "[retrieval]\nresults = 0\n", b"\xff"]
)
def test_a_settings_file_that_is_wrong_ends_with_code_2_and_is_named(run, tmp_path, content):
    path = tmp_path / "mine.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())

    assert str(path) in complaint(run("ask", QUAYS, "--config", path), 2)


def test_a_settings_file_that_is_missing_ends_with_code_2_and_is_named(run, tmp_path):
    assert "none.toml" in complaint(run("ask", QUAYS, "--config", tmp_path / "none.toml"), 2)


def test_settings_reach_the_answer(ask, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('[retrieval]\nresults = 2\n[display]\nlanguage = "zh"\n')

    (record,) = records_of(ask(QUAYS, "--json", "--config", path).stdout)

    assert (len(record["passages"]), record["language"]) == (2, "zh")


def test_an_option_goes_before_a_variable_and_a_variable_before_the_file(ask, home, monkeypatch):
    own = home / "XDG_CONFIG_HOME/citewise/config.toml"
    own.parent.mkdir()
    own.write_text('[display]\nlanguage = "zh"\n')
    by_file = ask(QUAYS).stdout
    monkeypatch.setenv("CITEWISE_DISPLAY_LANGUAGE", "en")
    by_variable = ask(QUAYS).stdout

    assert "第14行" in by_file
    assert "line 14" in by_variable
    assert "第14行" in ask(QUAYS, "--lang", "zh").stdout


def test_a_threshold_in_the_settings_refuses(ask, monkeypatch):
    monkeypatch.setenv("CITEWISE_ANSWER_REFUSE_BELOW", "1")

    assert ask(QUAYS).exit_code == 1


# --- The index


def damage_truncated(index):
    next(index.glob("g-*/passages.npy")).write_bytes(b"\x93NUMPY")


def damage_removed(index):
    next(index.glob("g-*/documents.jsonl")).unlink()


def damage_changed(index):
    path = next(index.glob("g-*/documents.jsonl"))
    path.write_bytes(path.read_bytes().replace(b"14 quays", b"15 quays"))


def damage_folder_removed(index):
    shutil.rmtree(next(path for path in index.glob("g-*") if path.is_dir()))


def damage_manifest(index):
    (index / "manifest.json").write_text("{")


def damage_manifest_emptied(index):
    (index / "manifest.json").write_text("{}")


def damage_format(index):
    content = json.loads((index / "manifest.json").read_text(encoding="utf-8"))
    (index / "manifest.json").write_text(json.dumps({**content, "format": content["format"] + 1}))


def damage_encoder(index):
    content = json.loads((index / "manifest.json").read_text(encoding="utf-8"))
    content = {**content, "encoder": "other", "fingerprint": "other-1"}
    del content["digest"]
    (index / "manifest.json").write_text(json.dumps({**content, "digest": content_digest(content)}))


DAMAGES = [
    damage_truncated, damage_removed, damage_changed, damage_folder_removed, damage_manifest, damage_manifest_emptied,
    damage_format, damage_encoder,
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_index_ends_with_code_3_and_the_command_that_mends_it(run, small_index, tmp_path, damage):
    index = shutil.copytree(small_index, tmp_path / "index")
    damage(index)

    line = complaint(run("ask", QUAYS, "--index", index), 3)

    assert "`citewise index " in line
    assert str(index) in line


@pytest.mark.parametrize(
    ("named", "damage"), [(True, damage_truncated), (False, damage_encoder)], ids=["a named index", "the default index"]
)
def test_the_command_that_the_message_names_mends_the_index(run, home, damage, named):
    reports = write_reports(home / "my reports", {"mill.md": MILL})
    options = ["--index", home / "my index"] if named else []
    run("index", reports, *options)
    damage(home / "my index" if named else home / "XDG_DATA_HOME/citewise/index")
    line = complaint(run("ask", "磨坊生产面粉多少吨？", *options), 3)

    program, *command = shlex.split(line.split("`")[1])

    assert (program, run(*command).exit_code) == ("citewise", 0)
    assert run("ask", "磨坊生产面粉多少吨？", *options).stdout.startswith(FLOUR)


def test_each_damage_has_its_own_message(run, small_index, tmp_path):
    messages = set()
    for damage in (damage_truncated, damage_removed, damage_changed, damage_manifest, damage_format, damage_encoder):
        index = shutil.copytree(small_index, tmp_path / damage.__name__)
        damage(index)
        messages.add(complaint(run("ask", QUAYS, "--index", index), 3).replace(str(index), ""))

    assert len(messages) == 6


@pytest.mark.parametrize(
    "command",
    [["ask", QUAYS], ["batch", "-"], ["sources"], ["show", "larvik"], ["evaluate", "gold.jsonl"]],
    ids=" ".join,
)
def test_a_named_index_that_is_missing_ends_with_code_3_and_is_not_made(run, tmp_path, command):
    (tmp_path / "gold.jsonl").write_text(gold())

    line = complaint(run(*command, "--index", tmp_path / "none"), 3)

    assert str(tmp_path / "none") in line
    assert "`citewise index " in line
    assert not (tmp_path / "none").exists()


def test_ask_builds_the_default_index_once(run, home, monkeypatch):
    reports = write_reports(home / "reports", {"mill.md": MILL})
    monkeypatch.setattr(bot.wiring, "shipped_reports", lambda: reports)
    assert run("ask", "磨坊生产面粉多少吨？").exit_code == 0
    built = snapshot(home / "XDG_DATA_HOME", home / "XDG_CACHE_HOME")

    result = run("ask", "磨坊生产面粉多少吨？")

    assert result.stdout.startswith(FLOUR)
    assert (home / "XDG_DATA_HOME/citewise/index/manifest.json").is_file()
    assert snapshot(home / "XDG_DATA_HOME", home / "XDG_CACHE_HOME") == built


def test_index_builds_from_the_folders_named_and_only_them(run, tmp_path):
    first = write_reports(tmp_path / "first", {"mill.md": MILL, "more/库.txt": "# 水库报告\n\n水库蓄水13万吨。\n"})
    second = write_reports(tmp_path / "second", {"kiln.md": "# 砖窑报告\n\n砖窑烧砖14万块。\n"})

    result = run("index", first, second, "--index", tmp_path / "index")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "3 reports" in result.stderr
    listed = json.loads(run("sources", "--json", "--index", tmp_path / "index").stdout)
    assert {one["id"] for one in listed} == {"mill", "more/库", "kiln"}


def test_indexing_again_replaces_what_was_there(run, small_index, tmp_path):
    index = shutil.copytree(small_index, tmp_path / "index")

    run("index", write_reports(tmp_path / "reports", {"mill.md": MILL}), "--index", index)

    assert [one["id"] for one in json.loads(run("sources", "--json", "--index", index).stdout)] == ["mill"]


def test_files_that_are_no_reports_are_skipped_and_said(run, tmp_path):
    folder = write_reports(
        tmp_path / "reports",
        {
            "mill.md": MILL, "README.md": "x", "LICENSE": "x", ".hidden.md": "x", "data.sav": "x", "empty.txt": "",
            "photo.txt": bytes(range(256)) * 20,
        },
    )  # fmt: skip

    result = run("index", folder, "--index", tmp_path / "index")

    assert (result.exit_code, result.stdout) == (0, "")
    for name in ("README.md", "LICENSE", ".hidden.md", "data.sav", "empty.txt", "photo.txt"):
        assert len([line for line in result.stderr.splitlines() if line.startswith("skipped ") and name in line]) == 1
    assert "1 report" in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    "reports",
    [{}, {"a.txt": ""}, {"a.txt": b"\x00\xff\xfe\x01" * 999}, {"README.md": "x"}, {"a.sav": "x"}, {"a.txt": "\n \n"}],
    ids=["no file", "an empty file", "a binary file", "only a README", "another kind of file", "blank lines"],
)
def test_a_folder_without_a_report_ends_with_code_2_and_is_named(run, tmp_path, reports):
    folder = tmp_path / "reports"
    folder.mkdir()
    write_reports(folder, reports)

    line = complaint(run("index", folder, "--index", tmp_path / "index"), 2)

    assert str(folder) in line
    assert not (tmp_path / "index/manifest.json").exists()


def test_a_folder_that_is_missing_ends_with_code_2_and_is_named(run, tmp_path):
    assert str(tmp_path / "none") in complaint(run("index", tmp_path / "none", "--index", tmp_path / "index"), 2)


def test_two_reports_with_one_id_end_with_code_2_and_both_are_named(run, tmp_path):
    folder = write_reports(tmp_path / "reports", {"one.md": LARVIK, "two.md": LARVIK})

    line = complaint(run("index", folder, "--index", tmp_path / "index"), 2)

    assert "one.md" in line
    assert "two.md" in line
    assert "'larvik'" in line


def test_a_build_that_fails_leaves_the_old_index_as_it_was(run, small_index, tmp_path):
    index = shutil.copytree(small_index, tmp_path / "index")
    before = snapshot(index)
    (tmp_path / "empty").mkdir()

    complaint(run("index", tmp_path / "empty", "--index", index), 2)

    lock = str(index / "build.lock")
    assert {**snapshot(index), lock: before[lock]} == before
    assert run("ask", QUAYS, "--index", index).exit_code == 0


def test_a_folder_that_holds_other_files_is_not_made_an_index(run, tmp_path):
    folder = write_reports(tmp_path / "reports", {"mill.md": MILL})
    before = snapshot(folder)

    assert str(folder) in complaint(run("index", folder, "--index", folder), 3)
    assert snapshot(folder) == before


def test_an_index_cannot_take_the_place_of_a_file(run, tmp_path):
    folder = write_reports(tmp_path / "reports", {"mill.md": MILL})

    assert "mill.md" in complaint(run("index", folder, "--index", folder / "mill.md"), 3)
    assert (folder / "mill.md").read_text(encoding="utf-8") == MILL


def test_reports_that_changed_since_the_build_are_said_beside_the_answer(run, tmp_path):
    index = build(tmp_path, {"mill.md": MILL})
    write_reports(tmp_path / "reports", {"mill.md": MILL + "\n又建了一座。\n", "new.md": "# 新报告\n\n新的一句。\n"})

    result = run("ask", "磨坊生产面粉多少吨？", "--index", index)

    assert result.exit_code == 0
    assert result.stdout.startswith(FLOUR)
    assert "(1 new, 1 changed, 0 gone)" in result.stderr
    assert f"`citewise index {tmp_path / 'reports'} --index {index}`" in result.stderr
    assert len(result.stderr.splitlines()) == 1


# --- batch


def test_a_batch_prints_one_valid_record_a_line_in_the_order_of_the_file(batch, documents):
    asked = [QUAYS, NOT_THERE, "你好", LIBRARIES, "", QUAYS]

    records = batch(*(json.dumps({"id": f"q{i}", "question": q}) for i, q in enumerate(asked)))

    assert [record["question"] for record in records] == asked
    assert [record["id"] for record in records] == [f"q{i}" for i in range(len(asked))]
    assert [record["status"] for record in records] == [
        "answered", "not_found", "chat", "answered", "error", "answered",
    ]  # fmt: skip
    for record in records:
        check_record(record, documents)


def test_a_bad_line_gives_an_error_record_and_the_rest_is_answered(batch, documents):
    records = batch("{", '{"id": "b"}', "", "[]", '{"id": "d", "question": "hello"}')

    assert [(r["id"], r["status"]) for r in records] == [
        (None, "error"), ("b", "error"), (None, "error"), ("d", "chat"),
    ]  # fmt: skip
    assert all(r["text"] for r in records)
    for record in records:
        check_record(record, documents)


def test_a_batch_reads_standard_input(run, small_index):
    result = run("batch", "-", "--index", small_index, input='{"id": "a", "question": "hello"}\n\nbad\n')

    assert [r["status"] for r in records_of(result.stdout)] == ["chat", "error"]
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_batch_of_nothing_prints_nothing(batch):
    assert batch() == []


def test_a_batch_answers_hostile_questions(batch, documents):
    records = batch(*(json.dumps({"id": one["name"], "question": one["question"]}) for one in HOSTILE))

    assert [r["id"] for r in records] == [one["name"] for one in HOSTILE]
    for record in records:
        check_record(record, documents)


def test_a_batch_has_one_language_if_it_is_set(batch):
    records = batch('{"question": "hello"}', "bad", options=["--lang", "zh"])

    assert [r["language"] for r in records] == ["zh", "zh"]


@pytest.mark.parametrize("name", ["none.jsonl", "."])
def test_a_file_of_questions_that_cannot_be_read_ends_with_code_2(run, small_index, name):
    assert name in complaint(run("batch", name, "--index", small_index), 2)


# --- sources, show, evaluate


def test_the_sources_are_listed_with_title_publisher_and_period(run, small_index, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")

    result = run("sources", "--index", small_index)

    assert (result.exit_code, result.stderr) == (0, "")
    for shown in ("larvik", "Port of Larvik", "Larvik Port Office", "2015–2021", "library-zh", "平川县图书馆报告"):
        assert shown in result.stdout


def test_the_sources_as_json_name_their_files(run, small_index):
    listed = json.loads(run("sources", "--json", "--index", small_index).stdout)

    assert [one["id"] for one in listed] == ["bergen", "larvik", "library-en", "library-zh"]
    assert all(Path(one["path"]).is_file() for one in listed)
    assert listed[1] == {
        "id": "larvik", "title": "Port of Larvik", "language": "en", "publisher": "Larvik Port Office",
        "region": "Larvik", "period": [2015, 2021], "path": listed[1]["path"], "translation_of": None,
    }  # fmt: skip
    assert listed[2]["translation_of"] == "library-zh"


def test_show_marks_the_sentence_that_a_citation_starts(run, ask, small_index):
    (record,) = records_of(ask(QUAYS, "--json").stdout)
    citation = record["citations"][0]

    result = run("show", citation["document"], "--at", citation["start"], "--index", small_index)

    assert (result.exit_code, result.stderr) == (0, "")
    assert f"【{citation['quote']}】 A new crane lifts 120 tonnes." in result.stdout
    assert f", line {citation['source'][0]['line']}\n" in result.stdout


def test_show_without_a_place_begins_at_the_top(run, small_index):
    assert "【平川县图书馆报告】" in run("show", "library-zh", "--index", small_index).stdout


@pytest.mark.parametrize("at", [-1, 100_000])
def test_a_place_outside_the_report_ends_with_code_2_and_names_the_range(run, small_index, at):
    line = complaint(run("show", "larvik", "--at", at, "--index", small_index), 2)

    assert "from 0 to " in line
    assert f"found {at}" in line


def test_an_unknown_report_ends_with_code_2_and_names_the_known_ones(run, small_index):
    line = complaint(run("show", "oslo", "--index", small_index), 2)

    assert "'oslo'" in line
    assert "bergen, larvik, library-en, library-zh" in line


def test_evaluate_writes_every_figure_with_its_n_and_every_question(run, small_index, tmp_path):
    (tmp_path / "gold.jsonl").write_text("\n".join([gold("1"), gold("2", accept="999"), gold("3", report=None)]))

    record = json.loads(run("evaluate", "gold.jsonl", "--json", "-", "--index", small_index).stdout)

    found = {one["name"]: (one["mean"], one["n"]) for one in record["figures"] if one["slice"] == {"language": "en"}}
    assert found["recall@1"] == found["recall@5"] == found["MRR"] == (0.5, 2)
    assert found["verbatim"][0] == 1.0
    verdicts = {one["id"]: (one["verdict"], one["loss"]) for one in record["questions"]}
    assert verdicts["1"] == ("right", None)
    assert verdicts["2"] == ("wrong", "not in the corpus")
    assert verdicts["3"] == ("answered wrongly", "not refused")


def test_evaluate_prints_tables_for_people_and_writes_files(run, small_index, tmp_path):
    (tmp_path / "gold.jsonl").write_text(gold())

    result = run("evaluate", "gold.jsonl", "--index", small_index, "--json", "out.json", "--report", "out.html")

    assert (result.exit_code, result.stderr) == (0, "")
    for shown in ("recall@1", "recall@5", "recall@10", "MRR", "en number", "1.000"):
        assert shown in result.stdout
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["files"] == ["gold.jsonl"]
    assert "<html" in (tmp_path / "out.html").read_text(encoding="utf-8")


def test_evaluate_says_which_lines_it_skips_and_goes_on(run, small_index, tmp_path):
    (tmp_path / "gold.jsonl").write_text("\n".join([gold("1"), "not json", gold("1")]))

    result = run("evaluate", "gold.jsonl", "--index", small_index)

    assert result.exit_code == 0
    assert "gold.jsonl, line 2:" in result.stderr
    assert "gold.jsonl, line 3:" in result.stderr


def test_evaluate_reads_a_table_and_scores_records_without_asking(run, small_index, tmp_path):
    (tmp_path / "gold.csv").write_text("question,answer,id\nhow many quays?,999,q\n", encoding="utf-8")
    (tmp_path / "batch.jsonl").write_text(
        '{"id": "q", "status": "not_found", "language": "en", "text": "", "facts": [], "citations": [], "passages": []}'
    )

    options = ("--records", "batch.jsonl", "--json", "-", "--index", small_index)
    record = json.loads(run("evaluate", "gold.csv", *options).stdout)

    assert [one["verdict"] for one in record["questions"]] == ["refused wrongly"]


def test_compare_shows_what_changed(run, small_index, tmp_path):
    (tmp_path / "gold.jsonl").write_text("\n".join([gold("1"), gold("2", accept="999")]))
    for name in ("a.json", "b.json"):
        run("evaluate", "gold.jsonl", "--index", small_index, "--json", name)

    result = run("compare", "a.json", "b.json")

    assert result.exit_code == 0
    for shown in ("recall@1", "+0.000", "0 became right", "0 became wrong"):
        assert shown in result.stdout


@pytest.mark.parametrize(
    ("content", "options", "part"),
    [
        (gold(), ["--half", "first"], "dev, test, all"),
        (gold(), ["--lang", "fr"], "en or zh"),
        (gold(), ["--report", "none/out.html"], "out.html"),
        (gold(), ["--paragraphs"], "SQuAD"),
        (gold(), ["--records", "none.jsonl"], "none.jsonl"),
        ("", [], "gold.jsonl"),
        ("not json", [], "line 1"),
        ('{"id": "q", "question": "how many?"}', [], "line 1"),
    ],
    ids=[
        "an unknown half",
        "a language",
        "no folder",
        "no paragraphs",
        "no records",
        "empty",
        "not JSON",
        "no answers",
    ],
)
def test_a_bad_file_of_known_answers_ends_with_code_2(run, small_index, tmp_path, content, options, part):
    (tmp_path / "gold.jsonl").write_text(content)

    assert part in complaint(run("evaluate", "gold.jsonl", "--index", small_index, *options), 2)


# --- The real entry point, in a process of its own


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        (["ask", QUAYS, "--index", "none"], 3, "`citewise index "),
        (["index", "binary", "--index", "new"], 2, "photo.txt"),
        (["sources", "--config", "bad.toml"], 2, "'retrieval.results'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_an_error_of_a_process_is_one_line_and_a_code(tmp_path, arguments, code, part):
    write_reports(tmp_path / "binary", {"photo.txt": b"\x00\xff\xfe\x01" * 999})
    (tmp_path / "bad.toml").write_text("[retrieval]\nresult = 3\n")

    assert part in complaint(start(*arguments), code)


def test_wrong_usage_of_a_process_ends_with_code_2_and_no_traceback():
    result = start("ask", "--nonsense")

    assert (result.returncode, result.stdout) == (2, b"")
    assert b"--nonsense" in result.stderr
    assert b"Traceback" not in result.stderr


def test_a_process_shows_a_passage_without_colour_codes(small_index):
    result = start("show", "library-zh", "--index", small_index)

    assert (result.returncode, result.stderr) == (0, b"")
    assert "【平川县图书馆报告】" in result.stdout.decode()
    assert b"\x1b" not in result.stdout


def test_chinese_comes_out_whole_in_the_c_locale(small_index, monkeypatch):
    for name in ("LC_ALL", "LANG"):
        monkeypatch.setenv(name, "C")

    answer = start("ask", LIBRARIES, "--index", small_index, faked=True)

    assert (answer.returncode, answer.stderr) == (0, b"")
    assert answer.stdout.decode().startswith("- 23座 — 《平川县图书馆报告》（平川县文化局，平川县，2016–2020）\n")


def test_a_reader_who_has_enough_ends_a_batch_in_silence(small_index, tmp_path):
    lines = tmp_path / "questions.jsonl"
    lines.write_text(f'{{"id": "1", "question": "{QUAYS}"}}\n' * 400)
    with lines.open("rb") as questions:
        process = subprocess.Popen(
            [sys.executable, "-c", FAKED, "batch", "-", "--index", str(small_index)],
            stdin=questions, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        first = process.stdout.readline()
        process.stdout.close()
        complaints = process.stderr.read()
        process.stderr.close()
        process.wait(timeout=60)

    assert json.loads(first)["status"] == "answered"
    assert complaints == b""


# --- The real model


@pytest.fixture(scope="module")
def person(tmp_path_factory, model_cache):
    """Give a person's folders with a settings file, the environment that names them, and two questions asked."""
    folder = tmp_path_factory.mktemp("person")
    own = folder / "config/citewise/config.toml"
    own.parent.mkdir(parents=True)
    own.write_text(f"[paths]\ncache = {json.dumps(str(model_cache))}\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CITEWISE_", "XDG_"))}
    folders = {f"XDG_{name.upper()}_HOME": str(folder / name) for name in ("data", "config", "cache")}
    env = {**kept, **folders, "HOME": str(folder), "PYTHONPATH": str(ROOT)}
    first = start("ask", "how many teachers were sent?", "--json", env=env, cwd=folder)
    before = snapshot(folder, *model_cache.glob("e5-*"))
    second = start("ask", "一共派了多少教师？", env=env, cwd=folder)
    after = snapshot(folder, *model_cache.glob("e5-*"))
    return {"env": env, "folder": folder, "first": first, "second": second, "before": before, "after": after}


@pytest.mark.model
def test_the_first_question_builds_the_index_and_is_answered_from_the_shipped_reports(person):
    first = person["first"]
    assert (first.returncode, first.stderr) == (0, b"")

    (record,) = records_of(first.stdout.decode())
    check_record(record, {report.id: report for report in read_corpus([shipped_reports()]).documents})
    assert record["status"] == "answered"
    assert (record["citations"][0]["document"], "1,569" in record["citations"][0]["quote"]) == ("zhejiang-en", True)


@pytest.mark.model
def test_the_second_question_is_answered_in_its_own_language(person):
    second = person["second"]

    assert (second.returncode, second.stderr) == (0, b"")
    assert "1569" in second.stdout.decode().splitlines()[0]
    assert "citewise 对《浙江省援疆工作报告》（浙江省援疆指挥部，2020）的概述" in second.stdout.decode()


@pytest.mark.model
def test_the_second_question_neither_builds_the_index_nor_assembles_the_model_again(person):
    assert person["before"] == person["after"]
    assert any(name.endswith("index/manifest.json") for name in person["after"])


@pytest.mark.model
def test_a_batch_with_the_real_model_keeps_order_and_survives_bad_lines_and_hostile_questions(person):
    asked = [{"id": one["name"], "question": one["question"]} for one in HOSTILE]
    ending = [{"id": "none", "question": NOT_THERE}, {"id": "last", "question": "how many teachers were sent?"}]
    lines = ["not json", *map(json.dumps, [*asked, *ending])]

    result = start("batch", "-", input="\n".join(lines).encode(), env=person["env"], cwd=person["folder"])

    records = records_of(result.stdout.decode())
    shipped = {report.id: report for report in read_corpus([shipped_reports()]).documents}
    assert (result.returncode, result.stderr) == (0, b"")
    assert [record["id"] for record in records] == [None, *(one["id"] for one in [*asked, *ending])]
    assert [records[i]["status"] for i in (0, -2, -1)] == ["error", "not_found", "answered"]
    for record in records:
        check_record(record, shipped)


@pytest.mark.parametrize(("form", "begins"), [("csv", "document,subject"), ("json", "[{"), ("table", "┏")])
def test_figures_lists_what_the_reports_state(run, tmp_path, form, begins):
    index = build(tmp_path, {"mill.md": MILL})

    done = run("figures", "mill", "--format", form, "--index", index)

    assert done.exit_code == 0
    assert done.stdout.startswith(begins)
    assert "12吨" in done.stdout


def test_figures_of_an_unknown_report_is_a_usage_error(run, tmp_path):
    index = build(tmp_path, {"mill.md": MILL})

    assert run("figures", "nothing", "--index", index).exit_code == 2
