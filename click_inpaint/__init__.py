"""Click Inpaint: point at an object, click it, and let the host's own sampler replace it."""

__version__ = "0.2.0"
"""The one place for the version: pyproject.toml, the tab, the infotext and the test of CHANGELOG.md read it here."""
