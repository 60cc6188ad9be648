"""The host's own scripts that matter to us: Loopback, and the two rows of the page that are scripts as well."""

from typing import Any

import gradio as gr
from modules import images, processing, scripts
from modules.sd_samplers import SAMPLERS
from modules.shared import opts, state


class _Row:
    is_img2img = False
    setup_for_ui_only = True

    def show(self, is_img2img: bool) -> Any:
        return scripts.AlwaysVisible

    def elem_id(self, item_id: str) -> str:
        return f"{'img2img' if self.is_img2img else 'txt2img'}_{item_id}"


class Sampler(_Row, scripts.Script):
    section = "sampler"

    def title(self) -> str:
        return "Sampler"

    def ui(self, is_img2img: bool) -> list[Any]:
        with gr.Row():
            method = gr.Dropdown(SAMPLERS, value=SAMPLERS[0], label="Sampling method", elem_id=self.elem_id("sampling"))
            steps = gr.Slider(1, 150, value=20, step=1, label="Sampling steps", elem_id=self.elem_id("steps"))
        return [steps, method]

    def setup(self, p: Any, *args: Any) -> None:
        p.steps, p.sampler_name = args


class Seed(_Row, scripts.Script):
    section = "seed"

    def title(self) -> str:
        return "Seed"

    def ui(self, is_img2img: bool) -> list[Any]:
        return [gr.Number(label="Seed", value=-1, precision=0, elem_id=self.elem_id("seed"))]

    def setup(self, p: Any, *args: Any) -> None:
        p.seed = args[0]


class Loopback(scripts.Script):
    """Each full-size result is the next round's init picture."""

    def title(self) -> str:
        return "Loopback"

    def show(self, is_img2img: bool) -> bool:
        return is_img2img

    def ui(self, is_img2img: bool) -> list[Any]:
        return [gr.Slider(1, 32, value=4, step=1, label="Loops", elem_id=self.elem_id("loops"))]

    def run(self, p: Any, *args: Any) -> processing.Processed:
        """One `p` for all rounds: before_process comes again, `setup` does not. The seed goes up by one each round."""
        loops = state.job_count = int(args[0])
        p.seed = processing.get_fixed_seed(p.seed)
        p.batch_size, p.n_iter, p.do_not_save_grid = 1, 1, True
        p.extra_generation_params = {"Loops": loops}
        results: list[Any] = []
        texts: list[str] = []
        for _ in range(loops):
            processed = processing.process_images(p)
            texts += processed.infotexts
            if state.interrupted:
                break
            results.append(processed.images[0])
            p.seed, p.init_images, p.inpainting_fill = processed.seed + 1, [results[-1]], 1
        if len(results) > 1 and opts.return_grid:
            results.insert(0, images.image_grid(results))
            texts.insert(0, texts[0])
        return processing.Processed(p, results, texts)
