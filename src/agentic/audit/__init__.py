"""The archive, asked: who ran what, what was refused, what it cost, what differs, where a line is from."""
