# tests/test_imshow.py

"""Test plots of images."""

import numpy
import pytest
from builder import LONG, SHORT, Page, build_tiff
from interpreter import run_python

import tifffile
from tifffile import TiffFile, imshow

matplotlib = pytest.importorskip('matplotlib')
matplotlib.use('Agg')

from matplotlib import pyplot
from matplotlib.backend_bases import KeyEvent, MouseEvent


@pytest.fixture(autouse=True)
def close_figures():
    """Close figures after test."""
    yield
    pyplot.close('all')


def random(shape, dtype='uint8', maximum=200):
    """Return array of random samples."""
    rng = numpy.random.default_rng(42)
    return (rng.random(shape) * maximum).astype(dtype)


def open_tiff(tmp_path, *pages, **kwargs):
    """Return open file of pages."""
    path = tmp_path / 'image.tif'
    path.write_bytes(build_tiff(list(pages), **kwargs))
    return TiffFile(path)


def sliders(axes):
    """Return sliders of axes."""
    return axes._tifffile_viewer.sliders


def press(figure, key):
    """Press key in figure."""
    event = KeyEvent('key_press_event', figure.canvas, key)
    figure.canvas.callbacks.process('key_press_event', event)


def pixels(figure):
    """Return RGB pixels of figure."""
    figure.canvas.draw()
    return numpy.asarray(figure.canvas.buffer_rgba())[..., :3]


class Counted:
    """Array that notes what is read of it, and is too large to be copied."""

    def __init__(self, array, dims=None):
        self.array = array
        self.shape = array.shape
        self.dtype = array.dtype
        self.selections = []
        self.error = None
        if dims is not None:
            self.dims = dims

    def __getitem__(self, selection):
        """Return part of array."""
        self.selections.append(selection)
        if self.error is not None:
            raise self.error
        return self.array[selection]


@pytest.mark.parametrize(
    ('dtype', 'maximum', 'limits', 'cmap'),
    [
        ('bool', 2, (0, 1), 'gray'),
        ('uint8', 200, (0, 256), 'viridis'),
        ('uint16', 4000, (0, 4096), 'viridis'),
        ('uint32', 100000, (0, 131072), 'viridis'),
        ('float16', 2, None, 'viridis'),
        ('float32', 2, None, 'viridis'),
        ('float64', 2, None, 'viridis'),
        ('complex64', 2, None, 'viridis'),
        ('int16', 4000, None, 'viridis'),
    ],
)
def test_dtypes(dtype, maximum, limits, cmap):
    """Contrast and colors depend on data type."""
    data = random((30, 40), dtype, maximum)
    data[0, 0] = 0
    figure, axes, image = imshow(data, title='Title')
    array = image.get_array()
    assert array.shape == (30, 40)
    numpy.testing.assert_array_equal(array, numpy.abs(data))
    if dtype == 'int16':
        limits = 0, 4096
    elif limits is None:
        limits = 0, abs(data).max()
    assert image.get_clim() == limits
    assert image.get_cmap().name == cmap
    assert axes.get_title() == 'Title'
    assert figure.dpi == 96
    # image and color bar
    assert len(figure.axes) == 2
    assert len(numpy.unique(pixels(figure))) > 2


def test_signed_integers():
    """Smallest integer is no data, others define range."""
    data = numpy.full((8, 8), -32768, 'int16')
    data[1, 1], data[2, 2] = -300, 3000
    _, _, image = imshow(data)
    assert image.get_clim() == (-300, 4096)
    assert image.get_cmap().name == 'coolwarm'


def test_not_finite():
    """NaN and infinity are neither shown, nor change contrast."""
    data = random((16, 16), 'float32', 5)
    data[3, 4] = numpy.nan
    data[5, 6] = numpy.inf
    data[7, 8] = -numpy.inf
    figure, _, image = imshow(data, cmap='gray', background='red')
    finite = data[numpy.isfinite(data)]
    assert image.get_clim() == (finite.min(), finite.max())
    mask = numpy.ma.getmaskarray(image.get_array())
    assert mask.sum() == 3
    assert mask[3, 4] and mask[5, 6] and mask[7, 8]
    # the background shines through
    assert (pixels(figure) == (255, 0, 0)).all(axis=-1).any()


def test_all_nan():
    """There may be nothing to show."""
    _, _, image = imshow(numpy.full((4, 5), numpy.nan))
    assert numpy.ma.getmaskarray(image.get_array()).all()


