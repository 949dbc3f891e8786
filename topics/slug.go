// SPDX-License-Identifier: MIT

package topics

import (
	"strings"
	"unicode"

	"github.com/mozillazg/go-unidecode"
	"golang.org/x/text/unicode/norm"
)

// asciiSpelling is the usual ASCII spelling of letters that Unicode does not
// decompose.
var asciiSpelling = strings.NewReplacer(
	"ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "æ", "ae", "ø", "o", "å", "a", "œ", "oe", "ł", "l",
	"đ", "d", "þ", "th", "ð", "d",
)

// ProfileSlug turns a profile's name into its topic level: as Slug, and for a
// name without Latin letters and digits by its usual transliteration. "Иван"
// becomes "ivan". It returns "" for what has none, such as pictures.
func ProfileSlug(name string) string {
	if slug := Slug(name); slug != "" {
		return slug
	}
	return Slug(unidecode.Unidecode(norm.NFC.String(name)))
}

// IsSlug reports whether a text is the slug of itself.
func IsSlug(text string) bool { return text != "" && Slug(text) == text }

// Slug turns a name into one topic level that is safe everywhere:
// lower-case letters, digits and single underscores. "Jörg Weiß" becomes
// "joerg_weiss". It returns "" for a name without Latin letters and digits.
func Slug(name string) string {
	name = asciiSpelling.Replace(strings.ToLower(norm.NFC.String(name)))
	var slug strings.Builder
	gap := false
	for _, r := range norm.NFD.String(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if gap && slug.Len() > 0 {
				slug.WriteByte('_')
			}
			gap = false
			slug.WriteRune(r)
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’':
			// an accent or an apostrophe does not split a word
		default:
			gap = true
		}
	}
	return slug.String()
}
