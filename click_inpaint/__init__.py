"""Click Inpaint: point at an object, click it, and let the host's own sampler replace it."""

__version__ = "0.1.0"
