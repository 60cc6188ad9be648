"""The page's description as Gradio serves it; what a browser makes of it is in tests/host."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from fastapi.testclient import TestClient

IDS = """
tabs tab_txt2img tab_img2img tab_settings setting_sd_model_checkpoint settings_restart_gradio
txt2img_prompt txt2img_generate txt2img_gallery txt2img_steps html_info_txt2img img2img_prompt img2img_neg_prompt
mode_img2img img2img_img2img_tab img2img_img2img_sketch_tab img2img_inpaint_tab img2img_inpaint_sketch_tab
img2img_inpaint_upload_tab img2img_batch_tab img2img_image img2maskimg img_inpaint_base img_inpaint_mask
img2img_batch_input_dir inpaint_controls img2img_width img2img_height img2img_tab_resize_to img2img_tab_resize_by
img2img_batch_count img2img_batch_size img2img_steps img2img_sampling img2img_cfg_scale img2img_denoising_strength
img2img_seed script_list img2img_generate img2img_interrupt img2img_gallery html_info_img2img
html_log_img2img image_buttons_txt2img txt2img_send_to_img2img image_buttons_img2img img2img_send_to_inpaint
"""


def page_of(demo: Any) -> str:
    return TestClient(gr.routes.App.create_app(demo)).get("/").text


def test_the_hosts_element_ids_are_there(host: SimpleNamespace) -> None:
    found = {part["props"].get("elem_id") for part in host.shared.demo.get_config_file()["components"]}
    assert set(IDS.split()) <= found


def test_components_and_layout_blocks_alike_tell_extensions_about_themselves(host: SimpleNamespace) -> None:
    seen = []
    host.scripts.script_callbacks.on_after_component(
        lambda part, **kwargs: seen.append((part.get_block_name(), kwargs.get("elem_id"), part.parent is not None))
    )
    host.boot.build()
    assert ("tabitem", "img2img_batch_tab", True) in seen
    assert ("textbox", "img2img_batch_input_dir", True) in seen


def test_ui_makes_the_script_arguments_in_the_order_of_the_page(host: SimpleNamespace) -> None:
    runner = host.scripts.scripts_img2img
    assert [script.title() for script in sorted(runner.scripts, key=lambda script: script.args_from)] == [
        "Sampler",
        "Probe",
        "Loopback",
    ]
    assert runner.inputs[0].elem_id == "script_list"


@pytest.mark.parametrize("language", ["None", "de"])
def test_the_head_has_the_scripts_and_words_and_asks_no_other_machine(
    host: SimpleNamespace, tmp_path: Path, language: str
) -> None:
    (tmp_path / "javascript").mkdir()
    (tmp_path / "javascript" / "part.mjs").write_text("", encoding="utf-8")
    (tmp_path / "localizations").mkdir()
    (tmp_path / "localizations" / "de.json").write_text(json.dumps({"Clear": "Leeren"}), encoding="utf-8")
    (tmp_path / "style.css").write_text("", encoding="utf-8")
    host.scripts.base_folders.append(str(tmp_path))
    host.opts.set("localization", language)
    page = page_of(host.boot.build())
    head, _, body = page.partition("</head>")
    assert f"window.localization = {json.dumps({'Clear': 'Leeren'} if language == 'de' else {})}" in head
    assert head.index("page.js?") < head.index(f'<script type="module" src="file={tmp_path}/javascript/part.mjs?')
    assert f"file={tmp_path}/style.css?" in body
    assert 'src="https://' not in page and "preconnect" not in page
