"""The elements of the Asset Administration Shell (IEC 63278, metamodel 3.0) as JSON; what is not known has no value."""

from collections.abc import Sequence
from typing import Any

from genba.formats.script import language_of

# The metamodel's own limits of lengths (AAS Part 1, string types).
NAME_CHARS = 128
TEXT_CHARS = 1023
ARBITRARY = "https://admin-shell.io/SMT/General/Arbitrary"

Element = dict[str, Any]


def reference(identity: str, *, kind: str = "ExternalReference", key: str = "GlobalReference") -> Element:
    """Point at something by its id."""
    return {"type": kind, "keys": [{"type": key, "value": identity}]}


def prop(short: str, semantic: str, value: str | None, value_type: str = "xs:string", **more: Any) -> Element:
    """A property; None leaves the value out, as the metamodel allows where nothing is known."""
    return _element("Property", short, semantic, {"valueType": value_type, "value": value, **more})


def texts(short: str, semantic: str, text: str) -> Element:
    """A text with its language."""
    value = [{"language": language_of(text) or "und", "text": text[:TEXT_CHARS]}] if text else None
    return _element("MultiLanguageProperty", short, semantic, {"value": value})


def span(short: str, semantic: str, lower: str | None, upper: str | None, **more: Any) -> Element:
    """A range of numbers; an end that is not given is open."""
    return _element("Range", short, semantic, {"valueType": "xs:double", "min": lower, "max": upper, **more})


def collection(short: str, semantic: str, elements: Sequence[Element], **more: Any) -> Element:
    """Elements that belong together; without a name inside a list."""
    return _element("SubmodelElementCollection", short, semantic, {"value": list(elements), **more})


def listing(short: str, semantic: str, item_semantic: str, items: Sequence[Element], kind: str) -> Element:
    """A list of elements of one kind."""
    more: Element = {"typeValueListElement": kind, "value": list(items)}
    more["semanticIdListElement"] = reference(item_semantic)
    if kind == "Property":
        more["valueTypeListElement"] = "xs:string"
    return _element("SubmodelElementList", short, semantic, more)


def file(short: str, semantic: str, media_type: str, path: str) -> Element:
    """A file by its type and path."""
    return _element("File", short, semantic, {"contentType": media_type, "value": path})


def submodel(identity: str, short: str, semantic: str, template: str, elements: Sequence[Element]) -> Element:
    """An instance of a template of IDTA, by the template's id and major version."""
    return {
        "modelType": "Submodel",
        "kind": "Instance",
        "id": identity,
        "idShort": short,
        "administration": {"version": "2", "revision": "0", "templateId": template},
        "semanticId": reference(semantic, kind="ModelReference", key="Submodel"),
        "submodelElements": list(elements),
    }


def named(text: str) -> list[Element]:
    """A name for people, which may have any letters."""
    return [{"language": language_of(text) or "und", "text": text[:NAME_CHARS]}] if text else []


def described(text: str) -> list[Element]:
    """A description for people."""
    return [{"language": language_of(text) or "und", "text": text[:TEXT_CHARS]}] if text else []


def unit_qualifiers(unit: str, ucum: str) -> list[Element]:
    """Say the unit of a value: the metamodel has it in concept descriptions only."""
    return [
        {"type": name, "kind": "ValueQualifier", "valueType": "xs:string", "value": value}
        for name, value in (("Unit", unit), ("UCUM", ucum))
        if value
    ]


def _element(model_type: str, short: str, semantic: str, fields: Element) -> Element:
    element: Element = {"modelType": model_type}
    if short:
        element["idShort"] = short
    element["semanticId"] = reference(semantic)
    return {**element, **{name: value for name, value in fields.items() if value not in (None, [])}}
