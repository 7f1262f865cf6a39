"""The bot over real HTTP: a process of its own and a Bot API server that is as strict as Telegram's."""

import itertools
import json
import socket
import threading
import time
import urllib.error
import urllib.request

import pytest

from bot.messenger.connection import _NEWCOMER
from bot.messenger.words import tell
from bot_api import BotApi
from messenger_process import PATIENCE, BotProcess, build, button, logged, replies, texts
from small import LARVIK, write_reports

pytestmark = [pytest.mark.slow, pytest.mark.model]
QUAYS = "how many quays did the port of Larvik rebuild?"
PILOTS = "how many pilots were trained in 2019?"
ADMIN = 9001
CHATS = itertools.count(1000)
GROUPS = itertools.count(-2000, -1)


@pytest.fixture(scope="module")
def served(small_reports, tmp_path_factory, model_cache):
    """Give one server and one bot for what does not end either."""
    with BotApi() as api:
        running = BotProcess(
            api, small_reports, tmp_path_factory.mktemp("bot"), model_cache,
            telegram_admins=ADMIN, telegram_questions_per_minute=1000,
        )  # fmt: skip
        try:
            yield api, running.start()
        finally:
            code = running.stop()
        assert code == 0, running.said()
        assert not [one for one in logged(running) if one["level"] == "critical"]


@pytest.fixture
def api(served):
    yield served[0]
    assert served[1].process.poll() is None, served[1].said()
    served[0].heal()
    assert served[0].violations == []


@pytest.fixture
def chat():
    return next(CHATS)


@pytest.fixture
def started(small_reports, tmp_path, model_cache):
    """Give a function that makes a bot of the test's own, stopped when the test ends."""
    made = []

    def make(server, data="data", index=small_reports, **settings):
        made.append(BotProcess(server, index, tmp_path / data, model_cache, **settings))
        return made[-1]

    yield make
    for one in made:
        if one.process and one.process.poll() is None:
            one.kill()


@pytest.fixture
def server():
    with BotApi() as made:
        yield made


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


# --- Questions


def test_a_question_is_answered_with_its_quote_and_typing_is_shown(api, chat):
    api.say(chat, QUAYS)
    (answer,) = replies(api, chat, 1)
    assert answer["text"].startswith("14\n")
    assert "“The port rebuilt 14 quays between 2015 and 2021.”" in answer["text"]
    *typing, sending = [call.method for call in api.calls if call.chat_id == chat]
    assert set(typing) == {"sendChatAction"}
    assert sending == "sendMessage"


def test_a_chinese_question_is_answered_in_chinese(api, chat):
    api.say(chat, "新建了多少座图书馆？")
    (answer,) = replies(api, chat, 1)
    assert "全县新建图书馆23座" in answer["text"]


def test_commands(api, chat):
    said = [
        ("/start", tell("start", "en", example=tell("example", "en"))),
        ("/help", tell("help", "en")),
        ("/about", tell("about", "en", count=4)),
        ("/lang", tell("lang_usage", "en", chosen=tell("lang_auto", "en"))),
        ("/lang zh", tell("lang_changed", "zh", chosen=tell("lang_zh", "zh"))),
        ("/reset", tell("reset", "zh")),
        ("/nothing", tell("unknown_command", "zh")),
    ]
    for count, (command, reply) in enumerate(said, start=1):
        api.say(chat, command)
        assert replies(api, chat, count)[-1]["text"] == reply.strip()
    api.say(chat, "/sources")
    listed = replies(api, chat, len(said) + 1)[-1]["text"]
    assert "Port of Larvik" in listed
    assert "平川县图书馆报告" in listed
    api.say(chat, QUAYS)
    assert "第14行" in replies(api, chat, len(said) + 2)[-1]["text"]


def test_commands_are_listed_in_both_languages(api):
    set_ = [call.parameters for call in api.calls if call.method == "setMyCommands"]
    assert [one.get("language_code") for one in set_][:3] == [None, "en", "zh"]
    listed = set_[2]["commands"]
    listed = json.loads(listed) if isinstance(listed, str) else listed
    assert {"start", "help", "sources", "lang", "about"} <= {one["command"] for one in listed}


