package follow

import _ "clew/internal/ballast"
