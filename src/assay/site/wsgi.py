"""The way in for web servers."""

from django.core.wsgi import get_wsgi_application

from assay.site.boot import prepare

prepare()
application = get_wsgi_application()
