"""PROV: an independent parser follows the way from the document back to its source."""

from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import RDF

from genba.model.document import Edit
from genba.model.place import Place
from genba.writers.prov_jsonld import encode
from tests.example_instruction import example

PROV = Namespace("http://www.w3.org/ns/prov#")


def test_the_way_back_leads_over_every_activity_to_the_source() -> None:
    edit = Edit(step="normalise.text", rule="width", before="Ｍ６", after="M6", place=Place(sheet="表", range="B3"))
    data = encode(
        example(),
        title="組立作業手順書",
        sha256="cd" * 32,
        software=("genba", "0.1.0"),
        activities=[("read.docx", {}), ("normalise.text", {}), ("chunks.split", {"target_chars": 600})],
        edits=[edit],
    )
    graph = Graph().parse(data=data, format="json-ld")
    name = URIRef("ni:///sha-256;zc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc0")
    source = graph.value(name, PROV.wasDerivedFrom)
    activity, seen = graph.value(name, PROV.wasGeneratedBy), 0
    while activity is not None:
        assert (activity, PROV.used, source) in graph
        activity, seen = graph.value(activity, PROV.wasInformedBy), seen + 1
    assert seen == 3
    values = {str(value) for value in graph.objects(None, PROV.value)}
    assert values == {"Ｍ６", "M6"}
    assert len(list(graph.subjects(RDF.type, PROV.SoftwareAgent))) == 1
