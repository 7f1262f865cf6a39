"""Thousands of hostile and odd messages to the bot as a process: none makes it stumble, strangers get one kind word."""

import json
import socket
import time
import urllib.request
from collections import Counter, defaultdict

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.messenger.words import tell
from bot_api import BotApi
from bot_api.html_entities import units
from bot_api.people import entities_of
from messenger_process import PATIENCE, BotProcess, build, button, logged, replies
from scale import scaled
from small import REPORTS, write_reports

pytestmark = [pytest.mark.slow, pytest.mark.model]
QUAYS = "how many quays did the port of Larvik rebuild?"
COUNT = scaled(150, 10_000)
AT_ONCE = 400  # so that the last of them does not wait for hours
LONGEST = 4096  # UTF-16 units of a message, as Telegram counts
CAPTION = 1024
DATA_BYTES = 64
ALLOWED, PRESSERS, STRANGERS = range(100, 140), range(200, 210), range(500, 530)
VICTIM, LAST, ADMIN = 300, 301, 9001
GROUPS = [*range(-2040, -2000), *range(-1001000000020, -1001000000000)]

PIECES = [
    "<b>", "</b>", "<a href='tg://user?id=1'>", "<script>", "&", "&amp;", "&#60;", "<!--", "]]>", "*_`[](", "\x00",
    "\x1b[31m", "\x07", "\r\n", "\n\n\n", "\t", "\u202e", "\u2066", "\u2069", "\u200f", "\u200b", "\ufeff", "\u2028",
    "\u0301" * 30, "\ue000", "\U000e0041", "\ufdd0", "שלום", "مرحبا ٤٢؟", "👩\u200d👩\u200d👧", "🇳🇴", "👍🏽", "😀" * 20,
    "浙江省", "多少", "图书馆", "how many quays", "Larvik", "?", "？", " and ", "2019", "1,569", "{0}", "%s", "%n",
    "${x}", "'; DROP TABLE updates;--", "../../etc/passwd", "@all", "@citewise_test_bot", "@other_bot", "/start",
    "tg://user?id=1", "file:///etc/passwd",
]  # fmt: skip
COMMANDS = [
    "/start@other_bot", "/show 1", "/reset\n", "/reset", "/lang", "/lang zh", "/lang auto", "/lang ../..", "/sources",
    "/about@citewise_test_bot", "/help@CITEWISE_TEST_BOT", "/start@citewise_test_bot_x", "/start payload_1", "/", "//",
    "/start/help", "／start", "/" + "a" * 64, "/sources@citewise_test_bot extra",
]  # fmt: skip
MENTIONS = ["@citewise_test_bot", "@CITEWISE_TEST_BOT,", "@citewise_test_bot_", "＠citewise_test_bot", "@other_bot"]
NAMES = [
    "report.md", "../../x.md", "..\\x.md", "", ".md", "CON.md", "a\x00b.md", "x" * 300 + ".md", "\u202edm.exe", "*.txt",
    "-rf.md", "浙江.txt", "x.md.exe", "<b>.md", "a\nb.md", "report.pdf", "reports.toml", "\U000e0041.md",
]  # fmt: skip


