"""Points between samples."""

import numpy as np

from .series import averaged, first_sample, last_sample, point_times, sampled
from .times import MINUTE

ORIGIN = 6_000
VALUES = np.arange(10.0)  # minutes 0…9 since the origin


def test_both_ends_of_a_span_have_a_point() -> None:
    assert point_times(100, 400, 100).tolist() == [100, 200, 300, 400]


def test_an_end_between_two_points_has_none() -> None:
    assert point_times(100, 399, 100).tolist() == [100, 200, 300]


def test_a_point_is_the_sample_that_holds_there() -> None:
    times = ORIGIN + np.array([0, 59, 60, 61])
    assert sampled(VALUES, ORIGIN, times).tolist() == [0, 0, 1, 1]


def test_there_is_nothing_before_the_first_and_after_the_last_sample() -> None:
    times = ORIGIN + np.array([-1, 9 * MINUTE, 10 * MINUTE])
    assert np.isnan(sampled(VALUES, ORIGIN, times)).tolist() == [True, False, True]


def test_a_mean_is_that_of_the_samples_from_its_stamp_on() -> None:
    times = point_times(ORIGIN, ORIGIN + 300, 300)
    assert averaged(VALUES, ORIGIN, times, 300).tolist() == [2.0, 7.0]


def test_a_mean_leaves_missing_samples_out() -> None:
    values = VALUES.copy()
    values[3:5] = np.nan
    times = point_times(ORIGIN, ORIGIN + 300, 300)
    assert averaged(values, ORIGIN, times, 300).tolist() == [1.0, 7.0]


def test_a_mean_of_nothing_is_missing() -> None:
    values = VALUES.copy()
    values[5:] = np.nan
    times = point_times(ORIGIN - 300, ORIGIN + 600, 300)
    means = averaged(values, ORIGIN, times, 300)
    assert np.isnan(means).tolist() == [True, False, True, True]
    assert means[1] == 2.0


def test_a_mean_over_the_end_is_that_of_what_is_there() -> None:
    times = point_times(ORIGIN, ORIGIN + 400, 400)
    assert averaged(VALUES, ORIGIN, times, 400).tolist() == [3.0, 8.0]


def test_means_of_unaligned_spans_start_at_the_next_sample() -> None:
    times = point_times(ORIGIN + 30, ORIGIN + 90, 120)
    assert averaged(VALUES, ORIGIN, times, 120).tolist() == [1.5]


def test_first_and_last_sample_skip_what_is_missing() -> None:
    values = np.array([np.nan, 1.0, 2.0, np.nan])
    assert (first_sample(values), last_sample(values)) == (1, 2)
    assert last_sample(np.array([np.nan])) is None
    assert last_sample(np.array([])) is None
