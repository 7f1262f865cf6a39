"""Write the shipped reports, and a few small invented ones, in the formats that tests read, into tests/data/formats.

Needs LibreOffice (`soffice`) for the PDFs and the packages of the development extra; the files are kept with the tests.
"""

import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from email.message import EmailMessage
from html import escape
from pathlib import Path

import yaml
from docx import Document
from docx.enum.section import WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from openpyxl import Workbook
from pptx import Presentation
from pptx.util import Inches

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "tests/data/formats"
FONTS = {"zh": "Noto Serif CJK SC", "en": "Liberation Serif"}
TABLE = {
    "zh": [["地区", "选派教师", "金额（万元）"], ["温宿县", 72, 1250.5], ["乌什县", 48, 860], ["柯坪县", 31, 415.25]],
    "en": [["Region", "Teachers sent", "Funds (million yuan)"], ["Wensu", 72, 12.5], ["Wushi", 48, 8.6], ["Kalpin", 31, 4.15]],
}  # fmt: skip


def main() -> None:
    """Write all fixtures anew."""
    shutil.rmtree(TARGET, ignore_errors=True)
    reports = {path.stem: read(path) for path in sorted((ROOT / "corpus/reports").glob("*.md"))}
    makers = {"pdf": pdf, "pdf-two-columns": pdf_two_columns, "docx": docx, "html": html, "xlsx": xlsx}
    for kind, make in makers.items():
        folder = TARGET / kind
        folder.mkdir(parents=True)
        suffix = kind.partition("-")[0]
        stated = []
        for name, (front, lines) in reports.items():
            (folder / f"{name}.{suffix}").write_bytes(make(front["language"], lines))
            stated.append(f'["{name}.{suffix}"]\n' + "".join(toml(key, value) for key, value in front.items()))
        (folder / "reports.toml").write_text("\n".join(stated), encoding="utf-8")
    small()
    for path in TARGET.rglob("*.*"):
        if path.stat().st_size > 500_000:
            sys.exit(f"{path}: over 500 KB")


def toml(key, value):
    if isinstance(value, dict):
        inner = ", ".join(f'{name} = "{part}"' for name, part in value.items() if part)
        return f"{key} = {{ {inner} }}\n"
    return f'{key} = "{value}"\n'


def read(path):
    """Return a report's front matter, and its lines with their levels."""
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    lines = []
    for line in filter(None, map(str.strip, body.splitlines())):
        marks = len(line) - len(line.lstrip("#"))
        lines.append((marks, line.lstrip("# ")))
    return yaml.safe_load(front), lines


def docx(language, lines, *, columns=1, running=False, table=None):
    document = Document()
    for style in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3"):
        font = document.styles[style].font
        font.name = FONTS[language]
        document.styles[style].element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONTS[language])
    document.styles["Normal"].font.size = Pt(10.5)
    section = document.sections[0]
    if running:
        section.header.paragraphs[0].text = lines[0][1]
        footer = section.footer.paragraphs[0]
        footer.add_run("第 " if language == "zh" else "Page ")
        for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
            run = footer.add_run()
            element = OxmlElement("w:fldChar" if kind else "w:instrText")
            element.set(qn("w:fldCharType"), kind) if kind else setattr(element, "text", text)
            run._r.append(element)
        footer.add_run(" 页" if language == "zh" else "")
    for number, (level, text) in enumerate(lines):
        paragraph = document.add_heading(text, level) if level else document.add_paragraph(text)
        if columns > 1 and number == 0:
            document.add_section(WD_SECTION.CONTINUOUS)
        if level:
            continue
        paragraph.paragraph_format.space_after = Pt(4)
        if language == "zh":
            paragraph.paragraph_format.first_line_indent = Pt(21)
        if running:
            paragraph.alignment = 3
    if table:
        grid = document.add_table(rows=0, cols=len(table[0]), style="Table Grid")
        for row in table:
            for cell, value in zip(grid.add_row().cells, row, strict=True):
                cell.text = str(value)
    if columns > 1:
        space = document.sections[-1]._sectPr.find(qn("w:cols"))
        space = space if space is not None else OxmlElement("w:cols")
        space.set(qn("w:num"), str(columns))
        space.set(qn("w:space"), "420")
        if space.getparent() is None:
            document.sections[-1]._sectPr.append(space)
        if language == "en":
            settings = document.settings.element
            settings.append(OxmlElement("w:autoHyphenation"))
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def pdf(language, lines, *, columns=1, table=None):
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "report.docx"
        source.write_bytes(docx(language, lines, columns=columns, running=True, table=table))
        subprocess.run(
            ["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, source],
            check=True,
            capture_output=True,
        )
        return source.with_suffix(".pdf").read_bytes()


def pdf_two_columns(language, lines):
    return pdf(language, lines, columns=2)


def html(language, lines, table=None):
    menu = {"zh": ["首页", "新闻中心", "联系我们"], "en": ["Home", "News", "Contact"]}[language]
    links = "".join(f'<li><a href="#">{one}</a></li>' for one in menu)
    body = "".join(
        f"<h{level}>{escape(text)}</h{level}>" if level else f"<p>{escape(text)}</p>" for level, text in lines
    )
    if table:
        rows = ["".join(f"<td>{escape(str(value))}</td>" for value in row) for row in table]
        body += "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(lines[0][1])}</title>'
        f"<style>p {{ margin: 0 }}</style><script>var a = 1;</script></head><body><nav><ul>{links}</ul></nav>"
        f'<div class="content">{body}</div><footer><p>© 2020</p></footer></body></html>'
    ).encode()


