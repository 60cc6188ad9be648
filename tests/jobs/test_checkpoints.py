"""Which checkpoint paints, and that the user's own is back afterwards."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from click_inpaint.checkpoint_header import Kind, kind_of
from click_inpaint.errors import UserError
from tests.jobs.conftest import EDIT

Run = Callable[..., Any]


def model(processed: Any) -> str:
    from modules import infotext_utils

    return infotext_utils.parse_generation_parameters(processed.infotexts[0])["Model"]


def test_auto_paints_with_sd2_inpainting_and_the_users_own_is_next(host: SimpleNamespace, job: Run) -> None:
    own = host.opts.sd_model_checkpoint
    assert model(job()) == "sd2-inpainting"
    assert host.opts.sd_model_checkpoint == own
    assert model(host.boot.run_txt2img(prompt="x", steps=2, width=64, height=64)) == "a-user"


def test_an_option_that_was_never_saved_is_put_back_too(host: SimpleNamespace, job: Run) -> None:
    host.opts.data.pop("sd_model_checkpoint", None)
    assert model(job()) == "sd2-inpainting"
    assert model(host.boot.run_txt2img(prompt="x", steps=2, width=64, height=64)) == "a-user"


def test_current_and_named_checkpoints(host: SimpleNamespace, job: Run) -> None:
    assert model(job(edit={**EDIT, "checkpoint": "current"})) == "a-user"
    assert model(job(edit={**EDIT, "checkpoint": "sd2-inpainting"})) == "sd2-inpainting"


def test_an_override_of_the_callers_wins(job: Run) -> None:
    assert model(job(override_settings={"sd_model_checkpoint": "a-user"})) == "a-user"


def test_without_an_inpainting_checkpoint_the_current_one_paints_and_it_is_said(
    host: SimpleNamespace, job: Run
) -> None:
    (host.folder / "sd2-inpainting.safetensors").unlink()
    host.sd_models.list_models()
    processed = job()
    assert model(processed) == "a-user" and "No inpainting checkpoint was found" in processed.comments


@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        ({"b-sd1": (9, 768), "z-sd2": (9, 1024)}, "z-sd2.safetensors"),
        ({"b-odd": (9, 64), "c-sd1": (9, 768)}, "c-sd1.safetensors"),
        ({"b-odd": (9, 64)}, "b-odd.safetensors"),
        ({"inpainting-by-name-only": (4, 1024)}, ""),
    ],
)
def test_auto_ranks_by_header(host: SimpleNamespace, files: dict[str, tuple[int, int]], chosen: str) -> None:
    from click_inpaint.host import checkpoints

    (host.folder / "sd2-inpainting.safetensors").unlink()
    (host.folder / "damaged.safetensors").write_bytes(b"not a header")
    (host.folder / "inpainting.ckpt").write_bytes(b"pickle of unknown family")
    for name, (channels, context) in files.items():
        host.checkpoints.write_tiny(host.folder / f"{name}.safetensors", channels, context)
    host.sd_models.list_models()
    assert checkpoints.choose("auto").name == chosen


def header(text: str) -> bytes:
    return len(text).to_bytes(8, "little") + text.encode()


def tensor(name: str, shape: str) -> str:
    return f'"{name}": {{"dtype": "F16", "shape": {shape}, "data_offsets": [0, 0]}}'


FIRST, CONTEXT = "model.diffusion_model.input_blocks.0.0.weight", "model.diffusion_model.a.attn2.to_k.weight"
ODD = {
    "nested": header("[" * 5_000 + "]" * 5_000),
    "nested shape": header(f"{{{tensor(FIRST, '[' * 900 + ']' * 900)}}}"),
    "list in shape": header(f"{{{tensor(FIRST, '[1, [2], 3, 3]')}, {tensor(CONTEXT, '[1, [2]]')}}}"),
    "table in shape": header(f"{{{tensor(FIRST, '[320, {}, 3, 3]')}}}"),
    "text for a shape": header(f'{{{tensor(FIRST, """ "abcd" """)}}}'),
    "fractions": header(f"{{{tensor(FIRST, '[320, 9.5, 3, 3]')}}}"),
    "truth": header(f"{{{tensor(FIRST, '[true, true, true, true]')}}}"),
    "negative": header(f"{{{tensor(FIRST, '[320, -9, 3, 3]')}}}"),
    "endless": header(f"{{{tensor(FIRST, '[320, 1e999, 3, 3]')}, {tensor(CONTEXT, '[1, NaN]')}}}"),
    "long number": header(f"{{{tensor(FIRST, '[320, ' + '9' * 200_000 + ', 3, 3]')}}}"),
    "no table": header("[1, 2]"),
    "tensor that is none": header(f'{{"{FIRST}": 7}}'),
    "half a character": header('{"\\ud800": 1}'),
    "cut": (1 << 20).to_bytes(8, "little") + b"{",
    "nothing": b"",
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_header_is_of_an_unknown_kind_and_status_tells_the_others(host: SimpleNamespace, name: str) -> None:
    from click_inpaint.host import checkpoints, status

    (host.folder / f"a {name}.safetensors").write_bytes(ODD[name])
    host.sd_models.list_models()
    assert checkpoints.choose("auto").name == "sd2-inpainting.safetensors"
    told = {item["name"]: item for item in status.status(no_service())["checkpoints"]}
    assert told[f"a {name}.safetensors"]["family"] == "" and not told[f"a {name}.safetensors"]["inpainting"]
    json.dumps(told)


def no_service() -> Any:
    return SimpleNamespace(
        pipeline=SimpleNamespace(segmenters=SimpleNamespace(available=lambda: ("grabcut",))), hover_ms=lambda name: None
    )


def test_a_damaged_header_is_read_once_and_again_when_the_file_changes(
    host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click_inpaint import checkpoint_header, weights

    read: list[Path] = []

    def shapes(path: Path) -> dict[str, tuple[int, ...]]:
        read.append(path)
        return weights.safetensors_shapes(path)

    monkeypatch.setattr(checkpoint_header, "safetensors_shapes", shapes)
    path = host.folder / "damaged.safetensors"
    path.write_bytes(header("{" * 1_000_000))
    for _ in range(3):
        assert kind_of(str(path)) == Kind()
    assert read == [path]
    path.unlink()
    host.checkpoints.write_tiny(path, channels=9, context=1024)
    assert kind_of(str(path)) == Kind(9, "SD2") and len(read) == 2


def test_what_could_not_be_read_for_once_is_read_again(host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:

    path = str(host.folder / "b.safetensors")
    host.checkpoints.write_tiny(Path(path), channels=9, context=1024)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda *_: (_ for _ in ()).throw(PermissionError("locked")))
        assert kind_of(path) == Kind()
    assert kind_of(path) == Kind(9, "SD2")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_what_is_no_file_is_not_opened(host: SimpleNamespace) -> None:
    """A pipe would be waited for until somebody writes into it."""

    (host.folder / "folder.safetensors").mkdir()
    os.mkfifo(host.folder / "pipe.safetensors")
    for name in ("folder", "pipe", "absent"):
        assert kind_of(str(host.folder / f"{name}.safetensors")) == Kind()


class Clock:
    """Time that passes by pausing only; each of `events` happens in a pause of its own."""

    def __init__(self, *events: Callable[[], object]) -> None:
        self.paused: list[float] = []
        self.events = list(events)

    def sleep(self, seconds: float) -> None:
        self.paused.append(seconds)
        if self.events:
            self.events.pop(0)()


@pytest.mark.parametrize(
    ("wanted", "chosen"), [("auto", "sd2-inpainting.safetensors"), ("a-user", "a-user.safetensors")]
)
@pytest.mark.parametrize("first", [0, 1])
def test_a_list_that_is_being_refilled_is_looked_at_again(
    host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, wanted: str, chosen: str, first: int
) -> None:
    from click_inpaint.host import checkpoints

    infos = host.sd_models.checkpoints_list
    some = dict(list(infos.items())[:first])
    clock = Clock(lambda: infos.update(some), host.sd_models.list_models)
    monkeypatch.setattr(checkpoints, "time", clock)
    infos.clear()
    host.sd_models.checkpoint_aliases.clear()
    assert checkpoints.choose(wanted) == checkpoints.Choice(chosen) and len(clock.paused) == 2


@pytest.mark.parametrize("there", [True, False])
def test_what_is_not_there_is_soon_said(host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    from click_inpaint.host import checkpoints

    clock = Clock()
    monkeypatch.setattr(checkpoints, "time", clock)
    (host.folder / "sd2-inpainting.safetensors").unlink()
    if not there:
        (host.folder / "a-user.safetensors").unlink()
    host.sd_models.list_models()
    assert "No inpainting checkpoint" in str(checkpoints.choose("auto").note)
    assert clock.paused == list(checkpoints.REFRESH_PAUSES_S[: 1 if there else None]) and sum(clock.paused) <= 0.5
    with pytest.raises(UserError, match="has no checkpoint “other”"):
        checkpoints.choose("other")


def test_the_host_may_refill_its_list_while_headers_are_read(
    host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click_inpaint.host import checkpoints, status

    def meddled(filename: str) -> Any:
        found = host.sd_models.checkpoints_list
        found[f"more {len(found)}"] = next(iter(found.values()))
        return read(filename)

    read = kind_of
    monkeypatch.setattr(checkpoints, "kind_of", meddled)
    assert checkpoints.choose("auto").name == "sd2-inpainting.safetensors"
    told = status.status(no_service())
    assert "sd2-inpainting.safetensors" in [checkpoint["name"] for checkpoint in told["checkpoints"]]


def test_the_page_is_told_what_auto_lacks_as_a_message(host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    from click_inpaint.host import checkpoints, status

    segmenters = SimpleNamespace(available=lambda: ("sam_vit_b", "grabcut"))
    service: Any = SimpleNamespace(pipeline=SimpleNamespace(segmenters=segmenters), hover_ms=lambda name: None)
    assert status.status(service)["auto"]["note"] is None
    (host.folder / "sd2-inpainting.safetensors").unlink()
    host.sd_models.list_models()
    monkeypatch.setattr(checkpoints, "time", Clock())
    told = status.status(service)
    assert told["auto"]["note"] == checkpoints.NO_INPAINTING.as_json()
    assert [one["built_in"] for one in told["segmenters"]] == [False, True]
