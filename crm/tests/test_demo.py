"""The demo data: repeatable, never over real data, and alive for every role on any day."""

from collections import defaultdict
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client, TestCase

from accounts.models import Contact, Customer, ViewQuality
from accounts.reports import duplicates
from accounts.tests.factories import make_customer
from core.rules import SHANGHAI
from crm.demo import customers, groups, organisation
from crm.tests.bank_a_pages import BankAPages
from crm.tests.chart_paper import ChartPaper
from crm.tests.golden_table import GoldenTable
from crm.tests.retention_levels import RetentionLevels
from planning import rollup_reports
from planning.models import MarketingPlan
from reminders.models import DutyKind, Obligation
from staff.access import may
from staff.models import User
from visits.models import InboundLetter, Visit

AS_OF = "2026-11-23T09:00"
"""A Monday morning (§E)."""


def load(**options):
    call_command("demo", **options)


def counts():
    ours = ("core", "staff", "reminders", "accounts", "visits")
    models = [model for name in ours for model in apps.get_app_config(name).get_models()]
    return {model._meta.label: model.objects.count() for model in models}


class LoadedDemoTests(BankAPages, ChartPaper, GoldenTable, RetentionLevels, TestCase):
    """What holds once it is loaded; loaded once for all of them, beside a customer of one's own."""

    @classmethod
    def setUpTestData(cls):
        make_customer(code="REAL-1")
        with pytest.raises(CommandError, match="--force"):
            load()
        cls.before_force = list(Customer.objects.values_list("code", flat=True))
        load(as_of=AS_OF, force=True)

    def test_a_database_with_other_customers_is_refused_unless_told(self):
        assert self.before_force == ["REAL-1"]
        assert Customer.objects.filter(code="REAL-1").exists()

    def test_something_is_overdue_due_today_and_done_on_a_monday_morning(self):
        assert_alive(AS_OF)

    def test_a_second_run_changes_nothing(self):
        before, out = counts(), StringIO()
        load(stdout=out, force=True)
        assert counts() == before
        assert "未作改动" in out.getvalue()

    def test_the_customers_of_the_seed_and_six_unmanaged_ones_are_there(self):
        codes = Customer.objects.values_list("code", flat=True)
        assert sorted(codes) == sorted([*customers.codes(), "REAL-1"])
        unmanaged = len(customers.UNMANAGED) + len(groups.codes())
        seeded = Customer.objects.exclude(code="REAL-1")
        assert seeded.filter(is_managed=False).count() == unmanaged == 12
        bank = Customer.objects.get(code="C0001")
        assert (bank.is_training_case, bank.founded_year) == (True, 1982)
        assert (bank.manager.name, bank.assignments.count()) == ("何琼", 2)

    def test_the_head_of_finance_finds_one_customer_that_is_there_twice(self):
        head = User.objects.get(username="head_fin")
        (pair,) = duplicates.groups_by_name(head, list(duplicates.same_names(head)))
        assert [one.code for one in pair.customers] == ["C0006", "C0052"]

    def test_who_has_left_is_part_of_the_history(self):
        former = Customer.objects.get(code="C0029").assignments.exclude(valid_to=None).get()
        assert (former.user.name, former.user.is_active) == ("陶然", False)

    def test_people_with_rare_characters_are_kept_as_written(self):
        names = "".join(Contact.objects.values_list("name", flat=True))
        for sign in ("䶮", "㛃", "𠮷", "·", "欧阳"):
            assert sign in names

    def test_every_account_must_change_the_known_password(self):
        user = User.objects.get(username="heqiong")
        assert user.check_password(organisation.PASSWORD)
        ours = User.objects.exclude(customers__code="REAL-1")
        assert not ours.filter(must_change_password=False).exists()

    def test_every_manager_has_work_and_every_role_something_to_see(self):
        User.objects.update(must_change_password=False)
        for user in User.objects.active():
            client = Client()
            client.force_login(user)
            assert client.get("/", follow=True).status_code == 200, user.username
            if user.username in organisation.MANAGERS:
                assert user.obligations.open().count() >= 3
            if may(user, "customers.view"):
                assert Customer.objects.visible_to(user).exists(), user.username

    def test_the_three_tiers_of_plans_add_up_before_the_readers_eyes(self):
        bank, finance, government = (
            MarketingPlan.objects.get(number=number)
            for number in ("KP-2027-C0001", "IP-2027-FIN", "IP-2027-GOV")
        )
        annual = MarketingPlan.objects.get(kind="annual_market")
        assert rollup_reports.rollup(bank, bank.counted).grand[4] == 263
        sums = [rollup_reports.rollup(one, one.counted).grand[4] for one in (finance, government)]
        below = rollup_reports.rollup(annual)
        rows = rollup_reports.rows_of(
            list(rollup_reports.children(annual, annual.responsible)), below
        )
        amounts = {row.plan: row.amounts[3] for row in rows if row.is_counted}
        assert [amounts[finance], amounts[government]] == sums
        assert sums[0] > 263 and sum(amounts.values()) == below.grand[4]
        assert (annual.current.is_writable, finance.current.is_writable) == (True, True)
        assert finance.counted.state == "approved"
        for plan in (finance, government):
            page = rollup_reports.page(plan, plan.counted, plan.created_at.date())
            assert page.has_allotment and page.whole.gap.is_explained
            assert page.whole.gap.words == "由计划外调整补足"

    def test_every_duty_names_its_customer_but_those_of_a_person(self):
        of_a_person = (DutyKind.WEEKLY_PLAN, DutyKind.WEEKLY_PLAN_REVIEW, DutyKind.FINDING_CONFIRM)
        of_a_plan = (DutyKind.PLAN_SUBMISSION, DutyKind.PLAN_REVIEW, DutyKind.PLAN_TASK)
        nameless = Obligation.objects.filter(customer_ref=None).exclude(kind__in=of_a_person)
        assert not nameless.exclude(kind__in=of_a_plan).exists()
        # The plan of an industry or of the branch is about no customer; the others are.
        above = {plan.about() for plan in MarketingPlan.objects.filter(customer=None)}
        assert set(nameless.values_list("customer_name", flat=True)) - {""} <= above

    def test_every_page_of_a_customer_opens(self):
        user = User.objects.get(username="director")
        User.objects.update(must_change_password=False)
        self.client.force_login(user)
        for customer in Customer.objects.all()[:5]:
            assert self.client.get(customer.get_absolute_url()).status_code == 200

    def test_every_manager_has_a_customer_that_is_known_well_and_one_with_gaps(self):
        quality = ViewQuality.objects.select_related("customer__manager")
        by_manager = defaultdict(list)
        for one in quality.exclude(customer__code="C0001"):
            by_manager[one.customer.manager.username].append(one.completeness)
        assert set(by_manager) == set(organisation.MANAGERS)
        assert all(max(found) >= 80 for found in by_manager.values()), by_manager
        assert all(min(found) <= 60 for found in by_manager.values()), by_manager

    def test_each_customer_of_the_examples_has_its_visit_or_letter(self):
        visited = {"C0007", "C0002", "C0019", "C0031", "C0027", "C0023"}
        wrote = {"C0001", "C0014", "C0024", "C0009", "C0010"}
        assert visited <= set(Visit.objects.values_list("customer__code", flat=True))
        assert wrote <= set(InboundLetter.objects.values_list("customer__code", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("as_of", ["morgen", "2999-01-01T09:00"])
def test_a_wrong_moment_is_refused_in_words(as_of):
    with pytest.raises(CommandError):
        load(as_of=as_of)
    assert not Visit.objects.exists()


@pytest.mark.django_db
def test_the_list_of_accounts_can_be_read_without_loading(capsys):
    load(accounts=True)
    assert organisation.PASSWORD in capsys.readouterr().out
    assert not User.objects.exists()


@pytest.mark.once  # the days are counted in Python
@pytest.mark.django_db
@pytest.mark.parametrize("as_of", ["2026-10-04T22:10"])
def test_something_is_overdue_due_today_and_done_on_any_day(as_of):
    load(as_of=as_of)
    assert_alive(as_of)


def assert_alive(as_of):
    now = datetime.fromisoformat(as_of).replace(tzinfo=SHANGHAI)
    midnight = now.replace(hour=0, minute=0) + timedelta(days=1)
    duties = Obligation.objects
    assert duties.overdue(now).exists()
    assert duties.due_between(now, midnight).exists()
    for state in ("done", "done_late", "waived", "cancelled"):
        assert duties.filter(state=state).exists()
    assert not duties.filter(completed_at__gt=now).exists()
    assert not Visit.objects.filter(ended_at__gt=now).exists()
