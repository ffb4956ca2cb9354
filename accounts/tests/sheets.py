"""Tables to import, for tests."""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from accounts.actions import importing
from core.uploads import TYPES


def xlsx(rows, name="客户.xlsx"):
    book = Workbook(write_only=True)
    sheet = book.create_sheet("数据")
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile(name, out.getvalue(), TYPES["xlsx"])


def csv_file(rows, encoding="utf-8-sig", name="客户.csv"):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return SimpleUploadedFile(name, out.getvalue().encode(encoding), TYPES["csv"])


def checked(rows, by, kind="customers", upload=None):
    """A job that a worker has checked."""
    job = importing.start_import(kind=kind, upload=upload or xlsx(rows), by=by)
    importing.work(pk=job.pk)
    job.refresh_from_db()
    return job


def imported(rows, by, kind="customers", upload=None):
    """A job that has been checked, confirmed and written."""
    job = checked(rows, by, kind, upload)
    importing.confirm_import(job=job, by=by)
    importing.work(pk=job.pk)
    job.refresh_from_db()
    return job


def counts(job):
    return job.created, job.updated, job.unchanged, job.bad


def faults(job):
    return [(fault["row"], fault["column"]) for fault in job.errors]
