# tests/memory.py

"""Measure peak memory of processes."""

from __future__ import annotations

import sys
from pathlib import Path


def peak_memory() -> int:
    """Return largest resident size of this process so far, in bytes.

    On Linux, ``ru_maxrss`` is not what is wanted: it counts what the parent
    process had in memory when it started this one.

    """
    try:
        text = Path('/proc/self/status').read_text(encoding='ascii')
    except OSError:
        import resource

        unit = 1 if sys.platform == 'darwin' else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    (size,) = [line for line in text.splitlines() if line[:6] == 'VmHWM:']
    return int(size.split()[1]) * 1024
