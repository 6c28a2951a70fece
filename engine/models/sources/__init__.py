"""Where models come from. Each source fetches or reads one form and leaves a folder."""
