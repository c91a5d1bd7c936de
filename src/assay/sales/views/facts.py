"""The facts as files: what a run reads, to check it elsewhere."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from assay.facts.export import write_folder
from assay.furniture.exports import file_response
from assay.furniture.seen import note
from assay.people.gate import needs
from assay.sales.queries.facts import all_facts


@needs("facts.export")
def facts_file(request: HttpRequest) -> HttpResponse:
    """A zip of orders.csv, people.csv, targets.csv, collections.csv, order_lines.csv; noted."""
    target = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        counts = write_folder(all_facts(), Path(folder))
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(Path(folder).glob("*.csv")):
                archive.write(path, path.name)
    note(request, "export", _("业绩数据（计算提成的依据）"), rows=sum(counts.values()))
    name = f"facts-{timezone.localdate():%Y%m%d}.zip"
    return file_response(name, target.getvalue(), "application/zip")
