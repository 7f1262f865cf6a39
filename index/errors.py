"""Index stage: the errors that building or loading an index can end in.

IndexStageError
├── IndexMissing          there is no index in the folder
├── IndexDamaged          its files are not what was written
├── IndexOutdated         another encoder or a newer format made it
├── IndexUnwritable       it can't be stored
├── IndexBusy             another process is building it
├── StoreUnavailable      its vectors are kept where they can't be reached
└── ModelError            the encoder can't be used
    ├── ModelMissing      its files are not on this computer
    ├── ModelDamaged      its files, or the vectors it makes, are not what they should be
    └── ModelUnwritable   the assembled encoder can't be stored
"""

import tokenize

# What NumPy, bm25s and JSON raise on files that are not what was written, however they were changed.
UNREADABLE = (
    OSError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, EOFError, SyntaxError,
    RecursionError, MemoryError, tokenize.TokenError,
)  # fmt: skip


class IndexStageError(Exception):
    """Base of all index errors; its text is one line for a person."""


class IndexMissing(IndexStageError):
    """There is no index in the folder."""


class IndexDamaged(IndexStageError):
    """The index's files are not what was written."""


class IndexOutdated(IndexStageError):
    """Another encoder, or a newer format, made the index."""


class IndexUnwritable(IndexStageError):
    """The index can't be stored."""


class IndexBusy(IndexStageError):
    """Another process is building the index."""


class StoreUnavailable(IndexStageError):
    """Its vectors are kept where they can't be reached."""


class ModelError(IndexStageError):
    """The encoder can't be used."""


class ModelMissing(ModelError):
    """The encoder's files are not on this computer."""


class ModelDamaged(ModelError):
    """The encoder's files, or the vectors it makes, are not what they should be."""


class ModelUnwritable(ModelError):
    """The assembled encoder can't be stored."""
