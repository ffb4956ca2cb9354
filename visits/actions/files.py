"""Photos and papers of a visit: kept under a random name, without place and device (R3, R11)."""

from collections.abc import Iterable

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from core import audit
from core import uploads as stored_files
from core.models import StoredFile
from staff.models import User
from visits.actions.errors import VisitError
from visits.models import Visit, VisitFile, VisitRecord

MOST_FILES = 60
"""So many photos and papers one visit takes."""


@transaction.atomic
def add_files(*, visit: Visit, uploads: Iterable[UploadedFile], by: User, **given) -> None:
    """All of them or none. `given`: title and confidentiality."""
    for upload in uploads:
        add_file(visit=visit, upload=upload, by=by, **given)


@transaction.atomic
def add_file(
    *,
    visit: Visit,
    upload: UploadedFile,
    by: User,
    title: str = "",
    confidentiality: str = "",
    kind: str = "",
) -> VisitFile:
    """Keep what an UploadField has cleaned. Without `kind` a picture is a photo, else a paper."""
    if visit.files.count() >= MOST_FILES:
        raise VisitError(f"一次拜访最多保存 {MOST_FILES} 份资料。")
    audit.record(verb="visit.file_added", target=visit, by=by, reason=upload.name)
    stored = stored_files.store(upload, by=by)
    chosen = {"confidentiality": confidentiality} if confidentiality else {}
    return VisitFile.objects.create(
        visit=visit,
        kind=kind or _kind_of(upload),
        title=title or upload.name.rpartition(".")[0][:100] or "资料",
        file=stored,
        added_by=by,
        **chosen,
    )


def _kind_of(upload: UploadedFile) -> str:
    is_picture = upload.content_type.startswith("image/")
    return VisitFile.Kind.PHOTO if is_picture else VisitFile.Kind.DOCUMENT


@transaction.atomic
def delete_file(*, file: VisitFile, by: User) -> None:
    """Take back one's own file, as long as the record has not been accepted."""
    if file.added_by_id != by.pk:
        raise VisitError("只能删除自己添加的资料。")
    Visit.objects.select_for_update(of=("self",)).get(pk=file.visit_id)
    if is_locked(file.visit):
        raise VisitError("拜访记录已采纳并锁定，资料不能再删除。")
    if not VisitFile.objects.filter(pk=file.pk).delete()[0]:
        raise VisitError("这份资料已经删除。")
    audit.record(verb="visit.file_deleted", target=file.visit, by=by, reason=file.title)
    if file.file_id and not VisitFile.objects.filter(file=file.file_id).exists():
        stored = file.file
        StoredFile.objects.filter(pk=stored.pk).delete()
        transaction.on_commit(lambda: stored.file.delete(save=False))


def is_locked(visit: Visit) -> bool:
    """The head has accepted the record: nothing it rests on may vanish."""
    accepted = VisitRecord.State.ACCEPTED
    return VisitRecord.objects.filter(visit=visit, state=accepted).exists()
