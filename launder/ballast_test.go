package launder

import _ "clew/internal/ballast"
