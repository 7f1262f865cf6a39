"""Messenger: what the bot logs, as JSON lines on standard error, without the token and without what people wrote."""

import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Callable, MutableMapping
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TextIO

import structlog
from pydantic import SecretStr
from structlog.typing import Processor

from bot.errors import BotError
from bot.render import plain

_Event = MutableMapping[str, Any]
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]

_QUIET: Final = ("httpx", "httpcore")  # their lines of INFO have the token in the address
_CARRIERS: Final = ("telegram",)  # their lines may show an update, or what a server sent, whole
_TEXTS: Final = frozenset({
    "answer", "caption", "data", "file_name", "first_name", "history", "last_name", "name", "query", "question",
    "questions", "text", "title", "username",
})  # fmt: skip
_IDS: Final = frozenset({"chat", "chat_id", "new_chat", "old_chat", "user", "user_id"})
_OWN: Final = frozenset({
    "_from_structlog", "_record", "event", "exc_info", "exception", "level", "logger", "positional_args", "timestamp",
})  # fmt: skip

# How a token's colon may be written: as it is, quoted for an address (also more than once), escaped in JSON.
_COLON: Final = r"(?::|%(?:25)*3[Aa]|\\+(?:u003[Aa]|x3[Aa]))"
_ANY_TOKEN: Final = rf"\d{{6,}}{_COLON}[\w-]{{30,}}"
_LONG_NUMBER: Final = re.compile(r"(?<![\w.-])-?\d{6,}(?!\w|\.\d)")
_MASKED: Final = "[token]"
_KEY_BYTES: Final = 32

# Errors whose message says what failed and never what somebody wrote, as KeyError and ValueError do.
_SPEAKING: Final = (
    BotError, OSError, AttributeError, ImportError, MemoryError, NameError, RuntimeError, TypeError,
)  # fmt: skip
_SPEAKING_MODULES: Final = frozenset({"httpcore", "httpx", "sqlite3", "ssl", "telegram", "tornado"})
_CHAIN: Final = 8  # causes of causes that are told


def installation_key(file: Path) -> bytes:
    """Return the random key by which ids of people are hashed, made at the first call and kept in `file`."""
    key = file.read_bytes() if file.exists() else b""
    if len(key) != _KEY_BYTES:
        key = os.urandom(_KEY_BYTES)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as new:
            new.write(key)
    return key


