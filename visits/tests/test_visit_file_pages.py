"""Photos and papers of a visit: bare pixels, in scope only, taken back until accepted."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from core.models import AuditEvent, StoredFile
from staff.tests.factories import make_user
from visits.actions import files
from visits.models import VisitFile
from visits.tests.factories import make_record, make_visit

pytestmark = pytest.mark.django_db
GPS = 0x8825


def photo(kind="JPEG", size=(900, 600), name="image.jpg"):
    out, exif = BytesIO(), Image.Exif()
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(GPS)[2] = (30.0, 0.0, 5.0)
    Image.new("RGB", size, "teal").save(out, kind, exif=exif)
    return SimpleUploadedFile(name, out.getvalue())


def pdf(name="签到表.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.7\n1 0 obj\n%%EOF")


def send(client, visit, user=None, **data):
    client.force_login(user or visit.owner)
    url = reverse("visits:visit_files", args=[visit.pk])
    return client.post(url, {"confidentiality": "internal"} | data)


def added(client, visit, **data):
    assert send(client, visit, **data).status_code == 302
    return VisitFile.objects.latest("pk")


@pytest.mark.parametrize(
    ("kind", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png"), ("WEBP", "a.webp")]
)
def test_a_photo_is_kept_without_place_and_device(client, kind, name):
    sent = photo(kind, name=name)
    assert b"SecretPhone" in sent.read()
    sent.seek(0)
    row = added(client, make_visit(state="recorded"), photo=sent)
    kept = row.file.file.read()
    assert row.kind == "photo" and b"SecretPhone" not in kept
    with Image.open(BytesIO(kept)) as image:
        assert image.format == kind and image.size == (900, 600)
        assert not image.getexif() and not image.getexif().get_ifd(GPS)


def test_a_paper_keeps_its_name_and_level(client):
    row = added(client, make_visit(), file=pdf(), confidentiality="core_commercial_secret")
    assert (row.kind, row.title) == ("document", "签到表")
    assert row.confidentiality == "core_commercial_secret"
    assert AuditEvent.objects.filter(verb="visit.file_added").count() == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "请拍一张照片，或选择一个文件"),
        ({"photo": lambda: pdf("a.jpg")}, "文件内容与扩展名不符"),
        ({"photo": lambda: pdf()}, "只能上传"),
        ({"file": lambda: SimpleUploadedFile("a.svg", b"<svg/>")}, "只能上传"),
        ({"file": pdf, "title": "长" * 101}, "请写在 100 个字以内"),
        ({"file": pdf, "confidentiality": "none"}, "error-summary"),
    ],
)
def test_what_cannot_be_kept_is_told_and_nothing_is_stored(client, data, message):
    sent = {name: value() if callable(value) else value for name, value in data.items()}
    answer = send(client, make_visit(), **sent)
    assert answer.status_code == 422 and message in answer.content.decode()
    assert not VisitFile.objects.exists() and not StoredFile.objects.exists()


def test_the_small_picture_is_small_and_the_large_one_is_shown_as_it_is(client):
    row = added(client, make_visit(), photo=photo(size=(3000, 2000)))
    small = client.get(reverse("visits:visit_file_thumb", args=[row.pk]))
    with Image.open(BytesIO(small.content)) as image:
        assert image.size[0] <= 320 and image.size[1] <= 240
    assert len(small.content) < 20_000
    large = client.get(reverse("visits:visit_file", args=[row.pk]))
    assert large["Content-Type"] == "image/jpeg" and large["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in large["Content-Security-Policy"]


def test_a_paper_has_no_small_picture(client):
    row = added(client, make_visit(), file=pdf())
    assert client.get(reverse("visits:visit_file_thumb", args=[row.pk])).status_code == 404


def test_material_that_is_only_named_has_no_file_yet(client):
    visit = make_visit()
    row = VisitFile.objects.create(visit=visit, kind="material", title="方案", added_by=visit.owner)
    client.force_login(visit.owner)
    assert client.get(reverse("visits:visit_file", args=[row.pk])).status_code == 404
    assert "方案" in client.get(visit.get_absolute_url()).content.decode()


@pytest.mark.parametrize("name", ["visit_file", "visit_file_thumb"])
def test_another_manager_gets_404(client, name):
    row = added(client, make_visit(), photo=photo())
    client.force_login(make_user())
    assert client.get(reverse(f"visits:{name}", args=[row.pk])).status_code == 404


def delete(client, row, user=None):
    client.force_login(user or row.added_by)
    return client.post(reverse("visits:visit_file_delete", args=[row.pk]))


def test_ones_own_file_is_taken_back_with_its_content(client, django_capture_on_commit_callbacks):
    row = added(client, make_visit(state="recorded"), photo=photo())
    storage, name = row.file.file.storage, row.file.file.name
    with django_capture_on_commit_callbacks(execute=True):
        assert delete(client, row).status_code == 302
    assert not VisitFile.objects.exists() and not StoredFile.objects.exists()
    assert not storage.exists(name)
    assert AuditEvent.objects.filter(verb="visit.file_deleted").count() == 1


def test_a_content_that_another_visit_also_shows_stays(client):
    row = added(client, make_visit(), photo=photo())
    other = VisitFile.objects.create(
        visit=make_visit(), kind="material", title="同一份", file=row.file, added_by=row.added_by
    )
    delete(client, row)
    other.refresh_from_db()
    assert StoredFile.objects.filter(pk=other.file_id).exists()


def test_nobody_deletes_what_a_colleague_added(client):
    visit = make_visit()
    row = added(client, visit, photo=photo())
    head = make_user("dept_head", department=visit.owner.department)
    delete(client, row, user=head)
    assert VisitFile.objects.filter(pk=row.pk).exists()


def test_after_the_record_was_accepted_nothing_is_deleted(client):
    visit = make_visit(state="recorded")
    row = added(client, visit, photo=photo())
    head = make_user("dept_head", department=visit.owner.department)
    make_record(visit, state="accepted", reviewed_by=head)
    delete(client, row)
    assert VisitFile.objects.filter(pk=row.pk).exists()
    page = client.get(visit.get_absolute_url()).content.decode()
    assert "image" in page and "删除后不能恢复" not in page


def test_the_wrong_role_gets_403_and_another_manager_404(client):
    visit = make_visit()
    assert send(client, visit, user=make_user("auditor"), photo=photo()).status_code == 403
    assert send(client, visit, user=make_user(), photo=photo()).status_code == 404


def test_deleting_is_by_post_only(client):
    row = added(client, make_visit(), photo=photo())
    assert client.get(reverse("visits:visit_file_delete", args=[row.pk])).status_code == 405


def test_one_visit_takes_no_more_than_so_many(client, monkeypatch):
    monkeypatch.setattr(files, "MOST_FILES", 1)
    visit = make_visit()
    added(client, visit, file=pdf())
    answer = send(client, visit, file=pdf())
    assert answer.status_code == 422 and "最多保存 1 份" in answer.content.decode()
