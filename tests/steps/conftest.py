"""The refined example factory, for what steps find in it."""

import pytest

from tests.factory_product import Refined, refined_factory


@pytest.fixture(scope="session", params=[7, 11])
def any_product(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Refined:
    """The factory of two seeds."""
    return refined_factory(request.param, tmp_path_factory)
