"""The yardstick: one SQL statement by hand that does what a run of VM-1 over a branch does.

Raw values of the twenty indicators, band scores, dimensions, composite, explanation, medians,
quadrants and ranks, inserted into the table of the results. The bands stand in it as constants.
"""

# Bounds of the bands of VM-1; scores 20, 40, 60, 80, 100 unless given (§B.1).
UP = {
    "CV2": (3000, 10000, 83333, 250000), "CV4": (0.67, 0.80, 0.90, 0.97),
    "CV5": (500, 3000, 10000, 50000), "PV1": (-5, 0, 8, 15), "PV2": (10, 50, 200, 1000),
    "PV3": (0.10, 0.25, 0.40, 0.60), "PV4": (1, 5, 20, 100), "PV5": (-10, 0, 5, 15),
    "LY1": (1, 3, 5, 10), "LY2": (1, 6, 12, 24), "LY3": (1, 2, 3, 5),
    "LY4": (0.20, 0.40, 0.60, 0.80), "LY5": (60, 70, 80, 90),
}  # fmt: skip
FIVE = (20, 40, 60, 80, 100)
BANDS = {code: ((None, *limits), FIVE) for code, limits in UP.items()} | {
    "CV1": ((None, 0, 3000, 10000, 50000, 150000), (0, 20, 40, 60, 80, 100)),
    "CV3": ((None, 0.30, 0.45, 0.60, 0.80), (100, 80, 60, 40, 20)),
}
WEIGHTS = {
    "current": {"CV1": "0.40", "CV2": "0.20", "CV3": "0.10", "CV4": "0.15", "CV5": "0.15"},
    "potential": {"PV1": "0.20", "PV2": "0.20", "PV3": "0.20", "PV4": "0.25", "PV5": "0.15"},
    "loyalty": {"LY1": "0.20", "LY2": "0.20", "LY3": "0.20", "LY4": "0.15", "LY5": "0.15",
                "LY6": "0.10"},
    "social": {"SI1": "0.30", "SI2": "0.25", "SI3": "0.20", "SI4": "0.25"},
}  # fmt: skip
DIMENSIONS = {"current": "0.40", "potential": "0.25", "loyalty": "0.20", "social": "0.15"}
CODES = [code for group in WEIGHTS.values() for code in group]
MINIMUM = "0.60"


def _score(code: str) -> str:
    if code not in BANDS:
        return f"CASE WHEN {code} IS NOT NULL THEN round(least(greatest({code}, 0), 100), 2) END"
    limits, scores = BANDS[code]
    steps = " ".join(
        f"WHEN {code} >= {limit} THEN {points}"
        for limit, points in reversed(list(zip(limits[1:], scores[1:], strict=True)))
    )
    return f"CASE WHEN {code} IS NULL THEN NULL {steps} ELSE {scores[0]} END::numeric(5,2)"


def _weighed(parts: dict[str, str]) -> str:
    total = " + ".join(f"coalesce({w} * {name}, 0)" for name, w in parts.items())
    known = " + ".join(f"CASE WHEN {name} IS NULL THEN 0 ELSE {w} END" for name, w in parts.items())
    return f"CASE WHEN {known} >= {MINIMUM} THEN round(({total}) / nullif({known}, 0), 2) END"


def _line(code: str, weight: str) -> str:
    note = f"coalesce(n_{code}, CASE WHEN {code} IS NULL THEN 'missing' ELSE '' END)"
    return (
        f"'{code}', jsonb_build_array(trim_scale({code})::text, s_{code}::numeric(5,2)::text,"
        f" CASE WHEN {code} IS NULL THEN '0' ELSE '{weight}00' END, {note})"
    )


def _lines() -> str:
    weights = {code: w for group in WEIGHTS.values() for code, w in group.items()}
    return ", ".join(_line(code, weight) for code, weight in weights.items())


def _rated(code: str) -> str:
    return f"max(value) FILTER (WHERE indicator = '{code}') AS {code}"


def _rated_note(code: str) -> str:
    return f"max(note) FILTER (WHERE indicator = '{code}') AS n_{code}"