@pytest.mark.parametrize('dtype', ['float32', 'int16', 'uint16'])
def test_nodata(dtype):
    """Missing data are neither shown, nor change contrast."""
    data = random((16, 16), dtype, 100)
    data[2:4] = 9999
    _, _, image = imshow(data, nodata=9999)
    assert image.get_clim()[1] in {128, data[4:].max()}
    assert numpy.ma.getmaskarray(image.get_array()).sum() == 32


@pytest.mark.parametrize('dtype', ['uint8', 'uint16', 'int16', 'float32'])
@pytest.mark.parametrize('samples', [3, 4])
@pytest.mark.parametrize('planar', [False, True])
def test_rgb(dtype, samples, planar):
    """Colors are scaled to eight bits, or to one."""
    data = random((20, 30, samples), dtype, 4000 if dtype != 'uint8' else 256)
    data[0, 0] = 4000 if dtype != 'uint8' else 255
    _, _, image = imshow(numpy.moveaxis(data, 2, 0) if planar else data)
    array = image.get_array()
    assert array.shape == (20, 30, samples)
    if dtype == 'float32':
        numpy.testing.assert_allclose(array, data / 4000, atol=1e-3)
    else:
        assert array.dtype == 'uint8'
        expected = data >> (0 if dtype == 'uint8' else 4)
        numpy.testing.assert_array_equal(array, expected)
    assert len(image.figure.axes) == 1


def test_rgb_options():
    """Number of bits, planes, and limits of colors can be given."""
    data = random((20, 30, 3), 'uint8', 16)
    array = imshow(data, bitspersample=4)[2].get_array()
    numpy.testing.assert_array_equal(array, data << 4)
    array = imshow(data, vmin=5, vmax=10)[2].get_array()
    expected = ((data - 5.0) / 5).clip(0, 1)
    numpy.testing.assert_allclose(array, expected, atol=1e-6)
    data = random((3, 20, 3), 'uint8')
    array = imshow(data, planarconfig='separate')[2].get_array()
    assert array.shape == (20, 3, 3)
    data[0, 0] = 255
    array = imshow(data.astype('float32'))[2].get_array()
    numpy.testing.assert_allclose(array, data / numpy.float32(255), atol=1e-3)
    array = imshow(numpy.full((4, 5, 3), numpy.nan))[2].get_array()
    assert not array.any()


@pytest.mark.parametrize(
    ('shape', 'photometric', 'plane', 'dims'),
    [
        ((7,), None, (1, 7), ()),
        ((7, 1), None, (7, 1), ()),
        ((1, 7), None, (1, 7), ()),
        ((1, 1), None, (1, 1), ()),
        ((1, 1, 5, 1, 6), None, (5, 6), ()),
        ((3, 5, 6), None, (5, 6, 3), ()),
        ((3, 5, 6), 'minisblack', (5, 6), (3,)),
        ((3, 5, 6), tifffile.PHOTOMETRIC.MINISBLACK, (5, 6), (3,)),
        ((40, 50, 3), 'minisblack', (40, 50), (3,)),
        ((2, 40, 50, 3), 1, (40, 50), (2, 3)),
        ((2, 1, 4, 2, 5, 6, 7), None, (6, 7), (2, 4, 2, 5)),
    ],
)
def test_shapes(shape, photometric, plane, dims):
    """Leading axes have sliders."""
    data = random(shape, 'uint16')
    figure, axes, image = imshow(data, photometric=photometric)
    assert image.get_array().shape == plane
    assert tuple(slider.valmax + 1 for slider in sliders(axes)) == dims
    labels = [slider.label.get_text() for slider in sliders(axes)]
    assert labels == [f'Dimension {i}' for i in range(len(dims))]
    boxes = [
        figure.transFigure.inverted().transform_bbox(ax.get_window_extent())
        for ax in (axes, *(slider.ax for slider in sliders(axes)))
    ]
    for i, box in enumerate(boxes):
        assert 0 <= box.x0 < box.x1 <= 1
        assert 0 <= box.y0 < box.y1 <= 1
        assert not any(box.overlaps(other) for other in boxes[:i])


