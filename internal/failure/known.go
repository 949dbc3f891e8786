package failure

// known is an error of which more is known than it says.
type known struct {
	cause Cause
	err   error
}

// Error implements error.
func (k *known) Error() string { return k.cause.Text + ": " + k.err.Error() }

// Unwrap returns the error itself.
func (k *known) Unwrap() error { return k.err }

// As gives an error the class that is known where it occurs. An empty text is
// the usual one of the class.
func As(code, text string, err error) error {
	for _, c := range Causes() {
		if c.Code == code && text == "" {
			text = c.Text
		}
	}
	return &known{cause: Cause{Code: code, Text: text}, err: err}
}
