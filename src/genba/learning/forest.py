"""Isolation Forest: what few random cuts set apart is unusual (Liu, Ting & Zhou, ICDM 2008); fitted by scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.learning.graph import Graph

    Floats = NDArray[np.float64]
    Index = NDArray[np.int64]
    Array = NDArray[Any]

TREES = 100
SAMPLES = 256


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tree:
    """One tree: inner nodes cut a column, leaves (column −1) hold the length of the path that ends there."""

    column: Index
    cut: Floats
    left: Index
    right: Index
    length: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forest:
    """A fitted forest; `unit` is the mean length of a path among as many samples as each tree has seen."""

    trees: tuple[Tree, ...]
    unit: float

    def score(self, rows: Floats) -> Floats:
        """2 to the power of minus the mean path over the expected one: near 1 for what is set apart soon."""
        import numpy as np

        whole = np.zeros(len(rows))
        every = np.arange(len(rows))
        for tree in self.trees:
            node = np.zeros(len(rows), np.int64)
            while (inner := tree.column[node] >= 0).any():
                at = node[inner]
                goes_left = rows[every[inner], tree.column[at]] <= tree.cut[at]
                node[inner] = np.where(goes_left, tree.left[at], tree.right[at])
            whole += tree.length[node]
        return np.asarray(2.0 ** (-whole / len(self.trees) / self.unit))

    def draw(self, graph: Graph, rows: str) -> str:
        """Put the same into a graph: a tree ensemble that averages the lengths of paths."""
        import numpy as np
        from onnx import numpy_helper

        trees = self.trees
        sizes = [len(tree.column) for tree in trees]
        column = np.concatenate([tree.column for tree in trees])
        leaf = column < 0
        numbers = np.concatenate([np.arange(size) for size in sizes])
        owner = np.repeat(np.arange(len(trees)), sizes)
        cut = np.where(leaf, 0.0, np.concatenate([tree.cut for tree in trees]))
        length = np.concatenate([tree.length for tree in trees])[leaf] / len(trees)
        mean = graph.op(
            "TreeEnsembleRegressor",
            rows,
            domain="ai.onnx.ml",
            n_targets=1,
            aggregate_function="SUM",
            nodes_treeids=owner.tolist(),
            nodes_nodeids=numbers.tolist(),
            nodes_featureids=np.where(leaf, 0, column).tolist(),
            nodes_modes=["LEAF" if one else "BRANCH_LEQ" for one in leaf.tolist()],
            nodes_values_as_tensor=numpy_helper.from_array(cut, "nodes_values"),
            nodes_truenodeids=np.where(leaf, 0, np.concatenate([tree.left for tree in trees])).tolist(),
            nodes_falsenodeids=np.where(leaf, 0, np.concatenate([tree.right for tree in trees])).tolist(),
            target_treeids=owner[leaf].tolist(),
            target_nodeids=numbers[leaf].tolist(),
            target_ids=[0] * int(leaf.sum()),
            target_weights_as_tensor=numpy_helper.from_array(length, "target_weights"),
        )
        share = graph.op("Div", graph.op("Cast", mean, to=11), graph.constant(-self.unit))
        return graph.op("Pow", graph.constant(2.0), share)


def fit(rows: Floats, *, seed: int = 0) -> Forest:
    """Grow the trees on normal rows."""
    import numpy as np
    from sklearn.ensemble import IsolationForest

    grown = IsolationForest(n_estimators=TREES, max_samples=min(SAMPLES, len(rows)), random_state=seed, n_jobs=1)
    grown.fit(rows.astype(np.float32))
    trees = []
    for one in grown.estimators_:
        tree = one.tree_
        inner = tree.children_left >= 0
        depth = np.zeros(tree.node_count)
        for node in np.flatnonzero(inner):  # children come after their parents
            depth[[tree.children_left[node], tree.children_right[node]]] = depth[node] + 1
        trees.append(
            Tree(
                column=np.where(inner, tree.feature, -1).astype(np.int64),
                cut=tree.threshold.astype(np.float64),
                left=tree.children_left.astype(np.int64),
                right=tree.children_right.astype(np.int64),
                length=depth + _expected(tree.n_node_samples.astype(np.float64)),
            )
        )
    return Forest(trees=tuple(trees), unit=max(float(_expected(np.array([float(grown.max_samples_)]))[0]), 1e-9))


def _expected(counts: Floats) -> Floats:
    """The mean path of an unsuccessful search among so many samples."""
    import numpy as np

    many = np.maximum(counts, 3.0)
    path = 2.0 * (np.log(many - 1.0) + np.euler_gamma) - 2.0 * (many - 1.0) / many
    return np.asarray(np.where(counts > 2, path, np.where(counts > 1, 1.0, 0.0)))
