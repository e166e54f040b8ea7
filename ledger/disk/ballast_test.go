package disk

import _ "clew/internal/ballast"
