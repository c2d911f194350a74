# setup.py

"""Build and install tifffile.

All code is in one module, ``tifffile.py``. PEP 561 knows no marker for types
of a single module, so the build writes a package ``tifffile-stubs`` beside it.

"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from setup_stubs import write_stubs

EXTRAS = {
    'zarr': ['zarr>=2.12'],
    'xml': ['lxml>=5'],
    'plot': ['matplotlib>=3.8'],
    'remote': ['fsspec[http]>=2023.9'],
    'dask': ['dask[array,distributed]>=2024.1'],
    'xarray': ['xarray>=2024.1'],
    'progress': ['tqdm>=4.60'],
}
EXTRAS['all'] = sorted({item for extra in EXTRAS.values() for item in extra})
EXTRAS['test'] = [
    'pytest>=8',
    'hypothesis>=6.100',
    'mypy>=1.11',
    'pillow>=10',
    'ome-types>=0.5',
]
EXTRAS['docs'] = ['sphinx>=7.2']


def read_version(source: str) -> str:
    """Return version that is assigned in source of module."""
    match = re.search(r"^__version__ = '([^']+)'$", source, re.MULTILINE)
    if match is None:
        raise ValueError('tifffile.py assigns no __version__')
    return match.group(1)


class BuildStubs(build_py):
    """Build the module, and the type stubs of it."""

    stubs: list[str]

    def run(self) -> None:
        """Copy module and write stubs beside it."""
        super().run()
        self.stubs = []
        if not self.editable_mode:
            paths = write_stubs(HERE / 'tifffile.py', Path(self.build_lib))
            self.stubs = [str(path) for path in paths]

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """Return names of files that were built."""
        outputs = super().get_outputs(include_bytecode)
        return [*outputs, *getattr(self, 'stubs', [])]


setup(
    name='tifffile',
    version=read_version((HERE / 'tifffile.py').read_text('utf-8')),
    description='Read TIFF and the TIFF-like files of microscopes, scanners '
    'and cameras as NumPy arrays',
    long_description=(HERE / 'README.rst').read_text('utf-8'),
    long_description_content_type='text/x-rst',
    author='the tifffile developers',
    license='BSD-3-Clause',
    platforms=['any'],
    python_requires='>=3.11',
    install_requires=['numpy>=1.26', 'imagecodecs'],
    extras_require=EXTRAS,
    py_modules=['tifffile'],
    entry_points={
        'console_scripts': [
            'tifffile = tifffile:main',
            'tiff2fsspec = tifffile.tiff2fsspec:main',
            'tiffcomment = tifffile.tiffcomment:main',
            'lsm2bin = tifffile.lsm2bin:main',
        ],
        'xarray.backends': [
            'tifffile = tifffile.xarray:TiffBackendEntrypoint',
        ],
    },
    cmdclass={'build_py': BuildStubs},
    zip_safe=True,
    classifiers=[
        'Development Status :: 4 - Beta',
        'Intended Audience :: Developers',
        'Intended Audience :: Science/Research',
        'Operating System :: OS Independent',
        'Programming Language :: Python :: 3 :: Only',
        'Programming Language :: Python :: 3.11',
        'Programming Language :: Python :: 3.12',
        'Programming Language :: Python :: 3.13',
        'Topic :: Multimedia :: Graphics',
        'Topic :: Scientific/Engineering :: Image Processing',
        'Typing :: Typed',
    ],
)
