"""The bot as a process when things go wrong: a full disk, strangers, a crowd, a kill; and a question asked back."""

import os
import resource
import socket
import subprocess
import time

import pytest

from bot.messenger.words import tell
from bot.wiring import shipped_reports
from bot_api import BotApi
from messenger_process import PATIENCE, BotProcess, build, button, logged, replies, texts

pytestmark = [pytest.mark.slow, pytest.mark.model]
QUAYS = "how many quays did the port of Larvik rebuild?"
PILOTS = "how many pilots were trained in 2019?"


@pytest.fixture(scope="module")
def shipped_index(tmp_path_factory, model_cache):
    """Give the index of the shipped reports by the real encoder."""
    folder = tmp_path_factory.mktemp("shipped")
    build(shipped_reports(), folder / "index", model_cache)
    return folder / "index"


@pytest.fixture
def server():
    with BotApi() as made:
        yield made
        assert made.violations == []


@pytest.fixture
def started(server, small_reports, tmp_path, model_cache):
    """Give a function that makes a bot of the test's own, stopped when the test ends."""
    made = []

    def make(data=None, index=small_reports, **settings):
        settings = {"telegram_questions_per_minute": 1000} | settings
        made.append(BotProcess(server, index, data or tmp_path / "data", model_cache, **settings))
        return made[-1]

    yield make
    for one in made:
        if one.process and one.process.poll() is None:
            one.kill()


def answers(api, chat):
    """Return what the bot said in a chat, without words about waiting."""
    return [text for text in texts(api, chat) if not text.startswith("One moment")]


def eventually(holds, seconds=PATIENCE):
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def events(running):
    """Return the names of what was logged."""
    return [one["event"] for one in logged(running)]


# --- A full disk


class SmallDisk:
    """A file system of three megabytes in memory, which is full until it is emptied."""

    def __init__(self, folder):
        self.data = folder / "disk"
        self.data.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", "size=3m", "citewise-test", str(self.data)]
        if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("only root may mount a file system")
        self._ballast = self.data / "ballast"

    def fill(self, running):
        with self._ballast.open("wb", buffering=0) as file:
            try:
                while file.write(b"\0" * 4096):
                    pass
            except OSError:
                return

    def empty(self, running):
        self._ballast.unlink()

    def end(self):
        subprocess.run(["umount", "-l", str(self.data)], check=False)


class ShortFiles:
    """A limit on the length of files: the store's log of changes can't grow any more."""

    def __init__(self, folder):
        self.data = folder / "data"

    def fill(self, running):
        changes = running.data / "telegram.sqlite-wal"
        assert changes.stat().st_size > 2 * running.log.stat().st_size  # what the bot logs must have room
        self._limit(running, changes.stat().st_size)

    def empty(self, running):
        self._limit(running, None)

    def end(self):
        """Do nothing: the limit went with the process."""

    def _limit(self, running, size):
        _, hard = resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (hard if size is None else size, hard))


@pytest.fixture(params=[SmallDisk, ShortFiles])
def disk(request, tmp_path):
    made = request.param(tmp_path)
    try:
        yield made
    finally:
        made.end()


def test_what_comes_while_the_disk_is_full_is_answered_once_there_is_space(server, started, disk):
    running = started(disk.data).start()
    server.say(1, QUAYS)
    replies(server, 1, 1)
    disk.fill(running)
    for chat in range(1, 5):
        server.say(chat, PILOTS)
    running.wait_for_log("updates_cannot_be_kept")
    time.sleep(3)
    assert running.process.poll() is None
    assert len(server.pending) == 4  # not confirmed, so that Telegram keeps them
    assert events(running).count("updates_cannot_be_kept") == 1

    disk.empty(running)

    for chat in range(1, 5):
        assert replies(server, chat, 2 if chat == 1 else 1)[-1]["text"].startswith("86\n")
    running.wait_for_log("updates_are_kept_again")
    assert running.stop() == 0, running.said()
    running.start()
    server.say(9, QUAYS)
    replies(server, 9, 1)
    assert [len(answers(server, chat)) for chat in range(1, 5)] == [2, 1, 1, 1]
    assert running.stop() == 0


