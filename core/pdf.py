"""The one place that turns a template into a PDF. Nothing is ever fetched but our own assets.

A template of ours may name `crm-asset:letter.css`: a file of some app's `pdf_assets` folder. Every
other address, also one that a user typed into a text, ends in ValueError (R8 letters, §2.6).
"""

import mimetypes
from functools import cache
from pathlib import Path

from django.apps import apps
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

SCHEME = "crm-asset:"
MAX_CHARACTERS = 200_000

# A browser shows a PDF in its own viewer, which a sandboxed page may not start.
VIEWER_POLICY = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
)


class PdfError(Exception):
    """An anticipated refusal. The message is Chinese and safe to show to the user."""


class AssetFetcher(URLFetcher):
    """Answers `crm-asset:<name>` from the fixed table and refuses everything else."""

    def __init__(self):
        super().__init__(allowed_protocols={SCHEME.rstrip(":")}, allow_redirects=False)

    def fetch(self, url, headers=None):
        path = assets().get(url.removeprefix(SCHEME)) if url.startswith(SCHEME) else None
        if path is None:
            raise ValueError("PDF 只能使用本系统自带的素材。")
        content_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": content_type})


@cache
def assets() -> dict[str, Path]:
    """File name → path of everything in the apps' `pdf_assets` folders; read once."""
    folders = [Path(config.path) / "pdf_assets" for config in apps.get_app_configs()]
    return {path.name: path for folder in folders if folder.is_dir() for path in folder.iterdir()}


@cache
def _fonts() -> FontConfiguration:
    """One per process: it is costly and keeps its memory (stack.md §1)."""
    return FontConfiguration()


TAGGED = "pdf/ua-1"


def render_pdf(
    template: str, context: dict, most: int = MAX_CHARACTERS, variant: str | None = None
) -> bytes:
    """The PDF of a template of ours. Title, author and language come from the template's head.

    PdfError when the text is too long to be set in reasonable time; `most` characters, more where
    drawings stand in it. `variant` TAGGED names headings, tables and pictures for screen readers.
    """
    return _lay_out(template, context, most).write_pdf(pdf_variant=variant)


def render_counted(
    template: str, context: dict, most: int = MAX_CHARACTERS, variant: str | None = None
) -> tuple[bytes, int]:
    """As `render_pdf`, and how many pages it has."""
    document = _lay_out(template, context, most)
    return document.write_pdf(pdf_variant=variant), len(document.pages)


def count_pages(template: str, context: dict) -> int:
    """How many pages `render_pdf` would make. PdfError as there."""
    return len(_lay_out(template, context).pages)


def _lay_out(template: str, context: dict, most: int = MAX_CHARACTERS):
    source = render_to_string(template, context)
    if len(source) > most:
        raise PdfError("内容太长，无法生成 PDF，请删减后重试。")
    page = HTML(string=source, base_url=SCHEME, url_fetcher=AssetFetcher())
    return page.render(font_config=_fonts())


def pdf_response(content: bytes, filename: str, *, download: bool = False) -> HttpResponse:
    """`content` shown in the browser (or saved) under a Chinese file name, kept by no cache."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(download, filename)
    response["Content-Security-Policy"] = VIEWER_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response
