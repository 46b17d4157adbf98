import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from genba.app.exchange.downloading import Endpoint, Tally, download, refusal
from genba.errors import Conflict, Denied, InvalidInput, NotFound, Unavailable
from genba.i18n import translate
from genba.ports.exchange import Answer
from genba.storage.exchange.deliveries import CHUNK_BYTES
from tests.app.exchange.shelf import URL, Shelf, StreamingShelf, listed

BIG = random.Random(7).randbytes(1 << 20) * (CHUNK_BYTES // (1 << 20)) + b"the end"
FILES = {"documents/手順書 1.json": b"{}", "tables/a.parquet": b"x" * 5000, "tables/none.csv": b"", "big.bin": BIG}
SMALL = {path: content for path, content in FILES.items() if path != "big.bin"}
INDEX = listed(FILES)


def endpoint(shelf: Shelf) -> Endpoint:
    return Endpoint(http=shelf, url=URL, headers={"Authorization": "Bearer t"}, pause=lambda seconds: None)


def arrived(folder: Path) -> dict[str, bytes]:
    root = folder / "files"
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("kind", [Shelf, StreamingShelf])
def test_every_file_of_the_list_arrives(tmp_path: Path, kind: type[Shelf]) -> None:
    tally = download(endpoint(kind(FILES)), INDEX, tmp_path)
    assert arrived(tmp_path) == FILES
    assert tally == Tally(received_bytes=sum(map(len, FILES.values())), kept_bytes=0)


def test_a_broken_line_costs_only_what_was_not_verified_yet(tmp_path: Path) -> None:
    shelf = StreamingShelf(FILES, breaks_after=CHUNK_BYTES + 3)
    download(endpoint(shelf), INDEX, tmp_path, workers=1)
    assert arrived(tmp_path) == FILES
    again = [asked for path, asked in shelf.asked if path == "big.bin" and asked]
    assert again == [f"bytes={CHUNK_BYTES}-{len(BIG) - 1}"]


def test_a_second_attempt_asks_only_for_what_is_missing(tmp_path: Path) -> None:
    broken = Shelf(FILES)

    def die_in_the_big_one(path: str, answer: Answer) -> Answer:
        if path == "big.bin" and len(broken.asked) > 2:
            raise Unavailable("connector.not_reached")
        return answer

    broken.meddle = die_in_the_big_one
    with pytest.raises(Unavailable):
        download(endpoint(broken), INDEX, tmp_path, workers=1)
    whole = Shelf(FILES)
    tally = download(endpoint(whole), INDEX, tmp_path)
    assert arrived(tmp_path) == FILES
    assert tally.kept_bytes >= CHUNK_BYTES
    assert whole.sent_bytes == tally.received_bytes == sum(map(len, FILES.values())) - tally.kept_bytes


def test_bytes_that_were_changed_on_our_disk_between_attempts_are_fetched_again(tmp_path: Path) -> None:
    download(endpoint(Shelf(FILES)), INDEX, tmp_path)
    with (tmp_path / "files" / "big.bin").open("r+b") as file:
        file.seek(3)
        file.write(b"no")
    (tmp_path / "files" / "tables" / "a.parquet").write_bytes(b"y" * 5000)
    tally = download(endpoint(Shelf(FILES)), INDEX, tmp_path)
    assert arrived(tmp_path) == FILES
    assert tally.received_bytes == CHUNK_BYTES + 5000


@pytest.mark.parametrize("path", ["big.bin", "tables/a.parquet"])
@pytest.mark.parametrize("kind", [Shelf, StreamingShelf])
def test_wrong_bytes_are_never_taken(tmp_path: Path, kind: type[Shelf], path: str) -> None:
    shelf = kind(FILES)
    shelf.meddle = lambda asked, answer: replace(answer, body=answer.body[:-1] + b"!") if asked == path else answer
    with pytest.raises(InvalidInput) as caught:
        download(endpoint(shelf), INDEX, tmp_path)
    assert (caught.value.code, caught.value.details["path"]) == ("pull.wrong_bytes", path)


def test_an_empty_file_with_the_hash_of_another_is_refused(tmp_path: Path) -> None:
    index = listed({"a": b""})
    forged = replace_file(index.files[0], sha256="0" * 64)
    with pytest.raises(InvalidInput):
        download(endpoint(Shelf({"a": b""})), type(index)(**{**fields(index), "files": (forged,)}), tmp_path)


def test_a_big_file_without_chunks_is_proven_at_its_end(tmp_path: Path) -> None:
    index = listed({"big.bin": BIG})
    whole = type(index)(**{**fields(index), "files": (replace_file(index.files[0], chunks=()),)})
    shelf = StreamingShelf({"big.bin": BIG}, breaks_after=len(BIG) // 2)
    assert download(endpoint(shelf), whole, tmp_path).received_bytes == len(BIG)
    assert arrived(tmp_path) == {"big.bin": BIG}
    assert len(shelf.asked) == 2


def test_a_file_that_changed_there_is_not_mixed_with_what_we_have(tmp_path: Path) -> None:
    shelf = Shelf({"big.bin": b"z" * len(BIG)})
    with pytest.raises(Conflict, match=r"pull\.changed_there"):
        download(endpoint(shelf), listed({"big.bin": BIG}), tmp_path)


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (401, Denied, "pull.refused_there"),
        (403, Denied, "pull.refused_there"),
        (404, NotFound, "pull.not_there"),
        (409, Conflict, "pull.not_now"),
        (429, Unavailable, "pull.busy_there"),
        (500, Unavailable, "pull.failed_there"),
    ],
)
@pytest.mark.parametrize("shelf", [Shelf, StreamingShelf])
def test_a_refusal_is_said_in_our_words(
    tmp_path: Path, shelf: type[Shelf], status: int, kind: type[Exception], code: str
) -> None:
    refusing = shelf(SMALL)
    body = b'{"code":"pull.no","reasons":[{"code":"policy.purpose"}]}'
    refusing.meddle = lambda path, answer: Answer(status=status, headers={}, body=body)
    with pytest.raises(kind, match=code.replace(".", r"\.")):
        download(endpoint(refusing), listed(SMALL), tmp_path)


