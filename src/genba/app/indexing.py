"""Writes what spans documents: chunk shards, report, dataset description, manifest; only what has changed."""

import hashlib
from collections.abc import Callable, Mapping

import msgspec

from genba import __version__
from genba.app.last_run import fingerprint
from genba.app.reporting import build_report, summarise
from genba.app.task import IndexContext
from genba.model.record import DocumentRecord, OutputRecord
from genba.model.report import Report, Summary
from genba.model.vocabulary import NO_VOCABULARY, Vocabulary
from genba.steps.collection import relate
from genba.storage.files import ProductFolder
from genba.storage.state import IndexState, RunState
from genba.writers import (
    chunk_parquet,
    croissant_json,
    dataset_json,
    manifest_json,
    relations_json,
    report_html,
    report_json,
    vocabulary_csv,
)

FOLDERS = ("documents", "tables", "images", "lineage", "chunks")


def write_indexes(
    state: RunState,
    product: ProductFolder,
    context: IndexContext,
    started: Callable[[str], None],
    *,
    vocabulary: Vocabulary = NO_VOCABULARY,
) -> Summary:
    """Bring every index up to date and return the summary for the terminal."""
    started("relations")
    relations = relate(state.gists(), vocabulary)
    shards = _write_shards(state, product, relations.superseded(), context.superseded == "leave_out", started)
    started("report")
    records = list(state.records())
    outputs = [output for record in records for output in record.outputs] + shards
    report = build_report(context.title, records, context.skipped, relations)
    others = [
        product.put("relations.json", relations_json.encode(relations)),
        product.put("vocabulary.csv", vocabulary_csv.encode(relations, vocabulary)),
    ]
    outputs.extend(others)
    outputs.extend(_write_descriptions(report, records, shards, others, product, context))
    product.put("manifest.json", manifest_json.encode(outputs))
    product.remove_all_but(FOLDERS, {output.path for output in outputs})
    summary = summarise(report)
    state.set_summary(fingerprint(state, context), msgspec.json.encode(summary))
    return summary


def _write_descriptions(
    report: Report,
    records: list[DocumentRecord],
    shards: list[OutputRecord],
    others: list[OutputRecord],
    product: ProductFolder,
    context: IndexContext,
) -> list[OutputRecord]:
    title = context.title
    return [
        product.put(
            "dataset.json",
            dataset_json.encode(title, records, recipe=context.recipe, software=f"genba {__version__}"),
        ),
        product.put("croissant.json", croissant_json.encode(title, records, shards, others)),
        product.put("report.json", report_json.encode(report)),
        product.put("report.html", report_html.encode(report, context.lang)),
    ]


def _write_shards(
    state: RunState,
    product: ProductFolder,
    superseded: Mapping[str, str],
    are_left_out: bool,
    started: Callable[[str], None],
) -> list[OutputRecord]:
    """Write the chunk shards whose documents have changed, or are no longer current; an empty shard has no file."""
    known = state.indexes()
    digests: dict[str, list[bytes]] = {shard: [] for shard in chunk_parquet.SHARDS}
    for identity, digest in state.digests():
        mark = b"" if identity not in superseded else b"left out" if are_left_out else b"old"
        digests[identity[0]].append(identity.encode() + digest + mark)
    outputs = []
    for shard, members in digests.items():
        name = f"chunks/{shard}.parquet"
        if not members:
            state.set_index(name, None)
            continue
        started(name)
        content = hashlib.blake2b(b"".join(members), digest_size=16).digest()
        before = known.get(name)
        if before is None or before.digest != content or not (product.root / name).exists():
            with product.stream(name) as stream:
                chunk_parquet.write(
                    (
                        (_owner(record, record.id not in superseded), chunks)
                        for record, chunks in state.chunks(shard)
                        if not (are_left_out and record.id in superseded)
                    ),
                    stream,
                )
            written = stream.record()
            before = IndexState(content, written.size_bytes, written.sha256)
            state.set_index(name, before)
        outputs.append(OutputRecord(path=name, size_bytes=before.size_bytes, sha256=before.sha256))
    return outputs


def _owner(record: DocumentRecord, is_current: bool) -> chunk_parquet.Owner:
    return chunk_parquet.Owner(
        id=record.id,
        path=record.path,
        sha256=record.sha256,
        title=record.title,
        document_number=record.properties.get("document_number", ""),
        revision=record.properties.get("revision", ""),
        is_current=is_current,
    )
