"""Writes an instruction as schema.org HowTo in JSON-LD: sections, steps, directions, tips, tools, supplies."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import msgspec

from genba.formats.contentname import content_name
from genba.formats.instruction_text import check_text, hazard_text, number_text, parameter_text
from genba.formats.script import language_of
from genba.model.document import Document
from genba.model.instruction import Instruction, Parameter, Part, Step

# UCUM codes by the UN/CEFACT Recommendation 20 codes that schema.org asks for; other units stand as text only.
UNIT_CODES = {
    "N.m": "NU",
    "N": "NEW",
    "kN": "B47",
    "mm": "MMT",
    "cm": "CMT",
    "m": "MTR",
    "um": "4H",
    "mm2": "MMK",
    "Cel": "CEL",
    "s": "SEC",
    "min": "MIN",
    "h": "HUR",
    "g": "GRM",
    "kg": "KGM",
    "t": "TNE",
    "Pa": "PAL",
    "kPa": "KPA",
    "MPa": "MPA",
    "bar": "BAR",
    "%": "P1",
    "V": "VLT",
    "mV": "2Z",
    "A": "AMP",
    "mA": "4K",
    "W": "WTT",
    "kW": "KWT",
    "Ohm": "OHM",
    "Hz": "HTZ",
    "kHz": "KHZ",
    "L": "LTR",
    "mL": "MLT",
    "deg": "DD",
}


def encode(document: Document, instruction: Instruction, *, title: str, pictures: Mapping[str, str]) -> bytes:
    """Encode the steps in force; `pictures` are links to the pictures' files, by the figures' ids."""
    facts: dict[str, str] = {}
    for item in document.properties:
        facts.setdefault(item.name, item.value)
    steps = [step for step in instruction.steps if not step.is_withdrawn]
    parts = [*instruction.parts, *(part for step in steps for part in step.parts)]
    tools = [*instruction.tools, *instruction.protective_equipment, *(tool for step in steps for tool in step.tools)]
    data = {
        "@context": {"@vocab": "https://schema.org/"},
        "@type": "HowTo",
        "name": title,
        "description": document.summary,
        "inLanguage": language_of("".join(step.text for step in steps)),
        "identifier": facts.get("document_number"),
        "version": facts.get("revision"),
        "dateModified": facts.get("revised"),
        "datePublished": facts.get("issued"),
        "keywords": list(document.keywords),
        "isBasedOn": {
            "@type": "CreativeWork",
            "@id": content_name(document.source.sha256),
            "name": document.source.path,
        },
        "totalTime": _total_time(steps),
        "tool": [{"@type": "HowToTool", "name": name} for name in dict.fromkeys(tools)],
        "supply": [_supply(part) for part in dict.fromkeys(parts)],
        "step": [*_tips(instruction), *_sections(steps, pictures)],
    }
    return msgspec.json.format(msgspec.json.encode(_said(data)), indent=1) + b"\n"


def _tips(instruction: Instruction) -> list[dict[str, Any]]:
    """Warnings for the whole work, and who may do it, come before its first step."""
    texts = [*map(hazard_text, instruction.warnings), *(f"必要資格: {text}" for text in instruction.qualifications)]
    tips = [{"@type": "HowToTip", "text": text} for text in texts]
    return [{"@type": "HowToStep", "itemListElement": tips}] if tips else []


def _sections(steps: list[Step], pictures: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Group neighbours of one section; steps under no heading stand by themselves."""
    position = 0
    for section, group in groupby(enumerate(steps, 1), key=lambda item: item[1].section):
        made = [_step(number, step, pictures) for number, step in group]
        if section:
            position += 1
            yield {"@type": "HowToSection", "name": section, "position": position, "itemListElement": made}
        else:
            yield from made


def _step(position: int, step: Step, pictures: Mapping[str, str]) -> dict[str, Any]:
    tips = [hazard_text(hazard) for hazard in step.warnings]
    tips += [f"急所: {text}" for text in step.key_points]
    tips += [f"理由: {text}" for text in step.reasons]
    tips += [f"確認: {check_text(check)}" for check in step.checks]
    tips += [f"{branch.condition} → {branch.target}" for branch in step.branches]
    direction = {
        "@type": "HowToDirection",
        "text": step.text,
        "performTime": _duration(step.time_s) if step.time_s is not None else None,
        "tool": [{"@type": "HowToTool", "name": name} for name in step.tools],
        "supply": [_supply(part) for part in step.parts],
    }
    parameters = [*step.parameters, *(item for check in step.checks for item in check.parameters)]
    return _said(
        {
            "@type": "HowToStep",
            "position": position,
            "identifier": step.number,
            "itemListElement": [_said(direction), *({"@type": "HowToTip", "text": text} for text in tips)],
            "image": [pictures[figure] for figure in step.figures if figure in pictures],
            "additionalProperty": [_property(parameter) for parameter in parameters],
        }
    )


def _property(parameter: Parameter) -> dict[str, Any]:
    return _said(
        {
            "@type": "PropertyValue",
            "name": parameter.name,
            "value": parameter.value,
            "minValue": parameter.lower,
            "maxValue": parameter.upper,
            "unitText": parameter.unit,
            "unitCode": UNIT_CODES.get(parameter.ucum),
            "description": parameter_text(parameter),
        }
    )


def _supply(part: Part) -> dict[str, Any]:
    quantity = part.quantity
    required = (
        {"@type": "QuantitativeValue", "value": quantity, "unitText": part.unit} if quantity is not None else None
    )
    return _said(
        {
            "@type": "HowToSupply",
            "name": part.name,
            "identifier": part.number,
            "requiredQuantity": _said(required) if required else None,
        }
    )


def _total_time(steps: list[Step]) -> str | None:
    """Add up the times only where every step has one: a part of the time is not the time."""
    times = [step.time_s for step in steps if step.time_s is not None]
    return _duration(sum(times)) if times and len(times) == len(steps) else None


def _duration(seconds: float) -> str:
    return f"PT{number_text(round(seconds, 3))}S"


def _said(item: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not known."""
    return {name: value for name, value in item.items() if value not in (None, "", [])}
