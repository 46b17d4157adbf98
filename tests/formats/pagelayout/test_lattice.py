"""The cells of drawn tables, whatever way their lines are drawn."""

from hypothesis import assume, given
from hypothesis import strategies as st

from genba.formats.pagelayout.lattice import Frame, Rule, find_lattices

Spans = list[tuple[int, int, int, int]]  # row, column, row span, column span


@st.composite
def spanning_grids(draw: st.DrawFn) -> tuple[list[float], list[float], Spans]:
    """A grid whose cells span random rectangles, with every line of the grid showing somewhere."""
    rows, columns = draw(st.integers(2, 6)), draw(st.integers(2, 6))
    sizes = st.integers(12, 90)
    xs = [50.0]
    for _ in range(columns):
        xs.append(xs[-1] + draw(sizes))
    ys = [70.0]
    for _ in range(rows):
        ys.append(ys[-1] + draw(sizes))
    taken = [[False] * columns for _ in range(rows)]
    cells: Spans = []
    for row in range(rows):
        for column in range(columns):
            if taken[row][column]:
                continue
            high = draw(st.integers(1, 2 if 0 < row < rows - 1 else 1))
            wide = draw(st.integers(1, 2 if 0 < column < columns - 1 else 1))
            area = [(y, x) for y in range(row, row + high) for x in range(column, column + wide)]
            if any(taken[y][x] for y, x in area):
                high, wide, area = 1, 1, [(row, column)]
            for y, x in area:
                taken[y][x] = True
            cells.append((row, column, high, wide))
    assume({cell[0] for cell in cells} == set(range(rows)) and {cell[1] for cell in cells} == set(range(columns)))
    return xs, ys, cells


def rules_of(xs: list[float], ys: list[float], cells: Spans) -> tuple[list[Rule], list[Rule]]:
    horizontal, vertical = [], []
    for row, column, high, wide in cells:
        left, right, top, bottom = xs[column], xs[column + wide], ys[row], ys[row + high]
        horizontal += [Rule(top, left, right), Rule(bottom, left, right)]
        vertical += [Rule(left, top, bottom), Rule(right, top, bottom)]
    return horizontal, vertical


def found(frames: tuple[Frame, ...]) -> Spans:
    return sorted((f.row, f.column, f.row_span, f.column_span) for f in frames)


@given(spanning_grids(), st.randoms(use_true_random=False))
def test_a_spanning_grid_is_recovered_exactly(grid, random):
    xs, ys, cells = grid
    horizontal, vertical = rules_of(xs, ys, cells)
    random.shuffle(horizontal)
    random.shuffle(vertical)
    lattices, drawings = find_lattices(horizontal, vertical)
    assert drawings == []
    assert len(lattices) == 1
    assert len(lattices[0].xs) == len(xs)
    assert len(lattices[0].ys) == len(ys)
    assert found(lattices[0].frames) == sorted(cells)


@given(spanning_grids(), st.sampled_from(["dashed", "doubled", "ragged"]))
def test_dashes_double_lines_and_ragged_ends_make_the_same_cells(grid, way):
    xs, ys, cells = grid
    drawn = []
    for rules in rules_of(xs, ys, cells):
        if way == "dashed":
            drawn.append(
                [
                    Rule(r.at, r.start + i, min(r.start + i + 3, r.end))
                    for r in rules
                    for i in range(0, int(r.end - r.start) + 1, 5)
                ]
            )
        elif way == "doubled":
            drawn.append([Rule(r.at + side, r.start, r.end) for r in rules for side in (-0.9, 0.9)])
        else:
            drawn.append([Rule(r.at + 0.4, r.start - 1.5, r.end - 1.0) for r in rules])
    lattices, _ = find_lattices(*drawn)
    assert [found(lattice.frames) for lattice in lattices] == [sorted(cells)]


def test_a_table_open_at_its_sides_has_its_outer_columns():
    horizontal = [Rule(y, 0, 300) for y in (0, 20, 40)]
    vertical = [Rule(x, 0, 40) for x in (100, 200)]
    lattices, _ = find_lattices(horizontal, vertical)
    assert [(len(lattice.xs), len(lattice.ys)) for lattice in lattices] == [(4, 3)]


def test_boxes_joined_by_connectors_are_a_drawing_and_no_table():
    horizontal = (
        [Rule(y, 100, 200) for y in (0, 40, 100, 140)] + [Rule(y, 400, 500) for y in (300, 340)] + [Rule(320, 150, 400)]
    )
    vertical = [Rule(x, 0, 40) for x in (100, 200)] + [Rule(x, 100, 140) for x in (100, 200)]
    vertical += [Rule(x, 300, 340) for x in (400, 500)] + [Rule(150, 40, 320)]
    lattices, drawings = find_lattices(horizontal, vertical)
    assert lattices == []
    assert len(drawings) == 1


def test_lone_lines_make_nothing():
    assert find_lattices([Rule(10, 0, 500), Rule(60, 0, 500)], []) == ([], [])
