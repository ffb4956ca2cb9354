"""Tests that open every page do not set every PDF: that is proven where the PDFs are read."""

from functools import cache
from unittest.mock import patch

import pytest
from django.template.loader import render_to_string
from weasyprint import HTML

READ_HERE = "leaks"  # what a PDF must not show is looked for in it


@pytest.fixture(autouse=True)
def _pdfs_are_drawn_but_not_set(request):
    """The template is drawn, with all that it reads; an empty page is set in its place."""
    if READ_HERE in request.path.parts:
        yield
        return
    with patch("core.pdf._lay_out", _drawn):
        yield


def _drawn(template, context, most=0):
    render_to_string(template, context)
    return _empty()


@cache
def _empty():
    return HTML(string='<html lang="zh-CN"><title>空页</title><p>空</p></html>').render()
