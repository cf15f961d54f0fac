"""What every job of this project shares: the lake, its sources, its logs."""