def test_answers_go_out_while_the_disk_is_full_and_are_not_repeated_after_a_kill(server, started, disk):
    running = started(disk.data).start()
    server.say(1, QUAYS)
    replies(server, 1, 1)
    server.fail("sendMessage", None, status=500)
    for chat in range(1, 4):
        server.say(chat, PILOTS)
    server.wait_for(lambda call: call.method == "sendMessage" and call.error is not None, 60)
    eventually(lambda: not server.pending)
    eventually(lambda: events(running).count("reply_not_accepted") >= 3)
    disk.fill(running)
    server.heal()
    for chat in range(1, 4):
        assert replies(server, chat, 2 if chat == 1 else 1)[-1]["text"].startswith("86\n")
    running.wait_for_log("results_cannot_be_written")

    disk.empty(running)

    running.wait_for_log("results_are_written_again")
    time.sleep(6)  # what was not written is tried again every five seconds
    running.kill()
    running.start()
    server.say(9, QUAYS)
    replies(server, 9, 1)
    assert [len(answers(server, chat)) for chat in range(1, 4)] == [2, 1, 1]
    server.say(1, "and Bergen?")
    assert f"{QUAYS[:-1]}" not in replies(server, 1, 3)[-1]["text"].split("\n")[0]
    assert running.stop() == 0


def test_a_disk_that_is_full_at_the_start_is_told_in_one_line(server, started, tmp_path):
    disk = SmallDisk(tmp_path)
    try:
        disk.fill(None)
        running = started(disk.data)
        running.log = tmp_path / "log"
        code, lines = running.start(wait=False).ended()
        assert (code, len(lines)) == (2, 1), lines
        assert "can't be" in lines[0]
        assert "Traceback" not in running.said()
    finally:
        disk.end()


# --- Strangers


def test_a_stranger_is_told_so_and_learns_nothing(server, started, tmp_path):
    friend, stranger, group, admin = 21, 22, -2001, 23
    (tmp_path / "config.toml").write_text(f"[telegram]\nallow = [{friend}]\nadmins = [{admin}]\n", encoding="utf-8")
    running = started(config=tmp_path / "config.toml").start()
    server.say(friend, QUAYS)
    (answer,) = replies(server, friend, 1)
    assert answer["text"].startswith("14\n")
    server.say(admin, QUAYS)
    assert replies(server, admin, 1)[0]["text"].startswith("14\n")

    said = [QUAYS, "/start", "/sources", "/lang zh", "/nothing"]
    for text in said:
        server.say(stranger, text)
    server.send_photo(stranger, caption=QUAYS)
    server.send_document(stranger, "report.md", b"# Report\n")
    server.say(group, f"@citewise_test_bot {QUAYS}", user=stranger)
    server.say(group, "/sources@citewise_test_bot", user=stranger)
    for data in (button(answer, "why"), button(answer, "right"), button(answer, "passage")):
        server.press(friend, answer["message_id"], data, user=stranger, forged=True)
        server.press(stranger, 1, data, forged=True)
    server.inline(stranger, QUAYS)
    server.say(group, f"@citewise_test_bot {QUAYS}", user=friend)

    assert replies(server, group, 1)[0]["text"].startswith("14\n")
    # Once within a minute; the rest is met with silence.
    told = [message["text"] for message in replies(server, stranger, 1)]
    assert told == [tell("not_allowed", "en", user=stranger)]
    (offered,) = server.wait_for(lambda call: call.method == "answerInlineQuery", 60)
    assert offered.parameters["results"] in ([], "[]")
    pressed = server.wait_for(6, 60, method="answerCallbackQuery")
    assert "sendChatAction" not in {call.method for call in server.calls if call.chat_id == stranger}
    assert running.stop() == 0
    assert len(server.messages(group, bot_only=True)) == 1
    # In the friend's own chat, which is on the list, whoever presses is let in.
    assert [call.parameters.get("text") for call in pressed if call.ok].count(tell("thanks_right", "en")) <= 1


