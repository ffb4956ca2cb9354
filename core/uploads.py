"""Files that users hand in: checked when the form is cleaned, stored under a random name (§2.5)."""

import hashlib
import re
import unicodedata
import uuid
import zipfile
from io import BytesIO
from pathlib import PurePosixPath

from django import forms
from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import FileResponse, HttpResponse
from PIL import Image, ImageOps, UnidentifiedImageError

from core.models import StoredFile

TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
DOCUMENTS = tuple(TYPES)
TYPES["webp"] = "image/webp"  # only where a photo is asked for
PHOTOS = ("jpg", "jpeg", "png", "webp")
TYPES["csv"] = "text/csv"  # only where a table is asked for
TABLES = ("xlsx", "csv")
INLINE = frozenset({"application/pdf", "image/jpeg", "image/png", "image/webp"})

MAX_NAME = 150
MAX_PIXELS = 60_000_000
MAX_ENTRIES = 2_000
MAX_INFLATED = 200 * 1024 * 1024
MAX_RATIO = 100
MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
CONTENT_TYPES = "[Content_Types].xml"

RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)
RUNNABLE = frozenset(
    "exe bat cmd scr pif msi dll js jse vbs vbe wsf ps1 sh jar hta lnk html htm svg php".split()
)

WRONG_KIND = "只能上传 PDF、JPG、PNG、DOCX 或 XLSX 文件。"
NO_TABLE = "只能上传 XLSX 或 CSV 文件。旧的 XLS 文件请在 Excel 里另存为 XLSX。"
NOT_WHAT_IT_SAYS = "文件内容与扩展名不符，或者文件已损坏。请重新保存后再上传。"


class UploadField(forms.FileField):
    """A file of an allowed kind whose content is what its name says; images come out re-encoded.

    `kinds`: the extensions that are taken, DOCUMENTS or TABLES.
    """

    def __init__(self, *, kinds=DOCUMENTS, **kwargs):
        self.kinds = kinds
        accept = ",".join(f".{extension}" for extension in kinds)
        kwargs.setdefault("widget", forms.ClearableFileInput(attrs={"accept": accept}))
        kwargs.setdefault("max_length", MAX_NAME)
        super().__init__(**kwargs)
        self.error_messages["empty"] = "文件是空的，请重新选择。"
        self.error_messages["max_length"] = f"文件名太长，请缩短到 {MAX_NAME} 个字以内。"

    def to_python(self, data):
        upload = super().to_python(data)
        if upload is None:
            return None
        _check_size(upload)
        extension = _checked_extension(upload.name, self.kinds)
        content = CHECKS[extension](upload, extension)
        if content is not None:
            return SimpleUploadedFile(upload.name, content, TYPES[extension])
        upload.seek(0)
        upload.content_type = TYPES[extension]
        return upload


def _refuse(message: str):
    raise forms.ValidationError(message)


def _check_size(upload) -> None:
    if upload.size > settings.MAX_UPLOAD_BYTES:
        megabytes = settings.MAX_UPLOAD_BYTES // (1024 * 1024)
        _refuse(f"文件有 {upload.size / 1024 / 1024:.0f} MB，超过了 {megabytes} MB 的上限。")


