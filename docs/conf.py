# docs/conf.py

"""Configuration of Sphinx."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import tifffile

project = 'tifffile'
author = 'the tifffile developers'
project_copyright = '2026, the tifffile developers'
version = release = tifffile.__version__

extensions = ['sphinx.ext.autodoc', 'sphinx.ext.napoleon']
exclude_patterns = ['_build']
html_theme = 'alabaster'
default_role = 'code'

autodoc_member_order = 'bysource'
autodoc_typehints = 'description'
autodoc_typehints_description_target = 'documented'
napoleon_google_docstring = True
napoleon_numpy_docstring = False
