"""A second implementation of §B.1–§B.3, written from the text alone; it imports nothing of ours.

Used to check the first. Plain dictionaries, fifty digits, no sorting tricks: slow and obvious.
Readings of the text that both must share, because the text leaves them open:
- every score is rounded to two places before it is used again (what is shown adds up by hand);
- P5 and P95 lie linearly between neighbours, at position (N−1)·q;
- the cohort are the managed customers; who is not is compared as if it were one more;
- a score of insufficient data takes no part in cuts, ranks or quadrants.

model: {"min_weight", "dimensions": [{"code", "weight", "indicators": [{"code", "weight", "down",
"how", "bands": [(lower or None, score), …]}]}]}; a customer: {"managed", "raw": {code: number}}.
"""

from decimal import ROUND_HALF_UP, Decimal, localcontext

D = Decimal


def two(x):
    return x.quantize(D("0.01"), rounding=ROUND_HALF_UP)


def run(model, customers, method, fixed):
    """([scores of each customer], cuts): the whole assessment of one scope."""
    with localcontext() as context:
        context.prec = 50
        scored = [assess(model, one, customers) for one in customers]
        members = [s for s, one in zip(scored, customers, strict=True) if one["managed"]]
        cuts = {
            axis: line([s[axis] for s in members if s[axis] is not None], method, fixed)
            for axis in ("current", "potential", "loyalty", "combined")
        }
        for result, one in zip(scored, customers, strict=True):
            if one["managed"]:
                result["quadrant"] = first_matrix(result, cuts)
                result["cell"] = second_matrix(result, cuts)
                result["rank"] = rank(result["composite"], [s["composite"] for s in members])
        return scored, cuts


def assess(model, customer, customers):
    result, weights = {}, {}
    for dimension in model["dimensions"]:
        got = {}
        for indicator in dimension["indicators"]:
            raw = customer["raw"].get(indicator["code"])
            if raw is not None:
                got[indicator["code"]] = points(indicator, raw, customers, customer)
        result[dimension["code"]] = mean(
            [(i["weight"], got.get(i["code"])) for i in dimension["indicators"]],
            model["min_weight"],
        )
        result.setdefault("points", {}).update(got)
        weights[dimension["code"]] = dimension["weight"]
    result["composite"] = mean(
        [(weights[code], result[code]) for code in weights], model["min_weight"]
    )
    result["grade"] = letter(result["composite"])
    result["combined"] = None
    if result["current"] is not None and result["potential"] is not None:
        c, p = weights["current"], weights["potential"]
        if c + p > 0:
            result["combined"] = two((c * result["current"] + p * result["potential"]) / (c + p))
    return result


def mean(pairs, least):
    """Weights of what is missing are left out and the rest made to sum to 1 again (R51)."""
    available = sum(w for w, value in pairs if value is not None)
    if available == 0 or available < least:
        return None
    return two(sum(w * value for w, value in pairs if value is not None) / available)


def letter(x):
    if x is None:
        return ""
    if x >= 75:
        return "A"
    if x >= 60:
        return "B"
    return "C" if x >= 45 else "D"


def points(indicator, raw, customers, customer):
    if indicator["how"] == "band":
        fitting = [(lo, s) for lo, s in indicator["bands"] if lo is None or raw >= lo]
        return max(fitting, key=lambda b: D("-Infinity") if b[0] is None else b[0])[1]
    if indicator["how"] == "direct":
        value = min(D(100), max(D(0), raw))
    else:
        others = [
            one["raw"][indicator["code"]]
            for one in customers
            if one is not customer
            and one["managed"]
            and one["raw"].get(indicator["code"]) is not None
        ]
        if indicator["how"] == "percentile":
            value = percentile(raw, others)
        else:
            value = minmax(raw, others + [raw] * customer["managed"])
    return two(100 - value if indicator["down"] else value)


def percentile(raw, others):
    """With N customers, itself among them, there are N−1 others."""
    if not others:
        return D(50)
    below = sum(1 for v in others if v < raw)
    ties = sum(1 for v in others if v == raw)
    return 100 * (below + D("0.5") * ties) / len(others)


def minmax(raw, values):
    if not values:
        return D(50)
    low, high = quantile(values, D("0.05")), quantile(values, D("0.95"))
    if low == high:
        return D(50)
    inside = low if raw < low else high if raw > high else raw
    return 100 * (inside - low) / (high - low)


def quantile(values, q):
    values = sorted(values)
    place = (len(values) - 1) * q
    lower = int(place // 1)
    if lower + 1 >= len(values):
        return values[lower]
    return values[lower] * (1 - (place - lower)) + values[lower + 1] * (place - lower)


def line(scores, method, fixed):
    if method == "fixed":
        return two(fixed)
    if not scores:
        return None
    if method == "mean":
        return two(sum(scores) / D(len(scores)))
    scores, n = sorted(scores), len(scores)
    return two((scores[(n - 1) // 2] + scores[n // 2]) / D(2))


def first_matrix(s, cuts):
    y, x = s["current"], s["potential"]
    if None in (x, y, cuts["current"], cuts["potential"]):
        return ""
    if y >= cuts["current"]:
        return "high_value" if x >= cuts["potential"] else "secondary_value"
    return "latent_value" if x >= cuts["potential"] else "low_value"


def second_matrix(s, cuts):
    if None in (s["combined"], s["loyalty"], cuts["combined"], cuts["loyalty"]):
        return ""
    return ("h" if s["combined"] >= cuts["combined"] else "l") + (
        "h" if s["loyalty"] >= cuts["loyalty"] else "l"
    )


def rank(x, all_of_them):
    return None if x is None else 1 + sum(1 for y in all_of_them if y is not None and y > x)


# --- §B.3 -----------------------------------------------------------------------------------------
def structure(rows):
    """{line: share} of a set of rows {line: amount}."""
    whole = sum(sum(row.values()) for row in rows)
    return {
        code: sum(row.get(code, D(0)) for row in rows) / whole
        for code in {code for row in rows for code in row}
    }


def index(rows_of_industry, all_rows, code):
    here, everywhere = structure(rows_of_industry).get(code, D(0)), structure(all_rows)[code]
    return two(here / everywhere)


def shortfalls(own, rows_of_industry):
    """{line: 元} below the industry, which leaves `own` out from five customers on."""
    rows = list(rows_of_industry)
    if len(rows) >= 5:
        rows = [row for row in rows if row is not own]
    shares, whole = structure(rows), sum(own.values())
    return {
        code: two(max(D(0), shares.get(code, D(0)) * whole - own.get(code, D(0))))
        for code in {*shares, *own}
    }
