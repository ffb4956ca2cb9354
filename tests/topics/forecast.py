"""Pipeline, monthly forecasts, solutions, marketing and tariffs."""

from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core import uploads
from opportunities import forecast_rules
from opportunities.actions import forecasting, marketing, soliciting
from opportunities.models import DemandForecast, TariffDocument
from staff.tests.factories import make_user
from tests.authz.asking import Ask

THIS = timezone.localdate().replace(day=1)
NEXT = forecast_rules.shifted(THIS, 1)


def make(customer, word, manager, participant, pks):
    """A forecast that is being written, one that waits for the head, and a row of each kind."""
    engineer = participant or make_user(
        "solution_engineer",
        department=manager.department,
        name=f"{word}工程师" if word.endswith("远") else "邻部门工程师",  # no secret in the branch
    )
    open_ = _forecast(customer, NEXT, word, manager)
    sent = _forecast(customer, THIS, word, manager)
    forecasting.submit_forecast(forecast=sent, by=manager)
    asked, working = (
        soliciting.ask_solution(customer=customer, engineer=engineer, content=word, by=manager)
        for _ in range(2)
    )
    soliciting.accept_solution(request=working, by=engineer)
    upload = SimpleUploadedFile("方案.csv", word.encode(), "text/csv")
    type(working).objects.filter(pk=working.pk).update(file=uploads.store(upload, by=engineer))
    told = marketing.log_activity(
        customer=customer, topics=["culture"], by=manager, kind="company_intro",
        held_on=timezone.localdate(), response=word, materials=word,
    )  # fmt: skip
    tariff, _ = TariffDocument.objects.get_or_create(
        code="T-1", defaults={"title": "专线资费", "valid_from": date(2020, 1, 1)}
    )
    return {
        "forecast": open_.pk,
        "forecast_sent": sent.pk,
        "engineer": engineer.pk,
        "solution": asked.pk,
        "solution_working": working.pk,
        "marketing": told.pk,
        "tariff": tariff.pk,
    }


def _forecast(customer, month, word, manager) -> DemandForecast:
    line = {"business_line": "data", "existing_revenue": Decimal(3000), "reason": word,
            "new_revenue_12m": Decimal(12_000), "probability": 40, "remark": word}  # fmt: skip
    return forecasting.save_forecast(
        customer=customer, month=month, by=manager, lines=[line], has_no_demand=False,
        seen_at=None,
    )  # fmt: skip


def grid(world, estate):
    row = DemandForecast.objects.get(pk=estate.pks["forecast"])
    return {
        "existing_data": "3000", "new_data": "9000", "probability_data": "30",
        "reason_data": "客户来电", "seen_at": row.updated_at.isoformat(), "verb": "submit",
        "engineer": "", "wanted_on": "",
    }  # fmt: skip


def answer(world, estate):
    return {"decision": "reviewed", "note": "同意"}


def accepted(world, estate):
    return {"ids": [estate.pks["forecast_sent"]]}


def solution(world, estate):
    return {"engineer": estate.pks["engineer"], "content": "同城双活", "wanted_on": ""}


def delivered(world, estate):
    return {"answer": "双路由方案"}


def activity(world, estate):
    return {
        "kind": "company_intro", "held_on": timezone.localdate().isoformat(),
        "topics": ["culture"], "contacts": [estate.pks["contact"]], "materials": "宣传册",
        "confidentiality": "public", "tariff": "", "response": "很好", "opportunity": "",
        "visit_ref": "",
    }  # fmt: skip


def new_tariff(world, estate):
    return {"code": "T-2", "title": "云资费", "valid_from": "2026-01-01", "valid_to": ""}


def tariff(world, estate):
    return {"title": "云资费", "valid_from": "2020-01-01", "valid_to": "2030-01-01"}


