package tag

import _ "clew/internal/ballast"
