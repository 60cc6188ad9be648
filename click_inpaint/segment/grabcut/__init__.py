"""The segmenter that needs no download: OpenCV's GrabCut, started from many guesses and ranked."""
