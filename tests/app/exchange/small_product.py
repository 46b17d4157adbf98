"""A small data product with two tables, made by hand: lots and treatment, with a column that not everybody may see."""

import hashlib
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

TABLES = {
    "tables/aaaaaaaaaaaaaaaaaaaa-000000000001.parquet": {
        "ロット": ["L1", "L2"],
        "硬さ": [60.1, 59.8],
        "作業者": ["山田", "佐藤"],
    },
    "tables/bbbbbbbbbbbbbbbbbbbb-000000000002.parquet": {"炉": [1, 2], "温度": [850, 848]},
}


def make_product(root: Path, *, title: str = "熱処理ロット") -> Path:
    """Write the product with its manifest; gives its folder."""
    (root / "tables").mkdir(parents=True)
    for path, columns in TABLES.items():
        pq.write_table(pa.table(columns), root / path)
    documents = [
        {
            "id": Path(path).name[:20],
            "path": f"files/{number}.csv",
            "title": f"山田の検査表{number}",
            "kind": "csv",
            "usability": "fully",
            "sha256": "0" * 64,
            "size_bytes": 10,
            "metadata": {"creator": "山田 太郎"},
            "tables": [path],
        }
        for number, path in enumerate(TABLES)
    ]
    dataset = {"format": "genba-dataset/1.0", "title": title, "recipe": "r", "software": "s", "documents": documents}
    (root / "dataset.json").write_text(json.dumps(dataset, ensure_ascii=False), encoding="utf-8")
    files = []
    for path in (*TABLES, "dataset.json"):
        data = (root / path).read_bytes()
        files.append({"path": path, "size_bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()})
    manifest = {"format": "genba-manifest/1.0", "files": files}
    (root / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return root
