"""Django made ready for the modules imported after this one: data folder and database out of the environment."""

import django

from assay.site.boot import prepare

prepare()
django.setup()
