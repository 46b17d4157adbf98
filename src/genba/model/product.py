"""A data product as its descriptions see it: documents with what was written of them, without their full text."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from genba.model.document import Document
from genba.model.record import OutputRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDocument:
    """A document with the files that the product has of it; of its nodes only a form's fields are here."""

    title: str
    document: Document
    files: tuple[OutputRecord, ...] = ()
    tables: Mapping[str, str] = field(default_factory=dict)  # id of a table → its file


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductContents:
    """Everything in a product; `sha256` is its manifest's, and so stands for all of it."""

    title: str
    software: str
    sha256: str
    documents: tuple[ProductDocument, ...] = ()
    files: tuple[OutputRecord, ...] = ()  # that belong to no single document
