"""Finding songs among all that are in the library, quickly."""
