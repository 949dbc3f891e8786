package cli

import (
	"errors"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"vitals2mqtt/config"
	"vitals2mqtt/doctor"
)

// configProblems lists the problems of a configuration, each with a redacted text.
func configProblems(err error) []doctor.ConfigMessage {
	invalid, ok := errors.AsType[config.Errors](err)
	if !ok {
		summary := "the configuration cannot be read"
		switch {
		case errors.Is(err, fs.ErrNotExist):
			summary += ": there is no such file"
		case errors.Is(err, fs.ErrPermission):
			summary += ": no permission"
		}
		return []doctor.ConfigMessage{{Text: err.Error(), Redacted: summary}}
	}
	remarks := make([]doctor.ConfigMessage, 0, len(invalid))
	for _, mistake := range invalid {
		remarks = append(remarks, remarkOf(mistake))
	}
	return remarks
}

func remarkOf(p config.Problem) doctor.ConfigMessage {
	return doctor.ConfigMessage{Text: p.String(), Redacted: redactProblem(p)}
}

// redactProblem describes a problem without user text: its place, the documented
// key and the kind of mistake. In a misunderstood file, names may stand in the
// place of keys.
func redactProblem(p config.Problem) string {
	location := "<file>"
	if p.File == "environment" {
		location = p.File
	}
	if p.Line > 0 { // without colons, which would be masked as an address
		location += " line " + strconv.Itoa(p.Line) + " column " + strconv.Itoa(p.Column)
	}
	if p.Path != "" {
		location += ": " + redactPath(p.Path)
	}
	return location + ": " + problemKind(p.Text)
}

// pathElement is one element of a path: a name or an index in brackets.
var pathElement = regexp.MustCompile(`\[\d{1,4}\]|\[[^\]]*\]?|[^.\[]+`)

var indexPattern = regexp.MustCompile(`^\[\d{1,4}\]$`)

// redactPath keeps the elements of a path that the reference documents.
func redactPath(path string) string {
	var shown, plain string
	for _, element := range pathElement.FindAllString(path, -1) {
		number := indexPattern.MatchString(element)
		next := plain
		switch {
		case number:
			next += "[]"
		case plain == "":
			next = element
		default:
			next += "." + element
		}
		if !isDocumented(next) && !number {
			return strings.TrimPrefix(shown+".<path>", ".")
		}
		if plain != "" && !number {
			shown += "."
		}
		shown, plain = shown+element, next
	}
	return shown
}

// isDocumented reports whether a path, or a path below it, is in the reference.
func isDocumented(path string) bool {
	return slices.ContainsFunc(config.Reference(), func(k config.Key) bool {
		return k.Env == path || k.Path == path || strings.HasPrefix(k.Path, path+".") || strings.HasPrefix(k.Path, path+"[")
	})
}

// problemKind returns the fixed part of a problem's text, without user text.
func problemKind(text string) string {
	for _, kind := range []string{
		"unknown key", "unknown variable", "is missing", "cannot be read", "is given twice", "is given too", "is no YAML",
		"the file is empty", "is empty", "is longer than", "is in the list twice", "would both have the topic", "cannot be a name",
		"cannot be a key", "in the catalogue already", "is one too many", "there is no measurement key", "is no attribution number",
		"must be a list", "must be a map", "must be a section", "must be a single value", "must be a row", "must be pairs",
		"must differ from", "must be", "a key must be plain text", "has no name", "merges", "needs at least one letter",
		"needs mqtt.", "everybody on the network could read", "nobody would take notifications in", "there is no time zone",
		"there must be five fields", "comma too much", "is the old name of", "is only used with", "is not used", "is not encrypted",
		"not available in this version", "the cloud allows", "everybody is trusted", "refuses everything", "is not set", "is unset",
	} {
		if strings.Contains(strings.ToLower(text), kind) {
			return kind
		}
	}
	return "is invalid"
}
