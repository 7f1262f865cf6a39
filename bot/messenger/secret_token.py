"""Messenger: the bot's token, from the environment or a file, never shown."""

import os
import re
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from bot.errors import BotError

VARIABLE: Final = "CITEWISE_TELEGRAM_TOKEN"
FILE_VARIABLE: Final = "CITEWISE_TELEGRAM_TOKEN_FILE"

_SHAPE: Final = re.compile(r"[0-9]+:[A-Za-z0-9_-]{35,}")
_LONGEST: Final = 1024  # bytes of a token file that are read


class BadToken(BotError):
    """There is no token, or what there is can't be one.

    Its text never has the token, nor the name of the file: people do put one in the other's place.
    """


def read_token(environ: Mapping[str, str], warn: Callable[[str], None]) -> SecretStr:
    """Read the bot's token from its variable, else from the file that the other variable names.

    `warn` is told, in one line, of what should be mended but does not hinder.

    Raises:
        BadToken: if there is none, or it has not the shape of a token.
    """
    if token := environ.get(VARIABLE, "").strip():
        return _checked(token, VARIABLE)
    if name := environ.get(FILE_VARIABLE, "").strip():
        return _checked(_from_file(Path(name), warn), f"the file that {FILE_VARIABLE} names")
    raise BadToken(
        f"no token: set {VARIABLE} to the one that @BotFather gave you, or {FILE_VARIABLE} to a file with it"
    )


def _from_file(path: Path, warn: Callable[[str], None]) -> str:
    where = f"the file that {FILE_VARIABLE} names"
    try:
        with path.expanduser().open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_LONGEST)
    except FileNotFoundError:
        raise BadToken(f"{where} is not there") from None
    except IsADirectoryError:
        raise BadToken(f"{where} is a directory") from None
    except (OSError, ValueError, RuntimeError) as err:
        reason = getattr(err, "strerror", None) or "no usable name"
        raise BadToken(f"{where} can't be read: {reason}") from None
    if os.name == "posix" and mode & stat.S_IROTH:
        warn(f"{where} can be read by every user of this machine; `chmod 600` keeps it to you")
    return content.decode("utf-8-sig", errors="replace").strip()


def _checked(token: str, where: str) -> SecretStr:
    if not token:
        raise BadToken(f"{where} is empty: expected the token that @BotFather gave you")
    if not _SHAPE.fullmatch(token):
        raise BadToken(f"{where} holds no token: expected digits, a colon and 35 or more letters, digits, _ or -")
    return SecretStr(token)
