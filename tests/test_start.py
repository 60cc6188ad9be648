"""What runs while the Web UI starts: it neither imports what it does not need nor touches what is there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
INSTALLER = ROOT / "install.py"
HEAVY = {"numpy", "cv2", "torch", "gradio", "PIL", "pip", "pkg_resources", "segment_anything", "launch", "modules"}
ENTRY = """
import json, runpy, sys
sys.path[:0] = {paths}
from modules import call_queue, processing, script_callbacks, scripts, sd_models, shared
before = set(sys.modules)
runpy.run_path({entry})
print(json.dumps(sorted({{name.partition(".")[0] for name in set(sys.modules) - before}})))
"""
LAUNCH = """
import json, os
def run_pip(command, description):
    print(json.dumps([command, description]))
"""


def told(code: str, folder: Path, *arguments: str) -> list[str]:
    """The lines that a Python prints which runs this code in an empty environment of the Web UI's."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "WORKBENCH_DATA_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, *arguments, "-c", code], env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_where_nothing_is_missing_the_installer_imports_nothing_heavy(tmp_path: Path) -> None:
    code = f"import json, runpy, sys; runpy.run_path({str(INSTALLER)!r}, run_name='__main__'); "
    imported = told(code + "print(json.dumps(sorted(sys.modules)))", tmp_path)
    assert len(imported) == 1, "it says nothing"
    assert not {name.partition(".")[0] for name in json.loads(imported[0])} & HEAVY


@pytest.mark.parametrize("missing", [["segment_anything"], ["cv2"], ["segment_anything", "cv2"]])
def test_the_installer_installs_what_is_missing_and_nothing_that_it_depends_on(
    tmp_path: Path, missing: list[str]
) -> None:
    (tmp_path / "launch.py").write_text(LAUNCH, encoding="utf-8")
    hidden = f"""
import importlib.util, runpy
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name in {missing} else found(name, *more)
runpy.run_path({str(INSTALLER)!r}, run_name="__main__")
"""
    commands = [json.loads(line) for line in told(hidden, tmp_path)]
    assert len(commands) == len(missing)
    for command, description in commands:
        assert command.startswith("install --no-deps ") and "upgrade" not in command
        assert description.endswith("for Click Inpaint")
    packages = {"segment_anything": "segment-anything==", "cv2": "opencv-python-headless<"}
    assert all(packages[name] in command for name, (command, _) in zip(missing, commands))


def test_the_entry_imports_our_own_modules_and_nothing_heavy(tmp_path: Path) -> None:
    code = ENTRY.format(
        paths=[str(ROOT), str(ROOT / "workbench")], entry=repr(str(ROOT / "scripts/click_inpaint_tab.py"))
    )
    imported = set(json.loads(told(code, tmp_path)[-1]))
    assert "click_inpaint" in imported
    rest = imported - {"click_inpaint"} - set(sys.stdlib_module_names)
    assert rest <= {"PIL", "modules"}, "what the host has not loaded by then costs its start"


def test_the_host_is_asked_for_each_of_its_events_once(tmp_path: Path) -> None:
    """A1111 takes 40–80 ms for each request, since it searches all loaded modules for the one that asks."""
    counted = f"""
import json, runpy, sys
sys.path[:0] = {[str(ROOT), str(ROOT / "workbench")]}
from modules import script_callbacks
asked = []
for name in [name for name in vars(script_callbacks) if name.startswith("on_")]:
    setattr(script_callbacks, name, lambda callback, name=name: asked.append(name))
runpy.run_path({str(ROOT / "scripts" / "click_inpaint_tab.py")!r})
print(json.dumps(asked))
"""
    asked = json.loads(told(counted, tmp_path)[-1])
    assert "on_script_unloaded" in asked and len(asked) == len(set(asked))
