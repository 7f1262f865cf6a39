"""The words of the messenger: the same in both languages, and within Telegram's limits."""

import re
import string

import pytest

from bot.messenger.words import both, tell, words

COMMANDS = [key for key in words() if key.startswith("command_")]
LIMITS = {"bot_description": 512, "bot_short_description": 120, **dict.fromkeys(COMMANDS, 256)}


def names(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", words())
def test_words_are_there_in_both_languages_with_the_same_values(key):
    assert set(both(key)) == {"zh", "en"}
    assert names(both(key)["zh"]) == names(both(key)["en"])
    assert all(name.isidentifier() for name in names(both(key)["en"]))


@pytest.mark.parametrize("key", words())
def test_words_are_clean_and_may_be_sent_as_html(key):
    for text in both(key).values():
        assert text == text.strip() != ""
        assert not re.search(r"[<>&\t\r]|  |\n\n\n| \n", text)
        assert len(text) <= 4096


@pytest.mark.parametrize("key", words())
def test_chinese_is_chinese_and_english_is_not(key):
    han = re.compile("[一-鿿]")

    assert not han.search(both(key)["en"])
    assert han.search(both(key)["zh"]) or not re.search("[A-Za-z]", re.sub("{.*?}", "", both(key)["zh"]))
    assert not re.search("[一-鿿][,?!;:]", both(key)["zh"])


@pytest.mark.parametrize(("key", "most"), LIMITS.items())
def test_what_telegram_shows_of_the_bot_is_within_its_limits(key, most):
    assert all(1 <= len(text) <= most for text in both(key).values())


@pytest.mark.parametrize("key", COMMANDS)
def test_each_command_but_start_stands_in_the_help(key):
    command = "/" + key.removeprefix("command_")

    assert command in {"/start", "/help"} or all(command in text for text in both("help").values())


@pytest.mark.parametrize("key", [key for key in words() if key.startswith("button_")])
def test_labels_of_buttons_are_short(key):
    assert all(len(text) <= 24 and "\n" not in text for text in both(key).values())


def test_values_are_filled_in_as_they_are():
    assert tell("upload_declined", "en", name="{a} <b>") == "Fine, “{a} <b>” is left out."
    assert tell("slow_down", "zh", seconds=7) == "问得太快啦，请等7秒再问下一个。"


def test_unknown_words_are_an_error():
    with pytest.raises(KeyError, match="no_such_words"):
        tell("no_such_words", "en")
