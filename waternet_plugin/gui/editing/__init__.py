"""What the plugin adds to native editing."""
