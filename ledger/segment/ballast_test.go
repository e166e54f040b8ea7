package segment

import _ "clew/internal/ballast"
