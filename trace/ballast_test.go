package trace

import _ "clew/internal/ballast"
