"""Questions and edits in a chat, as the handlers are called."""

import pytest
from telegram.error import ChatMigrated, NetworkError

from bot.messenger.questions import Questions, edited
from bot.messenger.store import ChatState, StoreError
from bot.messenger.words import tell
from messenger_desk import Telegram, desk, edit, handled, message, run


def asked(store, tmp_path, *updates, act=None, **access):
    """Handle updates one after the other; return desk and Telegram."""
    bot, at = Telegram(), desk(store, tmp_path, **access)

    async def each():
        questions = Questions(at)
        for make in updates:
            await handled(at, make(bot), questions.message, bot)

    if act:
        act(bot, at)
    run(each, at)
    return at, bot


def says(number, text, **fields):
    return lambda bot: message(number, text, bot, **fields)


def edits(number, of, text):
    return lambda bot: edit(number, of, text, bot)


@pytest.mark.parametrize(
    ("questions", "earlier", "new", "history", "expected"),
    [
        (("a", "b", "c"), "b", "B", ("a",), ("a", "B", "c")),
        (("a", "b"), "b", None, ("a",), ("a",)),
        (("c", "d"), "a", "A", (), ("c", "d")),  # no longer remembered: it is not the newest
        (("a",), "unclear", "b", ("a",), ("a", "b")),  # was not remembered, and nothing came since
        (("a", "b", "a"), "a", "A", (), ("a", "b", "A")),
    ],
)
def test_an_edit_takes_the_place_of_what_it_changes(questions, earlier, new, history, expected):
    assert edited(questions, earlier, new, history) == expected


def test_an_edit_changes_the_answer_in_its_place_also_after_a_retry(store, tmp_path):
    def spoil(bot, at):
        sent = at.ledger.sent

        async def lost(*values):
            at.ledger.sent = sent
            raise NetworkError("down")

        at.ledger.sent = lost

    _, bot = asked(store, tmp_path, says(1, "how many?"), edits(2, 1, "how much?"), act=spoil)
    assert bot.requests() == ["sendMessage", "editMessageText"]


def test_an_answer_of_several_messages_is_not_edited_in_its_place(store, tmp_path):
    store.sent(100, 1, 0, store.save_answer(100, "how many?", (), {}))
    _, bot = asked(store, tmp_path, edits(2, 1, "how much?"))
    assert bot.requests() == ["sendMessage"]


def test_what_the_disk_spoilt_is_tried_again(store, tmp_path, monkeypatch):
    found, fails = store.reply_to, [StoreError("is locked")]

    def reply_to(*values):
        if fails:
            raise fails.pop()
        return found(*values)

    monkeypatch.setattr(store, "reply_to", reply_to)
    _, bot = asked(store, tmp_path, edits(2, 1, "how much?"))
    assert len(bot.texts()) == 1
    assert store.waiting() == []


def test_who_is_too_fast_or_not_invited_is_told_once(store, tmp_path):
    many = [says(number, f"q{number}") for number in range(1, 8)]
    _, bot = asked(store, tmp_path, *many, questions_per_minute=2)
    assert len(bot.texts()) == 3
    assert bot.texts()[-1].startswith("That was fast!")

    _, bot = asked(store, tmp_path, *[says(number, "q") for number in range(11, 18)], allow=[5])
    assert bot.texts() == [tell("not_allowed", "en", user=100)]


def test_each_channel_has_a_pace_of_its_own(store, tmp_path):
    everyone = {"id": 136817688, "is_bot": True, "first_name": "Channel"}
    many = [
        says(number, "q", **{"from": everyone, "sender_chat": {"id": -number, "type": "channel", "title": "C"}})
        for number in range(1, 6)
    ]
    _, bot = asked(store, tmp_path, *many, questions_per_minute=1)
    assert len([text for text in bot.texts() if "fast" not in text]) == 5


def test_what_is_asked_while_a_group_becomes_a_supergroup_is_remembered_there(store, tmp_path):
    def migrate(bot, _):
        bot.errors.append(ChatMigrated(-1005))

    at, bot = asked(store, tmp_path, says(1, "how many?"), act=migrate)
    assert bot.sent[-1][1]["chat_id"] == -1005
    assert store.chat(-1005) == ChatState(None, ("how many?",))
    assert store.chat(100) == ChatState()
    assert store.reply_to(-1005, 1) is not None
    assert at.order.undone == 0
