package op

import _ "clew/internal/ballast"
