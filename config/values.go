// SPDX-License-Identifier: MIT

package config

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"vitals2mqtt/internal/secret"
)

// parseError is what is wrong with a value, and what was probably meant.
// Without a code it is CodeInvalid.
type parseError struct {
	text, suggestion string
	code             Code
}

// quoted shows a value in a message. A value out of a variable is shown as the
// file has it: it may be a secret in the wrong place.
func (s scalar) quoted() string { return strconv.Quote(s.unexpanded) }

// isExpanded reports whether the file has ${NAME} in the value.
func (s scalar) isExpanded() bool { return s.text != s.unexpanded }

// parse turns a scalar into a value that setField accepts for the key's field.
func (k Key) parse(s scalar) (any, *parseError) {
	if s.text == "" && k.Type != TypeText && k.Type != TypeSecret {
		if k.Default == "" || k.AllowEmpty {
			return "", nil
		}
		return nil, &parseError{text: "must not be empty; remove the key for its default, " + k.Default}
	}
	if err := k.checkCharacters(s); err != nil {
		return nil, err
	}
	switch k.Type {
	case TypeSecret:
		s.text = k.trim(s.text)
		if _, err := parseText(s); err != nil {
			return nil, err
		}
		return secret.New(s.text), nil
	case TypeFile, TypeFolder:
		return s.absolutePath(), nil
	case TypeBool:
		return parseBool(s)
	case TypeNumber:
		return k.parseNumber(s)
	case TypeDuration:
		return k.parseDuration(s)
	case TypeChoice:
		return k.parseChoice(s)
	case TypeURL:
		return parseURL(s, k.Example)
	case TypeCallback:
		return parseCallback(s)
	case TypePublicURL:
		return parsePublicURL(s)
	case TypeBroker:
		return parseBroker(s)
	case TypeListen:
		return k.parseListen(s)
	case TypeTopic:
		return parseTopic(s)
	case TypeSchedule:
		return parseSchedule(s)
	case TypeIdentifier:
		return parseIdentifier(s)
	case TypeIcon:
		return parseIcon(s)
	case TypeSlug:
		return parseSlug(s)
	case TypeKeep:
		return parseKeep(s)
	case TypeMirror:
		return parseMirror(s)
	default:
		s.text = k.trim(s.text)
		return parseText(s)
	}
}

// trim removes spaces around a value that never has any.
func (k Key) trim(text string) string {
	if k.isPlainType() {
		return strings.TrimSpace(text)
	}
	return text
}

// absolutePath resolves a relative path: those in the file start at its folder,
// those in variables at the working directory.
func (s scalar) absolutePath() string {
	if s.text == "" || filepath.IsAbs(s.text) {
		return s.text
	}
	return filepath.Join(s.folder, s.text)
}

func parseText(s scalar) (any, *parseError) {
	if !utf8.ValidString(s.text) || strings.ContainsFunc(s.text, unicode.IsControl) {
		return nil, &parseError{text: "contains a control character"}
	}
	return s.text, nil
}

func parseBool(s scalar) (any, *parseError) {
	switch strings.ToLower(s.text) {
	case "true", "yes", "on":
		return true, nil
	case "false", "no", "off":
		return false, nil
	}
	return nil, &parseError{text: "must be true or false, not " + s.quoted()}
}

func (k Key) parseNumber(s scalar) (any, *parseError) {
	number, err := strconv.Atoi(s.text)
	if err != nil || number < k.Min || number > k.Max {
		return nil, &parseError{text: fmt.Sprintf("must be a whole number from %d to %d, not %s", k.Min, k.Max, s.quoted())}
	}
	return number, nil
}

// parseDuration accepts a bare number as seconds, as other programs do.
func (k Key) parseDuration(s scalar) (any, *parseError) {
	low, high := time.Duration(k.Min)*time.Second, time.Duration(k.Max)*time.Second
	text := s.text
	if _, err := strconv.Atoi(text); err == nil {
		text += "s"
	}
	duration, err := time.ParseDuration(text)
	if err != nil || duration < low || duration > high {
		return nil, &parseError{
			text: fmt.Sprintf("must be a duration such as 30s or 2m, from %s to %s, not %s", low, high, s.quoted()),
		}
	}
	return duration, nil
}

