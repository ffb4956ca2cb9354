"""A process that computes one run in small chunks: python -m tests.faults.compute_once PK."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from valuation.actions import computing

    computing.CHUNK = 100
    sys.exit(0 if computing.compute(int(sys.argv[1])) else 3)
