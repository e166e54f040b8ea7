package taint

import _ "clew/internal/ballast"
