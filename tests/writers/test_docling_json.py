"""DoclingDocument: docling-core loads it, with tables, layers, places and pictures where they belong."""

import json

from docling_core.types.doc import DoclingDocument

from genba.writers.docling_json import encode
from tests.example_instruction import example


def loaded() -> DoclingDocument:
    document = example()
    return DoclingDocument.model_validate_json(
        encode(document, title="組立作業手順書", pictures={document.images[0].id: "images/f.png"})
    )


def test_a_table_keeps_its_spans_headers_and_place() -> None:
    table = loaded().tables[0]
    cells = {cell.text: cell for cell in table.data.table_cells}
    assert (cells["区分"].row_span, cells["数量"].col_span) == (2, 2)
    assert cells["標準"].column_header and not cells["8"].column_header
    assert (table.prov[0].page_no, table.prov[0].bbox.l, table.prov[0].bbox.b) == (2, 10.0, 80.0)


def test_layers_tell_what_is_running_hidden_or_a_remark() -> None:
    layers = {item.text: item.content_layer.value for item in loaded().texts}
    assert layers["KG-6001 社外秘"] == "furniture"
    assert layers["旧トルク 18 N·m"] == "invisible"
    assert layers["班長: 写真を追加"] == "notes"
    assert layers["3 組立手順"] == "body"


def test_markdown_of_it_says_the_body_in_order() -> None:
    text = loaded().export_to_markdown()
    assert "社外秘" not in text and "旧トルク" not in text
    places = [text.index(word) for word in ("組立手順", "ボルトを締め付ける", "区分", "80 kN", "判定")]
    assert places == sorted(places)


def test_a_picture_has_its_file_size_and_caption() -> None:
    document = loaded()
    picture = document.pictures[0]
    assert str(picture.image.uri) == "images/f.png" and picture.image.size.width == 40
    assert picture.caption_text(document) == "図1 締付け位置"


def test_the_source_is_named_as_docling_names_it() -> None:
    origin = loaded().origin
    assert origin is not None and origin.filename == "組立: 手順.docx"
    assert origin.binary_hash == int("ab" * 8, 16)


def test_every_item_is_in_the_tree_once() -> None:
    document = example()
    data = json.loads(encode(document, title="t", pictures={}))
    named = [item["self_ref"] for name in ("texts", "groups", "tables", "pictures") for item in data[name]]
    parents = [data["body"], *(item for name in ("texts", "groups", "tables", "pictures") for item in data[name])]
    children = [child["$ref"] for parent in parents for child in parent["children"]]
    assert sorted(children) == sorted(named)
