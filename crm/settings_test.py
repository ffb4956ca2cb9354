"""Settings of the test run: the product's own, writing to a temporary place, hashing cheaply."""

import atexit
import os
import shutil
import tempfile

os.environ["CRM_ENV_FILE"] = os.devnull  # a developer's own .env must not decide what tests see
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0123456789" * 5)
# Always its own: the workers of pytest-xdist share nothing, and nothing stays behind.
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="crm-test-")
atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)

from crm.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file: threads and processes of one test share it, as they do in the product.
    DATABASES["default"]["TEST"] = {"NAME": f"{VAR_DIR}/test.sqlite3"}  # noqa: F405
(VAR_DIR / "static").mkdir()  # noqa: F405 - WhiteNoise warns when it is not there
CACHES["default"]["KEY_PREFIX"] = f"test-{os.getpid()}"  # noqa: F405
