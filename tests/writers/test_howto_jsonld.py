"""HowTo: an independent JSON-LD parser reads it; steps carry parameters with units, tips, tools and supplies."""

import json
from dataclasses import replace
from typing import Any

from rdflib import Graph, Namespace
from rdflib.namespace import RDF

from genba.model.instruction import Instruction
from genba.writers.howto_jsonld import encode
from tests.example_instruction import example

SCHEMA = Namespace("https://schema.org/")


def written(**changes: Any) -> bytes:
    document = example()
    assert isinstance(document.instruction, Instruction)
    figure = document.instruction.steps[0].figures[0]
    instruction = replace(document.instruction, **changes)
    return encode(document, instruction, title="組立作業手順書", pictures={figure: "images/f.png"})


def test_a_parser_without_network_finds_the_steps() -> None:
    graph = Graph().parse(data=written(), format="json-ld")
    how_to = next(graph.subjects(RDF.type, SCHEMA.HowTo))
    assert str(graph.value(how_to, SCHEMA.name)) == "組立作業手順書"
    section = graph.value(how_to, SCHEMA.step / SCHEMA.itemListElement) or graph.value(how_to, SCHEMA.step)
    assert section is not None
    assert len(list(graph.subjects(RDF.type, SCHEMA.HowToDirection))) == 1  # the withdrawn step is out


def test_a_step_has_its_parameter_with_limits_and_unit_code() -> None:
    data = json.loads(written())
    section = data["step"][1]
    assert (section["@type"], section["name"]) == ("HowToSection", "組立手順")
    step = section["itemListElement"][0]
    found = step["additionalProperty"][0]
    assert found == {
        "@type": "PropertyValue",
        "name": "締付けトルク",
        "value": 12.0,
        "minValue": 11.5,
        "maxValue": 12.5,
        "unitText": "N·m",
        "unitCode": "NU",
        "description": "締付けトルク 12±0.5 N·m（11.5～12.5 N·m）",
    }
    assert step["image"] == ["images/f.png"]
    tips = [item["text"] for item in step["itemListElement"] if item["@type"] == "HowToTip"]
    assert tips[:3] == ["警告: 手を挟まれるおそれがある", "急所: 対角の順に締める", "理由: 片締めを防ぐため"]


def test_tools_supplies_and_the_total_time_stand_on_top() -> None:
    data = json.loads(written())
    assert [tool["name"] for tool in data["tool"]] == ["保護めがね", "トルクレンチ"]
    assert data["supply"][0]["requiredQuantity"] == {"@type": "QuantitativeValue", "value": 4.0, "unitText": "本"}
    assert data["totalTime"] == "PT90S"


def test_a_total_is_not_given_where_a_step_has_no_time() -> None:
    steps = example().instruction.steps  # type: ignore[union-attr]
    untimed = replace(steps[0], number="3", time_s=None)
    assert "totalTime" not in json.loads(written(steps=(*steps, untimed)))
