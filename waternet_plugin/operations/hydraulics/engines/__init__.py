"""The engines that compute models, each in a process of its own."""