def test_a_busy_partner_is_asked_again_after_the_time_it_names(tmp_path: Path) -> None:
    shelf, waited = Shelf({"a": b"1"}), list[float]()

    def busy_for_long(path: str, answer: Answer) -> Answer:
        return Answer(status=429, headers={"retry-after": "7"}, body=b"") if len(shelf.asked) < 9 else answer

    shelf.meddle = busy_for_long
    download(replace(endpoint(shelf), pause=waited.append), listed({"a": b"1"}), tmp_path)
    assert arrived(tmp_path) == {"a": b"1"}
    assert waited == [7.0] * 8


def fields(value: object) -> dict[str, object]:
    return {name: getattr(value, name) for name in value.__struct_fields__}  # type: ignore[attr-defined]


def replace_file(file: object, **changes: object) -> object:
    return type(file)(**{**fields(file), **changes})


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_what_a_partner_gives_as_reasons_is_said_in_sentences(lang: str) -> None:
    details = {"operand": "UsagePurpose", "operator": "isAnyOf", "values": "urn:genba:purpose:quality", "found": "cx"}
    reasons = [{"code": "policy.violated", "details": details}, {"code": "acme.moon_phase"}, {"code": "x\x1b[2J"}]
    error = refusal(
        Answer(status=403, headers={}, body=json.dumps({"code": "pull.terms", "reasons": reasons}).encode())
    )
    said = translate(error.code, lang, **error.details)
    assert {"ja": "「利用目的」が条件（いずれか: 品質 quality）", "en": "(is any of quality)"}[lang] in said, said
    assert "acme.moon_phase" in said
    assert "\x1b" not in said and "policy.violated" not in said and "urn:genba" not in said


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"code": 7}', b'{"reasons": [{}]}', b'{"errors": ["no"]}'])
def test_a_refusal_without_reasons_says_so(body: bytes) -> None:
    error = refusal(Answer(status=403, headers={}, body=body))
    assert "理由は示されていません" in translate(error.code, "ja", **error.details)
