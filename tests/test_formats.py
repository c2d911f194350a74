# tests/test_formats.py

"""Test what the base class of formats does for a format."""

from __future__ import annotations

from pathlib import Path

import numpy
from builder import ASCII, DOUBLE, Page, build_tiff
from interpreter import run_python

# tags of private use
MARK, STEP = 65123, 65124

# the format is registered in an interpreter of its own
CODE = """
import sys
import tifffile
from tifffile.tifffile import _collect_frames, _make_scales, Format

class Example(Format):
    'Stacks by Example microscopes.'

    kind = 'Example'
    order = 15
    marks = (65123,)

    @classmethod
    def amend(cls, page):
        if cls.includes(page):
            page.imagedescription = 'amended'

    @staticmethod
    def tags(page):
        ifd = page._ifd
        return {'Name': ifd.value(65123), 'Step': ifd.value(65124), 'Raw': b''}

    @classmethod
    def series(cls, tif):
        pages = _collect_frames(tif, tif.pages.first, 0, len(tif.pages))
        step = cls.tags(tif.pages.first)['Step']
        return [
            cls.stack(tif, pages, 'Z', attr=_make_scales(('Z', step, 'nm'))),
            cls.stack(tif, [tif.pages.first], name='first'),
        ]

with tifffile.TiffFile(sys.argv[1]) as tif:
    assert tif.is_example and 'example' in tif.flags
    assert [page.is_example for page in tif.pages] == [True, False, False]
    assert [page.imagedescription for page in tif.pages] == ['amended'] * 3
    assert tif.example_metadata == {'Name': 'stack', 'Step': 500.0}
    stack, first = tif.series
    assert stack.kind == first.kind == 'Example'
    assert (stack.axes, stack.shape) == ('ZYX', (3, 5, 6))
    assert (first.axes, first.shape, first.name) == ('YX', (5, 6), 'first')
    assert stack.scale == {'Z': 0.5}
    assert stack.asarray()[2].tolist() == tif.pages[2].asarray().tolist()
with tifffile.TiffFile(sys.argv[2]) as tif:
    assert not tif.is_example and tif.example_metadata is None
    assert not hasattr(tif.pages.first, 'imagedescription')
    assert [series.kind for series in tif.series] == ['Generic']
"""


def test_declared_format(tmp_path: Path) -> None:
    """Test format that is told by tags, and is little more than a table."""
    pages = [
        Page(image)
        for image in numpy.arange(90, dtype='uint8').reshape(3, 5, 6)
    ]
    (tmp_path / 'other.tif').write_bytes(build_tiff(pages))
    pages[0].tags = {MARK: (ASCII, 'stack'), STEP: (DOUBLE, 500.0)}
    (tmp_path / 'example.tif').write_bytes(build_tiff(pages))
    run_python(
        '-c', CODE, str(tmp_path / 'example.tif'), str(tmp_path / 'other.tif')
    )
