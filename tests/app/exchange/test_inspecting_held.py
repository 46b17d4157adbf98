from pathlib import Path

import pytest

from genba.app.export import ExportRequest, export
from genba.app.inspect import inspect
from genba.errors import Denied
from tests.app.exchange.test_pull import fetch
from tests.app.exchange.trading import CX, Trade, offer, trade


@pytest.fixture
def made(tmp_path: Path) -> Trade:
    """A product that may no longer be used by now."""
    done = trade(tmp_path, terms=offer((f"{CX}DataUsageEndDate", "eq", "2026-04-02T00:00:00Z")))
    fetch(done, purpose="")
    return done


def test_a_file_of_a_partner_is_shown_with_its_terms(made: Trade) -> None:
    inspection = inspect(made.out / "tables" / "a.csv")[0]
    (agreed,) = inspection.agreed
    assert (agreed.agreement, agreed.provider, agreed.withdrawn) == (made.agreement, made.maker.did, False)
    assert all(agreed.terms[lang] for lang in ("ja", "en"))
    assert not (made.out / "uses.jsonl").exists()


def test_a_product_is_not_exported_after_its_end(made: Trade, tmp_path: Path) -> None:
    with pytest.raises(Denied, match=r"held\.not_allowed"):
        export(ExportRequest(product=made.out, out=tmp_path / "x", formats=("markdown",)))
    assert not (tmp_path / "x").exists()
    assert (made.out / "uses.jsonl").exists()