def xlsx(language, lines, table=None):
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = {"zh": "正文", "en": "Text"}[language]
    if table:
        for row in table:
            sheet.append(row)
    else:
        sheet.append({"zh": ["章节", "内容"], "en": ["Section", "Text"]}[language])
        section = lines[0][1]
        for level, text in lines:
            if level:
                section = text
            else:
                sheet.append([section, text])
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def small():
    folder = TARGET / "small"
    folder.mkdir()
    title = {"zh": "援疆教师情况", "en": "Teachers in Aksu"}
    text = {
        "zh": "2020年，浙江省向阿克苏地区选派教师358名。\n培训当地教师1200人次。",
        "en": "In 2020 the province sent 358 teachers to Aksu.\nThey trained 1,200 local teachers.",
    }
    for language, name in (("zh", "教师"), ("en", "teachers")):
        lines = [(1, title[language]), *((0, part) for part in text[language].split("\n"))]
        table = TABLE[language]
        (folder / f"{name}-pdf.pdf").write_bytes(pdf(language, lines, table=table))
        (folder / f"{name}-docx.docx").write_bytes(docx(language, lines, table=table))
        (folder / f"{name}-html.html").write_bytes(html(language, lines, table=table))
        (folder / f"{name}-xlsx.xlsx").write_bytes(xlsx(language, lines, table=table))
        rows = "\n".join(",".join(map(str, row)) for row in table) + "\n"
        (folder / f"{name}-csv.csv").write_bytes(rows.encode("gb18030" if language == "zh" else "utf-8"))
        (folder / f"{name}-pptx.pptx").write_bytes(pptx(title[language], text[language], table))
        (folder / f"{name}-epub.epub").write_bytes(epub(language, lines))
        (folder / f"{name}-eml.eml").write_bytes(eml(title[language], text[language]))
        (folder / f"{name}-rtf.rtf").write_bytes(rtf(title[language], text[language]))
        (folder / f"{name}-scanned.pdf").write_bytes(scanned(language, lines))


def pptx(title, text, table):
    presentation = Presentation()
    for number in range(2):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1 if number == 0 else 5])
        slide.shapes.title.text = title
        if number == 0:
            slide.placeholders[1].text = text
        else:
            shape = slide.shapes.add_table(len(table), len(table[0]), Inches(1), Inches(2), Inches(8), Inches(3))
            for at, row in enumerate(table):
                for column, value in enumerate(row):
                    shape.table.cell(at, column).text = str(value)
    written = io.BytesIO()
    presentation.save(written)
    return written.getvalue()


def epub(language, lines):
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"><metadata/><manifest>'
        '<item id="one" href="one.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="one"/></spine></package>'
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
        '<rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        book.writestr("META-INF/container.xml", container)
        book.writestr("OPS/book.opf", package)
        book.writestr("OPS/one.xhtml", html(language, lines))
    return written.getvalue()


def eml(title, text):
    message = EmailMessage()
    message["Subject"], message["From"] = title, "office@example.org"
    message["Date"] = "Tue, 01 Dec 2020 10:00:00 +0800"
    message.set_content(text)
    return message.as_bytes()


def rtf(title, text):
    coded = "".join(
        c if ord(c) < 128 else f"\\u{ord(c) if ord(c) < 32768 else ord(c) - 65536}?" for c in f"{title}\n{text}"
    )
    return ("{\\rtf1\\ansi\\uc1 " + coded.replace("\n", "\\par\n") + "}").encode("ascii")


def scanned(language, lines):
    """Return a PDF that is but a picture of a page."""
    import pypdfium2

    page = pypdfium2.PdfDocument(pdf(language, lines))[0]
    # Narrow, so that the picture is small.
    picture = page.render(scale=2.2, grayscale=True, crop=(0, page.get_height() * 0.6, 0, 0)).to_pil()
    written = io.BytesIO()
    picture.save(written, format="PDF", resolution=158)
    return written.getvalue()


if __name__ == "__main__":
    main()
