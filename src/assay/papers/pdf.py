"""A paper as PDF: set by typst from data that never becomes part of its source."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any

import manimgx_fonts_cjk
import pylopdf_fonts_zh_cn
import typst

from assay.papers.drawing import svg
from assay.papers.model import Block, Chart, Paper
from assay.papers.phrases import words

# px of the matter beside the margin, and beside the source's text (paper.typ sets both).
_WIDE, _BESIDE = 430.0, 268.0


def pdf(paper: Paper) -> bytes:
    """The PDF of a paper: the same bytes for the same paper, no clock, no font of the machine."""
    source = resources.files("assay.papers") / "templates" / "paper.typ"
    compiled = typst.compile(
        source.read_bytes(),
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"paper": json.dumps(_data(paper), ensure_ascii=False)},
        timestamp=0,
    )
    if not isinstance(compiled, bytes):
        raise TypeError("typst gave no single document")
    return compiled


def fonts() -> typst.Fonts:
    """The two voices: sans in all weights, serif for the source's own words."""
    folders = [Path(manimgx_fonts_cjk.__file__).parent, Path(pylopdf_fonts_zh_cn.__file__).parent]
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in folders],
    )


def _data(paper: Paper) -> dict[str, Any]:
    """The paper as plain data; drawings become SVG of the width they will have."""
    data = asdict(paper)
    data["words"] = dict(words(paper.lang))
    for section, plain in zip(paper.sections, data["sections"], strict=True):
        width = _BESIDE if section.source else _WIDE
        plain["blocks"] = [_block(block, width) for block in section.blocks]
    return data


def _block(block: Block, width: float) -> dict[str, Any]:
    data = {**asdict(block), "kind": type(block).__name__}
    if isinstance(block, Chart):
        data["drawing"] = svg(block.drawing, block.sentence, width)
    return data
