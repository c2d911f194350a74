# tests/test_readers.py

"""Test that other programs read what is written."""

import os
import shutil
import subprocess

import numpy
import pytest
from numpy.testing import assert_array_equal

from tifffile import TiffFile, TiffWriter, imread, imwrite

pytest.importorskip('imagecodecs')


def make_data(shape, dtype):
    """Return array of smooth samples."""
    data = numpy.arange(numpy.prod(shape, dtype=int)).reshape(shape)
    dtype = numpy.dtype(dtype)
    if dtype.kind == 'b':
        return data % 7 < 3
    return (data % 250).astype(dtype)


def run(*args):
    """Return what program prints if it does not fail."""
    result = subprocess.run(
        [*map(str, args)], capture_output=True, timeout=120, text=True
    )
    output = result.stdout + result.stderr
    assert result.returncode == 0, output
    return output


# -- libtiff ------------------------------------------------------------------

RGB = {'photometric': 'rgb'}
GRAY = {'photometric': 'minisblack'}
PLANAR = {**RGB, 'planarconfig': 'separate'}

# shape, type, arguments
LIBTIFF = [
    ((33, 44), 'u1', {}),
    ((33, 44), 'u1', {'bigtiff': True}),
    ((33, 44), 'u1', {'byteorder': '>', 'bigtiff': True}),
    ((33, 44), '?', {}),
    ((33, 44), '?', {'compression': 'packbits', 'rowsperstrip': 5}),
    ((33, 44), 'u2', {'bitspersample': 12}),
    ((33, 44), 'i2', {'byteorder': '>'}),
    ((33, 44), 'u4', {'compression': 'lzw', 'predictor': 2}),
    ((33, 44), 'f4', {'compression': 'zlib', 'predictor': 3}),
    ((33, 44), 'f8', {'compression': 'lzw', 'byteorder': '>'}),
    ((33, 44), 'f2', {'tile': (16, 16)}),
    ((33, 44), 'c8', {'tile': (16, 16)}),
    ((33, 44), 'u8', {}),
    ((4, 33, 44), 'u1', {**GRAY, 'compression': 'zlib'}),
    ((4, 33, 44), 'u2', {**GRAY, 'byteorder': '>'}),
    ((4, 33, 44), 'u2', {**GRAY, 'ome': True}),
    ((4, 33, 44), 'u2', {**GRAY, 'imagej': True, 'metadata': {'Info': 'x'}}),
    ((33, 44, 3), 'u1', {**RGB, 'compression': 'lzw', 'predictor': 2}),
    ((33, 44, 4), 'u1', {**RGB, 'tile': (16, 32), 'compression': 'packbits'}),
    ((3, 33, 44), 'u2', {**PLANAR, 'compression': 'lzw'}),
    ((3, 33, 44), 'u1', {**PLANAR, 'tile': (32, 16)}),
    ((33, 44, 5), 'u1', {**GRAY, 'planarconfig': 'contig'}),
    ((33, 44), 'u1', {'colormap': make_data((3, 256), 'u2')}),
    ((33, 44), 'u1', {'compression': 'lzma'}),
    ((33, 44), 'u1', {'compression': 'zstd', 'predictor': 2}),
    ((33, 44), 'f4', {'compression': 'lerc'}),
    ((64, 80, 3), 'u1', {**RGB, 'compression': 'jpeg', 'tile': (32, 32)}),
    (
        (64, 80, 3),
        'u1',
        {**RGB, 'compression': 'jpeg', 'subsampling': (2, 1)},
    ),
    ((64, 80), 'u1', {'compression': 'jpeg'}),
]

# what libtiff does not know, or is built without
UNKNOWN = (
    'Unknown field with tag',
    'compression support is not configured',
    'Compression scheme 34887',
)


