"""The only room with I/O: files, standard streams, the console."""
