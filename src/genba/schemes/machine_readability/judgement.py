"""The judgement behind each rule's id; None from a judgement means that the rule does not apply."""

from collections.abc import Callable

from genba.schemes.machine_readability import level1_cells, level1_files, level1_layout, level2, level3
from genba.schemes.machine_readability.evidence import Evidence

# L3-07 compares files with each other and is judged in `several`.
JUDGEMENTS: dict[str, Callable[[Evidence], bool | None]] = {
    "L1-01": level1_layout.file_type_is_readable,
    "L1-02": level1_layout.one_table_a_sheet,
    "L1-03": level1_layout.table_is_in_one_piece,
    "L1-04": level1_layout.nothing_beside_the_data,
    "L1-05": level1_layout.every_column_is_named,
    "L1-06": level1_cells.no_looks_by_spaces,
    "L1-07": level1_cells.one_datum_a_cell,
    "L1-08": level1_cells.no_platform_characters,
    "L1-09": level1_cells.blank_is_not_zero,
    "L1-10": level1_files.no_objects,
    "L1-11": level1_files.no_meaning_by_format,
    "L1-12": level1_files.no_merged_cells,
    "L1-13": level1_files.nothing_hidden,
    "L1-14": level1_files.one_line_a_record,
    "L1-15": level1_files.commas_are_quoted,
    "L2-01": level2.numbers_are_numbers,
    "L2-02": level2.nothing_is_omitted,
    "L2-03": level2.names_are_unique,
    "L2-04": level2.answers_are_spelt_alike,
    "L2-05": level2.other_stands_apart,
    "L2-06": level2.formulas_are_values,
    "L3-01": level3.header_comes_first,
    "L3-02": level3.codes_are_explained,
    "L3-03": level3.symbols_are_defined,
    "L3-04": level3.units_are_stated,
    "L3-05": level3.time_is_standard,
    "L3-06": level3.regions_are_standard,
    "L3-08": level3.data_is_defined,
    "L3-09": level3.table_is_long,
}


def judge(evidence: Evidence) -> dict[str, bool]:
    """Every rule that applies, with whether it is kept."""
    judged = {rule: judgement(evidence) for rule, judgement in JUDGEMENTS.items()}
    return {rule: passed for rule, passed in judged.items() if passed is not None}
