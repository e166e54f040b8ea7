package ingest

import _ "clew/internal/ballast"
