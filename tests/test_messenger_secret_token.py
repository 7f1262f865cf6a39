"""The bot's token: where it comes from, and that no error shows it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BotError
from bot.messenger.secret_token import FILE_VARIABLE, VARIABLE, BadToken, read_token

TOKEN = "123456789:AAF-q_" + "x7" * 15  # no bot has it


def silent(text):
    pytest.fail(f"warned: {text}")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "token"
    path.touch(mode=0o600)
    return path


def test_the_variable_comes_before_the_file(file):
    file.write_text("1:" + "y" * 35)
    assert read_token({VARIABLE: TOKEN, FILE_VARIABLE: str(file)}, silent).get_secret_value() == TOKEN


@pytest.mark.parametrize("text", [TOKEN, TOKEN + "\n", TOKEN + "\r\n", "\ufeff" + TOKEN, f"\n {TOKEN} \n\n"])
def test_a_file_may_end_in_a_newline(file, text):
    file.write_text(text, encoding="utf-8", newline="")
    assert read_token({FILE_VARIABLE: str(file)}, silent).get_secret_value() == TOKEN


def test_an_empty_variable_is_as_none(file):
    file.write_text(TOKEN)
    assert read_token({VARIABLE: " ", FILE_VARIABLE: str(file)}, silent).get_secret_value() == TOKEN


def test_a_file_that_everybody_can_read_gets_a_warning(file):
    file.write_text(TOKEN)
    file.chmod(0o644)
    warnings = []
    assert read_token({FILE_VARIABLE: str(file)}, warnings.append).get_secret_value() == TOKEN
    assert len(warnings) == 1
    assert "chmod 600" in warnings[0]
    assert TOKEN not in warnings[0]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("hello", "holds no token"),
        (TOKEN[:-12], "holds no token"),
        (TOKEN + " and more", "holds no token"),
        (f"TOKEN={TOKEN}", "holds no token"),
        (f"{TOKEN}\n{TOKEN}", "holds no token"),
        ("１２３:" + "x" * 35, "holds no token"),
        (f"{TOKEN}\0", "holds no token"),
        (TOKEN * 100, "holds no token"),
    ],
)
def test_what_can_be_no_token_is_refused_in_one_line_without_it(file, content, reason):
    file.write_text(content, encoding="utf-8")
    with pytest.raises(BadToken, match=reason) as caught:
        read_token({FILE_VARIABLE: str(file)}, silent)
    assert "\n" not in str(caught.value)
    assert "AAF" not in str(caught.value)
    assert "123456789" not in str(caught.value)


def test_a_file_of_other_bytes_is_refused(file):
    file.write_bytes(b"\xff\xfe\x00" + TOKEN.encode("utf-16"))
    with pytest.raises(BadToken, match="holds no token"):
        read_token({FILE_VARIABLE: str(file)}, silent)


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to(path), lambda path: None])
def test_a_file_that_cannot_be_read_is_one_line(tmp_path, make):
    path = tmp_path / "place"
    make(path)
    with pytest.raises(BadToken) as caught:
        read_token({FILE_VARIABLE: str(path)}, silent)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("name", [TOKEN, f"/run/{TOKEN}", f"~{TOKEN}/x", TOKEN * 40, "a\0b"])
def test_a_token_in_place_of_the_file_name_is_not_shown(name):
    with pytest.raises(BadToken) as caught:
        read_token({FILE_VARIABLE: name}, silent)
    assert "AAF" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_no_token_says_what_to_set():
    with pytest.raises(BadToken, match="CITEWISE_TELEGRAM_TOKEN to the one that @BotFather gave"):
        read_token({}, silent)
    assert issubclass(BadToken, BotError)


def test_a_token_is_masked_wherever_it_is_shown():
    token = read_token({VARIABLE: TOKEN}, silent)
    for shown in (repr(token), str(token), f"{token}", f"{token!r:>60}", "%s" % token, repr([token])):  # noqa: UP031
        assert "AAF" not in shown
        assert "123456789" not in shown


@given(st.text(max_size=80))
def test_no_error_shows_what_was_set(text):
    try:
        read_token({VARIABLE: text}, silent)
    except BadToken as err:
        message = str(err)
    else:
        return
    assert message in {_message(""), _message("no token")}


def _message(text):
    with pytest.raises(BadToken) as caught:
        read_token({VARIABLE: text}, silent)
    return str(caught.value)