def test_sliders():
    """Sliders and keys choose the plane that is shown."""
    data = random((3, 12, 20, 30), 'uint16')
    figure, axes, image = imshow(data, photometric='minisblack')
    first, second = sliders(axes)

    def check(i, j):
        assert (first.val, second.val) == (i, j)
        numpy.testing.assert_array_equal(image.get_array(), data[i, j])

    check(0, 0)
    first.set_val(2)
    check(2, 0)
    assert first.valtext.get_text() == '2 [3]'
    press(figure, 'right')
    check(2, 1)
    press(figure, 'left')
    press(figure, 'left')
    check(2, 11)
    press(figure, '5')
    check(2, 5)
    press(figure, 'home')
    check(2, 0)
    press(figure, 'end')
    check(2, 11)
    press(figure, 'up')
    press(figure, 'right')
    check(0, 11)
    press(figure, '9')  # is beyond the end
    check(0, 11)
    press(figure, 'down')
    press(figure, '3')
    check(0, 3)
    limits = image.get_clim()
    press(figure, 'g')  # is handled by Matplotlib
    assert image.get_clim() == limits
    # the mouse moves sliders, too
    figure.canvas.draw()
    box = second.ax.get_window_extent()
    event = MouseEvent(
        'button_press_event', figure.canvas, box.x1 - 1, box.y0 + 3, 1
    )
    figure.canvas.callbacks.process('button_press_event', event)
    check(0, 11)


def test_coordinates():
    """Status bar shows value and index of pixel."""
    data = random((3, 20, 30), 'uint16')
    _, axes, _ = imshow(data, photometric='minisblack')
    sliders(axes)[0].set_val(1)
    assert axes.format_coord(7.2, 4.4) == (
        f'{data[1, 4, 7]} @ [1] [   4,    7]'
    )
    assert axes.format_coord(99, 4) == '[1] [   4,   99]'
    _, axes, image = imshow(data[0])
    assert axes.format_coord(-0.4, 0.4) == f'{data[0, 0, 0]} @ [   0,    0]'
    assert image.format_cursor_data(1) == ''


@pytest.mark.parametrize(
    ('shape', 'interpolation', 'expected'),
    [
        ((512, 512), None, 'nearest'),
        ((513, 10), None, 'bilinear'),
        ((10, 513), None, 'bilinear'),
        ((600, 600), 600, 'nearest'),
        ((8, 8), 7, 'bilinear'),
    ],
)
def test_interpolation(shape, interpolation, expected):
    """Large images are interpolated."""
    image = imshow(numpy.zeros(shape), interpolation=interpolation)[2]
    assert image.get_interpolation() == expected


def test_options():
    """Arguments are handed to Matplotlib."""
    figure = pyplot.figure()
    data = random((20, 30), 'uint8')
    result = imshow(
        data,
        figure=figure,
        subplot=212,
        title=b'\xb5m',
        interpolation='bicubic',
        cmap='magma',
        vmin=3,
        vmax=99,
        maxdim=15,
        background='black',
        alpha=0.5,
        window_title='Window',
    )
    assert result[0] is figure
    _, axes, image = result
    assert axes.get_subplotspec().get_geometry() == (2, 1, 1, 1)
    assert axes.get_title() == '\xb5m'
    assert axes.get_facecolor() == (0, 0, 0, 1)
    assert image.get_interpolation() == 'bicubic'
    assert image.get_cmap().name == 'magma'
    assert image.get_clim() == (3, 99)
    assert image.get_alpha() == 0.5
    numpy.testing.assert_array_equal(image.get_array(), data[:15, :15])
    _, other, _ = imshow(data, figure=figure, subplot=axes)
    assert other is axes
    _, axes, image = imshow(data, photometric='MINISWHITE', subplot=(2, 2, 4))
    assert axes.get_subplotspec().get_geometry() == (2, 2, 3, 3)
    assert image.get_cmap().name == 'viridis_r'
    assert axes.get_facecolor() == (0.382, 0.382, 0.382, 1)
    # pixels of very long images are not square
    assert imshow(numpy.zeros((1, 100)))[1].get_aspect() == 'auto'
    assert imshow(numpy.zeros((9, 100)))[1].get_aspect() == 1


def test_show(monkeypatch):
    """Figures are shown on demand."""
    shown = []
    monkeypatch.setattr(pyplot, 'show', lambda: shown.append(True))
    imshow(numpy.zeros((4, 4)))
    assert not shown
    imshow(numpy.zeros((4, 4)), show=True)
    imshow(numpy.zeros((4, 4, 4)), show=True)
    tifffile._app_show()
    assert len(shown) == 3


