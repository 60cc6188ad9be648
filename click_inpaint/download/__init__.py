"""Getting a known weight file when the person asks for it; standard library only."""
