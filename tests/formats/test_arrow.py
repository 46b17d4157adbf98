"""A process that writes tables does not load what only data scientists need."""

import subprocess
import sys

PROGRAM = """
import io, sys
from genba.formats.arrow import keep_arrow_small
keep_arrow_small()
keep_arrow_small()
import pyarrow as pa, pyarrow.parquet as pq
table = pa.table({"n": [1, None], "t": ["a", "b"]})
stream = io.BytesIO()
pq.write_table(table, stream)
# Without threads: a pyarrow whose threads are only just starting when the process ends aborts it (26.0).
read = pq.read_table(io.BytesIO(stream.getvalue()), use_threads=False)
assert read.to_pylist() == table.to_pylist()
assert "numpy" not in sys.modules and "pandas" not in sys.modules
assert len([finder for finder in sys.meta_path if finder.__module__ == "genba.formats.arrow"]) == 1
"""


def test_tables_are_written_and_read_without_numpy_and_pandas():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_needs_numpy_itself_gets_it_in_the_same_process():
    program = "from genba.formats.arrow import keep_arrow_small; keep_arrow_small(); import pyarrow, numpy"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
