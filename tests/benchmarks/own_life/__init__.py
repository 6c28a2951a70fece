"""Questions about characters' own lives: the measured sets and the command over them."""
