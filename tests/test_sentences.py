"""All that a person reads can be translated: every template is a literal, and the translators' file has each. Whether
a translation is complete is seen to in test_translations.py.

`python3 dev.py test tests/test_sentences.py --renew-template` writes that file anew.
"""

import ast
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from click_inpaint.messages import PLACE

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "docs" / "localization-template.json"
"""What a translator starts from; docs/TRANSLATING.md tells how."""
SOURCES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8") for path in sorted((ROOT / "click_inpaint").rglob("*.py"))
}
Made = list[tuple[str, set[str]]]


def errors_in(sources: list[str]) -> set[str]:
    """UserError and, by name, every class that is made from it."""
    classes = [node for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]
    found, before = {"UserError"}, 0
    while len(found) > before:
        before = len(found)
        found |= {one.name for one in classes if found & {ast.unparse(base).split(".")[-1] for base in one.bases}}
    return found


def calls(tree: ast.AST, errors: set[str]) -> Iterator[ast.Call]:
    """Where a Message or one of the errors is made, and where a constructor of theirs calls the one above it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {"Message", *errors}:
            yield node
        if isinstance(node, ast.ClassDef) and node.name in errors - {"UserError"}:
            inside = (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))
            yield from (inner for inner in inside if ast.unparse(inner.func) == "super().__init__")


def made_in(source: str, errors: set[str]) -> Made:
    """The templates in a file's source, each with the names of the values that it is given. Raises AssertionError where
    a template is put together when the program runs.
    """
    made: Made = []
    for call in calls(ast.parse(source), errors):
        given = [ast.unparse(one) for one in (*call.args, *call.keywords)]
        if not given or given == ["template", "**values"]:
            continue  # a class that always says the same, and a constructor that hands on what it was given
        literals = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        assert len(literals) == 1, f"line {call.lineno}: the template is no literal: {ast.unparse(call)}"
        made.append((literals[0], {str(keyword.arg) for keyword in call.keywords}))
    return made


ERRORS = errors_in(list(SOURCES.values()))


@pytest.mark.parametrize("file", SOURCES)
def test_every_template_is_a_literal_and_is_given_what_it_names(file: str) -> None:
    for template, given in made_in(SOURCES[file], ERRORS):
        assert set(PLACE.findall(template)) == given, template


def test_the_search_finds_the_errors_and_what_they_say() -> None:
    assert {"BadEdit", "DownloadError", "Busy", "Refused"} <= ERRORS
    source = 'class Late(UserError): ...\nraise Late("It is {time}.", time=1)\nerrors.Late(404, "No.")\nMessage("a")\n'
    errors = errors_in([source])
    assert errors == {"UserError", "Late"}
    assert made_in(source, errors) == [("It is {time}.", {"time"}), ("No.", set()), ("a", set())]


@pytest.mark.parametrize("call", ['BadEdit(f"{a}.")', "Message(sentence)", 'UserError("a" + b)', 'Message("%s" % a)'])
def test_a_template_that_is_put_together_is_found(call: str) -> None:
    with pytest.raises(AssertionError, match="no literal"):
        made_in(f"raise {call}", {"UserError", "BadEdit"})


def of_the_page() -> set[str]:
    """The page's own sentences, as it has them."""
    text = (ROOT / "javascript" / "click_inpaint" / "text" / "text.mjs").as_uri()
    program = f"const {{TEXT}} = await import({json.dumps(text)}); console.log(JSON.stringify(Object.values(TEXT)))"
    command = [shutil.which("node") or "node", "--input-type=module", "--eval", program]
    return set(json.loads(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout))


@pytest.mark.browser  # asks Node.js for the page's sentences
def test_the_translators_file_has_every_sentence(pytestconfig: pytest.Config) -> None:
    of_the_library = {template for source in SOURCES.values() for template, _ in made_in(source, ERRORS)}
    sentences = {sentence: sentence for sentence in sorted(of_the_library | of_the_page())}
    wanted = json.dumps(sentences, ensure_ascii=False, indent=2) + "\n"
    if pytestconfig.getoption("--renew-template"):
        TEMPLATE.write_text(wanted, "utf-8", newline="\n")
    assert TEMPLATE.read_text("utf-8") == wanted, "run: python3 dev.py test tests/test_sentences.py --renew-template"
