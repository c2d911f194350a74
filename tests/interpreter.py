# tests/interpreter.py

"""Run code in new interpreters."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import tifffile

ROOT = Path(tifffile.__file__).parent


def run_python(
    *args: str | os.PathLike[str],
    cwd: Path = ROOT,
    timeout: int = 60,
    check: bool = True,
) -> subprocess.CompletedProcess[str]:
    """Return completed process of Python, whose output is text.

    Parameters:
        args: Arguments of command line.
        cwd: Folder to run in. The default is that of the module.
        timeout: Seconds until the process is killed.
        check: Assert that the process succeeds.

    """
    process = subprocess.run(
        [sys.executable, *args],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    assert not check or process.returncode == 0, process.stderr
    return process
