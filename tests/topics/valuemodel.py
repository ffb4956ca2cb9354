"""The value model and the raw values that people give."""

from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Customer
from tests.authz.asking import Ask, day
from valuation.actions import importing, inputs, modelling
from valuation.forms.models import BandsForm, ModelForm
from valuation.models import (
    CustomerMeasure,
    ExpertRating,
    RawOverride,
    ValueIndicator,
    ValueModel,
)
from valuation.views.importing import SALT


def make(customer, word, manager, participant, pks):
    """A month of figures, two ratings far apart, an override, and a draft of the model."""
    today, now = timezone.localdate(), timezone.now()
    CustomerMeasure.objects.create(
        customer=customer, month=today.replace(day=1, year=today.year - 1), satisfaction=80,
        source=word, entered_by=manager,
    )  # fmt: skip
    for rater, score in ((manager, 1), (customer.assignments.get(role="backup").user, 5)):
        ExpertRating.objects.create(
            customer=customer, indicator="SI1", rater=rater, score=score, reason=word, rated_at=now
        )
    row = RawOverride.objects.create(
        customer=customer, indicator="LY5", value=70, reason=word, expires_on=today,
        made_by=manager, made_at=now,
    )  # fmt: skip
    draft = modelling.copy_model(model=ValueModel.objects.get(code="VM-1"), by=manager)
    indicator = ValueIndicator.objects.get(dimension__model=draft, code="LY5")
    kept = importing.keep(upload=_table(customer), by=manager)
    return {
        "override": row.pk, "value_model": draft.pk, "value_indicator": indicator.pk,
        "value_table": kept.pk,
    }  # fmt: skip


def _table(customer) -> SimpleUploadedFile:
    text = f"客户编码,月份,服务成本\r\n{customer.code},2026-01,1200\r\n"
    return SimpleUploadedFile("成本.csv", text.encode("utf-8-sig"), "text/csv")


def table(world, estate):
    customer = Customer.objects.get(pk=estate.pks["customer"])
    return {"sheet": "costs", "upload": _table(customer)}


def token(world, estate):
    return {"token": signing.dumps([estate.pks["value_table"], "costs"], salt=SALT)}


def measure(world, estate):
    month = timezone.localdate().strftime("%Y-%m")
    return {"month": month, "cost_service": "1200.50", "source": "经营分析月报"}


def rating(world, estate):
    return {"score": "4", "reason": "在条线内牵头"}


def verdict(world, estate):
    ratings = ExpertRating.objects.filter(customer=estate.pks["customer"], indicator="SI1")
    seen = inputs.seen(list(ratings.order_by("pk")))
    return {"score": "3", "reason": "依据都成立", "seen_scores": seen}


def override(world, estate):
    return {"indicator": "LY5", "value": "77", "reason": "口头回访", "expires_on": day(30)}


def _draft(estate) -> ValueModel:
    return ValueModel.objects.get(pk=estate.pks["value_model"])


def _shown(form) -> dict:
    values = {field.html_name: field.value() for field in form}
    return {name: "" if value is None else str(value) for name, value in values.items()}


def model(world, estate):
    return _shown(ModelForm(instance=_draft(estate))) | {"name": "明年的模型"}


def bands(world, estate):
    row = ValueIndicator.objects.get(pk=estate.pks["value_indicator"])
    form = BandsForm(indicator=row, seen_at=modelling.stamp(_draft(estate)))
    return _shown(form) | {"score_0": "15"}


def pairs(world, estate):
    known = {"0_1": "2", "0_2": "2", "0_3": "3", "1_2": "1", "1_3": "2", "2_3": "1"}
    found = {f"pair_{name}": value for name, value in known.items()}
    return found | {"seen_at": modelling.stamp(_draft(estate)), "accept": "1"}


def seen(world, estate):
    return {"seen_at": modelling.stamp(_draft(estate))}


def _both(pk, data, **more):
    return {"GET": Ask(pk, **more), "POST": Ask(pk, data, **more)}


ASKS = {
    "valuation:inputs": {"GET": Ask("customer")},
    "valuation:measure_edit": _both("customer", measure),
    "valuation:override_new": _both("customer", override),
    "valuation:rating_edit": _both("customer", rating, kwargs={"code": "SI2"}),
    "valuation:rating_arbitrate": _both("customer", verdict, kwargs={"code": "SI1"}),
    "valuation:override_end": {"POST": Ask("override")},
    "valuation:import": {"GET": Ask(), "POST": Ask("", table)},
    "valuation:import_confirm": {"POST": Ask("", token)},
    "valuation:import_template": {"GET": Ask("", kwargs={"code": "costs"})},
    "valuation:model_list": {"GET": Ask()},
    "valuation:model_detail": {"GET": Ask("value_model")},
    "valuation:model_copy": {"POST": Ask("value_model")},
    "valuation:model_edit": _both("value_model", model),
    "valuation:model_ahp": _both("value_model", pairs),
    "valuation:model_bands": _both("value_indicator", bands),
    "valuation:model_activate": {"POST": Ask("value_model", seen)},
    "valuation:model_discard": {"POST": Ask("value_model")},
}
FORMS = {
    "valuation.forms.inputs.MeasureForm": ("valuation:measure_edit", "owner"),
    "valuation.forms.inputs.RatingForm": ("valuation:rating_edit", "owner"),
    "valuation.forms.inputs.ArbitrationForm": ("valuation:rating_arbitrate", "dept_head"),
    "valuation.forms.inputs.OverrideForm": ("valuation:override_new", "owner"),
    "valuation.forms.importing.TableForm": ("valuation:import", "owner"),
    "valuation.forms.models.ModelForm": ("valuation:model_edit", "sysadmin"),
    "valuation.forms.models.BandsForm": ("valuation:model_bands", "sysadmin"),
    "valuation.forms.models.PairForm": ("valuation:model_ahp", "sysadmin"),
}
NO_ROWS = {"valuation:import"}
NO_PAGES = {
    "valuation:import_confirm",
    "valuation:import_template",
    "valuation:override_end",
    "valuation:model_copy",
    "valuation:model_activate",
    "valuation:model_discard",
}
