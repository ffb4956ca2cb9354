"""R46: neither model, query nor SQL changes what is under review or was approved."""

from django.db import DatabaseError, connection, transaction
from django.test import TestCase

from planning.actions import moving, writing
from planning.actions.errors import PlanError
from planning.actions.snapshots import differs, snapshot_of
from planning.models import PlanRow, PlanSection, PlanTargetLine, PlanVersion
from planning.tests import reviewing

TABLES = (PlanSection, PlanRow, PlanTargetLine)


class SealedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.w = reviewing.world()
        cls.version = reviewing.submitted(cls.w.plan)

    def attempts(self):
        """(what, a way to change something of the version)"""
        version = PlanVersion.objects.filter(pk=self.version.pk)
        for model in TABLES:
            rows, name = model.objects.filter(version=self.version), model._meta.db_table
            one = rows.first()
            yield f"{name} update", lambda rows=rows: rows.update(edit=99)
            yield f"{name} delete", lambda rows=rows: rows.delete()
            yield f"{name} save", lambda one=one: one.save()
            yield (
                f"{name} sql",
                lambda name=name: self.sql(f"UPDATE {name} SET edit = 99 WHERE version_id = %s"),
            )
            yield (
                f"{name} sql delete",
                lambda name=name: self.sql(f"DELETE FROM {name} WHERE version_id = %s"),
            )
        yield "new section", lambda: PlanSection.objects.create(version=self.version, code="X")
        yield (
            "new row",
            lambda: PlanRow.objects.bulk_create(
                [PlanRow(version=self.version, table="network", position=9)]
            ),
        )
        yield (
            "new target",
            lambda: PlanTargetLine.objects.create(
                version=self.version, kind="win_back", business_line="voice", from_operator="mobile"
            ),
        )
        for field, value in (("snapshot", {}), ("sha256", "0" * 64), ("outline", "x"),
                             ("number", 7), ("submitted_by", self.w.colleague)):  # fmt: skip
            yield field, lambda field=field, value=value: version.update(**{field: value})
        yield "delete", lambda: self.sql("DELETE FROM planning_planversion WHERE id = %s")

    def sql(self, statement):
        with connection.cursor() as cursor:
            cursor.execute(statement, [self.version.pk])

    def everything(self):
        content = [list(model.objects.order_by("pk").values()) for model in TABLES]
        return content, list(PlanVersion.objects.order_by("pk").values())

    def all_refused(self):
        before = self.everything()
        for what, change in self.attempts():
            with self.subTest(what, state=self.version.state):
                with self.assertRaises(DatabaseError), transaction.atomic():
                    change()
        self.assertEqual(self.everything(), before)

    def test_what_is_under_review(self):
        self.all_refused()
        moving.take_up(version=self.version, by=self.w.head)
        self.all_refused()

    def test_what_was_approved_stays_to_the_end(self):
        moving.approve(version=self.version, seen_sha256=self.version.sha256, by=self.w.head)
        self.all_refused()
        with self.assertRaises(DatabaseError), transaction.atomic():
            PlanVersion.objects.filter(pk=self.version.pk).update(state="drafting")
        with self.assertRaises(PlanError):
            writing.save_section(
                version=self.version, code="C2.1", text="改", none_reason="", base_edit=0,
                by=self.w.author,
            )  # fmt: skip
        moving.begin_execution(version=self.version, by=self.w.author)
        self.all_refused()
        made = moving.amend(version=self.version, reason="调整", by=self.w.author)
        PlanSection.objects.filter(version=made).update(text="新的一版可以改。")
        moving.submit(version=made, by=self.w.author)
        moving.approve(version=made, seen_sha256=made.sha256, by=self.w.head)
        self.version.refresh_from_db()
        self.assertEqual(self.version.state, "superseded")
        self.all_refused()
        self.assertEqual(differs(self.version.snapshot, snapshot_of(self.version)), [])

    def test_rows_do_not_wander_into_a_sealed_version(self):
        other = reviewing.world().version
        with self.assertRaises(DatabaseError), transaction.atomic():
            PlanRow.objects.filter(version=other, table="voice").update(version=self.version)
