"""Corpus stage: the text of scanned pages (the only import of rapidocr_onnxruntime, which carries its models)."""

import importlib.util
from functools import cache
from typing import Any

from corpus.formats.blocks import NotExtracted, clean
from corpus.formats.page import Line, Page, Pdf

_SCALE = 200 / 72
_LEAST_SCORE = 0.5
_MODULE = "rapidocr_onnxruntime"
_LETTERS = 0.72  # of a line's box, the height of its letters' size


def recognise(pdf: Pdf, page: Page) -> None:
    """Put the lines that are recognised in a page's picture on the page.

    Raises:
        NotExtracted: if the library is not installed.
    """
    if importlib.util.find_spec(_MODULE) is None:
        raise NotExtracted(
            "is scanned: its pages are pictures without text; install what reads them by `pip install 'citewise[ocr]'`",
            "extra",
        )
    found, _ = _engine()(pdf.picture(page.number, _SCALE))
    for corners, text, score in found or ():
        xs, ys = [x / _SCALE for x, _ in corners], [y / _SCALE for _, y in corners]
        if float(score) < _LEAST_SCORE or not clean(text):
            continue
        size = round((max(ys) - min(ys)) * _LETTERS * 2) / 2
        page.lines.append(Line(clean(text), min(xs), max(xs), min(ys), max(ys), size, False, page.number))


@cache
def _engine() -> Any:
    from rapidocr_onnxruntime import RapidOCR

    return RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)
