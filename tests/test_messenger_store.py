"""What the bot must not forget: kept through kills, full disks and many threads."""

import json
import sqlite3
import subprocess
import sys
import threading
import time

import pytest

from bot.evaluate.formats.json_lines import read_lines
from bot.evaluate.gold import GoldQuestion
from bot.messenger.store import ChatState, Store, StoreError

RECORD = {
    "language": "en",
    "text": "86 - Port of Larvik",
    "facts": [{"value": "86", "display": "86", "quantity": {"number": "86"}, "citations": [1]}],
    "citations": [{"number": 1, "document": "larvik"}],
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "bot.sqlite"


@pytest.fixture
def store(path):
    opened = Store.open(path)
    yield opened
    opened.close()


def test_an_update_is_kept_once_and_waits_until_it_is_done(store):
    assert store.keep(7, 100, '{"update_id": 7}')
    assert store.keep(5, None, '{"update_id": 5}')
    assert not store.keep(7, 100, "again")
    assert store.waiting() == [(5, '{"update_id": 5}'), (7, '{"update_id": 7}')]

    store.done(5)

    assert store.waiting() == [(7, '{"update_id": 7}')]
    assert not store.keep(5, None, "again")


def test_done_and_the_chat_are_one_transaction(store, path):
    store.keep(1, 100, "{}")
    state = ChatState("zh", ("派了多少教师？",))

    store.done(1, (100, state))

    assert store.chat(100) == state
    assert store.chat(101) == ChatState()
    rows = sqlite3.connect(path).execute("SELECT raw FROM updates").fetchall()
    assert rows == [("",)]


def test_the_last_eight_questions_are_remembered():
    state = ChatState()
    for number in range(10):
        state = state.asked(f"q{number}")

    assert state.questions == tuple(f"q{number}" for number in range(2, 10))


def test_steps_of_a_reply_are_counted(store):
    store.keep(1, 100, "{}")
    assert store.steps(1) == 0
    store.step(1, 2)
    assert store.steps(1) == 2
    assert store.steps(99) == 0


def test_an_answer_is_found_by_a_key_that_cannot_be_guessed(store):
    keys = {store.save_answer(100, "how many pilots?", ("earlier?",), RECORD) for _ in range(50)}

    assert len(keys) == 50
    assert {len(key) for key in keys} == {12}
    saved = store.answer(min(keys))
    assert (saved.chat, saved.question, saved.history, saved.record) == (100, "how many pilots?", ("earlier?",), RECORD)
    assert store.answer("nothing") is None


def test_the_reply_to_a_message_is_found(store):
    store.sent(100, 3, 4, "key")
    store.sent(100, 3, 9, "newer")
    assert store.reply_to(100, 3) == (9, "newer")
    assert store.reply_to(101, 3) is None


def test_a_forgotten_chat_leaves_nothing_but_judgements(store):
    store.save_chat(100, ChatState("en", ("q",)))
    store.save_chat(200, ChatState("zh"))
    key = store.save_answer(100, "q", (), RECORD)
    store.sent(100, 3, 4, key)
    store.judge(key, 1, right=True)

    store.forget(100)

    assert store.chat(100) == ChatState()
    assert store.chat(200) == ChatState("zh")
    assert store.answer(key) is None
    assert store.reply_to(100, 3) is None
    assert len(list(store.feedback())) == 1


def test_a_group_that_became_a_supergroup_keeps_its_conversation(store):
    store.save_chat(-5, ChatState("en", ("q",)))
    key = store.save_answer(-5, "q", (), RECORD)

    store.migrate(-5, -1005)
    store.migrate(-5, -1005)

    assert store.chat(-1005) == ChatState("en", ("q",))
    assert store.chat(-5) == ChatState()
    assert store.answer(key).chat == -1005


def test_the_last_judgement_of_a_person_counts(store, tmp_path):
    key = store.save_answer(100, "how many pilots?", ("earlier?",), RECORD)
    other = store.save_answer(100, "who?", (), {**RECORD, "facts": [], "citations": []})
    store.judge(key, 1, right=False)
    store.judge(key, 1, right=True)
    store.judge(key, 2, right=False)
    store.judge(other, 1, right=True)
    store.judge("nothing", 1, right=True)

    found = list(store.feedback())

    assert [(one["question"], one["verdict"]) for one in found] == [
        ("how many pilots?", "right"),
        ("how many pilots?", "wrong"),
        ("who?", "right"),
    ]
    file = tmp_path / "feedback.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in found), encoding="utf-8")
    read = [one for _, one in read_lines(file, complete=True)]
    assert [isinstance(one, GoldQuestion) for one in read] == [True, False, True]  # the second wants a person
    assert read[0].answers[0].report == "larvik"
    assert read[0].answers[0].accept == ("86",)
    assert read[0].history == ("earlier?",)
    assert read[2].answers == ()


def test_a_document_waits_for_its_yes(store):
    key = store.save_upload(100, 1, "file-id", "report.md", 2000)
    upload = store.upload(key)
    assert (upload.chat, upload.user, upload.file, upload.name, upload.size) == (100, 1, "file-id", "report.md", 2000)
    store.end_upload(key)
    assert store.upload(key) is None


def test_what_is_old_is_removed(store):
    store.keep(1, 100, "{}")
    store.done(1)
    store.keep(2, 100, "{}")
    key = store.save_answer(100, "q", (), RECORD)
    day = 86400

    store.prune(time.time() + day)
    assert not store.keep(1, 100, "{}")
    store.prune(time.time() + 3 * day)
    assert store.answer(key)
    assert store.keep(1, 100, "{}")
    assert [one for one, _ in store.waiting()] == [1, 2]
    store.prune(time.time() + 31 * day)
    assert store.answer(key) is None


def test_threads_do_not_get_into_each_others_way(store):
    def keep(first):
        for number in range(first, first + 40):
            store.keep(number, first, "{}")
            store.done(number, (first, ChatState("en", (str(number),))))

    threads = [threading.Thread(target=keep, args=(first,)) for first in range(0, 400, 50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert store.waiting() == []
    assert [store.chat(first).questions for first in range(0, 400, 50)] == [
        (str(first + 39),) for first in range(0, 400, 50)
    ]


@pytest.mark.slow
def test_what_was_kept_outlives_a_kill(path):
    program = (
        "import sys, pathlib\n"
        "from bot.messenger.store import Store\n"
        "store = Store.open(pathlib.Path(sys.argv[1]))\n"
        "for number in range(10**6):\n"
        "    store.keep(number, 1, '{}')\n"
        "    print(number, flush=True)\n"
    )
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE)
        for line in process.stdout:
            if int(line) >= 20:
                break
        process.kill()
        said = [int(one) for one in process.stdout.read().split()[:-1]]
        process.wait()
        store = Store.open(path)
        kept = [one for one, _ in store.waiting()]
        store.close()
        assert kept == list(range(len(kept)))
        assert len(kept) >= max(said, default=20)
        path.unlink()
        for beside in path.parent.glob("bot.sqlite-*"):
            beside.unlink()


def test_a_full_disk_is_one_line_and_passes(store):
    store.keep(1, 100, "{}")
    with store._database._lock:
        pages = store._database._connection.execute("PRAGMA page_count").fetchone()[0]
        store._database._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="full"):
        store.keep(2, 100, "x" * 100_000)
    assert store.waiting() == [(1, "{}")]

    with store._database._lock:
        store._database._connection.execute("PRAGMA max_page_count = 100000")

    assert store.keep(2, 100, "x" * 100_000)
    store.done(1)
    assert [one for one, _ in store.waiting()] == [2]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no limits on the size of a file there")
def test_a_file_that_may_not_grow_is_one_line(path):
    program = (
        "import sys, pathlib, resource, signal\n"
        "from bot.messenger.store import Store, StoreError\n"
        "store = Store.open(pathlib.Path(sys.argv[1]))\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))\n"
        "kept = 0\n"
        "try:\n"
        "    for number in range(100):\n"
        "        store.keep(number, 1, 'x' * 20_000)\n"
        "        kept += 1\n"
        "except StoreError as err:\n"
        "    print(err)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        "assert store.keep(number, 1, 'x' * 20_000)\n"
        "print(kept + 1, len(store.waiting()))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)

    line, counts = done.stdout.splitlines()
    assert line.startswith(f"{path}: can't be read or written: ")
    assert counts.split()[0] == counts.split()[1]


@pytest.mark.parametrize("content", [b"no database, but long enough" * 40, b"SQLite format 3\0" + b"\1" * 4000])
def test_a_damaged_file_is_told_in_one_line(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"is damaged .*; move it away") as caught:
        Store.open(path)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == content


def test_a_damaged_page_is_told(store, path):
    for number in range(200):
        store.keep(number, 1, "x" * 2000)
    store.close()
    content = bytearray(path.read_bytes())
    for at in range(8192, len(content) - 4096, 4096):
        content[at : at + 64] = b"\xff" * 64
    path.write_bytes(content)
    with pytest.raises(StoreError, match="is damaged"):
        Store.open(path)


def test_a_file_of_a_newer_citewise_is_left_alone(store, path):
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 9")
    with pytest.raises(StoreError, match="has format 9"):
        Store.open(path)


def test_a_folder_in_the_way_is_one_line(path):
    path.mkdir(parents=True)
    with pytest.raises(StoreError, match=r"bot\.sqlite: "):
        Store.open(path)


def test_only_its_owner_may_read_the_file(store, path):
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_of_the_first_format_is_taken_over(path):
    Store.open(path).close()
    with sqlite3.connect(path) as db:
        db.executescript(
            "ALTER TABLE updates DROP COLUMN reply; ALTER TABLE updates DROP COLUMN attempts;"
            "ALTER TABLE chats DROP COLUMN collection;"
            "INSERT INTO updates (id, chat, raw, kept_at) VALUES (1, 100, '{}', 0); PRAGMA user_version = 1;"
        )
    db.close()

    opened = Store.open(path)

    assert opened.waiting() == [(1, "{}")]
    assert opened.attempts() == {1: 0}
    opened.attempt(1, 2)
    opened.step(1, 1, 77)
    assert (opened.attempts(), opened.steps(1), opened.last_reply(1)) == ({1: 2}, 1, 77)
    opened.close()


def test_a_reset_conversation_leaves_no_answers_and_its_bytes_are_gone(store, path):
    store.done(0, (100, ChatState("en")))
    store.save_answer(100, "a question that nobody else asks", (), RECORD)

    store.forget(100, keep_state=True)
    store.close()

    assert Store.open(path).chat(100) == ChatState("en")
    assert b"nobody else asks" not in path.read_bytes()


def test_documents_of_a_group_that_became_a_supergroup_still_wait(store):
    key = store.save_upload(-5, 1, "file", "mill.md", 10)
    store.migrate(-5, -1005)
    assert store.upload(key).chat == -1005