def test_a_follow_up_is_understood_until_the_conversation_is_reset(api, chat):
    api.say(chat, QUAYS)
    replies(api, chat, 1)
    api.say(chat, "and Bergen?")
    followed = replies(api, chat, 2)[-1]["text"]
    assert "how many quays did the port of Bergen rebuild?" in followed
    api.say(chat, "/reset")
    replies(api, chat, 3)
    api.say(chat, "and Bergen?")
    assert QUAYS not in replies(api, chat, 4)[-1]["text"]


def test_a_forwarded_message_is_a_question_of_its_own(api, chat):
    api.say(chat, QUAYS)
    replies(api, chat, 1)
    api.say(chat, "and Bergen?", forward=True)
    assert QUAYS not in replies(api, chat, 2)[-1]["text"]


def test_an_edited_question_changes_its_answer(api, chat):
    first = api.say(chat, QUAYS)
    (answer,) = replies(api, chat, 1)
    api.edit(chat, api.message_id(first), PILOTS)
    api.wait_for(lambda call: call.method == "editMessageText" and call.chat_id == chat, 60)
    (edited,) = api.messages(chat, bot_only=True)
    assert edited["message_id"] == answer["message_id"]
    assert edited["text"].startswith("86\n")
    api.say(chat, "and in Bergen?")
    assert QUAYS not in replies(api, chat, 2)[-1]["text"]  # the earlier wording is forgotten


def test_media_get_a_kind_word(api, chat):
    for count, (send, kind) in enumerate(
        [(api.send_voice, "voice"), (api.send_photo, "photo"), (api.send_sticker, "sticker")], start=1
    ):
        send(chat)
        assert replies(api, chat, count)[-1]["text"] == tell("media", "en", kind=tell(f"media_{kind}", "en"))


def test_only_admins_add_reports(api, chat):
    api.send_document(chat, "report.md", b"# Report\n\nThe mill made 12 tonnes.\n")
    assert replies(api, chat, 1)[-1]["text"] == tell("upload_not_admin", "en")


def test_an_inline_query_is_answered_the_newest_of_a_person_alone(api):
    typed = [QUAYS[:length] for length in (9, 14, 20, len(QUAYS))]
    for text in typed:
        api.inline(4001, text)
    (call,) = api.wait_for(lambda call: call.method == "answerInlineQuery", 60)
    results = call.parameters["results"]
    results = json.loads(results) if isinstance(results, str) else results
    assert results[0]["title"] == "14"
    assert results[0]["description"] == "The port rebuilt 14 quays between 2015 and 2021."
    assert int(call.parameters["cache_time"]) <= 60


# --- Groups


def test_in_a_group_only_what_is_for_the_bot_is_answered(api):
    group = next(GROUPS)
    api.privacy = False
    try:
        api.say(group, QUAYS, user=5001)
        api.say(group, "/help@some_other_bot", user=5001)
        asked = api.say(group, f"@citewise_test_bot, {QUAYS}", user=5001)
        (answer,) = replies(api, group, 1)
        assert answer["text"].startswith("14\n")
        assert answer["reply_to_message"]["message_id"] == api.message_id(asked)
        api.say(group, "and Bergen?", user=5002, reply_to=answer["message_id"])
        assert "how many quays did the port of Bergen rebuild?" in replies(api, group, 2)[-1]["text"]
        api.say(group, "and Bergen?", user=5002)
        api.say(group, "/about@citewise_test_bot", user=5002)
        assert replies(api, group, 3)[-1]["text"] == tell("about", "en", count=4).strip()
    finally:
        api.privacy = True


def test_a_group_that_becomes_a_supergroup_keeps_its_conversation(api):
    old, new = next(GROUPS), -1001234567890
    api.say(old, f"@citewise_test_bot {QUAYS}", user=5001)
    replies(api, old, 1)
    api.migrate(old, new)
    api.say(new, "@citewise_test_bot and Bergen?", user=5001)
    assert "how many quays did the port of Bergen rebuild?" in replies(api, new, 1)[-1]["text"]


# --- Buttons


