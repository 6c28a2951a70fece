"""The command `library`: what is known of the person's songs, found, written out and taken back.

Registers its acts, each of which lives in a module of its own; knows none of what they do.
"""

from engine.cli.command import Commands
from engine.cli.library_data import register as register_data
from engine.cli.library_export import register as register_export
from engine.cli.library_playlists import register as register_playlists
from engine.cli.library_search import register as register_search
from engine.cli.library_undo import register as register_undo
from engine.cli.library_write import register as register_write


def register(commands: Commands) -> None:
    """Adds `library` with its acts."""
    parser = commands.add_parser(
        "library", help="find songs, write their moods into files, keep and carry your data")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    # Each act of the library adds itself here.
    for register_act in (register_search, register_export, register_playlists, register_write,
                         register_undo, register_data):
        register_act(acts)