def cut(text, most):
    """Return as much of a text as a message takes, and something where that is nothing to be seen."""
    while units(text) > most:
        text = text[: most - (units(text) - len(text))] if units(text) - len(text) < most else text[: most // 2]
    return text if text.strip() else "x"


def of_units(most):
    return lambda text: cut(text, most)


SHORT = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), min_size=1, max_size=8).map("".join)
LONG = st.builds(lambda text, times: text * times, SHORT, st.integers(20, 2000))
COMMAND = st.builds("{}{}".format, st.sampled_from(COMMANDS), st.just("") | SHORT)
MENTION = st.builds("{} {}".format, st.sampled_from(MENTIONS), st.sampled_from([QUAYS, "", "and Bergen?"]) | SHORT)
TEXT = st.one_of(SHORT, LONG, COMMAND, COMMAND, MENTION).map(of_units(LONGEST))
SIZES = st.sampled_from([None, 0, 1, 16 * 2**20 + 1, 20 * 2**20 + 1, 2**31])
DATA = st.one_of(
    st.text(min_size=1, max_size=DATA_BYTES),
    st.builds(
        "{}:{}:{}{}".format,
        st.sampled_from("pmyrwcunxP"),
        st.sampled_from(["KEY", "KEY"]) | st.from_regex(r"[A-Za-z0-9_-]{0,41}", fullmatch=True),
        st.sampled_from(["0", "1", "2", "999", "1000", "-1", "01", "٣", ""]),
        st.sampled_from(["", "", "", "\n", " "]),
    ),
)
USERS = st.sampled_from(ALLOWED) | st.sampled_from(STRANGERS)
PLACES = st.none() | st.none() | st.sampled_from(GROUPS)  # None is the private chat
ORIGINS = st.just(True) | SHORT.map(of_units(64))
ACTIONS = st.one_of(
    st.tuples(st.just("say"), USERS, PLACES, TEXT),
    st.tuples(st.just("say"), USERS, PLACES, TEXT),
    st.tuples(st.just("edit"), USERS, PLACES, TEXT),
    st.tuples(st.just("forward"), USERS, PLACES, TEXT, ORIGINS),
    st.tuples(st.just("reply"), USERS, st.sampled_from(GROUPS), TEXT),
    st.tuples(st.just("caption"), USERS, PLACES, SHORT.map(of_units(CAPTION)), st.sampled_from(["photo", "voice"])),
    st.tuples(st.just("document"), USERS | st.just(ADMIN), PLACES, st.sampled_from(NAMES) | SHORT, SIZES),
    st.tuples(st.just("sticker"), USERS, PLACES),
    st.tuples(st.just("press"), st.sampled_from(PRESSERS), st.none(), DATA),
    st.tuples(st.just("press"), st.sampled_from(STRANGERS), PLACES, DATA),
    st.tuples(st.just("inline"), USERS, st.none(), SHORT.map(lambda text: text[:256])),
)


