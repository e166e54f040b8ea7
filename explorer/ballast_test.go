package explorer_test

import _ "clew/internal/ballast"
