"""What the pages are served and told."""