def _checked_extension(name: str, kinds) -> str:
    """The lower-case extension; refused when the name could mislead a person or a computer."""
    if any(unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs") for character in name):
        _refuse("文件名含有看不见的控制字符，请改名后再上传。")
    *stems, extension = name.lower().split(".")
    if not stems or extension not in kinds:
        _refuse(NO_TABLE if kinds == TABLES else WRONG_KIND)
    if RESERVED.match(stems[0].strip()):
        _refuse("文件名是系统保留的名字，请改名后再上传。")
    if any(stem.strip() in RUNNABLE for stem in stems[1:]):
        _refuse("文件名里有两个扩展名，请改名后再上传。")
    return extension


def _check_pdf(upload, extension) -> None:
    upload.seek(0)
    head = upload.read(8)
    upload.seek(max(0, upload.size - 2048))
    if not head.startswith(b"%PDF-") or b"%%EOF" not in upload.read():
        _refuse(NOT_WHAT_IT_SAYS)


def _check_image(upload, extension) -> bytes:
    """The picture alone: new pixels, no EXIF, no place of recording, no comment."""
    wanted = {"png": "PNG", "webp": "WEBP"}.get(extension, "JPEG")
    upload.seek(0)
    try:
        with Image.open(upload, formats=[wanted]) as image:
            if image.width * image.height > MAX_PIXELS:
                _refuse("图片尺寸太大，请缩小后再上传。")
            turned = ImageOps.exif_transpose(image)
            mode = "RGBA" if wanted != "JPEG" and turned.has_transparency_data else "RGB"
            bare = Image.new(mode, turned.size)
            bare.paste(turned.convert(mode))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        _refuse(NOT_WHAT_IT_SAYS)
    out = BytesIO()
    bare.save(out, wanted, quality=88)
    return out.getvalue()


def _check_office(upload, extension) -> None:
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as archive:
            _check_entries(archive.infolist(), upload.size)
            names = set(archive.namelist())
            if CONTENT_TYPES not in names or MAIN_PART[extension] not in names:
                _refuse(NOT_WHAT_IT_SAYS)
            with archive.open(CONTENT_TYPES) as part:
                declared = part.read(1_000_000)
            _check_xml(archive)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        _refuse(NOT_WHAT_IT_SAYS)
    upload.seek(0)
    if upload.read(4) != b"PK\x03\x04":
        _refuse(NOT_WHAT_IT_SAYS)
    if b"macroEnabled" in declared:
        _refuse("文件带有宏，不能上传。请另存为不带宏的文件。")


def _check_xml(archive: zipfile.ZipFile) -> None:
    """No document type and no entities, in any encoding a parser would follow."""
    for entry in archive.infolist():
        if "/media/" in entry.filename.lower():  # pictures; an SVG may well have a document type
            continue
        with archive.open(entry) as part:
            tail = b""
            while chunk := part.read(1 << 20):
                seen = (tail + chunk).replace(b"\0", b"").upper()
                if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                    _refuse(NOT_WHAT_IT_SAYS)
                tail = chunk[-40:]


def _check_table(upload, extension) -> None:
    """Text, in an encoding that core readers know. UTF-16 is known by its mark."""
    upload.seek(0)
    content = upload.read()
    is_wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    if content[:4] == b"PK\x03\x04" or (b"\0" in content and not is_wide):
        _refuse(NOT_WHAT_IT_SAYS)
    for encoding in ("utf-16",) if is_wide else ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
            return
        except UnicodeDecodeError:
            continue
    _refuse("认不出文件的编码。请另存为「CSV UTF-8」后再上传。")


def _check_entries(entries, packed: int) -> None:
    """Caps against zip bombs, macros and paths that lead out of the archive."""
    inflated = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or inflated > MAX_INFLATED or inflated > MAX_RATIO * packed:
        _refuse("文件解压后太大，不能上传。")
    for entry in entries:
        parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
        if parts and parts[-1].lower() == "vbaproject.bin":
            _refuse("文件带有宏，不能上传。请另存为不带宏的文件。")
        if entry.flag_bits & 1 or ".." in parts or entry.filename.startswith("/"):
            _refuse(NOT_WHAT_IT_SAYS)


CHECKS = {
    "pdf": _check_pdf,
    "jpg": _check_image,
    "jpeg": _check_image,
    "png": _check_image,
    "webp": _check_image,
    "docx": _check_office,
    "xlsx": _check_office,
    "csv": _check_table,
}


def store(upload: UploadedFile, *, by) -> StoredFile:
    """Keep a file that an UploadField has cleaned. The name on disk says nothing (uuid).

    Call it last in the action's transaction: a file on disk is not rolled back.
    """
    extension = upload.name.lower().rpartition(".")[2]
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return StoredFile.objects.create(
        file=File(upload, name=f"{uuid.uuid4().hex}.{extension}"),
        name=upload.name,
        content_type=TYPES[extension],
        size=upload.size,
        sha256=digest.hexdigest(),
        uploaded_by=by,
    )


def store_pdf(content: bytes, name: str, *, by) -> StoredFile:
    """Keep a PDF of our own making, as `store` does. `name` may hold any text."""
    upload = SimpleUploadedFile(name.replace("/", "／"), content, TYPES["pdf"])
    return store(upload, by=by)


def serve(stored: StoredFile, *, inline: bool = False) -> FileResponse:
    """The file as a download; `inline` lets a browser show PDF and pictures. No scope check."""
    shown = inline and stored.content_type in INLINE
    response = FileResponse(
        stored.file.open("rb"),
        as_attachment=not shown,
        filename=stored.name,
        content_type=stored.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _policy(stored, shown)
    response["Cache-Control"] = "no-store, private"
    return response


THUMB = (320, 240)


def serve_thumb(stored: StoredFile) -> HttpResponse:
    """A picture made small enough for a list, as JPEG. ValueError for what is no picture."""
    if not stored.content_type.startswith("image/"):
        raise ValueError(stored.content_type)
    out = BytesIO()
    with stored.file.open("rb") as source, Image.open(source) as image:
        image.draft("RGB", (THUMB[0] * 2, THUMB[1] * 2))  # a JPEG is read at a fraction of its size
        image.thumbnail(THUMB)
        image.convert("RGB").save(out, "JPEG", quality=80)
    response = HttpResponse(out.getvalue(), content_type=TYPES["jpg"])
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store, private"
    return response


def _policy(stored: StoredFile, shown: bool) -> str:
    # A sandboxed page may not start the browser's PDF viewer; a picture or a download needs none.
    if shown and stored.content_type == "application/pdf":
        return "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'"
    return "sandbox; default-src 'none'"
