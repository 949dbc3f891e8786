package cli

import _ "github.com/schollz/progressbar/v3" // used by long work