# --- Questions that may mean two things


def test_a_follow_up_of_two_readings_is_asked_back_and_the_chosen_one_answered(server, started, shipped_index):
    running = started(index=shipped_index).start()
    server.say(1, "how many doctors did Jinhua send to Wensu county in 2019?")
    replies(server, 1, 1)
    server.say(1, "and Lhasa?")
    asked_back = replies(server, 1, 2)[-1]
    rows = asked_back["reply_markup"]["inline_keyboard"]
    choices = [one["text"] for row in rows for one in row]
    assert len(choices) == 2
    assert "did Lhasa send to Wensu" in choices[0]
    assert "did Jinhua send to Lhasa" in choices[1]

    server.press(1, asked_back["message_id"], button(asked_back, "choice", 1))

    answer = replies(server, 1, 3)[-1]["text"]
    assert "how many doctors did Jinhua send to Lhasa in 2019" in answer
    (acknowledged,) = server.wait_for(1, 60, method="answerCallbackQuery")
    assert not acknowledged.parameters.get("text")
    server.press(1, asked_back["message_id"], button(asked_back, "choice", 0).replace(":0", ":7"), forged=True)
    server.say(1, "/about")
    assert replies(server, 1, 4)[-1]["text"].startswith(tell("about", "en", count=4)[:20])
    assert running.stop() == 0


# --- A crowd


def test_who_must_wait_long_is_told_once_how_long_and_one_too_many_is_asked_to_come_back(server, started):
    running = started(telegram_waiting=12).start()
    chats = range(1, 31)
    for chat in chats:
        server.say(chat, f"how many quays did the port of Larvik rebuild, {'really ' * chat}?")
    eventually(lambda: all(answers(server, chat) for chat in chats))
    notices = {chat: [text for text in texts(server, chat) if text.startswith("One moment")] for chat in chats}
    assert running.stop() == 0

    busy = tell("busy", "en")
    refused = [chat for chat in chats if answers(server, chat) == [busy]]
    assert refused
    assert len(refused) <= 30 - 12
    assert all(len(answers(server, chat)) == 1 for chat in chats)
    assert all(len(told) <= 1 for told in notices.values())
    waited = {chat: told[0] for chat, told in notices.items() if told and chat not in refused}
    assert waited
    shortest = next(iter(waited))
    form = tell("waiting", "en", ahead="AHEAD", seconds="SECONDS").partition("AHEAD")
    assert waited[shortest].startswith(form[0])
    assert not notices[1]
    # The words about waiting come before the answer.
    told = texts(server, shortest)
    assert told[0].startswith("One moment")
    assert not told[-1].startswith("One moment")


def test_killed_while_several_chats_wait_everything_is_answered_once_after_the_restart(server, started):
    running = started().start()
    chats = range(1, 13)
    for chat in chats:
        server.say(chat, f"how many quays did the port of Larvik rebuild, {'really ' * chat}?")
        server.say(chat, PILOTS)
    eventually(lambda: sum(bool(answers(server, chat)) for chat in chats) >= 2 and not server.pending)
    running.kill()
    before = {chat: answers(server, chat) for chat in chats}
    assert sum(len(one) == 2 for one in before.values()) < len(chats)

    running.start()
    eventually(lambda: all(len(answers(server, chat)) >= 2 for chat in chats))
    time.sleep(1)
    assert running.stop() == 0

    twice = [chat for chat in chats if len(answers(server, chat)) > 2]
    assert len(twice) <= 1  # the reply that was in flight when the bot was killed
    for chat in chats:
        found = answers(server, chat)
        assert found[-1].startswith("86\n")
        assert found[: len(before[chat])] == before[chat]
        assert len(found) == (3 if chat in twice else 2)
        if chat not in twice:
            assert found[0] != found[1]


def test_a_port_for_metrics_that_is_taken_is_told_in_one_line(server, started):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        running = started(telegram_metrics_port=taken.getsockname()[1])
        code, lines = running.start(wait=False).ended()
    assert (code, len(lines)) == (2, 1), lines
