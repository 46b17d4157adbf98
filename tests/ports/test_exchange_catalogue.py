"""Everybody sees in the catalogue just what they may see, whole, in order, and nothing of the rest."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genba.errors import InvalidInput, NotFound
from genba.model.exchange import Publication
from genba.model.policy import Audience
from genba.storage.exchange import catalogue, publications
from genba.storage.exchange.audiences import Viewer
from genba.storage.exchange.migrations import migrate
from genba.storage.exchange.sqlite import open_sqlite

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)
EVERYBODY = Audience()
SUPPLIERS = Audience(all_of=((("group", "suppliers"),),))
STRANGER = Viewer(id="did:stranger", now=NOW)
SUPPLIER = Viewer(id="did:supplier", groups=("suppliers",), now=NOW)


def publication(id="d1", **changed):
    made = Publication(
        id=id,
        version="1",
        title="",
        dataset=f'{{"@id":"{id}"}}',
        offer_id=f"offer:{id}",
        offer='{"permission":[]}',
        access="{}",
        folder=f"deliveries/{id}",
        manifest_sha256="ab" * 32,
        published_at=NOW,
        personal_data="a.b.c",
    )
    return replace(made, **changed)


def put(database, id, audience=EVERYBODY, *, series="", **changed):
    with database.transaction() as tx:
        publications.put(tx, publication(id, **changed), audience, series=series, entry=id)


def seen(database, viewer, **asked):
    with database.reading() as tx:
        return list(catalogue.page(tx, viewer, **asked).datasets)


def walk(tx, viewer, limit, **asked):
    """Go through all pages forwards and then back again; gives what was seen on the way."""
    pages, page = [], catalogue.page(tx, viewer, limit=limit, **asked)
    while True:
        pages.append(page)
        if not page.next:
            break
        page = catalogue.page(tx, viewer, limit=limit, after=page.next, **asked)
    for known in reversed(pages[:-1]):
        page = catalogue.page(tx, viewer, limit=limit, after=page.previous, **asked)
        assert page.datasets == known.datasets
        assert page.next == known.next
    assert not page.previous
    return list(itertools.chain.from_iterable(page.datasets for page in pages))


def test_a_publication_comes_back_as_it_was(database):
    made = publication(facets={"kind": ("table", "図面")}, text="本文", rule="accept", details_visible=True)
    with database.transaction() as tx:
        publications.put(tx, made, SUPPLIERS)
        assert publications.load(tx, "d1") == made
        assert publications.load(tx, "d2") is None


def test_who_is_not_in_the_audience_sees_neither_the_dataset_nor_that_it_exists(database):
    put(database, "open", title="振動")
    put(database, "closed", SUPPLIERS, title="振動", facets={"kind": ("secret",)})
    assert seen(database, STRANGER) == ["open"]
    assert seen(database, SUPPLIER) == ["closed", "open"]
    assert seen(database, STRANGER, search="振動") == ["open"]
    assert seen(database, STRANGER, facets={"kind": ["secret"]}) == []
    with database.reading() as tx:
        assert catalogue.dataset(tx, STRANGER, "closed") is None
        assert catalogue.dataset(tx, SUPPLIER, "closed") == "closed"
        assert catalogue.facet_counts(tx, STRANGER) == {}
        assert catalogue.facet_counts(tx, SUPPLIER) == {"kind": {"secret": 1}}
        assert not catalogue.may_see(tx, STRANGER, "closed")


@pytest.mark.parametrize(
    ("audience", "viewer", "sees"),
    [
        (Audience(all_of=((("participant", "did:a"), ("participant", "did:b")),)), Viewer(id="did:b", now=NOW), True),
        (Audience(all_of=((("participant", "did:a"),),)), Viewer(id="did:b", now=NOW), False),
        (Audience(all_of=((("group", "g"),), (("membership", "m"),))), Viewer(id="x", groups=("g",), now=NOW), False),
        (
            Audience(all_of=((("group", "g"), ("group", "h")), (("membership", "m"),))),
            Viewer(id="x", groups=("g", "h"), memberships=("m",), now=NOW),
            True,
        ),
        (
            Audience(all_of=((("group", "g"), ("group", "h")), (("membership", "m"),))),
            Viewer(id="x", groups=("g", "h"), now=NOW),
            False,
        ),
        (Audience(all_of=((),)), Viewer(id="x", now=NOW), False),
        (Audience(none_of=(("participant", "did:b"),)), Viewer(id="did:b", now=NOW), False),
        (Audience(none_of=(("participant", "did:b"),)), Viewer(id="did:c", now=NOW), True),
        (Audience(all_of=((("corporate_number", "1"),),)), Viewer(id="x", corporate_number="1", now=NOW), True),
        (Audience(all_of=((("corporate_number", ""),),)), Viewer(id="x", now=NOW), False),
        (
            Audience(all_of=((("business_partner_number", "B"),),)),
            Viewer(id="x", business_partner_number="B", now=NOW),
            True,
        ),
        (Audience(all_of=((("framework", "F:1"),),)), Viewer(id="x", frameworks=("F:1",), now=NOW), True),
        (Audience(all_of=((("framework", "F:1"),),)), Viewer(id="x", memberships=("F:1",), now=NOW), False),
        (Audience(first=NOW), Viewer(id="x", now=NOW), True),
        (Audience(first=NOW + DAY), Viewer(id="x", now=NOW), False),
        (Audience(last=NOW), Viewer(id="x", now=NOW), True),
        (Audience(last=NOW - DAY), Viewer(id="x", now=NOW), False),
    ],
)
def test_an_audience_is_kept_to(database, audience, viewer, sees):
    put(database, "d1", audience)
    assert seen(database, viewer) == (["d1"] if sees else [])
    with database.reading() as tx:
        assert catalogue.may_see(tx, viewer, "d1") is sees


def test_pages_lead_forwards_and_back_again(database):
    for number in range(7):
        put(database, f"d{number}", SUPPLIERS if number % 3 == 0 else EVERYBODY)
    with database.reading() as tx:
        for limit in (1, 2, 3, 6, 7, 8):
            assert walk(tx, SUPPLIER, limit) == ["d6", "d5", "d4", "d3", "d2", "d1", "d0"]
            assert walk(tx, STRANGER, limit) == ["d5", "d4", "d2", "d1"]


def test_pages_are_whole_for_who_belongs_to_many_audiences(database):
    groups = [f"g{number}" for number in range(40)]
    for number in range(90):
        put(database, f"d{number}", Audience(all_of=((("group", groups[number * number % 40]),),)), title="油")
    for number in range(90, 100):
        put(database, f"d{number}", Audience(all_of=((("group", groups[3]),),)), title="油圧")
    viewer = Viewer(id="did:x", groups=tuple(groups), now=NOW)
    expected = [f"d{number}" for number in reversed(range(100))]
    with database.reading() as tx:
        assert walk(tx, viewer, 7) == expected
        assert walk(tx, viewer, 64, search="油") == expected
        assert walk(tx, viewer, 3, search="油圧 圧") == expected[:10]


def test_publishing_while_somebody_pages_neither_repeats_nor_loses(database):
    for number in range(4):
        put(database, f"d{number}")
    with database.reading() as tx:
        first = catalogue.page(tx, STRANGER, limit=2)
    put(database, "new")
    with database.transaction() as tx:
        publications.withdraw(tx, "d2", NOW)
    assert list(first.datasets) + seen(database, STRANGER, limit=2, after=first.next) == ["d3", "d2", "d1", "d0"]


@pytest.mark.parametrize(
    "cursor", ["x", "あ", "bgAAAAAAAAAF=", "bgAAAAAAAAA", "cP__________", "zgAAAAAAAAAF", "A" * 999]
)
def test_a_cursor_nobody_gave_out_is_refused(database, cursor):
    with database.reading() as tx, pytest.raises(InvalidInput, match=r"exchange_store\.bad_cursor"):
        catalogue.page(tx, STRANGER, after=cursor)


@pytest.mark.parametrize(
    ("search", "finds"),
    [
        ("振動", ["motor"]),
        ("ﾓｰﾀｰ", ["motor"]),
        ("モータ", ["motor"]),
        ("油", ["oil"]),
        ("AE-12", ["oil"]),
        ("ａｅ", ["oil"]),
        ("Ae 油圧", ["oil"]),
        ("振動 油圧", []),
        ("動振", []),
        ("温度", ["oil", "motor"]),
        ("", ["oil", "motor"]),
        ("  、。 ", ["oil", "motor"]),
        ("nowhere", []),
        ("％ _", ["oil", "motor"]),
    ],
)
def test_words_are_found_as_japanese_people_type_them(database, search, finds):
    put(database, "motor", title="モーターの振動データ", text="温度")
    put(database, "oil", title="油圧ユニット AE-12", text="温度")
    assert seen(database, STRANGER, search=search) == finds


def test_facets_narrow_and_are_counted(database):
    put(database, "a", facets={"kind": ("table", "image"), "format": ("csv",)}, title="油")
    put(database, "b", facets={"kind": ("table",), "format": ("json",)}, title="油")
    put(database, "c", facets={"kind": ("signal",)})
    with database.reading() as tx:
        counts = catalogue.facet_counts(tx, STRANGER)
    assert counts == {"format": {"csv": 1, "json": 1}, "kind": {"table": 2, "image": 1, "signal": 1}}
    assert seen(database, STRANGER, facets={"kind": ["table"]}) == ["b", "a"]
    assert seen(database, STRANGER, facets={"kind": ["table", "signal"]}) == ["c", "b", "a"]
    assert seen(database, STRANGER, facets={"kind": ["table"], "format": ["csv"]}, search="油") == ["a"]
    assert seen(database, STRANGER, facets={"kind": []}) == ["c", "b", "a"]
    assert seen(database, STRANGER, facets={"table": ["kind"]}) == []


def test_more_facets_than_anybody_needs_are_refused(database):
    for facets in ({f"k{number}": ["v"] for number in range(21)}, {"kind": ["v"] * 51}):
        with database.reading() as tx, pytest.raises(InvalidInput, match=r"exchange_store\.too_many_facets"):
            catalogue.page(tx, STRANGER, facets=facets)


def test_the_newest_version_is_shown_and_older_ones_are_reached_by_their_id(database):
    put(database, "s:1", series="s", facets={"kind": ("old",)})
    put(database, "other")
    put(database, "s:2", series="s", facets={"kind": ("new",)})
    assert seen(database, STRANGER) == ["s:2", "other"]
    with database.reading() as tx:
        assert catalogue.facet_counts(tx, STRANGER) == {"kind": {"new": 1}}
        assert catalogue.dataset(tx, STRANGER, "s:1") == "s:1"
        assert [one.id for one in publications.versions(tx, "s")] == ["s:1", "s:2"]


def test_what_was_withdrawn_is_gone_from_the_catalogue_and_its_older_version_does_not_come_back(database):
    put(database, "s:1", series="s", title="油")
    put(database, "s:2", series="s", title="油")
    with database.transaction() as tx:
        publications.withdraw(tx, "s:2", NOW)
        publications.withdraw(tx, "s:2", NOW + DAY)
        assert publications.load(tx, "s:2").withdrawn_at == NOW
        assert catalogue.dataset(tx, STRANGER, "s:2") is None
        assert catalogue.dataset(tx, STRANGER, "s:1") == "s:1"
        with pytest.raises(NotFound):
            publications.withdraw(tx, "s:3", NOW)
    assert seen(database, STRANGER) == []
    assert seen(database, STRANGER, search="油") == []


def test_publishing_under_a_known_id_writes_over_it_everywhere(database):
    put(database, "d1", title="油圧", facets={"kind": ("old",)})
    put(database, "d1", SUPPLIERS, title="振動", facets={"kind": ("new",)})
    assert seen(database, STRANGER) == []
    assert seen(database, SUPPLIER, search="油圧") == []
    assert seen(database, SUPPLIER, search="振動") == ["d1"]
    with database.reading() as tx:
        assert catalogue.facet_counts(tx, SUPPLIER) == {"kind": {"new": 1}}
        assert catalogue.facet_counts(tx, STRANGER) == {}


def test_publications_are_listed_for_their_owner_whoever_may_see_them(database):
    put(database, "d1", SUPPLIERS)
    put(database, "d2", published_at=NOW + DAY)
    with database.transaction() as tx:
        publications.withdraw(tx, "d1", NOW)
        assert [one.id for one in publications.listing(tx)] == ["d2", "d1"]
        assert [one.id for one in publications.listing(tx, withdrawn=False)] == ["d2"]
        assert [one.id for one in publications.listing(tx, limit=1, after="d2")] == ["d1"]


PAIRS = st.sampled_from([("group", "a"), ("group", "b"), ("membership", "a"), ("participant", "p"), ("framework", "f")])
AUDIENCES = st.builds(
    Audience,
    all_of=st.lists(st.lists(PAIRS, min_size=1, max_size=2).map(tuple), max_size=2).map(tuple),
    none_of=st.lists(PAIRS, max_size=1).map(tuple),
    first=st.sampled_from([None, NOW - DAY, NOW + DAY]),
    last=st.sampled_from([None, None, NOW - DAY, NOW + DAY]),
)
VIEWERS = st.builds(
    Viewer,
    id=st.sampled_from(["p", "q"]),
    groups=st.sets(st.sampled_from("ab")).map(tuple),
    memberships=st.sets(st.sampled_from("ab")).map(tuple),
    frameworks=st.sets(st.just("f")).map(tuple),
    now=st.just(NOW),
)


def is_in(audience: Audience, viewer: Viewer) -> bool:
    """The rule in plain Python, row by row: what the database has to agree with."""
    named = {("participant", viewer.id), *(("group", one) for one in viewer.groups)}
    named |= {("membership", one) for one in viewer.memberships} | {("framework", one) for one in viewer.frameworks}
    in_time = (audience.first is None or audience.first <= NOW) and (audience.last is None or audience.last >= NOW)
    return in_time and all(named & set(pairs) for pairs in audience.all_of) and not named & set(audience.none_of)


@pytest.mark.parametrize("branches", [catalogue.BRANCHES, 1])
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(AUDIENCES, st.sampled_from(["油圧", "油 圧", "vib"]), st.sampled_from("xy")), max_size=8),
    VIEWERS,
    st.sampled_from(["", "油", "油圧", "vib"]),
    st.sampled_from([{}, {"kind": ["x"]}, {"kind": ["x", "y"]}]),
    st.integers(1, 5),
)
def test_the_database_decides_as_the_rule_says_for_any_audiences(branches, published, viewer, search, facets, limit):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "BRANCHES", branches)  # many audiences are asked in another way than few
        agree(published, viewer, search, facets, limit)


def agree(published, viewer, search, facets, limit):
    database = open_sqlite(":memory:")
    migrate(database)
    expected = []
    for number, (audience, title, kind) in enumerate(published):
        put(database, f"d{number}", audience, title=title, facets={"kind": (kind,)})
        is_found = search in title and (not facets or kind in facets["kind"])
        if is_found and is_in(audience, viewer):
            expected.insert(0, f"d{number}")
    with database.reading() as tx:
        assert walk(tx, viewer, limit, search=search, facets=facets) == expected
        counts = catalogue.facet_counts(tx, viewer).get("kind", {})
        assert sum(counts.values()) == sum(is_in(audience, viewer) for audience, _, _ in published)
    database.close()
