"""The real loading code and the real ViT-B architecture on random weights: no weight file can be had in a test."""

import warnings
from pathlib import Path

import cv2
import numpy as np
import pytest

from click_inpaint import mask
from click_inpaint.errors import BadWeights
from click_inpaint.geometry import Box, Point
from click_inpaint.segment.base import Prompt
from click_inpaint.segment.registry import Registry
from click_inpaint.segment.sam import Sam


@pytest.fixture(scope="module")
def weights_folder(torch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from segment_anything import sam_model_registry

    folder = tmp_path_factory.mktemp("sam")
    torch.manual_seed(4)
    state = sam_model_registry["vit_b"]().state_dict()
    for name, tensor in state.items():
        if "rel_pos" in name or "pos_embed" in name:  # zero until trained: nothing would be seen of them
            tensor.normal_(std=0.1 if "rel_pos" in name else 0.02)
    torch.save(state, folder / "sam_vit_b_01ec64.pth")
    return folder


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (90, 140, 3), np.uint8)


@pytest.fixture(scope="module")
def sam(weights_folder: Path) -> Sam:
    segmenter = Registry([weights_folder]).get("auto")
    assert isinstance(segmenter, Sam)
    return segmenter


@pytest.fixture(scope="module")
def embedding(sam: Sam, picture: np.ndarray) -> object:
    return sam.embed(picture)


PROMPTS = [
    Prompt(include=(Point(60.5, 40.5),)),
    Prompt(include=(Point(60.5, 40.5), Point(80.5, 50.5)), exclude=(Point(10.5, 80.5),)),
    Prompt(box=Box(20, 10, 100, 80)),
    Prompt(include=(Point(60.5, 40.5),), box=Box(20, 10, 100, 80)),
]


@pytest.mark.parametrize("prompt", PROMPTS)
def test_masks_are_those_of_sam_predictor(
    sam: Sam, embedding: object, picture: np.ndarray, weights_folder: Path, prompt: Prompt
) -> None:
    from segment_anything import SamPredictor

    predictor = SamPredictor(sam._loaded().sam)
    predictor.features, predictor.is_image_set = embedding.features, True  # type: ignore[attr-defined]
    predictor.original_size = picture.shape[:2]
    predictor.input_size = (embedding.fitted.height, embedding.fitted.width)  # type: ignore[attr-defined]
    points = [*prompt.include, *prompt.exclude]
    # SamPredictor names pixels by index; half a pixel of the fitted picture is lost in its rounding of the scale
    across = embedding.fitted.width / picture.shape[1]  # type: ignore[attr-defined]
    coordinates = np.array([[p.x - 0.5 / across, p.y - 0.5 / across] for p in points]) if points else None
    labels = np.array([1] * len(prompt.include) + [0] * len(prompt.exclude)) if points else None
    box = prompt.box
    corners = None if box is None else np.array([box.x0, box.y0, box.x1, box.y1]) - 0.5 / across
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        alone = len(points) == 1 and box is None
        masks, scores, _ = predictor.predict(coordinates, labels, corners, multimask_output=alone)
    ours = sam.predict(embedding, prompt)
    assert len(ours) == len(masks)
    for candidate, theirs in zip(ours, (masks[i] for i in np.argsort(-scores, kind="stable"))):
        full = candidate.mask.full()
        union = ((full != 0) | theirs).sum()
        assert union == 0 or ((full != 0) & theirs).sum() / union > 0.995
    assert [c.score for c in ours] == pytest.approx(np.clip(sorted(scores, reverse=True), 0, 1), abs=1e-3)


def test_candidates_lie_in_the_pictures_frame(sam: Sam, embedding: object) -> None:
    for candidate in sam.predict(embedding, PROMPTS[0]):
        assert (candidate.mask.frame.width, candidate.mask.frame.height) == (140, 90)
        assert set(np.unique(candidate.mask.pixels)) <= {0, 255}
        assert candidate.mask == mask.from_array(candidate.mask.full())


def test_a_file_of_another_model_is_refused(torch, tmp_path: Path) -> None:
    torch.save({"not.a.sam": torch.ones(3)}, tmp_path / "sam_vit_b_01ec64.pth")
    with pytest.raises(BadWeights, match="does not hold the weights of sam_vit_b"):
        Sam("sam_vit_b", tmp_path / "sam_vit_b_01ec64.pth").embed(np.zeros((8, 8, 3), np.uint8))


def test_the_weights_digest_is_the_files(weights_folder: Path, sam: Sam) -> None:
    import hashlib

    assert sam.weights_digest == hashlib.sha256((weights_folder / "sam_vit_b_01ec64.pth").read_bytes()).hexdigest()


@pytest.mark.full
def test_masks_of_a_photograph_are_those_of_the_package(
    torch, sam: Sam, weights_folder: Path, photograph: Path
) -> None:
    """Our resize, attention and precision together against SamPredictor's own way from the picture on."""
    from segment_anything import SamPredictor, sam_model_registry

    image = cv2.cvtColor(cv2.imread(str(photograph)), cv2.COLOR_BGR2RGB)
    image = cv2.resize(image, (2600, 1733), interpolation=cv2.INTER_CUBIC)
    predictor = SamPredictor(sam_model_registry["vit_b"](str(weights_folder / "sam_vit_b_01ec64.pth")))
    predictor.set_image(image)
    embedding = sam.embed(image)
    assert relative_error(embedding.features, predictor.features) < 0.03
    for x, y in ((700, 800), (1300, 900), (2000, 500), (300, 1600)):
        masks, scores, _ = predictor.predict(np.array([[x, y]]), np.array([1]), multimask_output=True)
        half = 0.5 * image.shape[1] / embedding.fitted.width
        ours = sam.predict(embedding, Prompt((Point(x + half, y + half),)))
        for candidate, score in zip(ours, sorted(scores, reverse=True)):
            assert candidate.score == pytest.approx(np.clip(score, 0, 1), abs=0.01)
        # random weights' scores lie close together: each of our masks is compared with the one it is most like
        for candidate in ours:
            found = candidate.mask.full() > 0
            assert max((found & theirs).sum() / max((found | theirs).sum(), 1) for theirs in masks) >= 0.99


def relative_error(found, expected) -> float:
    return float((found - expected).norm() / expected.norm())
