"""The refined example factory, for everything that is checked on whole products."""

import pytest

from tests.factory_product import Refined, refined_factory


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Refined:
    """The factory of seed 7."""
    return refined_factory(7, tmp_path_factory)


@pytest.fixture(scope="session", params=[7, 11])
def any_product(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Refined:
    """The factory of two seeds."""
    return refined_factory(request.param, tmp_path_factory)