def test_passages_are_shown_and_paged_in_one_message(api, chat):
    api.say(chat, "新建了多少座图书馆？")
    (answer,) = replies(api, chat, 1)
    api.press(chat, answer["message_id"], button(answer, "passage", 1))
    _, passage = replies(api, chat, 2)
    assert "2020年到馆读者达到41.6万人次" in passage["text"]
    moved = [one for row in passage.get("reply_markup", {}).get("inline_keyboard", []) for one in row]
    if moved:
        api.press(chat, passage["message_id"], moved[-1]["callback_data"])
        api.wait_for(lambda call: call.method == "editMessageText" and call.chat_id == chat, 60)
    assert len(api.messages(chat, bot_only=True)) == 2


def test_why_tells_how_sure_the_bot_is(api, chat):
    api.say(chat, QUAYS)
    (answer,) = replies(api, chat, 1)
    api.press(chat, answer["message_id"], button(answer, "why"))
    assert tell("why", "en") in replies(api, chat, 2)[-1]["text"]


def test_judgements_are_exported_as_a_question_file(served, api, chat, tmp_path):
    api.say(chat, QUAYS)
    (answer,) = replies(api, chat, 1)
    before = len(api.wait_for(0, method="answerCallbackQuery"))
    api.press(chat, answer["message_id"], button(answer, "wrong"))
    api.press(chat, answer["message_id"], button(answer, "right"))
    pressed = api.wait_for(before + 2, 60, method="answerCallbackQuery")
    assert pressed[-1].parameters["text"] == tell("thanks_right", "en")

    done = served[1].run("telegram", "--export-feedback", tmp_path / "feedback.jsonl")

    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "feedback.jsonl").read_text(encoding="utf-8").splitlines()
    found = [one for one in map(json.loads, lines) if one["question"] == QUAYS]
    assert [one["verdict"] for one in found] == ["right"]
    assert found[0]["answers"][0] == {"report": "larvik", "accept": ["14"], "anchors": ["14"]}


def test_a_forged_button_of_another_chat_does_nothing(api, chat):
    api.say(chat, QUAYS)
    (answer,) = replies(api, chat, 1)
    other = next(CHATS)
    api.say(other, "/about")
    (about,) = replies(api, other, 1)
    before = len(api.wait_for(0, method="answerCallbackQuery"))
    for data in (button(answer, "why"), "p:../../x:1", "y:AAAAAAAAAAAA:0", "n:AAAAAAAAAAAA:0"):
        api.press(other, about["message_id"], data, forged=True)
    pressed = api.wait_for(before + 4, 60, method="answerCallbackQuery")
    assert pressed[before].parameters["text"] == tell("not_yours", "en")
    assert pressed[before + 2].parameters["text"] == tell("expired", "en")
    assert tell("why", "en") not in "".join(texts(api, other))


# --- A bad network, and Telegram's moods


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "retry_after": 1},
        {"status": 500},
        {"status": 502, "kind": "html"},
        {"kind": "drop"},
        {"kind": "hang", "seconds": 40.0},
    ],
    ids=["429", "500", "html", "drop", "hang"],
)
def test_a_reply_that_did_not_get_through_is_sent_again_once_and_in_order(api, chat, fault):
    api.fail("sendMessage", 2 if fault.get("kind") != "hang" else 1, chat_id=chat, **fault)
    api.say(chat, QUAYS)
    api.say(chat, "/about")
    found = replies(api, chat, 2)
    time.sleep(0.5)
    assert [text.split("\n")[0] for text in texts(api, chat)] == ["14", tell("about", "en", count=4).split("\n")[0]]
    assert len(found) == 2


def test_a_reply_of_telegrams_that_can_not_be_read_does_not_stop_the_bot(api, chat):
    api.fail("sendMessage", 1, kind="malformed", acted=False, chat_id=chat)
    api.fail("getUpdates", 1, kind="malformed")
    api.say(chat, QUAYS)
    assert replies(api, chat, 1)[0]["text"].startswith("14\n")


def test_markup_that_telegram_refuses_is_sent_as_plain_text(api, chat):
    api.fail("sendMessage", 1, status=400, description="Bad Request: can't parse entities: odd", chat_id=chat)
    api.say(chat, QUAYS)
    (answer,) = replies(api, chat, 1)
    assert answer["text"].startswith("14\n")
    assert "entities" not in answer


