"""What every Croissant 1.1 description (MLCommons, 2026-01-29) begins with, and how it names files and fields."""

from typing import Any

from genba.model.record import OutputRecord

CONFORMS_TO = "http://mlcommons.org/croissant/1.1"
MEDIA_TYPES = {
    "parquet": "application/x-parquet",
    "json": "application/json",
    "csv": "text/csv",
    "mcap": "application/x-mcap",
    "mp4": "video/mp4",
    "npy": "application/x-npy",
}
CONTEXT: dict[str, Any] = {
    "@language": "ja",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def file_object(path: str, output: OutputRecord) -> dict[str, Any]:
    """Describe one file."""
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": {"ja": path},
        "contentUrl": path,
        "contentSize": f"{output.size_bytes} B",
        "encodingFormat": MEDIA_TYPES.get(path.rpartition(".")[2], "application/octet-stream"),
        "sha256": output.sha256,
    }


def file_set(name: str, pattern: str, media_type: str) -> dict[str, Any]:
    """Describe files that a pattern names."""
    return {"@type": "cr:FileSet", "@id": name, "name": {"ja": name}, "encodingFormat": media_type, "includes": pattern}


def field(owner: str, name: str, kind: str, source: dict[str, Any]) -> dict[str, Any]:
    """Describe a field of a record set."""
    return {
        "@type": "cr:Field",
        "@id": f"{owner}/{name}",
        "name": {"ja": name},
        "dataType": kind,
        "source": source,
    }
