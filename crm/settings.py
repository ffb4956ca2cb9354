"""Settings. Every value that differs between machines comes from crm.env; see .env.example."""

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from crm.env import BASE_DIR, or_stop, read_settings

ENV = or_stop(read_settings)
VAR_DIR = ENV["VAR_DIR"]  # everything the product writes: database, files, queue, static files

SECRET_KEY = ENV["SECRET_KEY"]
SECRET_KEY_FALLBACKS = ENV["SECRET_KEY_FALLBACKS"]  # core.crypto still reads what they locked
DEBUG = ENV["DEBUG"]
ALLOWED_HOSTS = ENV["ALLOWED_HOSTS"]
SITE_URL = ENV["SITE_URL"].rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "core",
    "staff",
    "reminders",
    "accounts",
    "visits",
    "service",
    "opportunities",
    "valuation",
    "planning",
    "crm",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "staff.middleware.WholePageMiddleware",
    "core.middleware.OneMomentMiddleware",
    "core.middleware.PrivatePagesMiddleware",
    "staff.middleware.FirstPasswordMiddleware",
    "core.middleware.OnceMiddleware",
]

ROOT_URLCONF = "crm.urls"
WSGI_APPLICATION = "crm.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "crm.context.shell",
            ],
        },
    },
]

# --- data -------------------------------------------------------------------------------------
DATABASES = {
    "default": environ.Env.db_url_config(
        ENV["DATABASE_URL"] or f"sqlite:///{VAR_DIR / 'crm.sqlite3'}"
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a transaction that will write takes the lock first, so it waits instead of failing.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
elif DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A page's queries take milliseconds. To compile one takes a tenth of a second, to start helpers
    # for it five milliseconds, to try every order of eight joins ten.
    quick = "-c jit=off -c max_parallel_workers_per_gather=0 -c join_collapse_limit=6"
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", quick)
else:
    raise ImproperlyConfigured("设置 DATABASE_URL 只支持 PostgreSQL 与 SQLite。")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "staff.User"

CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": ENV["REDIS_URL"]}
        if ENV["REDIS_URL"]
        else {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": VAR_DIR / "cache",
        }
    )
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- language and time ------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- static and uploaded files ----------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "core.npm.NpmFinder",
]
NPM_ROOT = BASE_DIR / "node_modules"
NPM_FILES = {
    "bootstrap": ["dist/css/bootstrap.min.css", "dist/js/bootstrap.bundle.min.js"],
    "bootstrap-icons": ["font/bootstrap-icons.min.css", "font/fonts/*"],
    "echarts": ["dist/echarts.min.js"],
    "htmx.org": ["dist/htmx.min.js"],
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.npm.NoSourceMapStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Outside any web root: files are only ever served by a view that checks scope.
MEDIA_ROOT = VAR_DIR / "files"
MEDIA_URL = ""
MAX_UPLOAD_BYTES = 20 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# --- sign-in ----------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["staff.backends.StaffBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "staff.passwords.StaffPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "staff.sign_in.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/account/login/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "5/15m/key"}
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV["HTTPS"]

# --- browser safety ---------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = ENV["HTTPS"]
SECURE_HSTS_SECONDS = 31536000 if ENV["HTTPS"] else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENV["HTTPS"]
SECURE_HSTS_PRELOAD = ENV["HTTPS"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV["HTTPS"] else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- forms ------------------------------------------------------------------------------------
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- mail -------------------------------------------------------------------------------------
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = ENV["EMAIL_HOST"]  # empty: the e-mail channel is off, duties show in the app only
EMAIL_PORT = ENV["EMAIL_PORT"]
EMAIL_HOST_USER = ENV["EMAIL_USER"]
EMAIL_HOST_PASSWORD = ENV["EMAIL_PASSWORD"]
EMAIL_USE_TLS = ENV["EMAIL_TLS"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENV["MAIL_FROM"]

# --- Celery: a clock and a pair of hands, never the memory (docs/adr/0002) --------------------
if ENV["REDIS_URL"]:
    CELERY_BROKER_URL = ENV["REDIS_URL"]
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 1800, "unacked_restore_throttle": 1}
    CELERY_WORKER_POOL = "prefork"
else:
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "celery" / "queue"),
        "data_folder_out": str(VAR_DIR / "celery" / "queue"),
        "control_folder": str(VAR_DIR / "celery" / "control"),
        "processed_folder": str(VAR_DIR / "celery" / "processed"),
        "store_processed": False,
    }
    for folder in ("queue", "control", "processed"):
        (VAR_DIR / "celery" / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
    CELERY_WORKER_POOL = "threads"
CELERY_WORKER_CONCURRENCY = 2
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_TASK_TIME_LIMIT = 900
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celery-beat")
SWEEP_SECONDS = ENV["SWEEP_SECONDS"]
CELERY_BEAT_SCHEDULE = {
    "reminders-sweep": {
        "task": "reminders.sweep",
        "schedule": float(SWEEP_SECONDS),
        # A tick nobody took in time is worthless: the next one looks at the same rows.
        "options": {"expires": float(SWEEP_SECONDS * 2)},
    },
    "accounts-sweep-imports": {
        "task": "accounts.sweep_imports",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "accounts-refresh-quality": {
        "task": "accounts.refresh_quality",
        "schedule": crontab(hour=2, minute=30),
        "options": {"expires": 3600.0},
    },
    "valuation-start-month": {
        "task": "valuation.start_month",
        "schedule": crontab(day_of_month=5, hour=2, minute=30),
        "options": {"expires": 6 * 3600.0},
    },
    "valuation-sweep-runs": {
        "task": "valuation.sweep_runs",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "valuation-sweep-reports": {
        "task": "valuation.sweep_reports",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "planning-reviews": {
        "task": "planning.follow_reviews",
        "schedule": crontab(hour=4, minute=40),
        "options": {"expires": 3600.0},
    },
    "planning-warn": {
        "task": "planning.warn",
        "schedule": crontab(hour=2, minute=0),
        "options": {"expires": 3600.0},
    },
    # The first night of a month counts the one before; the others find nothing to do.
    "planning-count-retention": {
        "task": "planning.count_retention",
        "schedule": crontab(hour=4, minute=0),
        "options": {"expires": 3600.0},
    },
    "planning-export-week": {
        "task": "planning.open_export_week",
        "schedule": crontab(day_of_week=1, hour=7, minute=30),
        "options": {"expires": 3600.0},
    },
    # Also makes up for a Monday 07:30 on which nobody listened.
    "planning-sweep-exports": {
        "task": "planning.sweep_exports",
        "schedule": min(60.0, float(SWEEP_SECONDS)),
        "options": {"expires": 60.0},
    },
    "visits-suggest": {
        "task": "visits.suggest",
        "schedule": crontab(hour=2, minute=10),
        "options": {"expires": 3600.0},
    },
    # Monday opens the week; the other nights excuse who has been entered as absent since.
    "visits-open-week": {
        "task": "visits.open_week",
        "schedule": crontab(hour=0, minute=10),
        "options": {"expires": 6 * 3600.0},
    },
    # Ten working days before the month's end until it is due; the other nights find nothing to do.
    "opportunities-open-month": {
        "task": "opportunities.open_month",
        "schedule": crontab(hour=0, minute=20),
        "options": {"expires": 6 * 3600.0},
    },
    "opportunities-lock-months": {
        "task": "opportunities.lock_months",
        "schedule": crontab(hour=0, minute=5),
        "options": {"expires": 6 * 3600.0},
    },
    "visits-note-silence": {
        "task": "visits.note_silence",
        "schedule": 300.0,
        "options": {"expires": 300.0},
    },
    "visits-forget-places": {
        "task": "visits.forget_places",
        "schedule": crontab(hour=3, minute=10),
        "options": {"expires": 3600.0},
    },
    "visits-invitations": {
        "task": "visits.send_invitations",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "visits-rebuild-kpi": {
        "task": "visits.rebuild_kpi",
        "schedule": crontab(hour=1, minute=40),
        "options": {"expires": 3600.0},
    },
    "visits-refresh-kpi": {
        "task": "visits.refresh_kpi",
        "schedule": 900.0,
        "options": {"expires": 900.0},
    },
    "visits-sweep-print-jobs": {
        "task": "visits.sweep_print_jobs",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "visits-heal": {
        "task": "visits.heal_duties",
        "schedule": 3600.0,
        "options": {"expires": 3600.0},
    },
}

# What a person still has in hand, in words: staff asks before an account is closed.
IN_HAND = "crm.reports.handover.in_hand"

# What follows a customer to another department or industry: accounts asks in the transaction.
CUSTOMER_MOVED = "planning.actions.following.follow_customer"
PROMISE_CHECK = "visits.actions.authority.refused_words"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "weasyprint": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "mail.log": {"level": "WARNING"},  # the demo mailbox
    },
}
