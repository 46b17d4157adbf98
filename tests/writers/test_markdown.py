"""Markdown: facts as front matter, spans as HTML, flows as Mermaid, steps as a list, pictures as links."""

import re

import yaml
from markdown_it import MarkdownIt

from genba.writers.markdown import encode
from tests.example_instruction import example


def written() -> str:
    document = example()
    return encode(document, title="組立作業手順書", pictures={document.images[0].id: "../images/f.png"}).decode()


def test_front_matter_holds_what_identifies_the_document_and_its_source() -> None:
    _, front, _ = written().split("---\n", 2)
    facts = yaml.safe_load(front)
    assert facts["title"] == "組立作業手順書"
    assert (facts["document_number"], facts["revision"], facts["kind"]) == ("WI-102", "C", "work_instruction")
    assert facts["keywords"] == ["締付けトルク", "ボルト"]
    assert facts["source"] == {"path": "現場/手順書/組立: 手順.docx", "sha256": "ab" * 32, "kind": "docx"}
    assert "summary_by" not in facts


def test_a_table_with_spans_is_html_that_keeps_them_and_lets_no_tag_through() -> None:
    text = written()
    assert '<th rowspan="2">区分</th><th colspan="2">数量</th>' in text
    assert "<tr><td>ボルト &lt;M6&gt;</td><td>8</td><td></td></tr>" in text


def test_a_flow_is_drawn_and_its_texts_cannot_leave_their_boxes() -> None:
    flow = re.search(r"```mermaid\n(.*?)\n```", written(), re.DOTALL)
    assert flow is not None
    assert flow.group(1).split("\n") == [
        "flowchart TD",
        '  n1["検査 #34;外観#34;"]',
        '  n2{"合格?"}',
        '  n1 -->|"次へ"| n2',
    ]


def test_steps_are_an_ordered_list_with_their_parameters_and_figure() -> None:
    steps = written().split("## 手順の一覧 / Steps\n", 1)[1]
    for line in (
        "- 保護具: 保護めがね",
        "### 組立手順",
        "1. ボルトを締め付ける。",
        "   - 条件: 締付けトルク 12±0.5 N·m（11.5～12.5 N·m）",
        "   - 警告: 手を挟まれるおそれがある",
        "   - 部品: BT-0612 六角ボルト ×4本",
        "   - 時間: 1分30秒",
        "   - ![図1 締付け位置](../images/f.png)",
        "2. ~~旧手順~~",
    ):
        assert line in steps.split("\n")
    assert "<ol>" in MarkdownIt().render(steps)


def test_furniture_is_left_out_and_hidden_text_says_that_it_is() -> None:
    text = written()
    assert "社外秘" not in text
    assert "（非表示）旧トルク 18 N·m" in text
    assert text.count("図1 締付け位置") == 2  # in the text and with its step
