"""`make bench`: what pages cost at 100 000 customers, beside a bare Django page in the same run."""
