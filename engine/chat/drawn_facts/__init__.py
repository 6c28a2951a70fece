"""Facts drawn from what was said: written by the model, proved by the text, offered to the
person."""