def generated(count):
    """Return so many actions, the same at each run."""
    made = []

    @settings(
        max_examples=count, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(ACTIONS)
    def collect(action):
        made.append(action)

    collect()
    return made[:count]


class Crowd:
    """Do in the server what people do."""

    def __init__(self, api, key):
        self._api = api
        self._key = key
        self._said = defaultdict(list)
        self.presses = 0

    def act(self, kind, user, group, *given):
        """Do one thing."""
        chat = group or user
        getattr(self, f"_{kind}")(chat, user, *given)

    def _say(self, chat, user, text, **fields):
        update = self._api.say(chat, text, user, **fields)
        if update is not None:
            self._said[chat, user].append(update)

    def _edit(self, chat, user, text):
        if not self._said[chat, user]:
            self._say(chat, user, text)
        self._api.edit(chat, self._api.message_id(self._said[chat, user][-1]), text)

    def _forward(self, chat, user, text, origin):
        self._say(chat, user, text, forward=origin)

    def _reply(self, chat, user, text):
        told = self._api.messages(chat, bot_only=True)
        self._say(chat, user, text, reply_to=told[-1]["message_id"] if told else None)

    def _caption(self, chat, user, text, kind):
        send = self._api.send_photo if kind == "photo" else self._api.send_voice
        send(chat, user=user, caption=text, caption_entities=entities_of(text))

    def _document(self, chat, user, name, size):
        self._api.send_document(chat, name, b"# Report\n", user=user, size=size)

    def _sticker(self, chat, user):
        self._api.send_sticker(chat, user=user)

    def _press(self, chat, user, data):
        data = data.replace("KEY", self._key).encode()[:DATA_BYTES].decode(errors="ignore") or "x"
        told = self._api.messages(chat, bot_only=True) if chat in GROUPS else []
        self._api.chat(chat)
        self._api.press(chat, told[-1]["message_id"] if told else 1, data, user, forged=True)
        self.presses += 1

    def _inline(self, _chat, user, text):
        self._api.inline(user, text)


def health(port):
    """Return what the bot says of itself."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=60) as reply:
        return json.load(reply)


def wait_until_done(api, running, port):
    """Wait until nothing is left to do; fail when that makes no headway."""
    last, moment = None, time.monotonic()
    while (state := (len(api.pending), health(port)["undone"])) != (0, 0):
        assert running.process.poll() is None, running.said()[-5000:]
        if state != last:
            last, moment = state, time.monotonic()
        assert time.monotonic() < moment + PATIENCE, f"no headway: {state}"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def crowded(tmp_path_factory, model_cache):
    """Give the server, the bot and the crowd after everything was said."""
    folder = tmp_path_factory.mktemp("hostile")
    build(write_reports(folder / "reports", REPORTS), folder / "index", model_cache)
    allow = [*ALLOWED, *PRESSERS, VICTIM, LAST]
    (folder / "config.toml").write_text(f"[telegram]\nallow = {allow}\nadmins = [{ADMIN}]\n", encoding="utf-8")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    with BotApi() as api:
        api.privacy = False
        api.query_seconds = 3600.0
        running = BotProcess(
            api, folder / "index", folder / "data", model_cache, config=folder / "config.toml",
            telegram_questions_per_minute=1000, telegram_metrics_port=port, telegram_waiting=100_000,
        )  # fmt: skip
        try:
            running.start()
            api.say(VICTIM, QUAYS)
            (answer,) = replies(api, VICTIM, 1)
            crowd = Crowd(api, button(answer, "why").split(":")[1])
            actions = generated(COUNT)
            for at in range(0, len(actions), AT_ONCE):
                for action in actions[at : at + AT_ONCE]:
                    crowd.act(*action)
                wait_until_done(api, running, port)
            yield api, running, crowd
        finally:
            if running.process and running.process.poll() is None:
                running.kill()


def test_the_messages_are_as_many_and_as_different_as_was_meant():
    made = generated(COUNT)
    assert len(made) >= 0.9 * COUNT
    assert {action[0] for action in made} == {
        "say", "edit", "forward", "reply", "caption", "document", "sticker", "press", "inline"
    }  # fmt: skip
    assert any(len(action[3]) > 2000 for action in made if action[0] == "say")


def test_the_bot_breaks_no_rule_of_telegrams_and_logs_no_error(crowded):
    api, running, _ = crowded
    assert running.process.poll() is None
    assert Counter(api.violations) == Counter()
    refused = Counter(
        (call.method, call.error[1]) for call in api.calls if call.error and call.method != "answerCallbackQuery"
    )
    # An edited question may have the same answer, which only Telegram can tell; it then leaves the message as it is.
    assert all("message is not modified" in said for _, said in refused), refused
    lines = running.said().splitlines()
    assert [line for line in lines if not line.startswith("{")] == []
    assert [one for one in logged(running) if one["level"] in ("error", "critical") or "exception" in one] == []
    assert "Traceback" not in running.said()


def test_a_stranger_gets_one_kind_word_and_nothing_else(crowded):
    api, _, _ = crowded
    for stranger in STRANGERS:
        kind = {tell("not_allowed", language, user=stranger).strip() for language in ("en", "zh")}
        assert {message["text"] for message in api.messages(stranger, bot_only=True)} <= kind
    calls = api.calls
    assert {call.method for call in calls if call.chat_id in STRANGERS} <= {"sendMessage"}
    for group in GROUPS:
        for message in api.messages(group, bot_only=True):
            assert message["reply_to_message"]["from"]["id"] in ALLOWED


def test_every_press_is_acknowledged_and_no_made_up_button_does_anything(crowded):
    api, _, crowd = crowded
    answered = [call for call in api.calls if call.method == "answerCallbackQuery"]
    assert len([call for call in answered if call.ok]) == crowd.presses
    said = {call.parameters.get("text") for call in answered}
    refusals = ("expired", "not_yours", "upload_not_admin", "upload_expired", "upload_not_sender")
    assert said <= {None, *(tell(key, language) for key in refusals for language in ("en", "zh"))}
    for user in PRESSERS:
        assert api.messages(user, bot_only=True) == []
    assert len(api.messages(VICTIM, bot_only=True)) == 1


def test_the_bot_answers_as_before_and_ends_when_told(crowded):
    api, running, _ = crowded
    api.say(LAST, QUAYS)
    (answer,) = replies(api, LAST, 1)
    assert answer["text"].startswith("14\n")
    assert running.stop() == 0, running.said()[-5000:]
