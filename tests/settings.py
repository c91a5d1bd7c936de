"""Settings of the tests: the site's own, with keys of no worth and a quick hasher."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("ASSAY_DATA", tempfile.gettempdir())
os.environ.setdefault("ASSAY_SECRET_KEY", "a key of the tests, of no worth outside of them")
os.environ.setdefault("ASSAY_SEAL_KEY", "another key of the tests, of no worth either")
os.environ.pop("ASSAY_DEMO", None)

from assay.site.settings import *

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PLANS = ROOT.parents[1] / "plans"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="assay-tests-"))
atexit.register(shutil.rmtree, MEDIA_ROOT, ignore_errors=True)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, so that threads of a test have connections of their own, as in a server.
    DATABASES["default"]["TEST"] = {"NAME": MEDIA_ROOT / "test.sqlite3"}
