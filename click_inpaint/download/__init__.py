"""Downloading known weight files when a person asks for one. It uses the standard library alone."""
