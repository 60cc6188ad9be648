"""The person's own limits, as the host keeps them."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from click_inpaint.errors import UserError
from click_inpaint.limits import Limits
from tests.jobs.conftest import EDIT


def set_to(host: SimpleNamespace, **values: Any) -> Any:
    from click_inpaint.host import settings

    host.opts.data.update({f"click_inpaint_{name}": value for name, value in values.items()})
    return settings


def test_each_limit_is_an_option_with_a_default_that_the_host_can_show(host: SimpleNamespace) -> None:
    settings = set_to(host)
    assert settings.request_limits() == Limits()
    for name in ("max_megabytes", "max_megapixels", "max_steps", "max_points", "requests_at_once", "upload_seconds"):
        default, label = settings.OPTIONS[f"click_inpaint_{name}"]
        assert isinstance(default, int) and default > 0 and label
    assert (settings.store_bytes(), settings.embedding_bytes()) == (512 << 20, 256 << 20)


def test_what_the_person_sets_holds_at_once_and_nonsense_counts_as_the_default(host: SimpleNamespace) -> None:
    settings = set_to(host, max_megabytes=20, upload_seconds=5, requests_at_once=3, max_steps=7, max_points=50)
    assert settings.request_limits() == Limits(20, 5, 3, 7, 50)
    values: list[Any] = [0, -3, "many", None, float("nan"), float("inf"), []]
    for nonsense in values:
        set_to(
            host, max_megabytes=nonsense, upload_seconds=nonsense, requests_at_once=nonsense, store_megabytes=nonsense
        )
        assert settings.request_limits() == Limits(steps=7, points=50) and settings.store_bytes() == 512 << 20
    set_to(host, max_steps=10**9, max_points=10**9)
    assert settings.request_limits() == Limits(), "an Edit has limits of its own"


def test_a_job_is_held_to_them_too(host: SimpleNamespace, job: Callable[..., Any]) -> None:
    set_to(host, max_points=2)
    job()
    edit = {**EDIT, "selection": [{"kind": "stroke", "points": [[130, 100]] * 3, "radius": 9}]}
    with pytest.raises(UserError, match="points of selection are 3, and this Web UI takes 2") as refused:
        job(edit=edit)
    assert vars(refused.value)["status_code"] == 422
