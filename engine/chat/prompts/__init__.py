"""How a talk is written for a model, read back from a text, and a reply cleaned."""
