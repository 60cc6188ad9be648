"""The extensions that the workbench was started with; `boot.initialize` fills the list."""

from dataclasses import dataclass
from pathlib import Path


@dataclass
class Extension:
    name: str
    path: str
    enabled: bool = True

    def list_files(self, subdir: str, extension: str) -> list[str]:
        return sorted(str(path) for path in Path(self.path, subdir).glob("*") if path.suffix.lower() == extension)


extensions: list[Extension] = []


def active() -> list[Extension]:
    return [extension for extension in extensions if extension.enabled]
