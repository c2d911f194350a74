# docs/conf.py

"""Configuration of Sphinx."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import tifffile

project = 'tifffile'
author = 'the tifffile developers'
project_copyright = '2026, the tifffile developers'
version = release = tifffile.__version__

extensions = ['sphinx.ext.autodoc', 'sphinx.ext.napoleon']
exclude_patterns = ['_build']
html_theme = 'alabaster'
html_theme_options = {
    'description': 'Read and write TIFF files',
    'fixed_sidebar': True,
    'page_width': '1100px',
}
default_role = 'code'

autodoc_member_order = 'bysource'
autodoc_typehints = 'description'
autodoc_typehints_description_target = 'documented'
napoleon_google_docstring = True
napoleon_numpy_docstring = False


def add_names(app: Any, docname: str, source: list[str]) -> None:
    """Add public names to the reference that it does not name itself."""
    if docname != 'api':
        return
    named = set(re.findall(r':: (?:tifffile\.)?(\w+)', source[0]))
    names = [name for name in tifffile.__all__ if name not in named]
    lines = ['', 'Others', '------', '']
    for name in names:
        isclass = isinstance(getattr(tifffile, name), type)
        kind = 'class' if isclass else 'function'
        lines += [f'.. auto{kind}:: tifffile.{name}']
    source[0] += '\n'.join([*lines, ''])


def setup(app: Any) -> None:
    """Register what this configuration adds to Sphinx."""
    app.connect('source-read', add_names)
