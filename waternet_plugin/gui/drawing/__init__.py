"""Our tools that edit: draw a pipe, insert a node, replace a pipe, reverse one."""
