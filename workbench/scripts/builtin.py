"""The host's own scripts that matter to us: Loopback, and the rows of the page that are scripts as well."""

from typing import Any

import gradio as gr
from modules import processing, scripts
from modules.sd_samplers import SAMPLERS
from modules.shared import state


class Sampler(scripts.Script):
    """Steps, method and seed (whose row is a script of its own in the host)."""

    section, setup_for_ui_only = "sampler", True

    def title(self) -> str:
        return "Sampler"

    def show(self, is_img2img: bool) -> Any:
        return scripts.AlwaysVisible

    def ui(self, is_img2img: bool) -> list[Any]:
        tab = "img2img" if is_img2img else "txt2img"
        with gr.Row():
            method = gr.Dropdown(SAMPLERS, value=SAMPLERS[0], label="Sampling method", elem_id=f"{tab}_sampling")
            steps = gr.Slider(1, 150, value=20, step=1, label="Sampling steps", elem_id=f"{tab}_steps")
            seed = gr.Number(label="Seed", value=-1, precision=0, elem_id=f"{tab}_seed")
        return [steps, method, seed]

    def setup(self, p: Any, *args: Any) -> None:
        p.steps, p.sampler_name, p.seed = args


class Loopback(scripts.Script):
    """Each full-size result is the next round's init picture."""

    def title(self) -> str:
        return "Loopback"

    def show(self, is_img2img: bool) -> bool:
        return is_img2img

    def ui(self, is_img2img: bool) -> list[Any]:
        return [gr.Slider(1, 32, value=4, step=1, label="Loops", elem_id="script_loopback_loops")]

    def run(self, p: Any, *args: Any) -> processing.Processed:
        """One `p` for all rounds: before_process comes again, `setup` does not. The seed goes up by one each round."""
        loops = state.job_count = int(args[0])
        p.seed = processing.get_fixed_seed(p.seed)
        p.batch_size = p.n_iter = 1
        p.extra_generation_params = {"Loops": loops}
        results, texts = [], []
        for _ in range(loops):
            processed = processing.process_images(p)
            texts += processed.infotexts
            if state.interrupted:
                break
            results.append(processed.images[0])
            p.seed, p.init_images, p.inpainting_fill = processed.seed + 1, [results[-1]], 1
        return processing.Processed(p, results, texts)
