"""Weights from pairwise comparison, with the consistency ratio (§B.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from math import prod

RANDOM_INDEX = {3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45}
"""RI by the number of rows (§B.1); one and two rows are always consistent."""

ACCEPTABLE = 0.10
"""A matrix is accepted when CR stays below (§B.1)."""


@dataclass(frozen=True)
class Ahp:
    weights: tuple[float, ...]
    largest: float  # λmax
    ratio: float  # CR

    @property
    def is_consistent(self) -> bool:
        return self.ratio < ACCEPTABLE


def matrix_faults(matrix: Sequence[Sequence[Fraction]]) -> list[str]:
    """Why this is no pairwise matrix, in Chinese: square, ones on the diagonal, reciprocal, 1–9."""
    size = len(matrix)
    if not 1 <= size <= max(RANDOM_INDEX) or any(len(row) != size for row in matrix):
        return ["判断矩阵应为 1 到 9 阶的方阵。"]
    faults = []
    for i in range(size):
        if matrix[i][i] != 1:
            faults.append(f"第 {i + 1} 行对角线应为 1。")
        for j in range(i + 1, size):
            value = matrix[i][j]
            if not Fraction(1, 9) <= value <= 9:
                faults.append(f"第 {i + 1} 行第 {j + 1} 列应在 1/9 到 9 之间。")
            elif matrix[j][i] * value != 1:
                faults.append(f"第 {j + 1} 行第 {i + 1} 列应为 {1 / value}。")
    return faults


def solve(matrix: Sequence[Sequence[Fraction]]) -> Ahp:
    """Geometric-mean weights, λmax and CR of a matrix without faults."""
    size = len(matrix)
    means = [prod(float(value) for value in row) ** (1 / size) for row in matrix]
    weights = [mean / sum(means) for mean in means]
    sums = [
        sum(float(value) * weight for value, weight in zip(row, weights, strict=True))
        for row in matrix
    ]
    largest = sum(total / weight for total, weight in zip(sums, weights, strict=True)) / size
    if size not in RANDOM_INDEX:
        return Ahp(tuple(weights), largest, 0.0)
    index = (largest - size) / (size - 1)
    return Ahp(tuple(weights), largest, index / RANDOM_INDEX[size])


FOUR = Decimal("0.0001")


def rounded(weights: Sequence[float]) -> tuple[Decimal, ...]:
    """The weights with four places and a sum of exactly 1 (largest remainder)."""
    exact = [Decimal(weight) for weight in weights]
    cut = [weight.quantize(FOUR, ROUND_DOWN) for weight in exact]
    left = int((1 - sum(cut)) / FOUR)
    order = sorted(range(len(exact)), key=lambda n: cut[n] - exact[n])
    for n in order[:left]:
        cut[n] += FOUR
    return tuple(cut)


def from_upper(size: int, upper: Mapping[tuple[int, int], Fraction]) -> list[list[Fraction]]:
    """The whole matrix of the judgements above its diagonal; below are the reciprocals."""
    matrix = [[Fraction(1)] * size for _ in range(size)]
    for (i, j), value in upper.items():
        matrix[i][j], matrix[j][i] = value, 1 / value
    return matrix