@pytest.mark.parametrize(('shape', 'dtype', 'kwargs'), LIBTIFF)
def test_libtiff(tmp_path, shape, dtype, kwargs):
    """Test that tools of libtiff show and copy files without complaints."""
    if not shutil.which('tiffinfo') or not shutil.which('tiffcp'):
        pytest.skip('tools of libtiff are not installed')
    path = tmp_path / 'temp.tif'
    copied = tmp_path / 'copy.tif'
    data = make_data(shape, dtype)
    imwrite(path, data, resolution=(300, 300), **kwargs)
    output = run('tiffinfo', '-D', path)
    if 'not configured' in output:
        pytest.skip(output)
    complaints = [
        line
        for line in output.splitlines()
        if ('arning' in line or 'rror' in line)
        and not any(text in line for text in UNKNOWN)
    ]
    assert not complaints
    with TiffFile(path) as tif:
        assert output.count('TIFF Directory at offset') == len(tif.pages)
        assert f'Image Width: {tif.pages.first.imagewidth} ' in output
        pages = [page.asarray() for page in tif.pages]
    if kwargs.get('compression') == 'jpeg':
        # copies what is decoded
        run('tiffcp', '-c', 'none', '-r', '16', path, copied)
        with TiffFile(copied) as tif:
            assert tif.pages.first.shape == pages[0].shape
        return
    run('tiffcp', '-c', 'none', path, copied)
    with TiffFile(copied) as tif:
        for page, expected in zip(tif.pages, pages, strict=True):
            assert_array_equal(page.asarray(), expected)


def test_libtiff_copies_pyramid(tmp_path):
    """Test that libtiff reads file of SubIFDs and several series."""
    if not shutil.which('tiffinfo') or not shutil.which('tiffcp'):
        pytest.skip('tools of libtiff are not installed')
    path, copied = tmp_path / 'temp.tif', tmp_path / 'copy.tif'
    data = make_data((3, 64, 64), 'u1')
    with TiffWriter(path) as tif:
        tif.write(data, subifds=2, tile=(32, 32), **GRAY)
        tif.write(data[:, ::2, ::2], subfiletype=1, tile=(32, 32), **GRAY)
        tif.write(data[:, ::4, ::4], subfiletype=1, tile=(32, 32), **GRAY)
        for frame in data:
            tif.write(frame[:9, :9], contiguous=True)
    output = run('tiffinfo', '-D', path)
    assert 'arning' not in output
    assert output.count('SubIFD Offsets:') == 3
    run('tiffcp', path, copied)
    with TiffFile(copied) as tif:
        assert len(tif.pages) == 6
        assert_array_equal(tif.pages[2].asarray(), data[2])
        assert_array_equal(tif.pages[5].asarray(), data[2, :9, :9])
    # libtiff appends to what was written, and is appended to
    run('tiffcp', '-a', copied, path)
    imwrite(path, data[0], append='force', metadata=None)
    with TiffFile(path) as tif:
        assert len(tif.pages) == 13
        assert_array_equal(tif.pages[12].asarray(), data[0])


def test_libtiff_reads_links(tmp_path):
    """Test that libtiff follows links of many pages."""
    if not shutil.which('tiffinfo'):
        pytest.skip('tools of libtiff are not installed')
    path = tmp_path / 'temp.tif'
    data = make_data((300, 9, 7), 'u1')
    imwrite(path, data, **GRAY)
    with TiffWriter(path, append=True) as tif:
        for page in data:
            tif.write(page, metadata=None)
    output = run('tiffinfo', path)
    assert output.count('TIFF Directory at offset') == 600


# -- ImageJ -------------------------------------------------------------------

