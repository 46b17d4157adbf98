"""What a package says of itself in `docProps`: core (Dublin Core), extended and custom properties."""

from genba.errors import InvalidInput
from genba.formats.ooxml.package import Package
from genba.model.document import Property

_NAMES = {  # local name of the element → our word
    "title": "title",
    "subject": "subject",
    "creator": "creator",
    "keywords": "keywords",
    "description": "description",
    "category": "category",
    "lastModifiedBy": "last_modified_by",
    "created": "created",
    "modified": "modified",
    "lastPrinted": "last_printed",
    "revision": "save_count",
    "version": "version",
    "contentStatus": "status",
    "Company": "company",
    "Manager": "manager",
    "Application": "application",
}
_PARTS = ("core-properties", "extended-properties")
_VALUE_CHARS = 10_000


def read_properties(package: Package) -> tuple[Property, ...]:
    """Read all properties that hold something; a part that cannot be read is passed over, nothing depends on it."""
    found: list[Property] = []
    try:
        relationships = package.relationships().values()
    except InvalidInput:
        return ()
    for relationship in relationships:
        if relationship.external or not relationship.type.endswith("properties"):
            continue
        try:
            root = package.xml(relationship.target)
        except InvalidInput:
            continue
        for element in root.iterchildren("*"):
            local = element.tag.rsplit("}", 1)[-1]
            custom = relationship.type == "custom-properties"
            name = (element.get("name") or "") if custom else _NAMES.get(local, "")
            value = "".join(str(text) for text in element.itertext()).strip()[:_VALUE_CHARS]
            if name and value and (custom or relationship.type in _PARTS):
                found.append(Property(name=name, value=value, origin="properties"))
    return tuple(found)
