"""The pages before the sheets of a map book and behind them: cover, contents, index map, index, sums."""
