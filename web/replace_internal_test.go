package web

import "vitals2mqtt/signin"

// The page finds this error by its method; the compiler would not miss it.
var _ confirmationError = (*signin.OtherAccountError)(nil)
