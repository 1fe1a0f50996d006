"""Everything that can befall statistics, each by its name, and every hour afterwards."""
