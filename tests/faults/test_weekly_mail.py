"""The weekly file through `celery worker`, `celery beat`, Redis and SMTP themselves (§B.13).

Nobody listened on Monday 07:30: the sweep makes up for it. The worker is killed once while it
makes the files; each scope still gets one whole file, and each head one message with a link.
"""

import hashlib
import io
import time

import psycopg2
import pytest
from pypdf import PdfReader

from tests.product import Product

pytestmark = pytest.mark.faults

ADDRESSED = """UPDATE staff_user SET email = username || '@example.com'
    WHERE role IN ('dept_head', 'branch_director')"""
FILES = """SELECT e.id, e.scope, e.state, e.why, e.version, e.file, e.sha256, e.pages
    FROM planning_planexport e ORDER BY e.id"""
SCOPES = """SELECT count(DISTINCT c.branch_id) + count(DISTINCT c.department_id)
    FROM accounts_customer c WHERE c.branch_id IN (SELECT branch_id FROM planning_marketingplan)"""
STARTED = "SELECT count(*) FROM planning_planexport WHERE attempts > 0 AND state = 'waiting'"
EXPIRED = """UPDATE planning_planexport SET lease_until = now() - interval '1 s',
    sent_at = now() - interval '1 hour' WHERE state = 'waiting'"""
UNTOLD = """SELECT count(*) FILTER (WHERE state <> 'done')
    + (SELECT count(*) FROM planning_exportnotice WHERE state <> 'sent') FROM planning_planexport"""


@pytest.fixture
def crm(fresh_postgres, private_redis, smtp_sink, tmp_path):
    env = {"DATABASE_URL": fresh_postgres, "REDIS_URL": private_redis.url, "SWEEP_SECONDS": "1"}
    product = Product(tmp_path / "product", env | smtp_sink.env())
    product.manage("bulk_demo", "--customers", "30", "--months", "2", "--plans", "12")
    yield product
    product.stop()


@pytest.fixture
def ask(crm, fresh_postgres):
    connection = psycopg2.connect(fresh_postgres)
    connection.autocommit = True
    cursor = connection.cursor()

    def one(sql: str):
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else None

    one(ADDRESSED)
    yield one
    connection.close()


def wait(what, timeout: float = 120) -> None:
    deadline = time.monotonic() + timeout
    while not what():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.05)


def test_a_missed_monday_reaches_every_head_once(crm, ask, smtp_sink, write_down):
    crm.start("beat")
    crm.start("worker")
    wait(lambda: ask(STARTED)[0][0])
    crm.kill("worker")
    ask(EXPIRED)  # a test does not wait three minutes for the lease of who is dead
    crm.start("worker")
    [[scopes]] = ask(SCOPES)
    wait(lambda: len(ask(FILES)) == scopes and not ask(UNTOLD)[0][0])
    time.sleep(3)  # three more ticks of the clock find nothing to do

    rows = ask(FILES)
    assert len(rows) == scopes > 1
    for pk, scope, state, why, version, name, sha256, pages in rows:
        content = (crm.var_dir / "files" / name).read_bytes()
        assert (state, version) == ("done", 1) and why in ("beat", "catch_up"), (pk, scope)
        assert hashlib.sha256(content).hexdigest() == sha256
        assert len(PdfReader(io.BytesIO(content)).pages) == pages
    links = {f"{crm.env['SITE_URL']}/plans/weekly/{row[0]}/" for row in rows}
    told = [accepted.message for accepted in smtp_sink.accepted]
    said = {next(link for link in links if link in str(mail.get_content())) for mail in told}
    assert said == links and set(smtp_sink.copies().values()) == {1}
    assert not any(part.get_content_type() == "application/pdf" for m in told for part in m.walk())
    write_down(f"{scopes} scopes, one worker killed, {len(told)} messages, each once")
