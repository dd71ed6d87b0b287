"""Many utilities: each as two files, all scored in one run."""
