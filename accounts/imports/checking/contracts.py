"""Contracts: found by their number."""

from accounts.imports.checking.plans import Plan, Request, judged
from accounts.models import ServiceContract

TAKEN = "这个合同编号已登记在另一个客户，或者不在您的范围内。"


def plan_contracts(request: Request) -> list[Plan]:
    customers = request.customers()
    rows = ServiceContract.objects.filter(number__in=request.column("number"))
    there = {contract.number: contract for contract in request.locked(rows)}
    plans = []
    for line in request.lines:
        customer = request.customer_of(line, customers)
        values = {k: v for k, v in line.values.items() if k != "customer_code"}
        stored = there.get(line.values.get("number"))
        if stored is None:
            request.demand(line)
        elif customer and stored.customer_id != customer.pk:
            request.blame(line, "number", TAKEN)
            stored = None
        _check_period(request, line, stored)
        plans.append(
            judged(line, stored=stored, model=ServiceContract, customer=customer, values=values)
        )
    return plans


def _check_period(request, line, stored) -> None:
    starts_on = line.values.get("starts_on", getattr(stored, "starts_on", None))
    ends_on = line.values.get("ends_on", getattr(stored, "ends_on", None))
    if starts_on and ends_on and ends_on < starts_on:
        request.blame(line, "ends_on", "到期日期不能早于开始日期。")
    if line.values.get("annual_amount", 0) < 0:
        request.blame(line, "annual_amount", "金额不能为负数。")
