"""The truth of real files is what a person sees in them, found without any reader of genba."""

from pathlib import Path

from benchmarks import truth
from benchmarks.generators import documents, workbooks
from benchmarks.matching import squash


def test_the_truth_read_from_xml_is_the_truth_the_generator_wrote(tmp_path: Path):
    for entry in workbooks.generate(tmp_path, 5, 3)["files"]:
        found = truth.workbook(tmp_path / entry["file"])
        assert sorted(text for _, text in found.cells) == sorted(text for _, _, text in entry["text_cells"])
        drawn = [one["text"] for key in ("shapes", "smart_art") for one in entry[key]]
        drawn += [node["text"] for flow in entry["flows"] for node in flow["nodes"]]
        assert sorted(found.drawn) == sorted(drawn)
        assert sorted(found.comments) == sorted(one["text"] for one in entry["comments"])
        assert truth.openpyxl_cells(tmp_path / entry["file"]) >= len(found.cells)


def test_paragraphs_are_without_hidden_and_deleted_text_and_readings(tmp_path: Path):
    for entry in documents.generate(tmp_path, 5, 3)["files"]:
        found = {squash(text) for _, text in truth.document(tmp_path / entry["file"]).cells}
        for secret in entry["hidden"]:
            assert not any(squash(secret) in text for text in found)
        for _, reading in entry["ruby"]:
            assert not any(squash(reading) == text for text in found)
        for change in entry["changes"]:
            assert any(squash(change["inserted"]) in text for text in found)
