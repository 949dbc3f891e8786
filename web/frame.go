// SPDX-License-Identifier: MIT

package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"vitals2mqtt/display"
)

// frame is what all pages have in common.
type frame struct {
	display.Language

	// Heading is the title of the browser's window.
	Heading string
	// Base is put before every link; it has no slash at its end.
	Base string
	Now  time.Time
	// ProgramVersion is that of the program.
	ProgramVersion string
	// Sections are the links at the top, none on pages that need no password.
	Sections []section
	// Token is the form token, see formTokens. CanSignOut shows the button.
	Token      string
	CanSignOut bool
	// Styles and Scripts are the assets of this page besides those of all.
	Styles, Scripts []string
}

// section is a link at the top of the page.
type section struct {
	Link, Name string
	Current    bool
}

// with adds the assets that a page needs: files that end in .css or .js.
func (f frame) with(assets ...string) frame {
	for _, name := range assets {
		if strings.HasSuffix(name, ".css") {
			f.Styles = append(f.Styles, name)
		} else {
			f.Scripts = append(f.Scripts, name)
		}
	}
	return f
}

// prefixKey is the key of the prefix in the context of a request.
type prefixKey struct{}

// withPrefix says where the page of a request is: a proxy may put it below a
// path that only the request tells.
func withPrefix(r *http.Request, prefix string) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), prefixKey{}, prefix))
}

// prefix is the path that links of a response begin with, without slash at its
// end.
func (r *renderer) prefix(request *http.Request) string {
	if prefix, given := request.Context().Value(prefixKey{}).(string); given {
		return prefix
	}
	return r.base
}

// frame returns the frame of a page that needs no password. The heading is the
// key of a text.
func (r *renderer) frame(request *http.Request, heading string) frame {
	language := r.language(request)
	return frame{
		Language:       language,
		Heading:        language.Say(heading),
		Base:           r.prefix(request),
		Now:            time.Now(),
		ProgramVersion: r.version,
	}
}

// frame returns the frame of a page.
func (s *Server) frame(r *http.Request, heading string) frame {
	f := s.pages.frame(r, heading)
	visitor := visitorOf(r)
	f.Token, f.CanSignOut = s.forms.tokens.make(visitor.subject(), f.Now), visitor.session != ""
	for _, entry := range []struct{ path, name string }{
		{"/", "frame.overview"},
		{"/history", "frame.history"},
		{"/health", "frame.health"},
	} {
		if entry.path == "/history" && s.options.Past == nil {
			continue
		}
		current := r.URL.Path == entry.path
		f.Sections = append(f.Sections, section{Link: f.Base + entry.path, Name: f.Say(entry.name), Current: current})
	}
	return f
}
