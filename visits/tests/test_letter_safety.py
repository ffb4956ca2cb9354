"""What a user types is text on paper, never an address to fetch or a piece of markup (§2.6)."""

import io
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pdfplumber
import pytest

from visits import letter_reports
from visits.tests.letter_factories import make_inbound, make_reply, make_thank_you_draft

pytestmark = pytest.mark.django_db

PAYLOADS = (
    '<img src="{0}">',
    '</style><link rel="attachment" href="{0}">',
    "<style>@import url({0});</style>",
    '"><object data="{0}"></object>',
    "url({0})",
    "{{% include '{0}' %}}{{{{ settings.SECRET_KEY }}}}",
)


@pytest.fixture
def canary():
    hits = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/x", hits
    server.shutdown()
    server.server_close()


def printed(content):
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return "".join(page.extract_text() for page in pdf.pages).replace("\n", "")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_every_text_of_a_reply_is_printed_and_nothing_is_fetched(canary, payload):
    address, hits = canary
    for target in (address, "file:///etc/passwd"):
        text = payload.format(target)
        letter = make_inbound(subject=text[:110], customer_ref=text[:60])
        reply = make_reply(letter, title=text, addressee=text, body=text)
        letter.customer.name = text[:90]
        letter.owner.name = letter.owner.phone = text
        reply.letter = letter

        content = letter_reports.reply_pdf(reply)

        assert b"EmbeddedFile" not in content
        assert "root:x:0" not in printed(content)
        assert target.split("//")[1][:9] in printed(content)
    assert hits == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_every_text_of_a_thank_you_letter_too(canary, payload):
    address, hits = canary
    letter = make_thank_you_draft()
    letter.salutation = letter.body = payload.format(address)
    letter.visit.owner.name = letter.visit.owner.title = payload.format(address)

    content = letter_reports.thanks_pdf(letter)

    assert "127.0.0.1" in printed(content)
    assert hits == []
