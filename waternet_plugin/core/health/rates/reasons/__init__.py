"""Why a pipe has its rate: its parts, its strongest reasons, the sentences that say them."""