OF = "?customer={customer}"
EDIT = {"month": f"{NEXT:%Y-%m}"}
ASKS = {
    "opportunities:pipeline": {"GET": Ask()},
    "opportunities:pipeline_rows": {"GET": Ask()},
    "opportunities:pipeline_export": {"POST": Ask()},
    "opportunities:forecast_list": {"GET": Ask()},
    "opportunities:forecast_detail": {"GET": Ask("forecast_sent")},
    "opportunities:forecast_edit": {
        "GET": Ask("customer", kwargs=EDIT),
        "POST": Ask("customer", grid, kwargs=EDIT),
    },
    "opportunities:forecast_review": {"GET": Ask()},
    "opportunities:forecast_accept": {"POST": Ask("", accepted)},
    "opportunities:forecast_answer": {"POST": Ask("forecast_sent", answer)},
    "opportunities:forecast_summary": {"GET": Ask()},
    "opportunities:forecast_export": {"POST": Ask()},
    "opportunities:solution_list": {"GET": Ask()},
    "opportunities:solution_create": {
        "GET": Ask("", query=OF),
        "POST": Ask("", solution, query=OF),
    },
    "opportunities:solution_detail": {"GET": Ask("solution")},
    "opportunities:solution_file": {"GET": Ask("solution_working")},
    "opportunities:solution_accept": {"POST": Ask("solution")},
    "opportunities:solution_deliver": {"POST": Ask("solution_working", delivered)},
    "opportunities:solution_cancel": {"POST": Ask("solution")},
    "opportunities:marketing_list": {"GET": Ask()},
    "opportunities:marketing_detail": {"GET": Ask("marketing")},
    "opportunities:marketing_create": {
        "GET": Ask("", query=OF),
        "POST": Ask("", activity, query=OF),
    },
    "opportunities:marketing_matrix": {"GET": Ask()},
    "opportunities:marketing_gaps": {"GET": Ask(query="?topic=tariff")},
    "opportunities:never_introduced": {"GET": Ask("customer")},
    "opportunities:tariff_list": {"GET": Ask()},
    "opportunities:tariff_create": {"GET": Ask(), "POST": Ask("", new_tariff)},
    "opportunities:tariff_edit": {"GET": Ask("tariff"), "POST": Ask("tariff", tariff)},
}
FORMS = {
    "opportunities.forms.forecast.ForecastForm": ("opportunities:forecast_edit", "owner"),
    "opportunities.forms.forecast.ForecastAnswerForm": (
        "opportunities:forecast_answer",
        "dept_head",
    ),
    "opportunities.forms.solution.SolutionForm": ("opportunities:solution_create", "owner"),
    "opportunities.forms.solution.DeliverForm": (
        "opportunities:solution_deliver",
        "solution_engineer",
    ),
    "opportunities.forms.marketing.ActivityForm": ("opportunities:marketing_create", "owner"),
    "opportunities.forms.marketing.NewTariffForm": ("opportunities:tariff_create", "sysadmin"),
    "opportunities.forms.marketing.TariffForm": ("opportunities:tariff_edit", "sysadmin"),
}
MANY_ROWS = {"opportunities:never_introduced"}
QUERIES = {
    "opportunities:pipeline": ("", "?group=line", "?group=owner&from=2026-01&to=2026-12"),
    "opportunities:pipeline_rows": ("", "?column=overdue", "?group=phase&key=identify"),
    "opportunities:forecast_list": ("", "?who=", "?state=missing", "?q=金"),
    "opportunities:forecast_summary": ("", f"?month={THIS:%Y-%m}&group=line"),
    "opportunities:marketing_list": ("", "?q=金", "?topic=culture"),
    "opportunities:marketing_matrix": ("", "?grade=A"),
    "opportunities:solution_list": ("", "?tab=all"),
}
NO_PAGES = {
    "opportunities:pipeline_export",
    "opportunities:forecast_accept",
    "opportunities:forecast_answer",
    "opportunities:forecast_export",
    "opportunities:solution_accept",
    "opportunities:solution_deliver",
    "opportunities:solution_file",
    "opportunities:solution_cancel",
}
