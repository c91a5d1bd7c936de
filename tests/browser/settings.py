"""Settings of the site that browsers look at: the demo's, with one address that breaks."""

from assay.site.settings import *

ROOT_URLCONF = "tests.browser.urls"