PROGRAM = """
import ij.ImagePlus;
import ij.io.Opener;
import ij.measure.Calibration;
import ij.process.ImageProcessor;

public class Show {
    public static void main(String[] args) {
        ImagePlus image = new Opener().openImage(args[0]);
        int[] dims = image.getDimensions();
        System.out.println("dims=" + dims[0] + "," + dims[1] + "," + dims[2]
            + "," + dims[3] + "," + dims[4]);
        System.out.println("depth=" + image.getBitDepth());
        Calibration calibration = image.getCalibration();
        System.out.println("voxel=" + calibration.pixelWidth + ","
            + calibration.pixelHeight + "," + calibration.pixelDepth);
        System.out.println("unit=" + calibration.getUnit());
        System.out.println("interval=" + calibration.frameInterval);
        System.out.println("info=" + image.getProperty("Info"));
        for (int i = 1; i <= image.getStackSize(); i++) {
            ImageProcessor plane = image.getStack().getProcessor(i);
            System.out.print("pixels=");
            for (int y : new int[] {0, 1, dims[1] - 1})
                for (int x : new int[] {0, 1, dims[0] - 1})
                    if (image.getBitDepth() == 24)
                        System.out.print((plane.get(x, y) & 0xffffff) + ",");
                    else
                        System.out.print(plane.getf(x, y) + ",");
            System.out.println();
        }
    }
}
"""

# shape, axes, type, arguments
IMAGEJ = [
    ((2, 3, 4, 33, 44), 'TZCYX', 'u1', {}),
    ((2, 3, 4, 33, 44), 'TZCYX', 'u2', {'byteorder': '>'}),
    ((2, 3, 4, 33, 44), 'TZCYX', 'f4', {'byteorder': '<'}),
    ((3, 33, 44), 'ZYX', 'u2', {}),
    ((3, 33, 44), 'TYX', 'u1', {}),
    ((3, 33, 44), 'CYX', 'u1', {}),
    ((33, 44), 'YX', 'i2', {}),
    ((3, 33, 44, 3), 'ZYXS', 'u1', {'photometric': 'rgb'}),
]


@pytest.mark.slow
@pytest.mark.parametrize(('shape', 'axes', 'dtype', 'kwargs'), IMAGEJ)
def test_imagej(tmp_path, shape, axes, dtype, kwargs):
    """Test that ImageJ opens hyperstacks of right sizes and pixels."""
    jar = '/usr/share/java/ij.jar'
    if not shutil.which('java') or not os.path.exists(jar):
        pytest.skip('ImageJ is not installed')
    path = tmp_path / 'temp.tif'
    program = tmp_path / 'Show.java'
    program.write_text(PROGRAM)
    data = make_data(shape, dtype)
    kwargs.setdefault('photometric', 'minisblack')
    imwrite(
        path,
        data,
        imagej=True,
        resolution=(4, 2),
        metadata={
            'axes': axes,
            'unit': 'um',
            'spacing': 1.5,
            'finterval': 0.1,
            'Info': 'some text',
        },
        **kwargs,
    )
    headless = '-Djava.awt.headless=true'
    output = run('java', headless, '-cp', jar, program, path)
    values = [
        line.split('=', 1) for line in output.splitlines() if '=' in line
    ]
    found = dict(values)
    sizes = dict(zip(axes, shape, strict=True))
    assert found['dims'] == ','.join(str(sizes.get(ax, 1)) for ax in 'XYCZT')
    bits = 24 if 'S' in axes else numpy.dtype(dtype).itemsize * 8
    assert found['depth'] == str(bits)
    assert found['unit'] in {'um', '\xb5m', 'micron', 'microns'}
    voxel = [float(value) for value in found['voxel'].split(',')]
    assert voxel == [0.25, 0.5, 1.5]
    assert float(found['interval']) == 0.1
    assert found['info'] == 'some text'
    pixels = [value for key, value in values if key == 'pixels']
    pages = imread(path).reshape(-1, *shape[axes.index('Y') :])
    assert len(pages) == len(pixels)
    for page, text in zip(pages, pixels, strict=True):
        corners = page[[0, 1, -1]][:, [0, 1, -1]].astype(float)
        if 'S' in axes:
            corners = corners @ (65536, 256, 1)
        elif dtype == 'i2':
            # stored as unsigned integers with calibration
            corners += 32768
        numbers = [float(value) for value in text.split(',')[:-1]]
        assert numbers == corners.ravel().tolist()
