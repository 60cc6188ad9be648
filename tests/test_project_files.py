"""What the project's own files promise: the workflow, the forms for issues, and the checks before a commit."""

import re
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import dev  # noqa: E402

SYSTEMS = {"windows", "macos"}


def load(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def commands(job: Any) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def test_the_workflow_runs_what_every_developer_runs_on_every_python_that_is_promised() -> None:
    jobs = load(".github/workflows/tests.yml")["jobs"]
    promised = [f"{dev.OLDEST[0]}.{minor}" for minor in range(dev.OLDEST[1], dev.NEWEST[1] + 1)]
    assert jobs["everything"]["strategy"]["matrix"]["python"] == promised
    assert commands(jobs["everything"]) == [".ci/run"]
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").endswith("exec python3 dev.py test\n")


def test_windows_and_macos_run_what_needs_no_debian_package() -> None:
    portable = load(".github/workflows/tests.yml")["jobs"]["portable"]
    matrix = portable["strategy"]["matrix"]
    assert set(matrix["system"]) == SYSTEMS
    assert {matrix["python"][0], matrix["python"][-1]} == {f"3.{dev.OLDEST[1]}", f"3.{dev.NEWEST[1]}"}
    assert commands(portable) == ["python dev.py test --portable"]


def test_a_report_must_name_host_version_log_and_kind_of_picture() -> None:
    fields = {part["id"]: part for part in load(".github/ISSUE_TEMPLATE/fault.yml")["body"] if "id" in part}
    required = {name for name, part in fields.items() if part.get("validations", {}).get("required")}
    assert {"host", "host_version", "version", "log", "picture"} <= required
    assert "AUTOMATIC1111" in fields["host"]["attributes"]["options"]


def test_every_form_has_a_name_a_description_and_labelled_fields() -> None:
    forms = [path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml"]
    assert len(forms) == 2
    for path in forms:
        form = load(str(path.relative_to(ROOT)))
        assert form["name"] and form["description"]
        assert all(part["attributes"]["label"] for part in form["body"] if part["type"] != "markdown")
        assert all(part["attributes"]["options"] for part in form["body"] if part["type"] == "dropdown")


def test_the_hook_before_a_commit_runs_the_checks() -> None:
    (repository,) = load(".pre-commit-config.yaml")["repos"]
    (hook,) = repository["hooks"]
    assert repository["repo"] == "local" and hook["language"] == "system" and not hook["pass_filenames"]
    assert hook["entry"].split()[1:] == ["dev.py", "check"]


def test_the_licence_is_the_one_that_is_named() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert licence.startswith("MIT License\n") and re.search(r"^Copyright \(c\) \d{4}", licence, re.MULTILINE)
    assert "MIT License" in (ROOT / "README.md").read_text(encoding="utf-8")
