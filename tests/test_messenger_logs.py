"""What the logs hold, and above all what they never hold."""

import asyncio
import io
import json
import logging
import re
import sqlite3
import subprocess
import sys
import threading
import warnings
from urllib.parse import quote

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from telegram.error import BadRequest, ChatMigrated, InvalidToken

from bot.errors import BotError
from bot.messenger.logs import installation_key, start_logs

NUMBER, SECRET = "123456789", "AAFq7_" + "Zx-9" * 8  # no bot has them
TOKEN = f"{NUMBER}:{SECRET}"
PIECE = 12  # characters of the secret that may nowhere stand in a row
KEY = b"k" * 32


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def as_before():
    """Put the process's logging back as it was."""
    root = logging.getLogger()
    kept = root.handlers[:], root.level, sys.excepthook, threading.excepthook
    levels = {name: logging.getLogger(name).level for name in ("httpx", "httpcore")}
    yield
    root.handlers[:], root.level, sys.excepthook, threading.excepthook = kept
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


@pytest.fixture
def started(as_before):
    """Give a function that starts the logs and returns where they are written."""

    def start(*, log_texts=False, out=None, key=KEY):
        out = out or io.StringIO()
        start_logs(key=key, token=SecretStr(TOKEN), log_texts=log_texts, stream=out)
        return out

    return start


def lines(out):
    return [json.loads(line) for line in out.getvalue().splitlines()]


def line(out):
    (only,) = lines(out)
    return only


def raised(error, cause=None):
    """Return an error with the place where it was raised."""
    with pytest.raises(type(error)) as caught:
        raise error from cause
    return caught.value


def no_piece_of_the_token(text):
    return not any(SECRET[at : at + PIECE] in text for at in range(len(SECRET) - PIECE + 1))


def hostile_events():
    """Log the token in every way that comes to mind."""
    log, plain = structlog.get_logger("bot.messenger.run"), logging.getLogger("telegram.ext.Updater")
    address = f"https://example.org/bot{TOKEN}/getUpdates"
    error = raised(InvalidToken(f"The token `{TOKEN}` was rejected"), cause=raised(ValueError(address)))
    error.add_note(f"the token is {TOKEN}")
    log.info(" ".join(["polling", TOKEN]), url=address, token=TOKEN, **{f"key {TOKEN}": 1})
    log.info("nested", config={"token": [TOKEN]}, raw=TOKEN.encode(), secret=SECRET, path=quote(address, safe=""))
    log.warning("quoted twice", path=quote(quote(TOKEN)), small=quote(TOKEN).lower().replace(SECRET.lower(), SECRET))
    log.warning("json in json", body=json.dumps(json.dumps({"t": TOKEN.replace(":", "\\u003a")})))
    log.warning("cut", start=address[:50], middle=f"{TOKEN[:-9]}…")
    log.error("chained", exc_info=error)
    log.error("grouped", exc_info=raised(ExceptionGroup(TOKEN, [error, ValueError(TOKEN)])))
    plain.error("started with %s at %r", TOKEN, {"url": address})
    plain.exception("polling failed", exc_info=error)
    plain.error("broken %d", TOKEN)
    plain.error("too many %s", TOKEN, TOKEN)
    plain.warning(address, stack_info=True)
    logging.getLogger("httpx").info('HTTP Request: POST %s "HTTP/1.1 200 OK"', address)
    logging.getLogger("httpx").warning("slow: %s", address)
    logging.getLogger("tornado.application").error("Uncaught exception %s\n%r", address, error, exc_info=error)
    warnings.warn(f"odd address {address}", stacklevel=1)
    sys.excepthook(type(error), error, error.__traceback__)
    thread = threading.Thread(target=lambda: raised_again(error))
    thread.start()
    thread.join()
    asyncio.run(forgotten_task(error))


def raised_again(error):
    raise error


async def forgotten_task(error):
    async def fail():
        raise error

    task = asyncio.get_running_loop().create_task(fail(), name=TOKEN)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task


@pytest.mark.parametrize("log_texts", [False, True])
@pytest.mark.parametrize("make", [io.StringIO, Terminal])
@pytest.mark.filterwarnings("default")
def test_no_event_shows_the_token(started, capsys, make, log_texts):
    out = started(log_texts=log_texts, out=make())
    hostile_events()
    written = out.getvalue()
    assert written.count("[token]") > 10
    assert no_piece_of_the_token(re.sub(r"\s", "", re.sub(r"\x1b\[[0-9;]*m", "", written)))
    captured = capsys.readouterr()
    assert no_piece_of_the_token(captured.out + captured.err)


