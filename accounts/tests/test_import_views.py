"""accounts:import_list, _create, _template, _detail, _confirm, _cancel, _errors."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.actions import importing
from accounts.models import Customer, ImportJob
from accounts.tests.factories import make_industry
from accounts.tests.sheets import checked, csv_file, imported, xlsx
from staff.tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db

HEAD = ["客户编码", "客户名称", "客户行业", "邮编"]
ROWS = [HEAD, ["N1", "客户甲", "金融", "312000"], ["N2", "客户乙", "金融", "坏邮编"]]
HTMX = {"hx_request": "true"}


def url(name, *arguments):
    return reverse(f"accounts:{name}", args=arguments)


@pytest.fixture
def manager(client):
    make_industry()
    manager = make_user(name="王晓明")
    client.force_login(manager)
    return manager


@pytest.fixture
def job(manager):
    return checked(ROWS, manager)


def test_an_upload_becomes_a_job_that_waits_for_its_check(client, manager):
    response = client.post(url("import_create"), {"kind": "customers", "upload": xlsx(ROWS)})

    job = ImportJob.objects.get()
    assert response["Location"] == url("import_detail", job.pk)
    assert (job.owner, job.state, job.upload.name) == (manager, "checking", "客户.xlsx")
    assert not Customer.objects.exists()


def test_sent_twice_is_one_job(client, manager):
    key = str(uuid.uuid4())
    for _ in range(2):
        typed = {"kind": "customers", "upload": xlsx(ROWS), "submission_key": key}
        response = client.post(url("import_create"), typed)

    assert ImportJob.objects.count() == 1
    assert response["Location"] == ImportJob.objects.get().get_absolute_url()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0", "另存为 XLSX"),
        ("a.pdf", b"%PDF-1.4 %%EOF", "只能上传 XLSX 或 CSV"),
        ("a.csv", b"PK\x03\x04zip", "不符"),
        ("a.csv", b"a,\x00b", "不符"),
        ("a.csv", b"\xff\xff\xff", "认不出文件的编码"),
        ("a.xlsx", b"a,b", "不符"),
    ],
)
def test_what_is_no_table_is_refused_at_the_field(client, manager, name, content, says):
    upload = csv_file([])
    upload.name, upload.file.name = name, name
    upload.seek(0)
    upload.write(content)
    upload.size = len(content)
    upload.seek(0)
    response = client.post(url("import_create"), {"kind": "customers", "upload": upload})

    assert says in response.content.decode()
    assert not ImportJob.objects.exists()


def test_the_preview_names_every_bad_cell(client, job):
    page = client.get(job.get_absolute_url()).content.decode()

    assert "只导入正确的 1 行" in page
    assert "坏邮编" in page
    assert "邮编是 6 位数字。" in page


def test_confirming_leads_back_to_the_job_which_is_queued(client, job):
    response = client.post(url("import_confirm", job.pk))

    assert response["Location"] == job.get_absolute_url()
    job.refresh_from_db()
    assert job.state == "queued"
    importing.work(pk=job.pk)
    assert Customer.objects.get().code == "N1"


def test_confirming_a_second_time_is_refused_in_words(client, job):
    client.post(url("import_confirm", job.pk))
    response = client.post(url("import_confirm", job.pk), follow=True)

    assert "状态已变更" in response.content.decode()


def test_cancelling_ends_the_job(client, job):
    client.post(url("import_cancel", job.pk))

    job.refresh_from_db()
    assert job.state == "cancelled"
    assert (job.created, job.updated, bool(job.finished_at)) == (0, 0, True)
    page = client.get(job.get_absolute_url()).content.decode()
    assert "没有写入任何内容" in page


def test_progress_is_a_fragment_that_asks_again_only_while_work_goes_on(client, job):
    ImportJob.objects.filter(pk=job.pk).update(state="running", done=1, total=2)
    fragment = client.get(job.get_absolute_url(), headers=HTMX).content.decode()
    assert "<html" not in fragment
    assert 'hx-trigger="every 1s"' in fragment
    assert 'value="1"' in fragment

    ImportJob.objects.filter(pk=job.pk).update(state="preview")
    assert "every 1s" not in client.get(job.get_absolute_url(), headers=HTMX).content.decode()


def test_without_javascript_the_page_loads_itself_again_while_work_goes_on(client, job):
    assert "http-equiv" not in client.get(job.get_absolute_url()).content.decode()
    ImportJob.objects.filter(pk=job.pk).update(state="running")
    assert 'http-equiv="refresh"' in client.get(job.get_absolute_url()).content.decode()


def test_the_error_file_has_the_bad_rows_and_what_is_wrong(client, job):
    response = client.get(url("import_errors", job.pk))

    (folder := job.error_file.file).open()
    rows = list(load_workbook(folder).active.values)
    assert rows == [
        (*HEAD, "错误说明"),
        ("N2", "客户乙", "金融", "坏邮编", "原第 3 行：邮编：邮编是 6 位数字。"),
    ]
    assert "attachment" in response["Content-Disposition"]


@pytest.mark.parametrize("name", ["import_confirm", "import_cancel"])
def test_writes_are_posts(client, job, name):
    assert client.get(url(name, job.pk)).status_code == 405


@pytest.mark.parametrize("name", ["import_detail", "import_errors"])
def test_another_manager_gets_404(client, job, name):
    client.force_login(make_user())

    assert client.get(url(name, job.pk)).status_code == 404


@pytest.mark.parametrize("name", ["import_confirm", "import_cancel"])
def test_another_manager_cannot_act(client, job, name):
    client.force_login(make_user())

    assert client.post(url(name, job.pk)).status_code == 404
    job.refresh_from_db()
    assert job.state == "preview"


def test_a_head_sees_the_numbers_but_not_the_rows(client, job):
    client.force_login(make_user("dept_head", department=job.owner.department))

    page = client.get(job.get_absolute_url()).content.decode()
    assert "将新增" in page
    assert "坏邮编" not in page
    assert "只导入正确的" not in page
    assert client.get(url("import_errors", job.pk)).status_code == 404
    client.post(url("import_confirm", job.pk))
    job.refresh_from_db()
    assert job.state == "preview"


def test_a_head_of_another_department_gets_404(client, job):
    client.force_login(make_user("dept_head", department=make_department()))

    assert client.get(job.get_absolute_url()).status_code == 404
    assert "客户.xlsx" not in client.get(url("import_list")).content.decode()


@pytest.mark.parametrize("role", ["branch_director", "auditor"])
def test_readers_list_but_do_not_import(client, job, role):
    client.force_login(make_user(role))

    assert "客户.xlsx" in client.get(url("import_list")).content.decode()
    assert client.get(url("import_create")).status_code == 403
    assert client.post(url("import_confirm", job.pk)).status_code == 403


def test_an_administrator_of_the_system_sees_none(client, job):
    client.force_login(make_user("sysadmin"))

    for name, arguments in (
        ("import_list", ()),
        ("import_detail", (job.pk,)),
        ("import_create", ()),
    ):
        assert client.get(url(name, *arguments)).status_code == 403


@pytest.mark.parametrize("kind", ["customers", "contacts", "bills", "contracts"])
def test_a_template_comes_as_xlsx(client, manager, kind):
    response = client.get(url("import_template", kind))

    assert response.content.startswith(b"PK")
    assert response["Content-Disposition"].endswith(".xlsx")


def test_an_unknown_template_is_404(client, manager):
    assert client.get(url("import_template", "money")).status_code == 404


def test_the_list_costs_the_same_with_1_and_30_rows(client, manager):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(url("import_list"))
        return len(seen)

    imported(ROWS, manager)
    queries()
    one = queries()
    job = ImportJob.objects.get()
    for _ in range(29):
        job.pk = None
        job.save()

    assert queries() == one
