"""core.uploads: what may come in, how it is kept, how it goes out (§2.5)."""

import hashlib
import io
import struct
import zipfile
from pathlib import Path

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core import uploads
from core.models import StoredFile
from staff.tests.factories import make_user

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PROGRAM = b"MZ\x90\x00" + b"\x00" * 4000


def clean(name, content):
    return uploads.UploadField().clean(SimpleUploadedFile(name, content))


def picture(kind="JPEG", **save):
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(out, kind, **save)
    return out.getvalue()


def office(part="word/document.xml", types="<Types/>", extra=()):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr(part, "<x/>")
        for name, content in extra:
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("来函.pdf", PDF),
        ("照片.JPG", picture()),
        ("照片.jpeg", picture()),
        ("截图.png", picture("PNG")),
        ("方案 v1.2.docx", office()),
        ("清单.xlsx", office("xl/workbook.xml")),
    ],
)
def test_the_allowed_kinds_come_in(name, content):
    upload = clean(name, content)
    assert upload.name == name
    assert upload.content_type == uploads.TYPES[name.lower().rpartition(".")[2]]


@pytest.mark.parametrize("extension", sorted(uploads.DOCUMENTS))
def test_a_renamed_program_is_refused_under_every_name(extension):
    with pytest.raises(forms.ValidationError, match="不符"):
        clean(f"来函.{extension}", PROGRAM)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b"<svg onload=alert(1)>"),
        ("a.html", b"<script>"),
        ("a.exe", PROGRAM),
        ("a", PDF),
        ("pdf", PDF),
        ("a.docm", office()),
        ("a.zip", office()),
        ("a.pdf.exe", PDF),
    ],
)
def test_other_kinds_are_refused(name, content):
    with pytest.raises(forms.ValidationError, match="只能上传"):
        clean(name, content)


@pytest.mark.parametrize(
    "name",
    ["setup.exe.pdf", "a.js.pdf", "con.pdf", "NUL.pdf", "a\u202egpj.pdf", "a\u200b.pdf", "a\n.pdf"],
)
def test_names_that_mislead_are_refused(name):
    with pytest.raises(forms.ValidationError, match="文件名"):
        clean(name, PDF)


def test_a_path_in_the_name_is_cut_off():
    assert clean("../../etc/来函.pdf", PDF).name == "来函.pdf"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"\n%PDF-1.7\n%%EOF"),
        ("a.pdf", b"%PDF-1.7 cut off"),
        ("a.jpg", picture("PNG")),
        ("a.png", picture()),
        ("a.jpg", picture()[:200]),
        ("a.docx", office("xl/workbook.xml")),
        ("a.xlsx", office()),
        ("a.docx", PROGRAM + office()),
        ("a.docx", office(extra=[("../evil.xml", "x")])),
        ("a.docx", office(types="<!DOCTYPE x><Types/>")),
    ],
)
def test_content_that_is_not_what_the_name_says_is_refused(name, content):
    with pytest.raises(forms.ValidationError, match="不符"):
        clean(name, content)


@pytest.mark.parametrize(
    "content",
    [office(extra=[("word/vbaProject.bin", "x")]), office(types="application/macroEnabled")],
)
def test_macros_are_refused(content):
    with pytest.raises(forms.ValidationError, match="宏"):
        clean("a.docx", content)


@pytest.mark.parametrize(
    "extra",
    [
        [("word/bomb.xml", b"\x00" * 30_000_000)],
        [(f"word/{number}.xml", "x") for number in range(2001)],
    ],
)
def test_a_zip_bomb_is_refused(extra):
    with pytest.raises(forms.ValidationError, match="解压后太大"):
        clean("a.docx", office(extra=extra))


def test_a_picture_of_huge_dimensions_is_refused_unread():
    header = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR"
    header += struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    with pytest.raises(forms.ValidationError):
        clean("a.png", header + b"\x00" * 100)


def test_too_large_and_empty_files_are_refused(settings):
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    with pytest.raises(forms.ValidationError, match="超过了 1 MB 的上限"):
        clean("a.pdf", b"%PDF-" + b"0" * 2 * 1024 * 1024)
    with pytest.raises(forms.ValidationError, match="文件是空的"):
        clean("a.pdf", b"")


def test_pictures_lose_place_and_comment():
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    upload = clean("a.jpg", picture(exif=exif, comment=b"secret comment"))
    content = upload.read()
    assert b"secret" not in content
    assert not Image.open(io.BytesIO(content)).getexif()


@pytest.mark.django_db
def test_a_file_is_kept_under_a_random_name_with_its_fingerprint(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    stored = uploads.store(clean("来函.pdf", PDF), by=make_user())

    assert stored.name == "来函.pdf"
    assert stored.sha256 == hashlib.sha256(PDF).hexdigest()
    assert "来函" not in stored.file.name
    assert Path(stored.file.path).read_bytes() == PDF
    assert StoredFile.objects.get() == stored


@pytest.mark.django_db
def test_files_go_out_as_downloads_and_only_pictures_and_pdf_inline(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    user = make_user()
    pdf = uploads.store(clean("来函.pdf", PDF), by=user)
    word = uploads.store(clean("方案.docx", office()), by=user)

    assert uploads.serve(pdf)["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert uploads.serve(pdf, inline=True)["Content-Disposition"].startswith("inline")
    assert uploads.serve(word, inline=True)["Content-Disposition"].startswith("attachment")
    for response in (uploads.serve(pdf), uploads.serve(word, inline=True)):
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_field_that_is_not_required_takes_nothing():
    assert uploads.UploadField(required=False).clean(None) is None
