"""Every version of a record as it was handed in (R11)."""

from datetime import datetime

from django.db.models import Field

from visits.models import RecordVersion, VisitRecord

NOT_CONTENT = frozenset(
    {"id", "visit", "state", "version", "reviewed_by", "reviewed_at", "review_note"}
    | {"written_by", "written_at"}
)
YES, NO = "是", "否"


def content_fields() -> list[Field]:
    """The fields of a record that its writer fills in, in the order of the model."""
    return [field for field in VisitRecord._meta.fields if field.name not in NOT_CONTENT]


def content_of(record: VisitRecord) -> dict[str, str]:
    """{field: what a reader sees}; empty for what was left out."""
    return {field.name: _shown(record, field) for field in content_fields()}


def _shown(record: VisitRecord, field: Field) -> str:
    value = getattr(record, field.name)
    if isinstance(value, bool):
        return YES if value else NO
    if field.choices:
        return str(getattr(record, f"get_{field.name}_display")())
    return "" if value is None else str(value)


def keep_version(record: VisitRecord, *, at: datetime) -> RecordVersion:
    """Store the record as it stands now under its version number; a second call changes nothing."""
    version, _ = RecordVersion.objects.get_or_create(
        record=record,
        number=record.version,
        defaults={
            "content": content_of(record),
            "written_by": record.written_by,
            "written_at": at,
        },
    )
    return version
