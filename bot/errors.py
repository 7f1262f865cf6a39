"""Bot stage: the errors a person meets that are not of the corpus, the index or the settings.

BotError
├── BadSettings           a settings file, a variable or the glossary is wrong
├── BadCollection         a name can't be that of a collection
├── UnknownCollection     no collection has this name
├── UnknownDocument       no report has this id
├── BadQuestion           a question is empty or far too long
├── BadQuestionFile       a file of questions can't be read
├── ReaderDamaged         the reader's weights can't be used
├── StoreError            the bot's file can't be written, is damaged or is in use
├── Busy                  more questions wait than may
├── Stopping              the bot is being stopped; what it has not begun waits for the next start
├── MessengerError        Telegram refuses the bot, or another instance of it runs
└── TelegramUnreachable   Telegram can't be reached
"""


class BotError(Exception):
    """Base of the bot's errors; its text is one line for a person."""


class BadSettings(BotError):
    """A settings file, a variable or the glossary is wrong."""


class BadCollection(BotError):
    """A name can't be that of a collection."""


class UnknownCollection(BotError):
    """No collection has this name."""


class UnknownDocument(BotError):
    """No report has this id."""


class BadQuestion(BotError):
    """A question is empty or far too long."""


class BadQuestionFile(BotError):
    """A file of questions can't be read."""


class BadCheckpoint(BotError):
    """A checkpoint of the reader's training is of another training."""


class ReaderDamaged(BotError):
    """The reader's weights can't be used."""


class StoreError(BotError):
    """The file that keeps updates and conversations can't be written, is damaged, or another bot uses it."""


class Busy(BotError):
    """More questions wait for an answer than may."""


class AnswerFailed(BotError):
    """A library that answers ended in a way that is no ordinary error."""


class Stopping(BotError):
    """The bot is being stopped; what it has not begun waits for the next start."""


class MessengerError(BotError):
    """Telegram refuses the bot, or another instance of it runs."""


class TelegramUnreachable(BotError):
    """Telegram can't be reached."""
