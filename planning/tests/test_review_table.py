"""R46: every combination of state, person and verb outside the table changes nothing."""

from contextlib import contextmanager, suppress

from django.db import transaction
from django.test import TestCase

from core.models import AuditEvent
from planning import review_rules as rules
from planning.actions import moving
from planning.actions.errors import PlanError
from planning.models import MarketingPlan, PlanReview, PlanState, PlanVersion
from planning.tests import reviewing
from reminders.models import Obligation
from staff.tests.factories import make_user

MAY = {rules.WRITER: {"author"}, rules.REVIEWER: {"head"}}
PEOPLE = ("author", "colleague", "industry_manager", "head", "other_head", "director", "auditor",
          "sysadmin", "back_office")  # fmt: skip
ARGUMENTS = {
    "send_outline": {"outline": "提纲"},
    "review_outline": {"is_accepted": True},
    "approve": {},
    "return_": {"comments": {"C1.1": "请补充"}},
    "amend": {"reason": "目标调整"},
    "discard": {"reason": "不再需要"},
}
OPEN = {
    "review_outline": ("drafting",),
    "take_up": ("dept_review",),
    "amend": ("approved", "in_execution", "discarded"),
}
"""Where the table leaves the target open."""


class RolledBack(Exception):
    """Ends a savepoint after a look at what was done in it."""


class EveryCombinationTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.w = reviewing.world()
        cls.w.sysadmin, cls.w.back_office = make_user("sysadmin"), make_user("back_office")
        reviewing.submitted(cls.w.plan)
        PlanVersion.objects.filter(pk=cls.w.version.pk).update(state="drafting")

    def put(self, state):
        """The version in `state`, by a statement, the way there being none of our business."""
        fields = {"approved_by": self.w.head, "approved_at": self.w.version.submitted_at}
        sealed = state in ("approved", "in_execution", "closed", "archived", "superseded")
        found = PlanVersion.objects.filter(pk=self.w.version.pk)
        found.update(state=state, **(fields if sealed else {}))
        return PlanVersion.objects.select_related("plan").get(pk=self.w.version.pk)

    def act(self, verb, version, person):
        arguments = dict(ARGUMENTS.get(verb, {}))
        if verb == "approve":
            arguments["seen_sha256"] = version.sha256
        getattr(moving, verb)(version=version, by=person, **arguments)

    def picture(self):
        return (
            list(PlanVersion.objects.order_by("pk").values()),
            list(MarketingPlan.objects.order_by("pk").values()),
            list(Obligation.objects.order_by("pk").values()),
            PlanReview.objects.count(),
            AuditEvent.objects.count(),
        )

    def allowed(self, verb, state, name):
        move = rules.MOVES[verb]
        return state in move.sources and name in MAY[move.who]

    def refused(self, state):
        """Everything that is not allowed from here; nothing may be left of the attempts."""
        version = self.put(state)
        before = self.picture()
        count = 0
        for verb in rules.MOVES:
            for name in PEOPLE:
                if not self.allowed(verb, state, name):
                    with self.assertRaisesRegex(PlanError, "[\u4e00-\u9fff]", msg=(verb, name)):
                        self.act(verb, version, getattr(self.w, name))
                    count += 1
        self.assertEqual(self.picture(), before, state)
        return count

    def done(self, verb, state, name):
        """What is allowed is possible; the new state."""
        version = self.put(state)
        self.act(verb, version, getattr(self.w, name))
        return PlanVersion.objects.get(pk=version.pk).state

    def test_only_the_table_is_possible(self):
        count = 0
        for state in PlanState.values:
            with self.undone():
                count += self.refused(state)
            for verb, move in rules.MOVES.items():
                for name in filter(lambda one: self.allowed(verb, state, one), PEOPLE):
                    with self.undone():
                        self.assertIn(
                            self.done(verb, state, name), (move.target, *OPEN.get(verb, ()))
                        )
                    count += 1
        self.assertEqual(count, 12 * 13 * 9)

    @contextmanager
    def undone(self):
        with suppress(RolledBack), transaction.atomic():
            yield
            raise RolledBack
