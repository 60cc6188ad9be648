"""Segmenters: one package for each kind, behind the protocol in `base`; `catalogue` lists them all."""