def start_logs(
    *, key: bytes, token: SecretStr | None = None, log_texts: bool = False, stream: TextIO | None = None
) -> None:
    """Send all logs, those of the libraries too, through one handler to standard error.

    A terminal gets them readable, anything else as one JSON object a line. The token never appears. Texts and
    names of people are left out and ids of users and chats are hashed with `key` unless `log_texts`.
    """
    out = stream or sys.stderr
    mask = _Mask(token)
    people: Processor = _show_people if log_texts else _Hide(key, mask)
    first: list[Processor] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = _Lines(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=first,
            pass_foreign_args=True,
            processors=[
                people,
                mask,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _in_order,
                *_renderers(out),
                lambda _logger, _name, line: mask.line(str(line)).encode("utf-8", "replace").decode(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            *first,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback)


class _Lines(logging.StreamHandler[TextIO]):
    """A handler which says that a line was lost; the library's own would print its arguments as they are."""

    def handleError(self, _record: logging.LogRecord) -> None:
        error = sys.exc_info()[0]
        self.stream.write(f'{{"level": "error", "event": "a line of the log is lost: {error and error.__name__}"}}\n')


class _Mask:
    """Take the token out of a text, and whatever looks like one."""

    def __init__(self, token: SecretStr | None) -> None:
        number, _, secret = token.get_secret_value().partition(":") if token else ("", "", "")
        # Where a library cut its line in the middle of the token, the start of it is left.
        known = rf"{re.escape(number)}{_COLON}[\w-]*|{re.escape(secret)}" if secret else "(?!)"
        self._known = re.compile(known)
        self._any = re.compile(f"{known}|{_ANY_TOKEN}")

    def text(self, text: str) -> str:
        return self._any.sub(_MASKED, text)

    def line(self, line: str) -> str:
        """Mask in a finished line; only the known token, as another pattern might cut an escape of JSON."""
        return self._known.sub(_MASKED, line)

    def __call__(self, _logger: object, _name: str, event: _Event) -> _Event:
        return {name: self.text(value) if isinstance(value, str) else value for name, value in event.items()}


class _Hide:
    """Leave out texts and names of people, and hash their ids."""

    def __init__(self, key: bytes, mask: _Mask) -> None:
        self._key = key
        self._mask = mask

    def __call__(self, _logger: object, _name: str, event: _Event) -> _Event:
        arguments = event.pop("positional_args", None)
        if arguments and event["logger"].partition(".")[0] in _CARRIERS:
            event["event"] = event["_record"].msg % _without_texts(arguments)
        if not event.get("_from_structlog") and event.get("exc_info"):
            # The further lines of such a message show the error and the task by `repr`.
            event["event"] = str(event["event"]).partition("\n")[0]
        for name in [name for name in event if name not in _OWN]:
            if name in _TEXTS:
                del event[name]
            else:
                event[name] = self._id(event[name]) if name in _IDS else self._value(event[name])
        event["event"] = self._text(str(event["event"]))
        return _with_exception(event, self._message)

    def _id(self, value: object) -> str | None:
        if value is None:
            return None
        return blake2b(str(value).encode(), key=self._key, digest_size=6).hexdigest()

    def _value(self, value: object) -> object:
        if value is None or isinstance(value, (bool, int, float)):
            return value
        return self._text(value) if isinstance(value, str) else f"<{type(value).__name__}>"

    def _text(self, text: str) -> str:
        return _LONG_NUMBER.sub(lambda found: f"#{self._id(found[0])}", self._mask.text(text))

    def _message(self, err: BaseException) -> str:
        speaks = isinstance(err, _SPEAKING) or type(err).__module__.partition(".")[0] in _SPEAKING_MODULES
        return self._text(str(err)) if speaks else "(message left out)"


def _without_texts(arguments: Any) -> Any:  # noqa: ANN401 - whatever a library gave
    if isinstance(arguments, dict):  # logging unpacks a single one
        return "<dict>"
    return tuple(one if isinstance(one, (int, float)) else f"<{type(one).__name__}>" for one in arguments)


def _show_people(_logger: object, _name: str, event: _Event) -> _Event:
    event.pop("positional_args", None)
    return _with_exception(event, str)


def _in_order(_logger: object, _name: str, event: _Event) -> _Event:
    return {name: event.pop(name) for name in ("timestamp", "level", "logger", "event")} | dict(event)


def _renderers(out: TextIO) -> list[Processor]:
    if out.isatty():
        return [_harmless, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.JSONRenderer(ensure_ascii=False)]


def _harmless(_logger: object, _name: str, event: _Event) -> _Event:
    return {name: plain(value) if isinstance(value, str) else value for name, value in event.items()}


def _with_exception(event: _Event, message: Callable[[BaseException], str]) -> _Event:
    given = event.pop("exc_info", None)
    if isinstance(given, tuple):
        given = given[1]
    elif given and not isinstance(given, BaseException):
        given = sys.exc_info()[1]
    if isinstance(given, BaseException):
        event["exception"] = "\n".join(_trace(given, message, _CHAIN))
    return event


def _trace(err: BaseException, message: Callable[[BaseException], str], chain: int) -> list[str]:
    """Tell an error and what led to it; like the standard library's, but each message passes through `message`."""
    lines = []
    before = err.__cause__ or (None if err.__suppress_context__ else err.__context__)
    if before is not None and chain:
        lines += [*_trace(before, message, chain - 1), "which led to:"]
    lines += "".join(traceback.extract_tb(err.__traceback__).format()).splitlines()
    lines.append(f"{type(err).__module__}.{type(err).__qualname__}: {message(err)}")
    if isinstance(err, BaseExceptionGroup) and chain:
        for one in err.exceptions:
            lines += [f"  | {line}" for line in _trace(one, message, chain - 1)]
    return lines


def _uncaught(kind: type[BaseException], err: BaseException, place: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger(__name__).critical("uncaught error", exc_info=(kind, err, place))
