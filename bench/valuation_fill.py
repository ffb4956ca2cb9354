"""What the value model reads, for bulk customers that have none of it. Set-based, repeatable."""

# Spread by key: h(n) is an even number 0…n−1 of a customer, different for each `salt`.
HASH = "(hashint8extended(c.id, {salt}) & 1023)::int % {n}"


def h(n: int, salt: int) -> str:
    return HASH.format(n=n, salt=salt)


CUSTOMERS = "accounts_customer c JOIN staff_branch b ON b.id = c.branch_id AND b.code = 'BULK'"

STEPS: list[tuple[str, str]] = [
    ("earlier bills", f"""
        INSERT INTO accounts_monthlybill (month, reported_total, computed_total, discrepancy_note,
            due_on, paid_on, paid_amount, source, customer_id, entered_by)
        SELECT m::date, t, t, '', NULL, NULL, t, '', c.id, ''
        FROM {CUSTOMERS}, generate_series('2024-11-01'::date, '2025-10-01', '1 month') m,
             LATERAL (SELECT 400 + {h(900, 1)} * 97 AS t) a
        WHERE NOT EXISTS (SELECT 1 FROM accounts_monthlybill
                          WHERE customer_id = c.id AND month < '2025-11-01')"""),
    ("due dates", f"""
        UPDATE accounts_monthlybill x SET due_on = x.month + 50,
            paid_on = x.month + 44 + (hashint8extended(x.id, 2) & 1023)::int % 8
        FROM {CUSTOMERS} WHERE x.customer_id = c.id AND x.due_on IS NULL"""),
    ("unmanaged", f"""
        UPDATE accounts_customer x SET is_managed = false
        FROM {CUSTOMERS} WHERE x.id = c.id AND x.is_managed AND {h(20, 3)} = 0"""),
    ("measures", f"""
        INSERT INTO valuation_customermeasure (month, cost_marketing, cost_service, cost_om,
            induced_revenue, satisfaction, price_sensitivity, credit_grade,
            quality_extra_cost_ratio, conversion_cost_ratio, source, entered_at, customer_id,
            entered_by_id)
        SELECT m, {h(900, 4)} * 9, {h(900, 5)} * 6, {h(900, 6)} * 5,
            CASE WHEN {h(12, 7)} = 0 THEN NULL ELSE {h(1000, 8)} * 60 END,
            CASE WHEN {h(9, 9)} = 0 THEN NULL ELSE 50 + {h(50, 10)} END,
            1 + {h(5, 11)}, substr('ABCD', 1 + {h(4, 12)}, 1), {h(60, 13)} / 100.0,
            {h(90, 14)} / 100.0, 'bench', now(), c.id, c.manager_id
        FROM {CUSTOMERS}, (VALUES ('2026-09-01'::date), ('2026-10-01')) months(m)
        ON CONFLICT DO NOTHING"""),
    ("ratings", f"""
        INSERT INTO valuation_expertrating (indicator, score, reason, rated_at, customer_id,
            rater_id)
        SELECT 'SI' || i, 1 + ({h(4, 15)} + i + r * (({h(7, 16)} + i) % 7 / 5)) % 5,
            'bench', now(), c.id, CASE r WHEN 1 THEN c.manager_id ELSE head.id END
        FROM {CUSTOMERS} JOIN staff_user head ON head.username = 'bulk-director',
            generate_series(1, 4) i, generate_series(1, 2) r
        WHERE {h(10, 17)} + r < 11
        ON CONFLICT DO NOTHING"""),
    ("arbitrations", f"""
        INSERT INTO valuation_ratingarbitration (indicator, score, reason, decided_at, customer_id,
            decided_by_id)
        SELECT x.indicator, 3.5, 'bench', now(), c.id, c.manager_id
        FROM {CUSTOMERS} JOIN valuation_expertrating x ON x.customer_id = c.id
        GROUP BY c.id, x.indicator
        HAVING max(x.score) - min(x.score) >= 2 AND {h(2, 18)} = 0
        ON CONFLICT DO NOTHING"""),
    ("usage", f"""
        INSERT INTO accounts_operatorusage (year, business_line, operator, volume_text, amount,
            source, customer_id)
        SELECT 2026, line, operator, '', 1000 + ({h(700, 19)} * length(line || operator)), '', c.id
        FROM {CUSTOMERS}, unnest(ARRAY['voice', 'data']) line,
            unnest(ARRAY['telecom', 'mobile', 'unicom']) operator
        WHERE {h(11, 20)} > 0
        ON CONFLICT DO NOTHING"""),
    ("budgets", f"""
        INSERT INTO accounts_communicationbudget (year, kind, amount_wan, note, customer_id)
        SELECT 2026, kind, {h(800, 21)} * length(kind) / 7.0, '', c.id
        FROM {CUSTOMERS}, unnest(ARRAY['network', 'it', 'project']) kind WHERE {h(8, 22)} > 0
        ON CONFLICT DO NOTHING"""),
    ("finances", f"""
        INSERT INTO accounts_customerfinance (year, growth_percent, source, customer_id)
        SELECT y, {h(400, 23)} / 10.0 - 12 + y - 2025, '', c.id
        FROM {CUSTOMERS}, generate_series(2024, 2025) y WHERE {h(9, 24)} > 0
        ON CONFLICT DO NOTHING"""),
    ("products", f"""
        INSERT INTO accounts_productinstance (business_line, name, quantity, monthly_fee,
            started_on, is_sticky, external_no, customer_id)
        SELECT line, 'bench', 1, 500, '2012-01-15'::date + {h(1000, 25)} * 5 + length(line) * 31,
            (length(line) + {h(4, 26)}) % 2 = 0, '', c.id
        FROM {CUSTOMERS}, unnest(ARRAY['voice', 'data', 'internet']) line
        WHERE NOT EXISTS (SELECT 1 FROM accounts_productinstance WHERE customer_id = c.id)"""),
    ("agreements", f"""
        INSERT INTO accounts_cooperationagreement (kind, title, signed_on, expires_on,
            our_obligations, their_obligations, customer_id)
        SELECT CASE {h(3, 27)} WHEN 0 THEN 'strategic' ELSE 'framework' END, 'bench',
            '2025-01-01', CASE {h(2, 28)} WHEN 0 THEN NULL ELSE '2027-12-31'::date END, '', '', c.id
        FROM {CUSTOMERS} WHERE {h(4, 29)} = 0
          AND NOT EXISTS (SELECT 1 FROM accounts_cooperationagreement WHERE customer_id = c.id)"""),
    ("opportunities", f"""
        INSERT INTO opportunities_opportunity (name, kind, source, source_note, need_text,
            one_off_amount, annual_amount, probability, is_probability_own, expected_close,
            timing, conditions, stage, stage_since, go_note, solution_text, quotation_ref, terms,
            contract_draft, contract_no, loss_reason, winner, lesson, suspended_reason, created_at,
            updated_at, created_by_id, customer_id, owner_id)
        SELECT 'bench', 'network_line', 'visit', '', '', a, 0, 10 + {h(8, 30)} * 10,
            false, '2027-01-15'::date + {h(500, 31)}, '', '', 'qualified', now(), '', '', '', '',
            '', '', '', '', '', '', now(), now(), c.manager_id, c.id, c.manager_id
        FROM {CUSTOMERS}, LATERAL (SELECT 1000.0 * (1 + {h(900, 32)}) AS a) x
        WHERE {h(2, 33)} = 0
          AND NOT EXISTS (SELECT 1 FROM opportunities_opportunity WHERE customer_id = c.id)"""),
    ("overrides", f"""
        INSERT INTO valuation_rawoverride (indicator, value, reason, expires_on, made_at,
            customer_id, made_by_id)
        SELECT 'CV5', 7777, 'bench', '2027-12-31', now(), c.id, c.manager_id
        FROM {CUSTOMERS} WHERE {h(100, 34)} = 0
          AND NOT EXISTS (SELECT 1 FROM valuation_rawoverride WHERE customer_id = c.id)"""),
]  # fmt: skip


def fill(cursor) -> None:
    """Runs each step; every one does nothing where its rows are there."""
    for name, sql in STEPS:
        cursor.execute(sql)
        print(f"  {name}: {cursor.rowcount:,}", flush=True)
    cursor.execute("ANALYZE")
