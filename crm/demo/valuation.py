"""Published runs of today and of half a year before, and the draft of the month (R51, R52, R59)."""

from datetime import date, timedelta

from accounts.models import Industry
from core.rules import local_date
from crm.demo.money import add_months
from crm.demo.story import Story
from valuation.actions import abandoning, computing, publishing
from valuation.models import ValuationRun

HALF_A_YEAR = 6
INDUSTRIES = ("FIN", "GOV")
NOTE = "分界线和各组家数与经营情况相符。"
KEPT = "与客户谈过，下半年有扩容计划，继续观察。"
State = ValuationRun.State


def load(story: Story) -> None:
    """Needs the customer view, the opportunities and the figures of crm.demo.value."""
    if ValuationRun.objects.exists():
        return
    today = local_date(story.now)
    for day in (add_months(today, -HALF_A_YEAR), today):
        for code in (None, *INDUSTRIES):
            _published(story, day, code)
        if day != today:
            _answer(story, day)
    draft = computing.start_run(
        branch=story.people["director"].branch, scope="local_network", as_of=today, by=None
    )
    _compute(draft)


def _published(story: Story, day: date, code: str | None) -> None:
    people = story.people
    at = story.now - timedelta(hours=3) - (local_date(story.now) - day)
    run = computing.start_run(
        branch=people["director"].branch, as_of=day, by=people["director"],
        scope="industry" if code else "local_network",
        industry=Industry.objects.get(code=code) if code else None,
    )  # fmt: skip
    _compute(run)
    publishing.review(run=run, by=people["head_gov" if code == "GOV" else "head_fin"], note=NOTE)
    # It is told as if it had been done then; what is published cannot be told otherwise.
    ValuationRun.objects.filter(pk=run.pk).update(
        created_at=at - timedelta(hours=2), computed_at=at - timedelta(hours=2),
        reviewed_at=at - timedelta(hours=1),
    )  # fmt: skip
    publishing.publish(run=run, by=people["director"], at=at)


def _compute(run: ValuationRun) -> None:
    computing.compute(run.pk)
    run.refresh_from_db()
    if run.state != State.COMPUTED:
        raise RuntimeError(f"the demo run {run} was not computed: {run.error}")


def _answer(story: Story, day: date) -> None:
    """The head has answered what the earlier run asked."""
    run = ValuationRun.objects.get(as_of=day, scope="local_network")
    for review in run.abandon_reviews.select_related("customer__department"):
        abandoning.decide(review=review, decision="keep", note=KEPT, by=story.people["director"])
