from hypothesis import given
from hypothesis import strategies as st

from genba.app.exchange.browse import next_page

URL = "https://maker.example/dsp/2025-1/catalog/request"


def test_the_next_page_is_found_among_links() -> None:
    link = '<https://maker.example/a?after=x>; rel="previous", <https://maker.example/a?after=y>; rel="next"'
    assert next_page(URL, link) == "https://maker.example/a?after=y"
    assert next_page(URL, '</dsp/2025-1/catalog/request?after=z>; rel="next"') == f"{URL}?after=z"


def test_a_page_on_another_server_is_not_followed() -> None:
    assert next_page(URL, '<https://elsewhere.example/a>; rel="next"') == ""
    assert next_page(URL, '<http://maker.example/a>; rel="next"') == ""


@given(st.text(max_size=200))
def test_no_header_leads_anywhere_else(link: str) -> None:
    found = next_page(URL, link)
    assert found == "" or found.startswith("https://maker.example/")
