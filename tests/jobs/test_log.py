"""What the host's log gets of a job: one line, with sizes and times, and nothing of the person's."""

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest

from click_inpaint.errors import UserError
from tests.jobs.conftest import EDIT

Run = Callable[..., Any]
SECRET = "aunt Emma at the seaside"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    caplog.set_level(logging.DEBUG)
    return lambda: [record.getMessage() for record in caplog.records if record.name == "click_inpaint.job"]


def test_a_job_is_one_line_with_its_sizes_and_the_time_of_each_step(
    job: Run, lines: Callable[[], list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    job(prompt=SECRET, negative_prompt=SECRET)
    (line,) = lines()
    seconds = r"\d+\.\d\d s"
    steps = ", ".join(f"{name} {seconds}" for name in ("selecting", "preparing", "painting", "stitching"))
    assert re.fullmatch(rf"260×200, 1 crop\(s\) at 256×256, 1 result\(s\): {steps}", line)
    assert SECRET not in caplog.text


def test_batches_are_one_line_too_and_each_object_counts(job: Run, lines: Callable[[], list[str]]) -> None:
    job(n_iter=2, batch_size=2)
    two = {"selection": [{"kind": "stroke", "points": [[x, 100]], "radius": 9} for x in (30, 220)]}
    job(edit={**EDIT, **two, "area": {"mode": "each", "padding": 4, "prompts": [SECRET, ""]}})
    first, second = lines()
    assert "4 result(s)" in first and "2 crop(s)" in second
    assert SECRET not in first + second


def test_a_refused_job_is_told_without_what_the_person_has_written(
    job: Run, lines: Callable[[], list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(UserError, match=SECRET[:20]):
        job(edit={**EDIT, "area": {"prompts": [SECRET * 900]}})
    (line,) = lines()
    assert line.startswith("A job was refused: {where} must be text") and SECRET[:9] not in line
    assert not any(SECRET[:9] in record.getMessage() for record in caplog.records if "click_inpaint" in record.name)


def test_a_job_that_is_not_ours_is_not_told_of(job: Run, lines: Callable[[], list[str]]) -> None:
    job(alwayson_scripts={})
    assert not lines()
