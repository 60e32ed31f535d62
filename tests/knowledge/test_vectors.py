from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge import vectors
from knowledge.errors import IndexCorrupt
from knowledge.vectors import Vectors, unit_rows, write_vectors

COUNT, DIMENSIONS = 300, 32


@pytest.fixture
def matrix() -> vectors.Matrix:
    random = np.random.default_rng(7)
    return unit_rows(random.normal(size=(COUNT, DIMENSIONS)).astype(np.float32), DIMENSIONS)


@pytest.fixture
def folder(tmp_path: Path, matrix: vectors.Matrix) -> Path:
    write_vectors(tmp_path, [f"p{row}" for row in range(COUNT)], matrix)
    return tmp_path


def test_the_nearest_vector_is_the_same_one(folder: Path, matrix: vectors.Matrix) -> None:
    rows, cosines = Vectors(folder, COUNT, DIMENSIONS).search(matrix[42], 3)
    assert rows[0] == 42
    assert cosines[0] == pytest.approx(1, abs=1e-5)
    assert cosines[0] > cosines[1] >= cosines[2]


def test_only_the_given_rows_are_compared(folder: Path, matrix: vectors.Matrix) -> None:
    subset = np.array([3, 9, 100])
    rows, _ = Vectors(folder, COUNT, DIMENSIONS).search(matrix[42], 10, subset)
    assert sorted(rows.tolist()) == subset.tolist()


def test_a_large_index_is_searched_through_chroma(
    folder: Path, matrix: vectors.Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = Vectors(folder, COUNT, DIMENSIONS).search(matrix[42], 10)
    monkeypatch.setattr(vectors, "EXACT_BELOW", 10)
    large = Vectors(folder, COUNT, DIMENSIONS)
    found = large.search(matrix[42], 10)
    large.close()
    assert found[0].tolist() == exact[0].tolist()
    assert found[1] == pytest.approx(exact[1])


def test_without_its_chroma_folder_a_large_index_is_searched_exactly(
    folder: Path, matrix: vectors.Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "chroma" / "chroma.sqlite3").unlink()
    monkeypatch.setattr(vectors, "EXACT_BELOW", 10)
    assert Vectors(folder, COUNT, DIMENSIONS).search(matrix[7], 1)[0].tolist() == [7]


def test_a_text_without_a_vector_finds_nothing(folder: Path) -> None:
    query = np.zeros(DIMENSIONS, np.float32)
    assert not len(Vectors(folder, COUNT, DIMENSIONS).search(query, 5)[0])


def test_rows_are_scaled_to_length_one_and_zero_stays_zero() -> None:
    assert unit_rows([[3, 4], [0, 0]], 2).tolist() == [
        [pytest.approx(0.6), pytest.approx(0.8)],
        [0, 0],
    ]


@pytest.mark.parametrize("keep", [0, 10, 1000])
def test_a_truncated_matrix_is_refused(folder: Path, keep: int) -> None:
    file = folder / "vectors.npy"
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(IndexCorrupt, match=r"vectors\.npy"):
        Vectors(folder, COUNT, DIMENSIONS)


def test_a_matrix_of_another_shape_is_refused(folder: Path) -> None:
    with pytest.raises(IndexCorrupt, match="shape"):
        Vectors(folder, COUNT + 1, DIMENSIONS)
