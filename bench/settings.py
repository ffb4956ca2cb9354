"""The product's own settings, the floor page and a count of queries in the answer's headers."""

from crm.settings import *  # noqa: F403

DEBUG = False
ROOT_URLCONF = "bench.urls"
MIDDLEWARE = ["bench.counting.QueryCountMiddleware", *MIDDLEWARE]  # noqa: F405
INSTALLED_APPS.append("bench")  # noqa: F405
LOGGING["root"]["level"] = "ERROR"  # noqa: F405
