// SPDX-License-Identifier: MIT

package web

import "vitals2mqtt/signin"

// The page recognizes this error by its method only, which the compiler does
// not check.
var _ confirmationError = (*signin.OtherAccountError)(nil)
