"""The built-in segmenter: OpenCV's GrabCut, started from many guesses, whose results are ranked. It needs
no download.
"""
