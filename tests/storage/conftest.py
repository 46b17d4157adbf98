"""The refined example factory, for what is read back from a whole product."""

import pytest

from tests.factory_product import Refined, refined_factory


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Refined:
    """The factory of seed 7."""
    return refined_factory(7, tmp_path_factory)
