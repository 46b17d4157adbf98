"""Writes what spans documents: chunk shards, report, dataset description, manifest; only what has changed."""

import hashlib
from dataclasses import dataclass

import msgspec

from genba import __version__
from genba.app.reporting import build_report, summarise
from genba.model.record import DocumentRecord, OutputRecord
from genba.model.report import Report, Summary
from genba.recipes.recipe import Recipe
from genba.storage.files import ProductFolder
from genba.storage.scan import Skipped
from genba.storage.state import IndexState, RunState
from genba.writers import chunk_parquet, croissant_json, dataset_json, manifest_json, report_html, report_json

FOLDERS = ("documents", "tables", "images", "lineage", "chunks")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexContext:
    """What the indexes depend on besides the documents."""

    title: str
    recipe: Recipe
    recipe_key: str
    lang: str
    skipped: tuple[Skipped, ...]

    def digest(self) -> bytes:
        """Fingerprint it."""
        skipped = [(item.portable, item.code) for item in self.skipped]
        return msgspec.json.encode([self.title, self.recipe_key, self.lang, skipped])


def write_indexes(state: RunState, product: ProductFolder, context: IndexContext) -> Summary:
    """Bring every index up to date and return the summary for the terminal."""
    digests = list(state.digests())
    whole = hashlib.blake2b(context.digest(), digest_size=16)
    for identity, digest in digests:
        whole.update(identity.encode() + digest)
    known = state.indexes()
    before = state.summary()
    if before is not None and before[0] == whole.digest() and (product.root / "manifest.json").exists():
        return msgspec.json.decode(before[1], type=Summary)
    shards = _write_shards(state, product, digests, known)
    records = list(state.records())
    outputs = [output for record in records for output in record.outputs] + shards
    report = build_report(context.title, records, context.skipped)
    outputs.extend(_write_descriptions(report, records, shards, product, context))
    product.put("manifest.json", manifest_json.encode(outputs))
    product.remove_all_but(FOLDERS, {output.path for output in outputs})
    summary = summarise(report)
    state.set_summary(whole.digest(), msgspec.json.encode(summary))
    return summary


def _write_descriptions(
    report: Report,
    records: list[DocumentRecord],
    shards: list[OutputRecord],
    product: ProductFolder,
    context: IndexContext,
) -> list[OutputRecord]:
    title = context.title
    return [
        product.put(
            "dataset.json",
            dataset_json.encode(title, records, recipe=context.recipe.name, software=f"genba {__version__}"),
        ),
        product.put("croissant.json", croissant_json.encode(title, records, shards)),
        product.put("report.json", report_json.encode(report)),
        product.put("report.html", report_html.encode(report, context.lang)),
    ]


def _write_shards(
    state: RunState, product: ProductFolder, digests: list[tuple[str, bytes]], known: dict[str, IndexState]
) -> list[OutputRecord]:
    """Write the chunk shards whose documents have changed; an empty shard has no file."""
    outputs = []
    for shard in chunk_parquet.SHARDS:
        name = f"chunks/{shard}.parquet"
        digest = hashlib.blake2b(digest_size=16)
        members = [(identity, content) for identity, content in digests if identity.startswith(shard)]
        for identity, content in members:
            digest.update(identity.encode() + content)
        before = known.get(name)
        if not members:
            state.set_index(name, None)
            continue
        if before is None or before.digest != digest.digest() or not (product.root / name).exists():
            with product.stream(name) as stream:
                chunk_parquet.write(
                    ((r.id, r.path, r.sha256, r.title, chunks) for r, chunks in state.chunks(shard)), stream
                )
            written = stream.record()
            before = IndexState(digest.digest(), written.size_bytes, written.sha256)
            state.set_index(name, before)
        outputs.append(OutputRecord(path=name, size_bytes=before.size_bytes, sha256=before.sha256))
    return outputs
