"""The glossary holds every record of the rooms, by the name its pages give it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps

from assay.furniture.kept import Kept

GLOSSARY = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"
MODELS = [model for model in apps.get_models() if issubclass(model, Kept)]


def rows():
    """Chinese name and code, word by word, of each row."""
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3:
            yield from zip(re.split(" / ", cells[0]), re.split(" / ", cells[2]), strict=False)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_record_stands_in_the_glossary(model):
    assert (str(model._meta.verbose_name), model.__name__) in set(rows())
