# tests/conftest.py

"""Fixtures and reports that all tests share."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from shared_data import data_folder

RESULTS = pytest.StashKey[dict[str, list[tuple[str, str]]]]()


@pytest.fixture(scope='session')
def shared_data() -> Path:
    """Return folder of real files; skip if there is none."""
    folder = data_folder()
    if folder is None:
        pytest.skip('no folder of real files')
    return folder


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Any:
    """Return function to list an item in the summary of a topic.

    The function takes the topic, the item, and what is wrong with it,
    which is empty if nothing is.

    """
    results = request.config.stash.setdefault(RESULTS, defaultdict(list))

    def add(topic: str, item: str, problem: str = '') -> None:
        results[topic].append((item, problem))

    return add


def pytest_terminal_summary(
    terminalreporter: Any, config: pytest.Config
) -> None:
    """Print number of items without and list of items with problems."""
    for topic, items in config.stash.get(RESULTS, {}).items():
        problems = [(item, text) for item, text in items if text]
        terminalreporter.section(topic)
        terminalreporter.line(
            f'{len(items) - len(problems)} of {len(items)} without problem'
        )
        for item, text in problems:
            terminalreporter.line(f'{item}: {text}')
