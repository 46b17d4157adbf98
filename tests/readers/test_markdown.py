"""Tests of the Markdown reader."""

from genba.model.document import Property
from genba.model.nodes import Figure, Grid, Heading, Paragraph, Role
from tests.readers.blobs import of_kind, parts_of

TEXT = """---
title: 締付け手順
---
# 準備
本文
続き

- 一
  - 二
1. 三

| 項目 | 値 |
|---|---|
| ﾄﾙｸ | 24 \\| 25 |

```
code # no heading
```
![図1](a.png)
"""


def test_structure_is_read_and_nothing_inside_code_counts() -> None:
    parts = parts_of(TEXT.encode(), "a.md")
    assert [(part.name, part.value) for part in of_kind(parts, Property)] == [("title", "締付け手順")]
    assert [part.text for part in of_kind(parts, Heading)] == ["準備"]
    assert [(part.role, part.number, part.level, part.text) for part in of_kind(parts, Paragraph)] == [
        (Role.BODY, "", 0, "本文\n続き"),
        (Role.LIST_ITEM, "•", 0, "一"),
        (Role.LIST_ITEM, "•", 1, "二"),
        (Role.LIST_ITEM, "1.", 0, "三"),
        (Role.CODE, "", 0, "code # no heading"),
    ]
    (grid,) = of_kind(parts, Grid)
    assert [cell.text for cell in grid.cells] == ["項目", "値", "ﾄﾙｸ", "24 | 25"]
    assert of_kind(parts, Figure)[0].description == "図1"
