"""Technical Data (IDTA 02003-2-0): what documents say in quantities about a part or machine, area by area."""

from collections.abc import Iterable, Iterator, Sequence

from genba.formats.instruction_text import number_text, parameter_text
from genba.formats.places import origin_text
from genba.model.document import Document
from genba.model.instruction import Parameter
from genba.model.marks import Mark, Value
from genba.model.nodes import Pair
from genba.writers.aas_json.elements import (
    ARBITRARY,
    Element,
    collection,
    described,
    listing,
    named,
    prop,
    span,
    submodel,
    texts,
    unit_qualifiers,
)

SEMANTIC = "0173-1#01-AHX837#002"
TEMPLATE = "https://admin-shell.io/idta-02003-2-0"
_GENERAL = "0173-1#02-ABK161#002/0173-1#01-AHX838#002"
_AREAS = "0173-1#02-ABK163#002"
_AREA = "0173-1#02-ABL358#002/0173-1#01-AHX773#002"


def technical_data(
    identity: str, documents: Sequence[tuple[str, Document]], *, designation: str, article_number: str
) -> Element:
    """Make the submodel; documents come with their titles."""
    general = collection(
        "GeneralInformation",
        _GENERAL,
        [
            prop("ManufacturerName", "0173-1#02-AAO677#004", None),
            texts("ManufacturerProductDesignation", "0173-1#02-AAW338#003", designation),
            prop("ManufacturerArticleNumber", "0173-1#02-AAO676#005", article_number or None),
            prop("ManufacturerOrderCode", "0173-1#02-AAO227#004", None),
        ],
    )
    areas = [area for title, document in documents if (area := _area(title, document))]
    elements = [general]
    if areas:
        elements.append(listing("TechnicalPropertyAreas", _AREAS, _AREA, areas, "SubmodelElementCollection"))
    return submodel(identity, "TechnicalData", SEMANTIC, TEMPLATE, elements)


def _area(title: str, document: Document) -> Element | None:
    sections = [
        collection(short, ARBITRARY, found, displayName=named(name))
        for short, name, found in (
            ("WorkParameters", "作業条件", list(_numbered(_from_steps(document)))),
            ("Drawing", "図面", list(_numbered(_from_drawing(document)))),
            ("Fields", "記載値", list(_numbered(_from_fields(document)))),
        )
        if found
    ]
    if not sections:
        return None
    return collection("", _AREA, sections, displayName=named(title), description=described(document.source.path))


def _numbered(elements: Iterable[Element]) -> Iterator[Element]:
    """Give names that the metamodel takes; what people read stands in displayName."""
    for position, element in enumerate(elements, 1):
        yield {"modelType": element["modelType"], "idShort": f"Value{position:04}", **element}


def _from_steps(document: Document) -> Iterator[Element]:
    for step in document.instruction.steps if document.instruction else ():
        if step.is_withdrawn:
            continue
        parameters = [*step.parameters, *(item for check in step.checks for item in check.parameters)]
        for parameter in parameters:
            yield _parameter(f"手順{step.number} {parameter.name}".strip(), parameter)


def _parameter(name: str, parameter: Parameter) -> Element:
    about = "、".join(filter(None, (parameter_text(parameter), origin_text(parameter.place))))
    more = {
        "displayName": named(name),
        "description": described(about),
        "qualifiers": unit_qualifiers(parameter.unit, parameter.ucum),
    }
    if parameter.lower is not None or parameter.upper is not None:
        return span("", ARBITRARY, _number(parameter.lower), _number(parameter.upper), **more)
    if parameter.value is not None:
        return prop("", ARBITRARY, _number(parameter.value), "xs:double", **more)
    return prop("", ARBITRARY, parameter.as_written, "xs:string", **more)


def _from_drawing(document: Document) -> Iterator[Element]:
    drawing = document.drawing
    if drawing is None:
        return
    for name, text in (("図番", drawing.number), ("材質", drawing.material), ("尺度", drawing.scale)):
        if text:
            yield prop("", ARBITRARY, text, displayName=named(name))
    for dimension in drawing.dimensions:
        more = {
            "displayName": named(dimension.text),
            "description": described(origin_text(dimension.place)),
            "qualifiers": unit_qualifiers(dimension.unit, ""),
        }
        value = dimension.value
        if value is None or (dimension.upper is None and dimension.lower is None):
            written, kind = (dimension.text, "xs:string") if value is None else (_number(value), "xs:double")
            yield prop("", ARBITRARY, written, kind, **more)
        else:
            lower, upper = (value + (deviation or 0.0) for deviation in (dimension.lower, dimension.upper))
            yield span("", ARBITRARY, _number(round(lower, 9)), _number(round(upper, 9)), **more)


def _from_fields(document: Document) -> Iterator[Element]:
    """Take a form's fields that hold quantities; names of people and other words are no technical data."""
    for node in document.nodes:
        if not isinstance(node, Pair) or node.marks & {Mark.HIDDEN, Mark.WITHDRAWN}:
            continue
        for value in node.values:
            if value.unit and (value.number is not None or value.lower is not None or value.upper is not None):
                yield _field(node, value)


def _field(node: Pair, value: Value) -> Element:
    more = {
        "displayName": named(node.label),
        "description": described("、".join(filter(None, (value.as_written, origin_text(node.place))))),
        "qualifiers": unit_qualifiers(value.unit, value.ucum),
    }
    if value.number is not None:
        return prop("", ARBITRARY, _number(value.number), "xs:double", **more)
    return span("", ARBITRARY, _number(value.lower), _number(value.upper), **more)


def _number(number: float | None) -> str | None:
    return None if number is None else number_text(number)
