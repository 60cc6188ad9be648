"""Segment Anything and related models, by the packages segment-anything and timm, with a weight file that
the user has.
"""
