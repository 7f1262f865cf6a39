"""Presses on buttons, also under messages that Telegram does not tell any longer."""

import pytest

from bot.messenger.buttons import data
from bot.messenger.documents import Documents
from bot.messenger.presses import Presses, is_passage
from bot.messenger.questions import Questions
from bot.messenger.store import ChatState
from messenger_desk import CHAT, Telegram, desk, handled, press, run

OTHER = {"id": 7, "is_bot": False, "first_name": "B", "language_code": "en"}


def pressed(at, *updates, bot):
    async def each():
        questions = Questions(at)
        presses = Presses(at, questions, Documents(at, questions))
        for update in updates:
            await handled(at, update, presses.press, bot)
        await at.order.finish_aside()

    run(each, at)


def under(kind="passage", **fields):
    button = {"text": "x", "callback_data": data(kind, "a" * 12, 1)}
    made = {"message_id": 9, "date": 1, "chat": CHAT, "text": "x", "reply_markup": {"inline_keyboard": [[button]]}}
    return made | fields


def test_only_a_passage_that_telegram_still_tells_is_replaced():
    bot = Telegram()

    def of(message):
        return is_passage(press(1, "x", bot, under=message).callback_query.message)

    assert of(under())
    assert not of(under("why"))
    assert not of({"message_id": 9, "date": 0, "chat": CHAT})


def test_a_choice_is_asked_as_it_stands_and_remembered_in_its_topic(store, tmp_path):
    bot, at = Telegram(), desk(store, tmp_path)
    store.done(0, (100, ChatState(None, ("before?",))))
    record = {"language": "en", "choices": ["how many in 2019?", "how many in 2020?"], "topic": 33}
    key = store.save_answer(100, "how many?", ("before?",), record)

    pressed(at, press(1, data("choice", key, 1), bot, under={"message_id": 9, "date": 0, "chat": CHAT}), bot=bot)

    assert at.answering.assistant.asked == [("how many in 2020?", ())]
    assert store.chat(100).questions == ("before?", "how many in 2020?")
    assert bot.calls("sendMessage")[0]["message_thread_id"] == 33


def test_presses_are_paced_without_messages(store, tmp_path):
    bot, at = Telegram(), desk(store, tmp_path, questions_per_minute=2)
    pressed(at, *(press(number, data("why", "a" * 12), bot) for number in range(1, 7)), bot=bot)
    told = [one.get("text", "") for one in bot.calls("answerCallbackQuery")]
    assert len(told) == 6
    assert sum("That was fast" in text for text in told) == 1
    assert bot.texts() == []


@pytest.mark.parametrize(("user", "words"), [(OTHER, "another"), ({**OTHER, "id": 8}, "sent this file")])
def test_nobody_but_its_sender_decides_on_a_document_and_no_message_is_sent(store, tmp_path, user, words):
    bot, at = Telegram(), desk(store, tmp_path, admins=[100, 8])
    key = store.save_upload(100, 100, "file", "mill.md", 10)
    pressed(at, press(1, data("upload_yes", key), bot, user=user), bot=bot)
    (told,) = bot.calls("answerCallbackQuery")
    assert ("only an administrator" if words == "another" else words) in told["text"]
    assert bot.texts() == []
    assert store.upload(key) is not None
