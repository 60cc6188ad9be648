"""The real loading, prompt and decoder code on random weights, behind a small image encoder: the real one's seconds
would show nothing here, and no weight file can be had in a test.
"""

import hashlib
import warnings
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from click_inpaint import mask
from click_inpaint.errors import BadWeights, NotNow, UserError
from click_inpaint.geometry import Box, Point, Size
from click_inpaint.segment.base import HOVER_SIDE_PX, Prompt
from click_inpaint.segment.registry import Registry
from click_inpaint.segment.sam import frame, mobile, models, precision
from click_inpaint.segment.sam.segmenter import Sam, SamEmbedding
from tests.arrays import U8, Bools
from tests.segment.sam import small_sam


@pytest.fixture(scope="module")
def weights_folder(torch: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_sam.published(torch, tmp_path_factory.mktemp("sam")).parent


@pytest.fixture(scope="module")
def picture() -> U8:
    return np.random.default_rng(1).integers(0, 256, (90, 140, 3), np.uint8)


@pytest.fixture(scope="module")
def sam(weights_folder: Path) -> Sam:
    segmenter = Registry([weights_folder], specs=small_sam.catalogue()).get("auto")
    assert isinstance(segmenter, Sam)
    return segmenter


@pytest.fixture(scope="module")
def predictor(torch: Any, weights_folder: Path, picture: U8) -> Any:
    """SamPredictor on the same weights and picture."""
    from segment_anything import SamPredictor

    package = small_sam.build().eval()
    package.load_state_dict(torch.load(weights_folder / small_sam.FILE))
    made = SamPredictor(package)
    made.set_image(picture)
    return made


@pytest.fixture(scope="module")
def embedding(sam: Sam, picture: U8, predictor: Any) -> SamEmbedding:
    """Ours, with the features of the package: random weights' masks are noise, where bf16 shows."""
    return replace(sam.embed(picture), prepared=sam._loaded().decoder.prepare(predictor.features))


PROMPTS = [
    Prompt(include=(Point(60.5, 40.5),)),
    Prompt(include=(Point(60.5, 40.5), Point(80.5, 50.5)), exclude=(Point(10.5, 80.5),)),
    Prompt(box=Box(20, 10, 100, 80)),
    Prompt(include=(Point(60.5, 40.5),), box=Box(20, 10, 100, 80)),
]


def asked(predictor: Any, prompt: Prompt, mask_input: Any = None) -> Any:
    """SamPredictor's masks, scores and logits, best first."""
    points = [*prompt.include, *prompt.exclude]
    # it names pixels by index; half a pixel of the fitted picture is lost in its rounding of the scale
    half = 0.5 * predictor.original_size[1] / predictor.input_size[1]
    coordinates = np.array([[p.x - half, p.y - half] for p in points]) if points else None
    labels = np.array([1] * len(prompt.include) + [0] * len(prompt.exclude)) if points else None
    box = prompt.box
    corners = None if box is None else np.array([box.x0, box.y0, box.x1, box.y1]) - half
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        alone = len(points) == 1 and box is None and mask_input is None
        masks, scores, logits = predictor.predict(coordinates, labels, corners, mask_input, multimask_output=alone)
    order = np.argsort(-scores, kind="stable")
    return masks[order], scores[order], logits[order]


def iou(a: Bools, b: Bools) -> float:
    union = (a | b).sum()
    return float((a & b).sum() / union) if union else 1.0


def agree(ours: Any, masks: Any, scores: Any) -> None:
    assert len(ours) == len(masks)
    for candidate, theirs in zip(ours, masks):
        assert iou(candidate.mask.full() != 0, theirs) > 0.995
    assert [candidate.score for candidate in ours] == pytest.approx(np.clip(scores, 0, 1), abs=1e-3)


def test_a_picture_is_seen_as_the_package_sees_it(sam: Sam, predictor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    square = np.random.default_rng(2).integers(0, 256, (600, 1024, 3), np.uint8)
    mean, deviation = predictor.model.pixel_mean, predictor.model.pixel_std
    assert mean.flatten().tolist() == pytest.approx(mobile.PIXEL_MEAN)
    assert deviation.flatten().tolist() == pytest.approx(mobile.PIXEL_STD)
    package = type(predictor)(predictor.model)
    package.set_image(square)
    (theirs,) = sam._loaded().decoder.prepare(package.features)
    for pays, error in ((False, 1e-4), (True, 0.02)):
        monkeypatch.setattr(precision, "bf16_pays", lambda pays=pays: pays)
        (ours,) = sam.embed(square).prepared
        assert (ours - theirs).norm() < error * theirs.norm()


@pytest.mark.parametrize("prompt", PROMPTS)
def test_masks_are_those_of_sam_predictor(sam: Sam, embedding: SamEmbedding, predictor: Any, prompt: Prompt) -> None:
    agree(sam.predict(embedding, prompt), *asked(predictor, prompt)[:2])


@pytest.mark.parametrize("candidate", [0, 2])
def test_a_further_click_starts_from_the_chosen_mask(
    sam: Sam, embedding: SamEmbedding, predictor: Any, candidate: int
) -> None:
    first, second, third = (Point(60.5, 40.5), Point(80.5, 50.5), Point(100.5, 70.5))
    one = Prompt((first,))
    two = Prompt((first, second), previous=(one, candidate))
    three = Prompt((first, second), (third,), previous=(two, 0))
    logits = asked(predictor, one)[2][candidate][None]
    masks, scores, logits = asked(predictor, two, logits)
    agree(sam.predict(embedding, two), masks, scores)
    agree(sam.predict(embedding, three), *asked(predictor, three, logits[:1])[:2])
    without = sam.predict(embedding, replace(two, previous=None))[0].mask
    assert without != sam.predict(embedding, two)[0].mask, "the earlier mask has a say"


def test_a_further_click_is_the_same_when_its_past_was_forgotten(sam: Sam, embedding: SamEmbedding) -> None:
    past = Prompt((Point(60.5, 40.5),))
    for x in (80.5, 20.5, 110.5):
        past = Prompt((*past.include, Point(x, 50.5)), previous=(past, 0))
        remembered = sam.predict(embedding, past)[0].mask
        forgotten = SamEmbedding(embedding.prepared, embedding.size, embedding.fitted)
        assert sam.predict(forgotten, past)[0].mask == remembered


def test_very_many_clicks_are_no_deep_recursion(torch: Any, sam: Sam, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing: Any = SimpleNamespace(with_mask=lambda prepared, dense: prepared)
    cheap = replace(
        sam._loaded(),
        prompt_encoder=lambda **given: (torch.zeros(1, 1, 256), torch.zeros(1)),
        decoder=nothing,
        decode=lambda *given: (torch.full((4, 256, 256), -1.0), torch.zeros(4)),
    )
    monkeypatch.setattr(sam, "_model", cheap)
    many = Prompt((Point(1, 1),))
    for _ in range(300):
        many = Prompt((Point(1, 1),), previous=(many, 0))
    embedding = SamEmbedding((), Size(10, 10), Size(1024, 1024))
    assert sam.predict(embedding, many)[0].mask.empty


def test_candidates_lie_in_the_pictures_frame(sam: Sam, embedding: SamEmbedding) -> None:
    for candidate in sam.predict(embedding, PROMPTS[0]):
        assert (candidate.mask.frame.width, candidate.mask.frame.height) == (140, 90)
        assert set(np.unique(candidate.mask.pixels)) <= {0, 255}
        assert candidate.mask == mask.from_array(candidate.mask.full())


def test_a_hover_mask_is_the_best_candidate_as_it_was_decoded(sam: Sam, embedding: SamEmbedding) -> None:
    point = Point(60.5, 40.5)
    best, hovered = sam.predict(embedding, Prompt((point,)))[0], sam.hover(embedding, point)
    assert hovered.score == best.score and max(hovered.pixels.shape) <= HOVER_SIDE_PX
    logits = sam._answer(embedding, Prompt((point,))).logits[0].numpy()
    box, pixels = frame.coarse(logits, embedding.size, embedding.fitted, 1024)
    assert hovered.box == box and (hovered.pixels == pixels).all()


def test_an_embedding_holds_no_more_than_it_says(sam: Sam, picture: U8) -> None:
    fresh = sam.embed(picture)
    for x in range(5, 135, 10):
        sam.predict(fresh, Prompt((Point(x, 40),)))
    held = sum(part.nbytes for part in fresh.prepared) + sum(a.logits.nbytes for a in fresh.answers._held.values())
    assert 4 << 20 <= held <= sam.nbytes(fresh) <= 16 << 20


def test_clicks_are_answered_after_everything_was_released(sam: Sam, embedding: SamEmbedding, picture: U8) -> None:
    expected, prepared = sam.predict(embedding, PROMPTS[1]), sam.embed(picture).prepared
    sam.release(everything=True)
    kept = SamEmbedding(embedding.prepared, embedding.size, embedding.fitted)
    assert sam.predict(kept, PROMPTS[1])[0].mask == expected[0].mask
    assert all((a == b).all() for a, b in zip(sam.embed(picture).prepared, prepared))


def test_a_file_of_another_model_is_refused(torch: Any, tmp_path: Path) -> None:
    torch.save({"not.a.sam": torch.ones(3)}, tmp_path / small_sam.FILE)
    with pytest.raises(BadWeights, match="does not hold the weights of sam_vit_b"):
        small_sam.segmenter(tmp_path / small_sam.FILE).embed(np.zeros((8, 8, 3), np.uint8))


def test_while_the_host_has_layers_made_without_memory_nothing_is_kept(
    torch: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As modules/sd_disable_initialization.py does for the whole process while it makes a checkpoint's model."""
    sam, picture = small_sam.segmenter(small_sam.published(torch, tmp_path)), np.zeros((8, 8, 3), np.uint8)
    made = torch.nn.Linear.__init__
    with monkeypatch.context() as patch:
        patch.setattr(torch.nn.Linear, "__init__", lambda *args, **kw: made(*args, **{**kw, "device": "meta"}))
        patch.setattr(torch.nn.Module, "to", lambda *args, **kw: None)
        with pytest.raises(NotNow, match="loading a checkpoint"):
            sam.embed(picture)
    assert sam.predict(sam.embed(picture), Prompt((Point(4, 4),)))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            ModuleNotFoundError("No module named 'segment_anything'", name="segment_anything"),
            "segment-anything is miss",
        ),
        (ModuleNotFoundError("No module named 'torchvision'", name="torchvision"), "No module named 'torchvision'"),
        (ImportError("cannot import name 'x' from 'timm.layers'"), "cannot import name 'x' from 'timm.layers'"),
        (RuntimeError("operator torchvision::nms does not exist"), "torchvision::nms does not exist"),
        (UserError("timm is too old"), "^timm is too old$"),
    ],
)
def test_a_package_that_does_not_work_is_told_as_it_is(weights_folder: Path, error: Exception, told: str) -> None:
    def build() -> object:
        raise error

    with pytest.raises(UserError, match=told):
        small_sam.segmenter(weights_folder / small_sam.FILE, models.Architecture(build)).embed(
            np.zeros((8, 8, 3), np.uint8)
        )


def test_the_weights_digest_is_the_files(weights_folder: Path, sam: Sam) -> None:
    assert sam.weights_digest == hashlib.sha256((weights_folder / small_sam.FILE).read_bytes()).hexdigest()


def test_nothing_is_loaded_of_a_file_that_has_taken_its_place(torch: Any, tmp_path: Path, picture: U8) -> None:
    path = small_sam.published(torch, tmp_path)
    sam, waiting = small_sam.segmenter(path), small_sam.segmenter(path)
    digest, prepared = sam.weights_digest, sam.embed(picture).prepared[0]
    torch.save({name: 1.5 * tensor for name, tensor in torch.load(path).items()}, path)
    assert sam.weights_digest == digest != small_sam.segmenter(path).weights_digest
    assert (sam.embed(picture).prepared[0] == prepared).all(), "it has its weights"
    sam.release(everything=True)
    for gone in (sam, waiting):
        with pytest.raises(BadWeights, match="was replaced"):
            gone.embed(picture)


@pytest.mark.full
def test_a_photograph_is_seen_by_the_real_vit_b_as_by_the_package(torch: Any, photograph: Path, tmp_path: Path) -> None:
    """Our resize, fused attention and precision together against SamPredictor's own way from the picture on."""
    from segment_anything import SamPredictor, sam_model_registry

    path = small_sam.published(torch, tmp_path, sam_model_registry["vit_b"])
    rgb = cv2.cvtColor(cv2.imread(str(photograph)), cv2.COLOR_BGR2RGB)
    image = np.asarray(cv2.resize(rgb, (2600, 1733), interpolation=cv2.INTER_CUBIC), np.uint8)
    predictor = SamPredictor(sam_model_registry["vit_b"](str(path)))
    predictor.set_image(image)
    sam = small_sam.segmenter(path, models.Architecture(partial(models.vit, "vit_b")))
    embedding = sam.embed(image)
    (expected,) = sam._loaded().decoder.prepare(predictor.features)
    assert (embedding.prepared[0] - expected).norm() < 0.03 * expected.norm()
    half = 0.5 * image.shape[1] / embedding.fitted.width
    for x, y in ((700, 800), (1300, 900), (2000, 500), (300, 1600)):
        masks, scores, _ = predictor.predict(np.array([[x, y]]), np.array([1]), multimask_output=True)
        ours = sam.predict(embedding, Prompt((Point(x + half, y + half),)))
        assert [c.score for c in ours] == pytest.approx(np.clip(sorted(scores, reverse=True), 0, 1), abs=0.01)
        # random weights' scores lie close together: each of our masks is compared with the one it is most like
        for candidate in ours:
            assert max(iou(candidate.mask.full() > 0, theirs) for theirs in masks) >= 0.99