SOCIAL = tuple(WEIGHTS["social"])
# An override replaces value and note of its indicator.
_OVERRIDDEN = ", ".join(
    f"CASE WHEN o.by ? '{code}' THEN (o.by ->> '{code}')::numeric ELSE v.{code} END AS {code}, "
    f"CASE WHEN o.by ? '{code}' THEN 'override' "
    f"ELSE {f'v.n_{code}' if code in SOCIAL else 'NULL'} END AS n_{code}"
    for code in CODES
)

STATEMENT = f"""
WITH day AS (
    SELECT %(as_of)s::date AS as_of, date_trunc('month', %(as_of)s::date)::date AS stop
), cohort AS (
    SELECT id, industry_id, is_managed FROM accounts_customer
    WHERE branch_id = %(branch)s AND lifecycle <> 'lost'
), bills AS (
    SELECT b.customer_id,
        sum(reported_total) FILTER (WHERE fresh)
            / nullif(count(DISTINCT month) FILTER (WHERE fresh), 0)
            AS revenue,
        sum(reported_total) FILTER (WHERE NOT fresh)
            / nullif(count(DISTINCT month) FILTER (WHERE NOT fresh), 0) AS earlier,
        count(*) FILTER (WHERE fresh AND due_on < as_of) AS due,
        count(*) FILTER (WHERE fresh AND due_on < as_of AND paid_on <= due_on
            AND paid_amount >= reported_total) AS paid
    FROM day, LATERAL (
        SELECT x.*, x.month >= (stop - interval '12 months')::date AS fresh
        FROM accounts_monthlybill x JOIN cohort ON cohort.id = x.customer_id
        WHERE x.month >= (stop - interval '24 months')::date AND x.month < stop
    ) b GROUP BY b.customer_id
), measures AS (
    SELECT DISTINCT ON (customer_id) customer_id, induced_revenue, satisfaction,
        cost_marketing + cost_service + cost_om AS cost
    FROM valuation_customermeasure, day WHERE month <= as_of ORDER BY customer_id, month DESC
), finances AS (
    SELECT DISTINCT ON (customer_id) customer_id, growth_percent FROM accounts_customerfinance, day
    WHERE year <= extract(year FROM as_of) AND growth_percent IS NOT NULL
    ORDER BY customer_id, year DESC
), budgets AS (
    SELECT DISTINCT ON (customer_id) customer_id, amount,
        CASE WHEN prior_year = year - 1 AND prior > 0 THEN (amount / prior - 1) * 100 END AS growth
    FROM (
        SELECT customer_id, year, sum(amount_wan) AS amount,
            lag(year) OVER years AS prior_year, lag(sum(amount_wan)) OVER years AS prior
        FROM accounts_communicationbudget, day WHERE year <= extract(year FROM as_of)
        GROUP BY customer_id, year WINDOW years AS (PARTITION BY customer_id ORDER BY year)
    ) x ORDER BY customer_id, year DESC
), wallet AS (
    SELECT DISTINCT ON (customer_id) customer_id,
        round(coalesce(sum(amount) FILTER (WHERE operator = 'telecom'), 0)
              / nullif(sum(amount), 0), 4) AS share
    FROM accounts_operatorusage, day WHERE year <= extract(year FROM as_of)
    GROUP BY customer_id, year HAVING sum(amount) > 0 ORDER BY customer_id, year DESC
), pipeline AS (
    SELECT customer_id, sum(amount * probability) / 100 / 10000 AS weighted
    FROM opportunities_opportunity, day
    WHERE stage NOT IN ('won', 'lost', 'suspended')
      AND expected_close <= (as_of + interval '12 months')::date GROUP BY customer_id
), products AS (
    SELECT customer_id, min(started_on) AS since,
        count(DISTINCT business_line) FILTER (WHERE is_sticky) AS sticky
    FROM accounts_productinstance, day
    WHERE (ended_on IS NULL OR ended_on > as_of) AND (started_on IS NULL OR started_on <= as_of)
    GROUP BY customer_id
), tenure AS (
    SELECT customer_id, sticky, CASE WHEN since < as_of THEN years + round(
        (as_of - (since + make_interval(years => years))::date)::numeric
        / ((since + make_interval(years => years + 1))::date
           - (since + make_interval(years => years))::date), 4)
        WHEN since >= as_of THEN 0 END AS years
    FROM (SELECT p.*, as_of, extract(year FROM age(as_of, since))::int AS years
          FROM products p, day) x
), contracts AS (
    SELECT customer_id, sum(annual_amount * (whole + round(least(
        (ends_on - (as_of + make_interval(months => whole))::date + 1)::numeric
        / ((as_of + make_interval(months => whole + 1))::date
           - (as_of + make_interval(months => whole))::date), 1), 4)))
        / nullif(sum(annual_amount), 0) AS months
    FROM (SELECT c.*, as_of, rough - CASE
              WHEN (as_of + make_interval(months => rough))::date > ends_on
              THEN 1 ELSE 0 END AS whole
          FROM day, accounts_servicecontract c, LATERAL (
              SELECT ((extract(year FROM ends_on) - extract(year FROM as_of)) * 12
                  + extract(month FROM ends_on) - extract(month FROM as_of))::int AS rough) r
          WHERE starts_on <= as_of AND ends_on >= as_of) x
    GROUP BY customer_id
), agreements AS (
    SELECT customer_id, max(CASE kind WHEN 'strategic' THEN 100 ELSE 60 END) AS points
    FROM accounts_cooperationagreement, day
    WHERE signed_on <= as_of AND (expires_on IS NULL OR expires_on >= as_of) GROUP BY customer_id
), ratings AS (
    SELECT customer_id, {", ".join(map(_rated, SOCIAL))}, {", ".join(map(_rated_note, SOCIAL))}
    FROM (
        SELECT r.customer_id, r.indicator,
            CASE WHEN max(a.score) IS NOT NULL THEN max(a.score) * 20
                 WHEN max(r.score) - min(r.score) >= 2 THEN NULL
                 ELSE sum(r.score) * 20.0 / count(*) END AS value,
            CASE WHEN max(a.score) IS NOT NULL THEN 'arbitrated'
                 WHEN max(r.score) - min(r.score) >= 2 THEN 'disputed'
                 WHEN count(*) = 1 THEN 'single' END AS note
        FROM valuation_expertrating r
        LEFT JOIN valuation_ratingarbitration a USING (customer_id, indicator)
        GROUP BY r.customer_id, r.indicator) x
    GROUP BY customer_id
), overrides AS (
    SELECT customer_id, jsonb_object_agg(indicator, value ORDER BY made_at, id) AS by
    FROM valuation_rawoverride, day WHERE expires_on >= as_of AND ended_at IS NULL
    GROUP BY customer_id
), found AS (
    SELECT cohort.*, b.revenue, b.revenue - m.cost AS profit,
        round(b.revenue - m.cost, 4) AS CV1, round(b.revenue, 4) AS CV2,
        CASE WHEN b.revenue > 0 THEN round(m.cost / b.revenue, 4) END AS CV3,
        round(b.paid::numeric / nullif(b.due, 0), 4) AS CV4, round(m.induced_revenue, 4) AS CV5,
        round(coalesce(f.growth_percent, g.growth), 4) AS PV1,
        round(g.amount, 4) AS PV2, 1 - w.share AS PV3,
        round(coalesce(p.weighted, 0), 4) AS PV4,
        CASE WHEN b.earlier > 0 THEN round((b.revenue / b.earlier - 1) * 100, 4) END AS PV5,
        coalesce(t.years, 0) AS LY1, round(coalesce(k.months, 0), 4) AS LY2,
        coalesce(t.sticky, 0)::numeric AS LY3, w.share AS LY4, round(m.satisfaction, 4) AS LY5,
        coalesce(a.points, 0)::numeric AS LY6, {
    ", ".join(f"round(r.{c}, 4) AS {c}" for c in SOCIAL)
},
        {", ".join(f"r.n_{c}" for c in SOCIAL)}
    FROM cohort
    LEFT JOIN bills b ON b.customer_id = cohort.id
    LEFT JOIN measures m ON m.customer_id = cohort.id
    LEFT JOIN finances f ON f.customer_id = cohort.id
    LEFT JOIN budgets g ON g.customer_id = cohort.id
    LEFT JOIN wallet w ON w.customer_id = cohort.id
    LEFT JOIN pipeline p ON p.customer_id = cohort.id
    LEFT JOIN tenure t ON t.customer_id = cohort.id
    LEFT JOIN contracts k ON k.customer_id = cohort.id
    LEFT JOIN agreements a ON a.customer_id = cohort.id
    LEFT JOIN ratings r ON r.customer_id = cohort.id
), raws AS (
    SELECT v.id, v.industry_id, v.is_managed, v.revenue, v.profit, {_OVERRIDDEN}
    FROM found v LEFT JOIN overrides o ON o.customer_id = v.id
), scored AS (
    SELECT *, {", ".join(f"{_score(code)} AS s_{code}" for code in CODES)} FROM raws
), dimensions AS MATERIALIZED (
    SELECT id, industry_id, is_managed, round(revenue, 2) AS revenue, round(profit, 2) AS profit,
        {
    ", ".join(
        f"{_weighed({f's_{c}': w for c, w in WEIGHTS[name].items()})} AS {name}" for name in WEIGHTS
    )
},
        {" OR ".join(f"{code} IS NULL" for code in CODES)} AS has_missing,
        jsonb_build_object({_lines()}) AS indicators
    FROM scored
), composites AS MATERIALIZED (
    SELECT *, {_weighed(DIMENSIONS)} AS composite,
        round((0.40 * current + 0.25 * potential) / 0.65, 2) AS combined
    FROM dimensions
), cuts AS (
    SELECT {
    ", ".join(
        f"round((percentile_disc(0.5) WITHIN GROUP (ORDER BY {axis})"
        f" + percentile_disc(0.5) WITHIN GROUP (ORDER BY {axis} DESC)) / 2, 2) AS {axis}"
        for axis in ("current", "potential", "loyalty", "combined")
    )
}
    FROM composites WHERE is_managed
)
INSERT INTO valuation_customervaluation (run_id, customer_id, current, potential, loyalty, social,
    composite, combined, revenue, profit, rank, revenue_rank, profit_rank, grade, quadrant,
    loyalty_cell, industry_ref, is_managed, has_missing, indicators)
SELECT %(run)s, v.id, v.current, v.potential, v.loyalty, v.social, v.composite, v.combined,
    v.revenue, v.profit,
    CASE WHEN is_managed AND composite IS NOT NULL
         THEN rank() OVER (PARTITION BY is_managed ORDER BY composite DESC NULLS LAST) END,
    CASE WHEN is_managed AND revenue IS NOT NULL
         THEN rank() OVER (PARTITION BY is_managed ORDER BY revenue DESC NULLS LAST) END,
    CASE WHEN is_managed AND profit IS NOT NULL
         THEN rank() OVER (PARTITION BY is_managed ORDER BY profit DESC NULLS LAST) END,
    CASE WHEN composite >= 75 THEN 'A' WHEN composite >= 60 THEN 'B' WHEN composite >= 45 THEN 'C'
         WHEN composite IS NULL THEN '' ELSE 'D' END,
    CASE WHEN NOT is_managed OR v.current IS NULL OR v.potential IS NULL THEN ''
         WHEN v.current >= cuts.current
         THEN CASE WHEN v.potential >= cuts.potential THEN 'high_value' ELSE 'secondary_value' END
         WHEN v.potential >= cuts.potential THEN 'latent_value' ELSE 'low_value' END,
    CASE WHEN NOT is_managed OR v.combined IS NULL OR v.loyalty IS NULL THEN ''
         ELSE CASE WHEN v.combined >= cuts.combined THEN 'h' ELSE 'l' END
              || CASE WHEN v.loyalty >= cuts.loyalty THEN 'h' ELSE 'l' END END,
    industry_id, is_managed, has_missing, indicators
FROM composites v, cuts
"""
