"""Runs of the value model, abandon reviews, alerts."""

from django.utils import timezone

from core import uploads
from tests.authz.asking import Ask
from valuation.actions.models_read import snapshot
from valuation.models import AbandonReview, PotentialAlert, ReportJob, ValuationRun, ValueModel

State = ValuationRun.State


def make(customer, word, manager, participant, pks):
    """A computed and a reviewed run, and what the published one of the branch asks."""
    published = ValuationRun.objects.filter(
        branch=customer.branch, scope="local_network", state=State.PUBLISHED
    ).first() or _run(customer, manager, State.PUBLISHED)
    review = AbandonReview.objects.create(
        run=published, customer=customer, rule="A2", evidence={"credit": "D", "month": "2026-10"}
    )
    alert = PotentialAlert.objects.create(run=published, customer=customer, potential=88)
    return {
        "run_computed": _run(customer, manager, State.COMPUTED).pk,
        "run_reviewed": _run(customer, manager, State.REVIEWED).pk,
        "abandon": review.pk,
        "alert": alert.pk,
        "report_job": _report(published, manager).pk,
    }


def _report(run, manager) -> ReportJob:
    file = uploads.store_pdf(b"%PDF-1.4", "报告.pdf", by=manager)
    return ReportJob.objects.create(
        owner=manager, run=run, top=20, state="done", file=file, finished_at=timezone.now()
    )


def _run(customer, manager, state) -> ValuationRun:
    now = timezone.now()
    known = {}
    if state != State.COMPUTED:
        known = {"reviewed_by": manager, "reviewed_at": now, "published_at": now}
    model = ValueModel.objects.get(code="VM-1")
    return ValuationRun.objects.create(
        branch=customer.branch, model=model, model_snapshot=snapshot(model), cut_method="median",
        as_of=timezone.localdate(), state=state, run_by=manager, computed_at=now, **known,
    )  # fmt: skip


def start(world, estate):
    return {"scope": "local_network", "as_of": timezone.localdate().isoformat()}


def decide(world, estate):
    return {"decision": "keep", "note": "明年有扩容计划"}


def answer(world, estate):
    return {"answer": "dismiss", "note": "正在搬迁"}


ASKS = {
    "valuation:run_list": {"GET": Ask()},
    "valuation:run_start": {"GET": Ask(), "POST": Ask("", start)},
    "valuation:run_detail": {"GET": Ask("run_computed")},
    "valuation:run_review": {"POST": Ask("run_computed", lambda world, estate: {"note": "同意"})},
    "valuation:run_publish": {"POST": Ask("run_reviewed")},
    "valuation:run_recompute": {"POST": Ask("run_computed")},
    "valuation:run_discard": {"POST": Ask("run_computed")},
    "valuation:report_job": {"GET": Ask("report_job")},
    "valuation:report_file": {"GET": Ask("report_job")},
    "valuation:abandon_list": {"GET": Ask()},
    "valuation:abandon_decide": {"GET": Ask("abandon"), "POST": Ask("abandon", decide)},
    "valuation:alert_list": {"GET": Ask()},
    "valuation:alert_decide": {"GET": Ask("alert"), "POST": Ask("alert", answer)},
}
FORMS = {
    "valuation.forms.runs.StartForm": ("valuation:run_start", "dept_head"),
    "valuation.forms.runs.RunReviewForm": ("valuation:run_review", "dept_head"),
    "valuation.forms.runs.AbandonForm": ("valuation:abandon_decide", "dept_head"),
    "valuation.forms.runs.AlertForm": ("valuation:alert_decide", "dept_head"),
}
NOTHING_REQUIRED = {"valuation:run_review"}
QUERIES = {
    "valuation:run_list": ("", "?all=1"),
    "valuation:abandon_list": ("", "?part=decided"),
    "valuation:alert_list": ("", "?state=dismissed"),
}
NO_PAGES = {
    "valuation:report_file",
    "valuation:run_review", "valuation:run_publish", "valuation:run_recompute",
    "valuation:run_discard",
}  # fmt: skip
