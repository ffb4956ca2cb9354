"""Tables of customers, contacts, bills and contracts on their way in (issue 3.9, ADR 0006).

readers → a table of raw cells; cells, columns, kinds → values or named faults; sheets → doubles
within the file; checking → what each row would do; applying → that, in batches.
"""
