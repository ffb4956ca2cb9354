"""A run from start to computed: the row is the job, whoever holds its lease works on it (R51).

Customers are scored in chunks, so that memory does not grow with their number; the cuts and ranks
come last, in one statement each. Nothing of it is visible before the run is published.
"""

import json
import logging
from array import array
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from celery import current_app
from django.db import transaction
from django.db.models import Q

from accounts.models import Customer
from core import audit, bulk, clock
from core.models import Parameter
from staff.models import Branch, User
from valuation import rules
from valuation.actions import raw_values
from valuation.actions.errors import ValuationError
from valuation.actions.models_read import as_rules, from_snapshot, snapshot
from valuation.actions.placing import AXES, Tally, place, rank
from valuation.models import CustomerValuation, ValuationRun, ValueModel

logger = logging.getLogger(__name__)

State = ValuationRun.State
TASK = "valuation.compute_run"
CHUNK = 2_000
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 5


class Lost(Exception):
    """Another worker holds the run now; this one stops without a trace."""


# --- what people do -------------------------------------------------------------------------------
@transaction.atomic
def start_run(
    *, branch: Branch, scope: str, as_of: date, by: User | None, industry=None
) -> ValuationRun:
    """A draft run of the active model; a worker computes it. ValuationError says what is missing.

    `scope` industry needs the model's `min_cohort` customers (R52).
    """
    model = ValueModel.objects.filter(state=ValueModel.State.ACTIVE).first()
    if model is None:
        raise ValuationError("没有在用的价值模型。")
    if faults := rules.weight_faults(as_rules(model)):
        raise ValuationError("；".join(faults) + "。")
    at_work = ValuationRun.objects.filter(
        branch=branch, scope=scope, industry=industry, state__in=(State.DRAFT, State.COMPUTING)
    )
    if at_work.exists():
        raise ValuationError("同一范围的评估正在计算，请等它完成，或先作废。")
    run = ValuationRun.objects.create(
        branch=branch, scope=scope, industry=industry, model=model, as_of=as_of,
        cut_method=model.cut_method, run_by=by,
    )  # fmt: skip
    count = cohort(run).filter(is_managed=True).count()
    if scope == ValuationRun.Scope.INDUSTRY and count < model.min_cohort:
        raise ValuationError(f"样本不足：该行业只有 {count} 个名单制客户，请参考本地网的评估。")
    audit.record(verb="valuation.started", target=run, by=by)
    transaction.on_commit(partial(current_app.send_task, TASK, [run.pk]))
    return run


def cohort(run: ValuationRun):
    """Active customers of the branch, or of one industry in it; managed or not (§B.2, R54)."""
    found = Customer.objects.filter(branch=run.branch).exclude(lifecycle="lost")
    return found.filter(industry=run.industry) if run.industry_id else found


# --- the worker -----------------------------------------------------------------------------------
def compute(pk: int) -> bool:
    """Take the run and compute it. False when it is not to be computed, or somebody else does."""
    attempt = _claim(pk)
    if not attempt:
        return False
    run = ValuationRun.objects.select_related("model", "industry").get(pk=pk)
    try:
        _Computation(run).go()
    except Lost:
        return False
    except Exception as error:
        logger.exception("run %s", pk)
        _mine(run).update(state=State.FAILED, error=str(error)[:500], lease_until=None)
        return False
    return True


def _claim(pk: int) -> int:
    now = clock.now()
    free = Q(state=State.DRAFT) | Q(state=State.COMPUTING, lease_until__lt=now)
    with transaction.atomic():
        row = ValuationRun.objects.filter(free, pk=pk).values_list("attempt", flat=True).first()
        if row is None:
            return 0
        same = ValuationRun.objects.filter(free, pk=pk, attempt=row)
        if row >= MOST_ATTEMPTS:
            same.update(state=State.FAILED, error="多次计算都没有完成。", lease_until=None)
            return 0
        taken = same.update(
            state=State.COMPUTING, attempt=row + 1, lease_until=now + LEASE, done=0, error=""
        )
    return row + 1 if taken else 0


def waiting_runs() -> list[int]:
    """Runs that a lost message or a killed worker left: the sweep sends them again."""
    free = Q(state=State.DRAFT) | Q(state=State.COMPUTING, lease_until__lt=clock.now())
    return list(ValuationRun.objects.filter(free).values_list("pk", flat=True))


def _mine(run: ValuationRun):
    return ValuationRun.objects.filter(pk=run.pk, state=State.COMPUTING, attempt=run.attempt)