@pytest.mark.parametrize(
    'data',
    [
        numpy.float32(1),
        numpy.array(['a', 'b']),
        numpy.zeros((4, 4), 'datetime64[s]'),
        numpy.zeros((0, 4, 4)),
        numpy.zeros((2, 4), [('a', 'u1')]),
    ],
    ids=lambda data: f'{data.dtype}',
)
def test_no_image(data):
    """What is not an image is refused."""
    with pytest.raises(ValueError, match='not an image'):
        imshow(data)


def test_bad_arguments():
    """Bad arguments are refused."""
    with pytest.raises(ValueError, match='PHOTOMETRIC'):
        imshow(numpy.zeros((4, 4)), photometric='none')
    with pytest.raises(ValueError, match='PLANARCONFIG'):
        imshow(numpy.zeros((4, 4)), planarconfig='none')


def test_lists():
    """Nested lists are arrays."""
    image = imshow([[1, 2], [3, 4]])[2]
    numpy.testing.assert_array_equal(image.get_array(), [[1, 2], [3, 4]])


def test_small_is_read_at_once():
    """Small images are read once."""
    data = Counted(random((5, 20, 30)))
    imshow(data)
    assert data.selections == [...]


def test_lazy(monkeypatch):
    """Of images that are not in memory, what is shown is read."""
    monkeypatch.setattr(tifffile, '_MAX_PLOT_BYTES', 100)
    data = Counted(random((4, 50, 20, 30), 'uint16'), ('c', 'time', 'y', 'x'))
    _, axes, image = imshow(data, photometric='minisblack')
    labels = [slider.label.get_text() for slider in sliders(axes)]
    assert labels == ['c', 'time']
    # a sample of planes for the contrast, and the first plane
    assert len(data.selections) <= 10
    assert all(data.array[i].size == 600 for i in data.selections)
    data.selections.clear()
    sliders(axes)[1].set_val(49)
    assert len(data.selections) == 1
    numpy.testing.assert_array_equal(image.get_array(), data.array[0, 49])


def test_large_planes(monkeypatch):
    """Of planes that are too large for a plot, some pixels are shown."""
    monkeypatch.setattr(tifffile, '_MAX_PLOT_BYTES', 100)
    monkeypatch.setattr(tifffile, '_MAX_PLOT_PIXELS', 100)
    data = Counted(random((50, 61), 'uint16'))
    _, axes, image = imshow(data)
    numpy.testing.assert_array_equal(image.get_array(), data.array[::6, ::6])
    assert image.get_extent() == [-0.5, 60.5, 49.5, -0.5]
    assert axes.format_coord(59, 48) == (
        f'{data.array[48, 54]} @ [  48,   59]'
    )


def test_failed_plane(monkeypatch, caplog):
    """A plane that cannot be read is not shown as another one."""
    monkeypatch.setattr(tifffile, '_MAX_PLOT_BYTES', 100)
    data = Counted(random((4, 20, 30), 'uint16'))
    _, axes, image = imshow(data, photometric='minisblack')
    data.error = tifffile.TiffFileError('damaged')
    sliders(axes)[0].set_val(2)
    assert numpy.ma.getmaskarray(image.get_array()).all()
    assert 'damaged' in caplog.text
    data.error = None
    sliders(axes)[0].set_val(1)
    numpy.testing.assert_array_equal(image.get_array(), data.array[1])


@pytest.mark.parametrize('islazy', [False, True])
def test_series(tmp_path, monkeypatch, islazy):
    """Series are plotted plane by plane."""
    if islazy:
        monkeypatch.setattr(tifffile, '_MAX_PLOT_BYTES', 100)
    data = random((7, 20, 30), 'uint16')
    with open_tiff(tmp_path, *(Page(image) for image in data)) as tif:
        for item in (tif, tif.series[0]):
            _, axes, image = imshow(item)
            assert axes.get_title() == 'image.tif\nSeries 0'
            sliders(axes)[0].set_val(5)
            numpy.testing.assert_array_equal(image.get_array(), data[5])
        _, axes, image = imshow(tif.pages[2])
        assert axes.get_title() == 'image.tif\nPage 2'
        numpy.testing.assert_array_equal(image.get_array(), data[2])


def test_three_channels(tmp_path):
    """Three channels that are not colors are planes."""
    data = random((3, 20, 30), 'uint16')
    with open_tiff(tmp_path, *(Page(image) for image in data)) as tif:
        assert len(sliders(imshow(tif)[1])) == 1