def test_hostile_events_stay_one_json_object_a_line(started):
    out = started()
    hostile_events()
    assert all({"level", "event"} <= set(one) for one in lines(out))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    before=st.text(max_size=5),
    after=st.text(max_size=5),
    written=st.sampled_from(
        [TOKEN, quote(TOKEN), quote(quote(TOKEN)), SECRET, repr(TOKEN), json.dumps(TOKEN), TOKEN[:-9]]
    ),
    log_texts=st.booleans(),
)
def test_the_token_is_masked_whatever_stands_around_it(started, before, after, written, log_texts):
    out = started(log_texts=log_texts)
    structlog.get_logger("x").info(f"{before}{written}{after}", what=f"{before}{written}{after}")
    assert no_piece_of_the_token(out.getvalue())
    assert json.loads(out.getvalue())["level"] == "info"


@pytest.mark.parametrize("log_texts", [False, True])
def test_another_bots_token_is_masked_too(started, log_texts):
    out = started(log_texts=log_texts)
    structlog.get_logger("x").info("pasted", what="987654321:" + "b" * 35)
    assert line(out)["what"] == "[token]"


def test_a_line_has_time_level_logger_and_event_first(started):
    out = started()
    structlog.get_logger("bot.messenger.run").warning("polling stopped", seconds=1.5, times=2, why="closed", ok=None)
    assert list(line(out)) == ["timestamp", "level", "logger", "event", "seconds", "times", "why", "ok"]
    found = line(out)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", found.pop("timestamp"))
    assert found == {
        "level": "warning", "logger": "bot.messenger.run", "event": "polling stopped",
        "seconds": 1.5, "times": 2, "why": "closed", "ok": None,
    }  # fmt: skip


def test_debug_is_not_logged_and_httpx_only_from_warning(started):
    out = started()
    structlog.get_logger("x").debug("a")
    logging.getLogger("telegram").debug("b")
    logging.getLogger("httpx").info("c")
    logging.getLogger("httpcore.http11").info("d")
    logging.getLogger("apscheduler.scheduler").info("Added job %d", 3)
    assert line(out)["event"] == "Added job 3"


def test_ids_are_hashed_with_the_key_of_the_installation(started):
    log = structlog.get_logger("x")
    seen = []
    for key in (KEY, KEY, b"another key of the installation"):
        out = started(key=key)
        log.info("asked", user=77, chat=-1001234567890, update=5)
        seen.append(line(out))
        assert "1234567890" not in out.getvalue()
        assert seen[-1]["update"] == 5
    assert re.fullmatch("[0-9a-f]{12}", seen[0]["user"])
    assert seen[0]["user"] == seen[1]["user"] != seen[2]["user"]
    assert seen[0]["chat"] != seen[0]["user"]


def test_an_id_within_a_text_is_hashed_as_it_is_alone(started):
    out = started()
    log = structlog.get_logger("x")
    log.info("moved", chat=-1001234567890)
    log.info("failed", exc_info=raised(ChatMigrated(-1001234567890)))
    log.info("file g-20261122 at 10.0.0.123456 port 8443")
    alone, within, other = lines(out)
    assert within["exception"].endswith(f"New chat id: #{alone['chat']}")
    assert other["event"] == "file g-20261122 at 10.0.0.123456 port 8443"


def test_texts_and_names_of_people_are_left_out(started):
    out = started()
    structlog.get_logger("x").info(
        "asked",
        text="how many?",
        question="几人？",
        username="ann",
        file_name="a.md",
        update={"text": "how many?"},
        characters=9,
    )
    assert {key: value for key, value in line(out).items() if key not in ("timestamp", "level", "logger")} == {
        "event": "asked",
        "update": "<dict>",
        "characters": 9,
    }


