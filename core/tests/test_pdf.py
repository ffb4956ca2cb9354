"""core.pdf: nothing is fetched but our own assets (§2.6)."""

import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

from core import pdf

VECTORS = (
    '<img src="{0}">',
    '<link rel="stylesheet" href="{0}">',
    '<link rel="attachment" href="{0}">',
    '<a rel="attachment" href="{0}">x</a>',
    '<object data="{0}"></object>',
    '<embed src="{0}">',
    '<iframe src="{0}"></iframe>',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="{0}"/></svg>',
    "<style>@import url({0});</style>",
    "<style>body{{background:url({0})}}</style>",
    "<style>li{{list-style-image:url({0})}}</style><ul><li>x</ul>",
    "<style>@font-face{{font-family:x;src:url({0})}} p{{font-family:x}}</style><p>x</p>",
    "<style>p::before{{content:url({0})}}</style><p>x</p>",
    '<base href="{0}"><img src="x.png">',
)


@pytest.fixture
def canary():
    """A web server that remembers whether anybody came."""
    hits = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/canary", hits
    server.shutdown()
    server.server_close()


@pytest.fixture
def rendered(monkeypatch):
    """PDF of a markup, as if it were a template of ours."""

    def render(markup):
        source = "<!doctype html><html lang=zh-Hans><body>" + markup + "正文</body></html>"
        template = engines["django"].from_string("{{ source|safe }}")
        monkeypatch.setattr(pdf, "render_to_string", lambda name, context: template.render(context))
        return pdf.render_pdf("x", {"source": source})

    return render


@pytest.mark.parametrize("vector", VECTORS)
def test_no_markup_fetches_from_the_network_or_the_disk(rendered, canary, tmp_path, vector):
    address, hits = canary
    secret = tmp_path / "secret.txt"
    secret.write_text("geheim-4711")

    plain = rendered(vector.format("crm-asset:none"))
    for target in (address, secret.as_uri(), "/etc/passwd", "data:text/css,p{color:red}"):
        content = rendered(vector.format(target))
        assert b"geheim-4711" not in content
        assert b"EmbeddedFile" not in content
        assert abs(len(content) - len(plain)) < 400
    assert hits == []


def test_the_canary_would_notice(canary):
    """The proof of the test above: the library's own fetcher does go there."""
    address, hits = canary
    pdf.URLFetcher().fetch(address)
    assert hits == ["/canary"]
    assert b"root" in pdf.URLFetcher().fetch("file:///etc/passwd").read()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "https://example.com/",
        "file:///etc/passwd",
        "data:text/plain,x",
        "ftp://x/",
        "crm-asset:../settings.py",
        "crm-asset:/etc/passwd",
        "CRM-ASSET:letter.css",
    ],
)
def test_the_fetcher_refuses(url):
    with pytest.raises(ValueError, match="自带的素材"):
        pdf.AssetFetcher().fetch(url)


def test_the_fetcher_answers_with_an_asset_of_ours():
    response = pdf.AssetFetcher().fetch("crm-asset:letter.css")
    assert response.content_type == "text/css"
    assert b"@page" in response.read()


def test_a_text_without_end_is_refused(rendered):
    with pytest.raises(pdf.PdfError, match="内容太长"):
        rendered("长" * 200_001)


def test_weasyprint_is_used_in_one_module_only():
    found = subprocess.run(
        ["grep", "-rlE", "(from|import) weasyprint", "--include=*.py", "."],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    ).stdout.split()
    elsewhere = ("./.venv", "./node_modules", "./var", "./bench/", "./crm/checks")
    ours = {name for name in found if not name.startswith(elsewhere)}
    product = {name for name in ours if "/tests/" not in name}
    assert product == {"./core/pdf.py"}


def test_the_fonts_are_prepared_once_per_process():
    assert pdf._fonts() is pdf._fonts()
    assert Path(pdf.assets()["letter.css"]).is_file()
