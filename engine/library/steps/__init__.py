"""The steps of the library's schema, by what they are about. One that has shipped never changes."""
