"""The Tag page's bench, by its fixtures."""

from tests.gui.tag_bench import bench, detector, page, theme_source, vocabulary

__all__ = ["bench", "detector", "page", "theme_source", "vocabulary"]
