"""The training of the built-in segmenter's network, on pictures that are made here: it runs, and writes what OpenCV
reads.
"""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from bench import fit_guide  # noqa: E402
from bench.guide_net import Guide, export  # noqa: E402
from bench.guide_pictures import Pictures, composed, real  # noqa: E402
from click_inpaint.segment.grabcut.network import FILE  # noqa: E402

RNG = np.random.default_rng(3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two photographs in COCO's form, of which one is free, a cut-out and a background."""
    for name in ("coco/annotations", "coco/train", "cutouts", "backgrounds", "out"):
        (tmp_path / name).mkdir(parents=True)
    images, drawn = [], []
    for number, licence in ((1, 4), (2, 3)):
        picture = RNG.integers(0, 90, (120, 160, 3), np.uint8)
        picture[30:90, 40:120] += 150
        cv2.imwrite(str(tmp_path / f"coco/train/{number}.jpg"), picture)
        images.append({"id": number, "file_name": f"{number}.jpg", "license": licence})
        corners = [40, 30, 119, 30, 119, 89, 40, 89]
        drawn.append({"image_id": number, "segmentation": [corners], "area": 4800, "iscrowd": 0})
    listing = {"images": images, "annotations": drawn}
    (tmp_path / "coco/annotations/instances_train.json").write_text(json.dumps(listing), encoding="utf-8")
    cutout = np.zeros((40, 40, 4), np.uint8)
    cv2.circle(cutout, (20, 20), 15, (20, 200, 240, 255), -1)
    cv2.imwrite(str(tmp_path / "cutouts/disc.png"), cutout)
    cv2.imwrite(str(tmp_path / "backgrounds/noise.png"), RNG.integers(0, 255, (90, 90, 3), np.uint8))
    return tmp_path


def test_only_free_photographs_are_taken_and_masks_lie_on_their_objects(folder: Path) -> None:
    torch.manual_seed(1)
    pictures = Pictures(folder / "coco", folder / "cutouts", folder / "backgrounds", "cpu")
    assert len(pictures.photos) == 1 and len(pictures.masks) == 1 and len(pictures.backgrounds) == 2
    assert len(pictures.cutouts) == 2  # the one given, and the object of the photograph
    image, mask = real(pictures, 16, 64)
    bright, inside = image.mean(1) > 0.45, mask[:, 0] > 0.5
    assert image.shape == (16, 3, 64, 64) and mask.shape == (16, 1, 64, 64) and inside.any()
    assert (bright == inside).float().mean() > 0.95
    image, mask = composed(pictures, 16, 64)
    for values in (image, mask):
        assert float(values.min()) >= 0 and float(values.max()) <= 1
    assert ((mask > 0.5).float().mean((1, 2, 3)) > 0).float().mean() > 0.7


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of PyTorch's way to write ONNX
@pytest.mark.full
def test_training_writes_a_network_that_opencv_runs_as_torch_does(folder: Path) -> None:
    trunk, out = folder / "trunk.pth", folder / "out"
    torch.save(Guide().state_dict(), trunk)
    folders = {name: str(folder / name) for name in ("coco", "cutouts", "backgrounds")}
    given = folders | {"trunk": str(trunk), "out": str(out), "device": "cpu"}
    given |= {"minutes": "0.01", "batch": "4", "side": "64"}
    fit_guide.main([part for name, value in given.items() for part in (f"--{name}", value)])
    net = Guide()
    net.load_state_dict(torch.load(out / "guide.pt", weights_only=True))
    export(net, out / "again.onnx")
    seen = RNG.random((1, 7, 96, 64)).astype(np.float32)
    with torch.no_grad():
        expected = net(torch.from_numpy(seen)).numpy()
    runs = cv2.dnn.readNetFromONNX(str(out / "again.onnx"))
    runs.setInput(seen)
    assert np.abs(runs.forward() - expected).max() < 0.02 * max(1.0, np.abs(expected).max())
    sizes = [path.stat().st_size for path in (out / "guide.onnx", FILE)]
    assert abs(sizes[0] - sizes[1]) < 2000  # what ships is of this architecture