@pytest.mark.parametrize('islazy', [False, True])
@pytest.mark.parametrize('planar', [False, True])
def test_series_rgb(tmp_path, monkeypatch, islazy, planar):
    """Samples of colors are in the last axis."""
    if islazy:
        monkeypatch.setattr(tifffile, '_MAX_PLOT_BYTES', 100)
    data = random((4, 20, 30, 3), 'uint8', 256)
    data[:, 0, 0] = 255
    pages = [
        Page(
            numpy.moveaxis(image, 2, 0) if planar else image,
            photometric=2,
            planarconfig=2 if planar else 1,
        )
        for image in data
    ]
    with open_tiff(tmp_path, *pages) as tif:
        _, axes, image = imshow(tif)
        sliders(axes)[0].set_val(3)
        numpy.testing.assert_array_equal(image.get_array(), data[3])


@pytest.mark.parametrize('islazy', [False, True])
def test_palette(tmp_path, monkeypatch, islazy):
    """Palettes are applied."""
    if islazy:
        monkeypatch.setattr(tifffile, '_MAX_PLOT_BYTES', 100)
    data = random((20, 30), 'uint8', 256)
    colormap = random((3, 256), 'uint16', 65535)
    page = Page(data, photometric=3, tags={320: (SHORT, colormap.ravel())})
    with open_tiff(tmp_path, page) as tif:
        figure, _, image = imshow(tif)
        expected = (colormap >> 8).T[data]
        numpy.testing.assert_array_equal(image.get_array(), expected)
        assert len(figure.axes) == 1
        image = imshow(tif.pages[0])[2]
        numpy.testing.assert_array_equal(image.get_array(), expected)


def test_bilevel(tmp_path):
    """Where white is zero, zero is white."""
    data = random((20, 30), 'bool', 2)
    with open_tiff(
        tmp_path, Page(data, bitspersample=1, photometric=0)
    ) as tif:
        image = imshow(tif)[2]
    assert image.get_array().dtype == 'bool'
    assert image.get_cmap().name == 'gray_r'


def test_levels(tmp_path, monkeypatch):
    """The largest level that fits is plotted."""
    image = random((256, 320), 'uint16')
    base, *levels = (
        Page(image[::step, ::step], tile=(64, 64), subfiletype=int(step > 1))
        for step in (1, 2, 4)
    )
    base.subifds = levels
    with open_tiff(tmp_path, base) as tif:
        _, axes, result = imshow(tif)
        assert axes.get_title() == 'image.tif\nSeries 0'
        numpy.testing.assert_array_equal(result.get_array(), image)
        monkeypatch.setattr(tifffile, '_MAX_PLOT_PIXELS', 160 * 128)
        _, axes, result = imshow(tif)
        assert axes.get_title() == 'image.tif\nSeries 0, level 1'
        numpy.testing.assert_array_equal(result.get_array(), image[::2, ::2])


def test_empty_file(tmp_path):
    """A page without pixels is no image."""
    page = Page(numpy.zeros((4, 4), 'uint8'), tags={256: (LONG, [0])})
    with open_tiff(tmp_path, page) as tif:
        with pytest.raises(ValueError, match='not an image'):
            imshow(tif.pages[0])


def test_zarr(monkeypatch):
    """Zarr and dask arrays are plotted plane by plane."""
    zarr = pytest.importorskip('zarr')
    dask_array = pytest.importorskip('dask.array')
    monkeypatch.setattr(tifffile, '_MAX_PLOT_BYTES', 100)
    data = random((6, 20, 30), 'uint16')
    array = zarr.open(
        mode='w', shape=data.shape, dtype=data.dtype, chunks=(1, 20, 30)
    )
    array[:] = data
    for item in (array, dask_array.from_array(data, (1, 20, 30))):
        _, axes, image = imshow(item, photometric='minisblack')
        sliders(axes)[0].set_val(4)
        numpy.testing.assert_array_equal(image.get_array(), data[4])


def test_memmap(tmp_path):
    """Memory-mapped arrays are plotted."""
    data = numpy.memmap(tmp_path / 'x', 'uint8', 'w+', shape=(4, 20, 30))
    data[:] = random((4, 20, 30))
    _, axes, image = imshow(data, photometric='minisblack')
    sliders(axes)[0].set_val(3)
    numpy.testing.assert_array_equal(image.get_array(), data[3])


def test_import():
    """Matplotlib is imported on first use."""
    code = 'import sys, tifffile; sys.exit("matplotlib" in sys.modules)'
    run_python('-c', code)