def test_who_blocked_the_bot_holds_up_nobody(api, chat):
    api.say(chat, "/about")
    replies(api, chat, 1)
    api.fail("sendMessage", 1, status=403, description="Forbidden: bot was blocked by the user", chat_id=chat)
    api.say(chat, QUAYS)
    api.say(chat, "/about")
    assert len(replies(api, chat, 2)) == 2
    assert "14" not in [text.split("\n")[0] for text in texts(api, chat)]


def test_a_repeated_update_is_answered_once(api, chat):
    asked = api.say(chat, QUAYS)
    replies(api, chat, 1)
    api.repeat(asked)
    api.say(chat, "/about")
    assert replies(api, chat, 2)[0]["text"].startswith("14\n")
    assert len(api.messages(chat, bot_only=True)) == 2


def test_an_outage_loses_nothing(api, chat):
    with api.outage():
        time.sleep(1.5)
    api.say(chat, QUAYS)
    assert replies(api, chat, 1)[0]["text"].startswith("14\n")


def test_many_chats_at_once_are_all_answered(api):
    chats = [next(CHATS) for _ in range(40)]
    for number, one in enumerate(chats):
        api.say(one, f"{QUAYS} {'please ' * (number % 7)}".strip())
    for one in chats:
        assert replies(api, one, 1)[-1]["text"].split("\n")[0] == "14" or len(replies(api, one, 2)) == 2


# --- Starting and stopping


def test_killed_between_update_and_reply_nothing_is_lost_and_nothing_doubled(server, started):
    running = started(server).start()
    server.say(1, QUAYS)
    replies(server, 1, 1)
    server.fail("sendMessage", None, kind="hang")
    for one in range(1, 6):
        server.say(one, PILOTS if one > 1 else "and Bergen?")
    server.wait_for(lambda call: call.fault == "hang", 60)
    deadline = time.monotonic() + 60
    while server.pending and time.monotonic() < deadline:
        time.sleep(0.1)
    running.kill()
    server.heal()

    running.start()
    found = {one: replies(server, one, 2 if one == 1 else 1) for one in range(1, 6)}
    assert running.stop() == 0

    assert "how many quays did the port of Bergen rebuild?" in found[1][1]["text"]
    assert [[m["text"][:2] for m in found[one]] for one in range(2, 6)] == [["86"]] * 4
    running.start()
    server.say(1, "and Larvik?")
    assert "how many quays did the port of Larvik rebuild?" in replies(server, 1, 3)[-1]["text"]
    assert [len(server.messages(one, bot_only=True)) for one in range(1, 6)] == [3, 1, 1, 1, 1]
    assert running.stop() == 0


def test_a_stop_finishes_what_was_begun_and_the_next_start_does_the_rest(server, started):
    running = started(server).start()
    for one in range(1, 21):
        server.say(one, f"how many quays did the port of Larvik rebuild, {'really ' * one}?")
    server.wait_for(1, 60, method="sendMessage")
    assert running.stop() == 0
    assert "Traceback" not in running.said()
    running.start()

    def answers():
        return [sum(not text.startswith("One moment") for text in texts(server, one)) for one in range(1, 21)]

    deadline = time.monotonic() + PATIENCE
    while 0 in answers() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert running.stop() == 0
    assert answers() == [1] * 20


