"""Corpus stage: the errors that reading reports can end in.

CorpusError
├── ReportUnreadable      one file can't be read; the others can
│   ├── NotText           its bytes are no text in a known encoding
│   ├── TooLarge          it is larger than the limit
│   └── BadFrontMatter    its front matter, or its entry in reports.toml, is wrong
├── DuplicateId           two reports claim one id
├── FolderUnreadable      the folder is missing or may not be read
└── NoReports             nothing in the folders is a report
"""


class CorpusError(Exception):
    """Base of all corpus errors; its text is one line for a person."""


class ReportUnreadable(CorpusError):
    """One file can't be used; the others can."""


class NotText(ReportUnreadable):
    """The bytes are no text in a known encoding."""


class TooLarge(ReportUnreadable):
    """The file is larger than the limit."""


class NeedsExtra(ReportUnreadable):
    """A library that reads the file's format is not installed."""


class BeyondLimits(ReportUnreadable):
    """Reading the file takes more time or memory than it may."""


class BadFrontMatter(ReportUnreadable):
    """Front matter, or an entry of reports.toml, is wrong."""


class DuplicateId(CorpusError):
    """Two reports claim one id."""


class FolderUnreadable(CorpusError):
    """The folder is missing or may not be read."""


class NoReports(CorpusError):
    """Nothing in the folders is a report."""