def test_what_libraries_show_of_updates_is_left_out(started):
    out = started()
    update = {"message": {"text": "几人？"}}
    log = logging.getLogger("telegram.Bot")
    log.critical("Error while parsing updates! Received data was %r", [update], exc_info=raised(ValueError("几人？")))
    log.critical("Received data was: %r", update)
    log.warning("run %d of %s", 2, "几人？")
    logging.getLogger("asyncio").error(
        "Task exception was never retrieved\nfuture: <Task exception=KeyError('几人？')>",
        exc_info=raised(KeyError("几人？")),
    )
    assert [one["event"] for one in lines(out)] == [
        "Error while parsing updates! Received data was '<list>'",
        "Received data was: '<dict>'",
        "run 2 of <str>",
        "Task exception was never retrieved",
    ]
    assert "几人" not in out.getvalue()


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (BotError("the disk is full"), "the disk is full"),
        (BadRequest("Message is not modified"), "Message is not modified"),
        (sqlite3.OperationalError("database is locked"), "database is locked"),
        (PermissionError(13, "Permission denied"), "[Errno 13] Permission denied"),
        (TypeError("expected str"), "expected str"),
        (ValueError("could not convert string to float: '几人'"), "(message left out)"),
        (KeyError("几人"), "(message left out)"),
        (UnicodeDecodeError("utf-8", b"\xe5\x87", 0, 1, "几人"), "(message left out)"),
    ],
)
def test_an_errors_message_is_told_where_it_cannot_hold_what_people_wrote(started, error, message):
    out = started()
    structlog.get_logger("x").error("failed", exc_info=raised(error))
    exception = line(out)["exception"]
    assert exception.splitlines()[-1].endswith(f"{type(error).__name__}: {message}")
    assert "raise error from cause" in exception
    assert "几人" not in exception


def test_causes_and_groups_are_told(started):
    out = started()
    inner = raised(OSError(28, "No space left"))
    structlog.get_logger("x").error("failed", exc_info=raised(BotError("not kept"), cause=inner))
    structlog.get_logger("x").error("failed", exc_info=raised(ExceptionGroup("两个", [inner, KeyError("词")])))
    chained, grouped = (one["exception"].splitlines() for one in lines(out))
    assert chained[-1] == "bot.errors.BotError: not kept"
    assert chained.index("builtins.OSError: [Errno 28] No space left") < chained.index("which led to:")
    assert grouped[-1] == "  | builtins.KeyError: (message left out)"
    assert "  | builtins.OSError: [Errno 28] No space left" in grouped


def test_a_long_chain_of_causes_is_cut(started):
    out = started()
    error = ValueError()
    for _ in range(500):
        error = raised(BotError("again"), cause=error)
    structlog.get_logger("x").error("failed", exc_info=error)
    assert line(out)["exception"].count("which led to:") == 8


def test_texts_and_ids_are_there_when_switched_on(started):
    out = started(log_texts=True)
    structlog.get_logger("x").info("asked", user=1234567, text="几人？", exc_info=raised(KeyError("几人")))
    found = line(out)
    assert (found["user"], found["text"]) == (1234567, "几人？")
    assert found["exception"].endswith("builtins.KeyError: '几人'")


def test_a_line_that_cannot_be_written_is_told_without_its_content(started, capsys):
    out = started()
    logging.getLogger("x").info("%d", TOKEN)
    logging.getLogger("x").info("lone half of a character: \ud800")
    lost, odd = lines(out)
    assert lost == {"level": "error", "event": "a line of the log is lost: TypeError"}
    assert odd["event"] == "lone half of a character: ?"
    assert capsys.readouterr().err == ""


def test_a_terminal_gets_it_readable(started):
    out = started(out=Terminal())
    structlog.get_logger("x").info("asked", chat=5, exc_info=raised(BotError("no \x1b[2Jdisk")))
    assert "asked" in out.getvalue()
    assert "BotError: no" in out.getvalue()
    assert "\x1b[2J" not in out.getvalue()


def test_starting_twice_writes_each_line_once(started):
    started()
    out = started()
    structlog.get_logger("x").info("once")
    assert line(out)["event"] == "once"


def test_a_program_that_dies_leaves_a_line_and_no_token():
    program = (
        "import sys; from pydantic import SecretStr; from bot.messenger.logs import start_logs\n"
        "start_logs(key=b'k' * 32, token=SecretStr(sys.argv[1]))\nraise OSError(5, sys.argv[1])"
    )
    ended = subprocess.run([sys.executable, "-c", program, TOKEN], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert json.loads(ended.stderr)["event"] == "uncaught error"
    assert "OSError: [Errno 5] [token]" in ended.stderr
    assert no_piece_of_the_token(ended.stderr)


def test_the_key_of_the_installation_stays(tmp_path):
    file = tmp_path / "log_key"
    key = installation_key(file)
    assert len(key) == 32
    assert installation_key(file) == key
    assert installation_key(tmp_path / "other") != key
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_bytes(key[:5])  # as after a power cut
    assert len(installation_key(file)) == 32
