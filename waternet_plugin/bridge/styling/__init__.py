"""How every layer looks: colours, widths, patterns and symbols from ``styles/``, made into renderers."""
