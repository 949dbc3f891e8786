// SPDX-License-Identifier: MIT

package withings

// Class is what a failure means for the caller.
type Class int

// The classes of responses. OK is also the class of foreign errors.
const (
	OK          Class = iota
	Auth              // the access token is refused
	Forbidden         // the scope was not granted or the plan does not include it
	Params            // the request was wrong, or for too much at once
	Temporary         // the cloud has a failure: keep old values, retry later
	Limited           // too many requests: all wait
	Unsupported       // no such service or action: a mistake in this program or its addresses
	Application       // client id and secret are refused
)

// String names the class in errors and metrics.
func (c Class) String() string {
	names := [...]string{"ok", "auth", "forbidden", "params", "temporary", "limited", "unsupported", "application"}
	if c < 0 || int(c) >= len(names) {
		return "unknown"
	}
	return names[c]
}

// NoStatus stands for the status of a response without a readable envelope.
const NoStatus = -1

// Statuses with a meaning of their own.
const (
	statusSignature = 342 // of a call that the client secret signs
	statusInvalid   = 503 // the token endpoint's way to refuse a code or refresh token
	statusLimited   = 601
)

// statusRange is a run of status codes with one meaning.
type statusRange struct {
	from, to int
	class    Class
}

// statusRanges lists the known codes, as the vendor publishes them and, where
// that is wrong, as clients have seen them. All other codes are Temporary.
//
//nolint:gochecknoglobals // read-only table
var statusRanges = [...]statusRange{
	{0, 0, OK},
	{100, 102, Auth},
	{200, 200, Auth},
	{401, 401, Auth},
	{214, 214, Forbidden},
	{277, 277, Forbidden},
	{403, 403, Forbidden},
	{2553, 2553, Forbidden},
	{522, 522, Temporary},
	{524, 524, Temporary},
	{2555, 2555, Temporary}, // published as "unauthorized", sent for unknown errors
	{601, 601, Limited},
	{2554, 2554, Unsupported},
	{2556, 2556, Unsupported},
	{201, 213, Params},
	{216, 218, Params},
	{220, 221, Params},
	{223, 223, Params},
	{225, 225, Params},
	{227, 230, Params},
	{234, 236, Params},
	{238, 238, Params},
	{240, 252, Params},
	{254, 254, Params},
	{260, 267, Params},
	{271, 272, Params},
	{275, 276, Params},
	{283, 288, Params},
	{290, 290, Params},
	{293, 295, Params},
	{297, 297, Params},
	{300, 304, Params},
	{321, 321, Params},
	{323, 353, Params},
	{380, 382, Params},
	{400, 400, Params},
	{501, 511, Params}, // 503 among them: it looks like an outage but is not
	{523, 523, Params},
	{532, 532, Params},
	{3017, 3019, Params},
}

// classOfStatus looks up a status of the envelope.
func classOfStatus(status int) Class {
	for _, f := range &statusRanges {
		if f.from <= status && status <= f.to {
			return f.class
		}
	}
	return Temporary
}

// classOfHTTP judges a response without a readable envelope, and those HTTP
// codes that mean more than the envelope.
func classOfHTTP(code int) Class {
	switch code {
	case 400, 405, 413, 414, 415, 422:
		return Params
	case 401:
		return Auth
	case 403:
		return Forbidden
	case 404, 410:
		return Unsupported
	case 429:
		return Limited
	}
	return Temporary
}