class _Computation:
    """One attempt at one run."""

    def __init__(self, run: ValuationRun):
        self.run = run
        self.kept = snapshot(run.model)
        self.model = from_snapshot(self.kept)
        self.grades = _grade_limits()
        self.missing = dict.fromkeys((one.code for one in self.model.indicators), 0)
        self.tallies = {axis: Tally() for axis in AXES}  # of managed customers, for the cuts

    def go(self) -> None:
        with transaction.atomic():
            self._renew(total=cohort(self.run).count(), done=0)
            CustomerValuation.objects.filter(run=self.run).delete()
        cohorts, done = self._cohorts(), 0
        # Once for the run: with them a percentile or min-max score can be checked by hand (R51).
        self.kept["cohorts"] = {code: cohort.figures() for code, cohort in cohorts.items()}
        for chunk in _chunks(cohort(self.run)):
            rows = self._score(chunk, cohorts)
            done += len(chunk)
            with transaction.atomic():  # who has lost the run leaves no row behind
                self._renew(done=done)
                bulk.load(CustomerValuation, rows)
        with transaction.atomic():
            self._renew()
            self._finish()

    def _renew(self, **fields) -> None:
        """Hold the run for another while; inside a transaction its row stays locked."""
        if not _mine(self.run).update(lease_until=clock.now() + LEASE, **fields):
            raise Lost

    def _cohorts(self) -> dict[str, rules.Cohort]:
        """Of the indicators that compare with the others; a pass over the managed customers."""
        codes = [i.code for i in self.model.indicators if i.normalization in rules.OF_COHORT]
        if not codes:
            return {}
        values: dict[str, array] = {code: array("q") for code in codes}
        for chunk in _chunks(cohort(self.run).filter(is_managed=True)):
            found = raw_values.gather([pk for pk, *_ in chunk], self.run.as_of)
            for raw in found.values():
                for code in codes:
                    if code in raw.values:
                        values[code].append(rules.scaled(raw.values[code]))
            self._renew()
        return {code: rules.Cohort.of_scaled(found) for code, found in values.items()}

    def _score(self, chunk: Sequence[tuple], cohorts: dict[str, rules.Cohort]) -> list[dict]:
        gathered = raw_values.gather([pk for pk, *_ in chunk], self.run.as_of)
        rows = []
        for pk, industry, is_managed in chunk:
            raw = gathered[pk]
            result = rules.evaluate(self.model, raw.values, cohorts, is_managed)
            rows.append(self._row(pk, industry, is_managed, raw, result))
            if is_managed:
                self._remember(result)
        return rows

    def _remember(self, result: rules.Result) -> None:
        for line in result.lines:
            if line.raw is None:
                self.missing[line.code] += 1
        found = {**result.dimensions, "combined": result.combined}
        for axis, tally in self.tallies.items():
            if found[axis] is not None:
                tally.add(found[axis])

    def _row(self, pk, industry, is_managed, raw: raw_values.Raw, result: rules.Result) -> dict:
        """Numbers as text: the database reads them as well, and asking each field costs most."""
        scores = {**result.dimensions, "composite": result.composite, "combined": result.combined}
        return {
            "run_id": self.run.pk,
            "customer_id": pk,
            **{name: None if value is None else str(value) for name, value in scores.items()},
            "revenue": None if raw.revenue is None else str(rules.round_score(raw.revenue)),
            "profit": None if raw.profit is None else str(rules.round_score(raw.profit)),
            "grade": rules.grade(result.composite, self.grades),
            "industry_ref": industry,
            "is_managed": is_managed,
            "has_missing": result.has_missing,
            "indicators": json.dumps({line.code: _said(line, raw.notes) for line in result.lines}),
        }

    def _finish(self) -> None:
        """Cuts, quadrants and ranks; then the run is computed, in one transaction with them."""
        run = self.run
        cuts = {
            axis: tally.cut(run.cut_method, run.model.fixed_cut)
            for axis, tally in self.tallies.items()
        }
        run.cuts = {axis: None if cut is None else str(cut) for axis, cut in cuts.items()}
        place(run, run.model, cuts)
        rank(run)
        moved = _mine(run).update(
            state=State.COMPUTED, cuts=run.cuts, missing=self.missing, model_snapshot=self.kept,
            computed_at=clock.now(), lease_until=None,
        )  # fmt: skip
        if not moved:
            raise Lost
        audit.record(verb="valuation.computed", target=run, by=None)


def _grade_limits() -> list[tuple[Decimal, str]]:
    value = Parameter.objects.value
    return [(value(f"value_grade_{letter.lower()}"), letter) for _, letter in rules.GRADES]


def _said(line: rules.IndicatorScore, notes: dict[str, str]) -> list:
    """The first four of every line; after them, of a percentile, how many are below and equal."""
    code, raw, score, weight, standing = line
    if raw is None:
        return [None, None, str(weight), notes.get(code, raw_values.MISSING)]
    said = [_plain(raw), str(score), str(weight), notes.get(code, "")]
    return [*said, standing.below, standing.ties] if standing else said


def _plain(raw: Decimal) -> str:
    """「1173.5」 of 1173.5000."""
    text = str(raw)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _chunks(customers) -> Iterator[list[tuple]]:
    """(pk, industry, is_managed) in order of pk, CHUNK at a time, without one long cursor."""
    last = 0
    while True:
        rows = customers.filter(pk__gt=last).order_by("pk")
        chunk = list(rows.values_list("pk", "industry_id", "is_managed")[:CHUNK])
        if not chunk:
            return
        yield chunk
        last = chunk[-1][0]
