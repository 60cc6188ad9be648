"""Segment Anything and its kin, through the packages segment-anything and timm and a weight file."""
