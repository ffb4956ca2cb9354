"""`manage.py demo`: load the demo data; a second run changes nothing."""

from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.actions import quality
from accounts.models import Customer
from core import clock
from core.rules import SHANGHAI
from crm.demo import (
    authority,
    conduct,
    customers,
    daily,
    examples,
    forecasts,
    issues,
    letters,
    opportunities,
    organisation,
    plans,
    prep,
    retention,
    review,
    rhythm,
    service,
    six,
    valuation,
    value,
    view,
)
from crm.demo.story import Story
from staff.models import User
from visits.actions.kpi import rebuild_kpi
from visits.models import InboundLetter, Visit


class Command(BaseCommand):
    help = "装入演示数据（可重复执行，第二次不再改变任何内容）。"

    def add_arguments(self, parser):
        parser.add_argument("--force", action="store_true", help="库中已有其他客户时也装入")
        parser.add_argument("--accounts", action="store_true", help="只列出演示账号")
        parser.add_argument("--as-of", help="以这个时刻为「现在」，例如 2026-11-23T09:00")

    def handle(self, *args, force, accounts, as_of, **options):
        if not accounts:
            now = self._moment(as_of)
            self._check(force)
            self._load(now)
        self._print_accounts()

    def _moment(self, text) -> datetime:
        now = clock.now()
        if not text:
            return now
        try:
            moment = datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
        except ValueError as error:
            raise CommandError("--as-of 写成 2026-11-23T09:00 的样子。") from error
        if moment > now:
            raise CommandError("--as-of 不能晚于现在。")
        return moment

    def _check(self, force) -> None:
        others = Customer.objects.exclude(code__in=customers.codes()).count()
        if others and not force:
            raise CommandError(
                f"库中已有 {others} 家不属于演示数据的客户，不装入。确实需要时加 --force。"
            )

    @transaction.atomic
    def _load(self, now) -> None:
        people = organisation.load()
        with quality.once_at_the_end():
            made = customers.load(people)
            is_new = view.load(made, now)
        if not (Visit.objects.exists() or InboundLetter.objects.exists()):
            story = Story(now=now, customers=made, people=people)
            examples.load(story)
            daily.load(story)
            service.load(story)
            letters.load(story)
            authority.load(story)
            review.load(story)
            prep.load(story)
            conduct.load(story)
            issues.load(story)
            rhythm.load(story)
            opportunities.load(story)
            forecasts.load(story)
            value.load(story)
            valuation.load(story)
            plans.start(story)
            six.load(story)
            plans.hand_in(story)
            retention.load(story)
            is_new = True
        if not is_new:
            self.stdout.write("演示数据已在库中，未作改动。")
            return
        rebuild_kpi(now=now)
        self.stdout.write(
            f"已装入演示数据：{len(made)} 家客户，{Visit.objects.count()} 次拜访，"
            f"{InboundLetter.objects.count()} 封来函。"
        )

    def _print_accounts(self) -> None:
        self.stdout.write(f"演示账号（初始密码均为 {organisation.PASSWORD}，首次登录须修改）：")
        names = [row[0] for row in organisation.PEOPLE]
        for user in User.objects.active().filter(username__in=names).select_related("department"):
            place = user.department or "分公司"
            self.stdout.write(
                f"  {user.username:<10} {user.name}  {user.get_role_display()}  {place}"
            )