func (k Key) parseChoice(s scalar) (any, *parseError) {
	if slices.Contains(k.Choices, s.text) {
		return s.text, nil
	}
	return nil, &parseError{
		text:       fmt.Sprintf("must be one of %s, not %s", strings.Join(k.Choices, ", "), s.quoted()),
		suggestion: nearest(s.text, k.Choices),
	}
}

func parseURL(s scalar, example string) (any, *parseError) {
	address, parseErr := parseHTTPAddress(s, example)
	if parseErr != nil {
		return nil, parseErr
	}
	return address.String(), nil
}

// parseHTTPAddress removes the slash at the end. Messages do not quote the URL:
// it may contain a password.
func parseHTTPAddress(s scalar, example string) (*url.URL, *parseError) {
	wanted := "must be a URL such as " + example
	address, err := url.Parse(strings.TrimSpace(s.text))
	switch {
	case err != nil, !isHTTPAddress(address):
		return nil, &parseError{text: wanted}
	case address.User != nil:
		return nil, &parseError{text: wanted + ", without user name and password in it"}
	case address.RawQuery != "" || address.ForceQuery || address.Fragment != "":
		return nil, &parseError{text: wanted + ", without ? or # and what follows"}
	}
	address.Path, address.RawPath = strings.TrimRight(address.Path, "/"), strings.TrimRight(address.RawPath, "/")
	return address, nil
}

// isValidPort accepts a port, or none.
func isValidPort(port string) bool {
	number, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && number > 0
}

func (k Key) parseListen(s scalar) (any, *parseError) {
	parseErr := parseError{text: "must be HOST:PORT such as " + cmp.Or(k.Default, k.Example) + ", not " + s.quoted()}
	_, port, err := net.SplitHostPort(s.text)
	if err == nil {
		if number, err := strconv.ParseUint(port, 10, 16); err == nil && strconv.FormatUint(number, 10) == port {
			return s.text, nil
		}
	} else if isValidPort(s.text) && !s.isExpanded() {
		parseErr.suggestion = "127.0.0.1:" + s.text
	}
	return nil, &parseErr
}

func parseTopic(s scalar) (any, *parseError) {
	switch {
	case strings.ContainsAny(s.text, "+#"):
		return nil, &parseError{text: "may not contain + or #, which are wildcards in topics"}
	case strings.HasPrefix(s.text, "$"):
		return nil, &parseError{text: "must not start with $: those topics are reserved for the broker"}
	case !utf8.ValidString(s.text) || strings.ContainsFunc(s.text, unicode.IsControl):
		return nil, &parseError{text: "contains a control character"}
	case len(s.text) > maxTopicLength:
		return nil, &parseError{text: fmt.Sprintf("is longer than %d bytes", maxTopicLength)}
	case slices.Contains(strings.Split(s.text, "/"), ""):
		parseErr := parseError{text: "has a leading, trailing or double slash"}
		if parts := strings.FieldsFunc(s.text, func(r rune) bool { return r == '/' }); !s.isExpanded() {
			parseErr.suggestion = strings.Join(parts, "/")
		}
		return nil, &parseErr
	}
	return s.text, nil
}

// maxTopicLength leaves room below the protocol's 65535 bytes for what follows.
const maxTopicLength = 1000

func parseSchedule(s scalar) (any, *parseError) {
	schedule, err := ParseSchedule(s.text)
	if err == nil {
		return schedule, nil
	}
	parseErr := &parseError{text: s.quoted() + " is not a valid schedule"}
	if s.isExpanded() {
		return nil, parseErr
	}
	for _, candidate := range []string{"@every " + s.text, "@" + s.text} {
		if _, err := ParseSchedule(candidate); err == nil {
			parseErr.suggestion = strconv.Quote(candidate)
			return nil, parseErr
		}
	}
	parseErr.text += ": " + err.Error()
	return nil, parseErr
}
