# tests/formats/test_slides.py

"""Test that damaged metadata of slides do not prevent reading them."""

from __future__ import annotations

import io
import logging
import random
import re
from collections.abc import Callable
from typing import Any

import pytest
import test_avs
import test_bif
import test_huron
import test_indica
import test_philips
import test_scn
import test_svs
import test_trestle
from builder import Page, build_tiff

from tifffile import TiffFile, TiffFileError


def make_scn() -> list[Page]:
    """Return pages of slide by Leica."""
    pages = test_scn.make_pages((64, 96, 3), (32, 48, 3), (16, 24, 3))
    view = '<view sizeX="48000" sizeY="32000" offsetX="5" offsetY="6"/>'
    pages[0].description = test_scn.make_xml(
        test_scn.make_image('a', [(i, 0, 0, i) for i in range(3)], view)
    )
    return pages


def make_bif() -> list[Page]:
    """Return pages of slide by Roche."""
    joints = test_bif.make_joints(2, 3, 4, 2)
    info = test_bif.make_info(test_bif.make_area(0, 2, 3, joints))
    return [
        test_bif.make_label(),
        test_bif.make_level(0, 32, 48, 3, xml=info),
        test_bif.make_level(1, 16, 24, 3),
    ]


# kind -> function that returns pages
SLIDES: dict[str, Callable[[], list[Page]]] = {
    'AVS': test_avs.make_slide,
    'BIF': make_bif,
    'Huron': lambda: test_huron.make_slide(
        test_huron.DESCRIPTION, test_huron.HURON
    ),
    'Indica': test_indica.make_image,
    'Mikroscan': lambda: test_huron.make_slide(test_huron.MIKROSCAN, {}),
    'Philips': test_philips.make_slide,
    'SCN': make_scn,
    'SVS': test_svs.make_slide,
    'Trestle': lambda: test_trestle.make_slide()[1],
}


def read_series(data: bytes) -> tuple[str, int]:
    """Return kind and number of series after reading them."""
    with TiffFile(io.BytesIO(data)) as tif:
        for series in tif.series:
            for level in series.levels:
                assert level.coords is not None
                try:
                    image = level.asarray()
                except (TiffFileError, ValueError) as exc:
                    assert str(exc)
                else:
                    assert image.shape == level.shape
        assert str(tif)
        return tif.series[0].kind, len(tif.series)


def texts_of(data: bytes) -> list[tuple[int, int]]:
    """Return positions of metadata that are text."""
    return [match.span() for match in re.finditer(rb'[\t\r\n -~]{40,}', data)]


@pytest.mark.parametrize('kind', SLIDES)
def test_damaged_text(kind: str, caplog: Any) -> None:
    """Text of metadata may be anything."""
    caplog.set_level(logging.CRITICAL, 'tifffile')
    data = build_tiff(SLIDES[kind]())
    assert read_series(data)[0] == kind
    texts = texts_of(data)
    assert texts
    rng = random.Random(kind)
    kinds = set()
    for _ in range(40):
        damaged = bytearray(data)
        for start, stop in texts:
            for _ in range(rng.choice((1, 4, 16))):
                pos = rng.randrange(start, stop)
                size = min(rng.choice((1, 2, 9)), stop - pos)
                damaged[pos : pos + size] = bytes(
                    rng.choice(b'\0 09-.=|;<>"/aZ\xff') for _ in range(size)
                )
        kinds.add(read_series(bytes(damaged))[0])
    assert kinds <= {kind, 'Generic'}


@pytest.mark.parametrize('kind', SLIDES)
def test_missing_tags(kind: str, caplog: Any) -> None:
    """Any tag but those that make an image may be missing."""
    caplog.set_level(logging.CRITICAL, 'tifffile')
    with TiffFile(io.BytesIO(build_tiff(SLIDES[kind]()))) as tif:
        codes = {tag.code for page in tif.pages for tag in page.tags}
    assert codes & {270, 65000}
    for code in codes - {256, 257, 258, 273, 279, 322, 323, 324, 325}:
        pages = SLIDES[kind]()
        for page in pages:
            page.tags = {**page.tags, code: None}
            if code == 270:
                page.description = ()
        assert read_series(build_tiff(pages))[0] in {kind, 'Generic'}


@pytest.mark.parametrize('kind', SLIDES)
def test_truncated(kind: str, caplog: Any) -> None:
    """Pages at the end of the chain may be missing."""
    caplog.set_level(logging.CRITICAL, 'tifffile')
    pages = SLIDES[kind]()
    for number in range(1, len(pages)):
        data = build_tiff(SLIDES[kind]()[:number])
        assert read_series(data)[0] in {kind, 'Generic'}


@pytest.mark.parametrize('kind', SLIDES)
def test_only_first_page(kind: str) -> None:
    """Flags are those of the first page, and can be overridden."""
    flag = kind.lower()
    data = build_tiff(SLIDES[kind]())
    with TiffFile(io.BytesIO(data)) as tif:
        assert getattr(tif, f'is_{flag}')
        others = {other.lower() for other in SLIDES} - {flag}
        assert not others & set(tif.flags)
        assert getattr(tif, f'{flag}_metadata')
        assert tif.series(kind)[0].kind == kind
        for other in others:
            assert tif.series(other) == []
    with TiffFile(io.BytesIO(data), **{f'is_{flag}': False}) as tif:
        assert getattr(tif, f'{flag}_metadata') is None
        assert flag not in tif.flags