def test_by_webhook(server, started):
    port = free_port()
    url = f"http://127.0.0.1:{port}/hook"
    running = started(server, telegram_webhook_url=url, telegram_webhook_listen=f"127.0.0.1:{port}")
    running.environment["CITEWISE_TELEGRAM_WEBHOOK_SECRET"] = "a-secret"  # noqa: S105
    running.start()
    server.say(1, QUAYS)
    assert replies(server, 1, 1)[0]["text"].startswith("14\n")
    forged = urllib.request.Request(
        url, b'{"update_id": 1}', {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": "guessed"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(forged, timeout=10)  # noqa: S310
    assert refused.value.code == 403
    assert running.stop() == 0
    assert server.violations == []


def test_without_a_token_or_with_a_wrong_one_the_bot_ends_in_one_line(server, started):
    running = started(server)
    del running.environment["CITEWISE_TELEGRAM_TOKEN"]
    code, lines = running.start(wait=False).ended()
    assert (code, len(lines)) == (2, 1)
    assert "CITEWISE_TELEGRAM_TOKEN" in lines[0]

    running.environment["CITEWISE_TELEGRAM_TOKEN"] = wrong = "987654321:" + "b" * 35
    code, lines = running.start(wait=False).ended()
    assert (code, len(lines)) == (2, 1), lines
    assert "does not know this token" in lines[0]
    assert wrong not in running.said()


def test_without_a_network_the_bot_tries_a_few_times_and_ends(started):
    with BotApi() as gone:
        pass
    running = started(gone).start(wait=False)
    code, lines = running.ended()
    assert code == 4
    assert [line.rpartition("; ")[2] for line in lines[:4]] == [
        f"trying again in {seconds} s" for seconds in (1, 2, 4, 8)
    ]
    assert "can't be reached" in lines[4]
    assert len(lines) == 5


def test_a_second_bot_ends_in_one_line_and_the_first_goes_on(server, started):
    first = started(server).start()
    fetching = time.monotonic()
    code, lines = started(server).start(wait=False).ended()
    assert (code, len(lines)) == (2, 1), lines
    assert "another bot is running" in lines[0]

    time.sleep(max(0.0, _NEWCOMER + 1 - (time.monotonic() - fetching)))  # until then either may be the newcomer
    code, lines = started(server, "elsewhere").start(wait=False).ended()
    assert (code, len(lines)) == (2, 1), lines
    assert "another instance of this bot is running" in lines[0]
    assert first.process.poll() is None
    server.say(1, QUAYS)
    assert replies(server, 1, 1)[0]["text"].startswith("14\n")
    assert first.stop() == 0


def test_a_port_in_use_is_told_in_one_line(server, started):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        running = started(
            server, telegram_webhook_url="http://127.0.0.1:1/x", telegram_webhook_listen=f"127.0.0.1:{port}"
        )
        code, lines = running.start(wait=False).ended()
    assert (code, len(lines)) == (2, 1), lines
    assert f"127.0.0.1:{port}" in lines[0]


# --- Reports that change


def test_an_admins_document_becomes_a_report_while_the_bot_answers(server, started, tmp_path, model_cache):
    index = tmp_path / "index"
    build(write_reports(tmp_path / "reports", {"larvik.md": LARVIK}), index, model_cache)
    running = started(
        server,
        index=index,
        telegram_admins=ADMIN,
        telegram_questions_per_minute=1000,
        telegram_metrics_port=free_port(),
    ).start()
    server.send_document(ADMIN, "mill.md", b"# Mill of Moss\n\nThe mill of Moss made 1,234 tonnes of flour in 2011.\n")
    (offer,) = replies(server, ADMIN, 1)
    server.press(ADMIN, offer["message_id"], button(offer, "upload_yes"))
    over = threading.Event()

    def ask_on():
        for number in itertools.count():
            if over.wait(0.7):
                return
            server.say(50 + number % 5, f"{QUAYS} {'please ' * (number % 9)}")

    asking = threading.Thread(target=ask_on)
    asking.start()
    try:
        told = replies(server, ADMIN, 2, 180)[-1]["text"]
    finally:
        over.set()
        asking.join()
    assert told == tell("upload_accepted", "en", name="mill.md", count=2)
    server.say(ADMIN, "how many tonnes of flour did the mill of Moss make?")
    assert "1,234" in replies(server, ADMIN, 3)[-1]["text"]

    manifest = index / "manifest.json"
    whole = manifest.read_text(encoding="utf-8")
    manifest.write_text(whole.replace("mill", "mull"), encoding="utf-8")
    running.wait_for_log("new_index_not_used")
    server.say(ADMIN, "how many tonnes of flour did the mill of Moss make in 2011?")
    assert "1,234" in replies(server, ADMIN, 4)[-1]["text"]
    for one in range(50, 55):
        asked = sum(1 for message in server.messages(one) if message["from"]["id"] == one)
        answered = [text for text in texts(server, one) if text.startswith("14")]
        deadline = time.monotonic() + 60
        while len(answered) < asked and time.monotonic() < deadline:
            time.sleep(0.2)
            answered = [text for text in texts(server, one) if text.startswith("14")]
        assert len(answered) == asked
    assert running.stop() == 0
    assert server.violations == []
