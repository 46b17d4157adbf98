"""The machine-readability of tables by the 30 rules of the government of Japan, before and after refinement.

Pure and without chance: the same documents give the same score. `compare` judges one file, `compare_files` several.
"""

from genba.schemes.machine_readability.comparison import compare
from genba.schemes.machine_readability.several import compare_files

__all__ = ["compare", "compare_files"]
