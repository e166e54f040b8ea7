package eval

import _ "clew/internal/ballast"
