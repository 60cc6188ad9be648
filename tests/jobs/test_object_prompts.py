"""Objects that are each painted by a prompt of their own, one after the other in one job."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.arrays import U8
from tests.jobs.pressing import Press
from tests.jobs.test_distributed import Workers, workers  # noqa: F401 - a fixture
from tests.jobs.test_each import LEFT, RIGHT, array, assert_painted, edit_of

Run = Callable[..., Any]
CAT, DOG = "a cat <lora:fur:0.7>", "a dog"


def with_prompts(*prompts: str, steps: tuple[dict[str, Any], ...] = (LEFT, RIGHT)) -> dict[str, Any]:
    edit = edit_of(*steps)
    return {**edit, "area": {**edit["area"], "prompts": list(prompts)}}


@pytest.fixture
def sampled(host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The prompts of each batch that is sampled from now on."""
    from modules import processing

    found: list[list[str]] = []
    sample = processing.StableDiffusionProcessingImg2Img.sample

    def seen(p: Any) -> Any:
        found.append(list(p.prompts))
        return sample(p)

    monkeypatch.setattr(processing.StableDiffusionProcessingImg2Img, "sample", seen)
    return found


def test_each_object_is_what_a_job_for_it_alone_with_that_prompt_paints(job: Run, pixels: U8) -> None:
    both = job(with_prompts(CAT, DOG), prompt="a bird").images[0]
    assert_painted(both, pixels, 40, 220)
    left = job(edit_of(LEFT), prompt=CAT).images[0]
    then = job(edit_of(RIGHT), picture=array(left), prompt=DOG).images[0]
    assert then.tobytes() == both.tobytes() != job(edit_of(LEFT, RIGHT), prompt="a bird").images[0].tobytes()


@pytest.mark.parametrize(("prompts", "asked"), [((CAT, ""), [CAT, "a bird"]), (("", DOG), ["a bird", DOG])])
def test_an_object_without_one_is_painted_by_the_prompt_of_the_job(
    job: Run, sampled: list[list[str]], prompts: tuple[str, str], asked: list[str]
) -> None:
    job(with_prompts(*prompts), prompt="a bird", batch_size=2, n_iter=2)
    first, further = asked
    batch = [[first, first], [further], [further]]
    assert sampled == batch + batch, "a further object is a pass of its own for each image"


def test_each_image_of_a_batch_is_the_one_that_its_seed_gives_alone(job: Run) -> None:
    batch = job(with_prompts(CAT, DOG), batch_size=2, n_iter=2)
    for seed, image in zip(batch.all_seeds, batch.images):
        assert job(with_prompts(CAT, DOG), seed=seed).images[0].tobytes() == image.tobytes()


def test_the_infotext_has_the_prompt_of_the_job_and_tells_the_others_shortly(job: Run) -> None:
    long = "a very " + "long " * 30 + "haired dog"
    done = job(with_prompts("", long), prompt="a bird", batch_size=2)
    for text in done.infotexts:
        assert text.startswith("a bird\n")
        told = text.partition("Click Inpaint prompts: ")[2]
        assert told.startswith('"2: a very long long') and told.index("…") < 70
        assert "haired" not in text, "all of it stands in the Edit alone"
    assert "Click Inpaint prompts" not in job(edit_of(LEFT, RIGHT)).infotexts[0]


def test_styles_that_are_chosen_for_the_job_count_for_every_object(
    job: Run, sampled: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from modules import shared

    class Styles:
        """As the host merges them."""

        def apply_styles_to_prompt(self, prompt: str, styles: list[str]) -> str:
            return ", ".join([prompt, *styles])

    from modules import processing

    monkeypatch.setattr(shared, "prompt_styles", Styles(), raising=False)
    monkeypatch.setattr(processing.StableDiffusionProcessingImg2Img, "styles", ["watercolour"], raising=False)
    job(with_prompts(CAT, DOG))
    assert sampled == [[f"{CAT}, watercolour"], [f"{DOG}, watercolour"]]


def test_loopback_gives_each_object_its_prompt_in_every_round(job: Run, sampled: list[list[str]]) -> None:
    job(with_prompts(CAT, DOG), prompt="a bird", script_name="Loopback", script_args=[2])
    assert sampled == [[CAT], [DOG]] * 2


REFUSAL = "area.prompts has 1 of 2 prompts; give one for each object, or none."


def test_a_list_of_another_length_is_refused_before_sampling(job: Run, sampled: list[list[str]]) -> None:
    with pytest.raises(Exception, match=REFUSAL) as caught:
        job(with_prompts(CAT))
    assert vars(caught.value)["status_code"] == 422 and not sampled


def test_the_page_is_told_so_too(press: Press, sampled: list[list[str]], image: str) -> None:
    shown = press({**with_prompts(CAT), "image": image})
    assert shown.for_our_tab == [REFUSAL] and not sampled


def test_web_uis_that_share_the_job_and_paint_by_its_prompt_are_named(job: Run, workers: Workers) -> None:  # noqa: F811
    done = job(with_prompts(CAT, DOG), prompt="a bird")
    assert workers.payloads[0]["prompt"] == "a bird"
    assert "paint the first object by the prompt of the job, not by that of the object" in done.comments
    assert "paint the first object by" not in job(with_prompts("", DOG)).comments
