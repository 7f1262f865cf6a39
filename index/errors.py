"""Index stage: the errors that building or loading an index can end in.

IndexStageError
└── ModelError            the encoder can't be used
    ├── ModelMissing      its files are not on this computer
    ├── ModelDamaged      its files, or the vectors it makes, are not what they should be
    └── ModelUnwritable   the assembled encoder can't be stored
"""


class IndexStageError(Exception):
    """Base of all index errors; its text is one line for a person."""


class ModelError(IndexStageError):
    """The encoder can't be used."""


class ModelMissing(ModelError):
    """The encoder's files are not on this computer."""


class ModelDamaged(ModelError):
    """The encoder's files, or the vectors it makes, are not what they should be."""


class ModelUnwritable(ModelError):
    """The assembled encoder can't be stored."""
