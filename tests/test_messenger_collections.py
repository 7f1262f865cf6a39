"""Chats choose what they ask, among the collections that the settings name and no others."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from bot.answer import Answer
from bot.messenger.answering import Answering
from bot.messenger.chat_commands import ChatCommands
from bot.messenger.collections import Collections
from bot.messenger.questions import Questions
from bot.messenger.store import ChatState
from bot.shelf import Shelf
from index.errors import IndexMissing
from messenger_desk import Assistant, Telegram, desk, handled, message, run

BUILT = ["default", "2022", "2023", "private"]


class Named(Assistant):
    """Answer with the name of the collection."""

    def __init__(self, name, count):
        super().__init__()
        self.manifest = SimpleNamespace(generation=f"g-{name}", roots=())
        self.documents = dict.fromkeys(range(count))
        self.name = name

    def ask(self, question, *, history=(), language=None, ask_back=False):
        self.asked.append((question, tuple(history)))
        return Answer(question, "not_found", "en", f"nothing in {self.name}")


@pytest.fixture
def opened():
    return {}


@pytest.fixture
def made(store, tmp_path, opened):
    def load(name):
        if name == "2022":
            raise IndexMissing("gone")
        return opened.setdefault(name, Named(name, 7))

    shelf = Shelf(lambda name: tmp_path / name, load)
    collections = Collections("default", ("2022", "2023"), lambda: BUILT, shelf)
    plain = desk(store, tmp_path)
    return replace(plain, collections=collections, answering=Answering(Named("default", 2), shelf=shelf))


def said(desk, *lines):
    """Send lines to the bot, one after the other, and return what it said."""
    bot = Telegram()
    questions = Questions(desk)
    commands = ChatCommands(desk, questions)

    async def act():
        for number, line in enumerate(lines, start=1):

            async def answer(update, given, line=line):
                if line.startswith("/"):
                    name, *args = line[1:].split()
                    given.args = args
                    await getattr(commands, name)(update, given)
                else:
                    await questions.message(update, given)

            await handled(desk, message(number, line, bot), answer, bot)
        return bot.texts()

    return run(act, desk)


def test_a_chat_asks_the_collection_that_it_chose(made):
    texts = said(made, "how many quays?", "/collection 2023", "how many quays?", "/collection default", "how many?")

    assert [text for text in texts if "nothing in" in text] == [
        "nothing in default", "nothing in 2023", "nothing in default",
    ]  # fmt: skip
    assert "I now answer from “2023”" in texts[1]


def test_the_conversation_begins_anew_and_the_language_stays(made, store, opened):
    said(made, "/lang zh", "how many quays?", "/collection 2023", "and cranes?")

    assert opened["2023"].asked == [("and cranes?", ())]
    assert store.chat(100) == ChatState("zh", ("and cranes?",), "2023")


def test_what_may_be_chosen_is_listed_and_nothing_else(made):
    texts = said(made, "/collection 2023", "/collection")

    assert texts[-1].splitlines()[1:] == ["• default", "• 2022", "• 2023 (chosen)"]


@pytest.mark.parametrize("name", ["private", "../index", "none", "2023/../private", "*"])
def test_others_are_as_if_they_were_not_there(made, store, opened, name):
    texts = said(made, f"/collection {name}", "how many quays?")

    assert texts[0].splitlines()[0] == f"I have no collection “{name}”. There are:"
    assert "private" not in texts[0].splitlines()[1:]
    assert (texts[1], opened, store.chat(100).collection) == ("nothing in default", {}, "")


def test_a_choice_that_the_settings_no_longer_allow_is_not_used(made, store, opened):
    store.save_chat(100, ChatState(None, (), "private"))

    assert said(made, "how many quays?") == ["nothing in default"]
    assert opened == {}


def test_a_collection_that_can_t_be_opened_any_more_is_told(made):
    assert said(made, "/collection 2022", "how many quays?")[1] == (
        "I can't open the collection “2022” any more. /collection shows the others."
    )


def test_the_reports_are_counted_in_the_collection_of_the_chat(made):
    texts = said(made, "/about", "/collection 2023", "/about")

    assert ("from 2 reports" in texts[0], "from 7 reports" in texts[2]) == (True, True)


def test_all_collections_may_be_allowed(made):
    every = replace(made, collections=replace(made.collections, allowed=("*",)))

    assert "nothing in private" in said(every, "/collection private", "how many quays?")


def test_a_reset_keeps_the_collection(made, store):
    said(made, "/collection 2023", "how many quays?", "/reset")

    assert store.chat(100) == ChatState(None, (), "2023")


def test_the_same_question_of_two_collections_has_two_answers(made):
    async def act():
        asked = [await made.answering.ask("how many?", collection=name) for name in ("", "2023", "", "2023")]
        return [one.text for one in asked]

    assert run(act, made) == ["nothing in default", "nothing in 2023"] * 2


def test_a_bot_without_collections_knows_no_such_command(store, tmp_path):
    plain = desk(store, tmp_path)

    assert said(plain, "/collection") == ["I don't know that command. /help lists those I know."]
