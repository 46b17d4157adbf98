"""Two companies that nothing joins yet but a line."""

import pytest

from tests.exchange_companies import Clock, Company, Line


@pytest.fixture
def two() -> tuple[Company, Company]:
    line, clock = Line(), Clock()
    return Company("maker", line, clock), Company("buyer", line, clock)
