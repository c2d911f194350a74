# examples/quickstart.py

"""Write a stack and a pyramid of a real terrain, read, and plot them.

The terrain is the elevation model of the Jacksboro fault in Tennessee that
matplotlib installs with its sample data, so that nothing is downloaded.
Two TIFF files are made of it:

- ``stack.tif``: the terrain lit from 12 directions, one uncompressed page
  for each.
- ``pyramid.tif``: the elevation, resampled to 8 times the resolution, in
  compressed tiles, with 4 smaller levels in SubIFDs.

They are inspected and read whole, by page, by level, and by region. The files
and the plot are saved in the directory given on the command line, else in a
new temporary directory.

"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
import numpy

matplotlib.use('Agg')

from matplotlib import pyplot
from matplotlib.cbook import get_sample_data
from matplotlib.colors import LightSource

import tifffile


def main() -> None:
    """Make files, inspect and read them, plot what was read."""
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
        folder.mkdir(parents=True, exist_ok=True)
    else:
        folder = Path(tempfile.mkdtemp(prefix='tifffile-'))
    print(f'tifffile {tifffile.__version__}, NumPy {numpy.__version__}')

    heading('Write files')
    elevation = load_elevation()
    print(f'elevation model: {describe(elevation)}')
    stack = light_terrain(elevation)
    levels = make_levels(resample(elevation, 8), 5)
    stack_path = folder / 'stack.tif'
    pyramid_path = folder / 'pyramid.tif'
    write(
        stack_path,
        lambda: tifffile.imwrite(
            stack_path, stack, photometric='minisblack', metadata=None
        ),
    )
    write(pyramid_path, lambda: write_pyramid(pyramid_path, levels))

    heading('Inspect files')
    for path in (stack_path, pyramid_path):
        with tifffile.TiffFile(path) as tif:
            print(tif)
            for series in tif.series:
                print(series)
                print(
                    f'  shape {series.shape}, dtype {series.dtype}, '
                    f'axes {series.axes}, levels '
                    f'{[level.shape for level in series.levels]}'
                )
    with tifffile.TiffFile(pyramid_path) as tif:
        print(tif.pages[0])
        for name in ('ImageWidth', 'ImageLength', 'TileWidth', 'Compression'):
            print(f'  {tif.pages[0].tags[name]}')

    heading('Read images')
    image = read('whole stack', lambda: tifffile.imread(stack_path))
    check(image, stack)
    image = read('page 4', lambda: tifffile.imread(stack_path, key=4))
    check(image, stack[4])
    image = read(
        'pages 0, 3, 6', lambda: tifffile.imread(stack_path, key=(0, 3, 6))
    )
    check(image, stack[[0, 3, 6]])
    whole = read('whole pyramid', lambda: tifffile.imread(pyramid_path))
    check(whole, levels[0])
    overview = read('level 3', lambda: tifffile.imread(pyramid_path, level=3))
    check(overview, levels[3])
    region = slice(1200, 1712), slice(900, 1412)
    detail = read(
        'region', lambda: tifffile.imread(pyramid_path, selection=region)
    )
    check(detail, levels[0][region])

    heading('Plot images')
    path = folder / 'quickstart.png'
    plot(path, stack, overview, detail, region)
    print(f'{path}: {path.stat().st_size:,} bytes')


def load_elevation() -> Any:
    """Return elevation in meters, int16 of shape (length, width)."""
    with get_sample_data('jacksboro_fault_dem.npz') as data:
        return data['elevation']


def light_terrain(elevation: Any) -> Any:
    """Return terrain lit from 12 directions, uint8 (12, length, width)."""
    images = [
        LightSource(azimuth).hillshade(elevation, vert_exag=0.1)
        for azimuth in range(0, 360, 30)
    ]
    return numpy.rint(numpy.stack(images) * 255).astype('uint8')


def resample(image: Any, factor: int) -> Any:
    """Return image enlarged by linear interpolation."""
    for axis in (0, 1):
        size = image.shape[axis]
        index = numpy.linspace(0, size - 1, size * factor)
        lower = numpy.minimum(index.astype('intp'), size - 2)
        weight = numpy.expand_dims(index - lower, 1 - axis)
        image = (1 - weight) * image.take(lower, axis) + weight * image.take(
            lower + 1, axis
        )
    return numpy.rint(image).astype('int16')


def make_levels(image: Any, count: int) -> list[Any]:
    """Return image and its reductions by powers of two."""
    levels = [image]
    while len(levels) < count:
        length, width = (size // 2 * 2 for size in levels[-1].shape)
        blocks = levels[-1][:length, :width].reshape(
            length // 2, 2, width // 2, 2
        )
        levels.append(blocks.mean(axis=(1, 3)).round().astype(image.dtype))
    return levels


def write_pyramid(path: Path, levels: list[Any]) -> None:
    """Write levels in compressed tiles, the smaller ones in SubIFDs."""
    with tifffile.TiffWriter(path) as tif:
        for i, level in enumerate(levels):
            tif.write(
                level,
                tile=(256, 256),
                compression='zlib',
                predictor=True,
                photometric='minisblack',
                subifds=0 if i else len(levels) - 1,
                subfiletype=1 if i else 0,
                metadata=None,
            )


def write(path: Path, function: Callable[[], Any]) -> None:
    """Let function write file, print its size and how long that took."""
    start = time.perf_counter()
    function()
    duration = time.perf_counter() - start
    print(f'{path}: {path.stat().st_size:,} bytes {duration * 1e3:8.2f} ms')


def read(label: str, function: Callable[[], Any]) -> Any:
    """Return array that function reads, print how long that took."""
    start = time.perf_counter()
    image = function()
    duration = time.perf_counter() - start
    print(f'{label:14} {describe(image):42} {duration * 1e3:8.2f} ms', end='')
    return image


def check(image: Any, expected: Any) -> None:
    """Print whether image is what was stored, stop if it is not."""
    if image.dtype != expected.dtype or not numpy.array_equal(image, expected):
        sys.exit('  differs from what was stored')
    print('  as stored')


def describe(image: Any) -> str:
    """Return shape, data type, and size of array."""
    return f'{image.shape} {image.dtype}, {image.nbytes:,} bytes'


def heading(text: str) -> None:
    """Print heading."""
    print(f'\n{text}\n{"-" * len(text)}')


def plot(
    path: Path,
    stack: Any,
    overview: Any,
    detail: Any,
    region: tuple[slice, slice],
) -> None:
    """Save plot of images in PNG file."""
    figure, axes = pyplot.subplots(
        1, 3, figsize=(14, 4.4), dpi=100, layout='constrained'
    )
    axes[0].imshow(stack[10], cmap='gray')
    axes[0].set_title('Page 10 of the stack')
    style = {
        'cmap': 'terrain',
        'vmin': overview.min(),
        'vmax': overview.max(),
    }
    image = axes[1].imshow(overview, **style)
    axes[1].set_title('Level 3 of the pyramid')
    y, x = (item.start / 8 for item in region)
    height, width = ((item.stop - item.start) / 8 for item in region)
    axes[1].add_patch(
        pyplot.Rectangle((x, y), width, height, fill=False, color='red')
    )
    extent = region[1].start, region[1].stop, region[0].stop, region[0].start
    axes[2].imshow(detail, extent=extent, **style)
    axes[2].set_title('Region of level 0, red in level 3')
    figure.colorbar(image, ax=axes, label='Elevation (m)')
    figure.savefig(path)
    pyplot.close(figure)


if __name__ == '__main__':
    main()
