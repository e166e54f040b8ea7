package ledger

import _ "clew/internal/ballast"
