"""What hangs on a pipe goes with it when the pipe is split, merged or renamed."""
