package main

import _ "clew/internal/ballast"
