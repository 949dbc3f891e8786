// SPDX-License-Identifier: MIT

package web

import (
	"net"
	"net/http"
	"strings"

	"vitals2mqtt/setup"
)

// setupRoutes are the pages of the set-up, which takes the place of all others
// while there is no configuration.
type setupRoutes struct {
	*Server

	wizard *setup.Wizard
}

// routes returns the handler of the set-up, and that of requests through
// ingress.
func (s setupRoutes) routes() (page, ingress http.Handler) {
	mux := http.NewServeMux()
	protect := s.guard.requirePassword
	mux.Handle("GET /{$}", protect(s.redirect))
	mux.Handle("GET /setup", protect(s.redirect))
	mux.Handle("GET /setup/{step}", protect(s.show))
	mux.Handle("POST /setup/{step}", s.change(s.submit))
	sessionRoutes{s.guard, s.forms, s.pages, true}.register(mux, s.change)
	outer := http.NewServeMux()
	outer.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		writeProbe(w, true, "waiting for the set-up", "")
	})
	outer.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		writeProbe(w, false, "", "not ready: set-up")
	})
	// The developer portal tests a callback before it is registered.
	outer.HandleFunc("HEAD /oauth/callback", func(http.ResponseWriter, *http.Request) {})
	registerAssets(outer)
	// With a code, no other site can read the page through a name of its own: the
	// browser does not send the code there.
	if s.guard.auth == AuthPassword {
		outer.Handle("/", mux)
	} else {
		outer.Handle("/", s.guard.requireTrustedHost(mux))
	}
	inner := http.NewServeMux()
	registerAssets(inner)
	inner.Handle("/", mux)
	page = securityHeaders(framedByNobody, stripBasePath(s.pages.base, outer))
	return compressed(page), compressed(securityHeaders(framedByOwnSite, inner))
}

// redirect leads to the first step that is not done.
func (s setupRoutes) redirect(w http.ResponseWriter, r *http.Request) {
	s.goTo(w, r, s.wizard.State().Next)
}

func (s setupRoutes) goTo(w http.ResponseWriter, r *http.Request, step setup.Step) {
	http.Redirect(w, r, s.pages.prefix(r)+"/setup/"+string(step), http.StatusSeeOther)
}

// show shows a step, or the first one that is not done.
func (s setupRoutes) show(w http.ResponseWriter, r *http.Request) {
	step, state := setup.Step(r.PathValue("step")), s.wizard.State()
	if !state.Reached(step) {
		s.goTo(w, r, state.Next)
		return
	}
	s.render(w, r, http.StatusOK, s.page(r, step, state))
}

// submit takes the form of a step, and shows the next one, or the same one with
// what is wrong. A form of a step that cannot be reached is of a set-up that the
// end of the program has forgotten.
func (s setupRoutes) submit(w http.ResponseWriter, r *http.Request) {
	step, state := setup.Step(r.PathValue("step")), s.wizard.State()
	if !state.Reached(step) {
		s.goTo(w, r, state.Next)
		return
	}
	if err := r.ParseForm(); err != nil {
		http.Error(w, "invalid form", http.StatusBadRequest)
		return
	}
	problems, stay := s.take(r, step)
	if step == setup.StepSummary && len(problems) == 0 {
		s.showWritten(w, r)
		return
	}
	if len(problems) == 0 && !stay {
		s.goTo(w, r, state.After(step))
		return
	}
	status := http.StatusUnprocessableEntity
	if stay {
		status = http.StatusOK
	}
	page := s.page(r, step, s.wizard.State())
	page.Problems = sentences(page.Language, problems)
	page.keepAnswers(r.PostForm)
	s.render(w, r, status, page)
}

func (s setupRoutes) render(w http.ResponseWriter, _ *http.Request, status int, page setupPage) {
	s.pages.render(w, status, "setup.html", page)
}

// showWritten is the last page of the set-up. The program starts meanwhile, at
// the same address.
func (s setupRoutes) showWritten(w http.ResponseWriter, r *http.Request) {
	page := s.page(r, setup.StepSummary, s.wizard.State())
	page.Written, page.Backup = true, s.wizard.Backup()
	page.Heading = page.Say("setup.written")
	next := page.Base + "/"
	if len(page.State.Profiles) > 0 {
		next = page.Base + "/profiles/" + page.State.Profiles[0].Slug + "/sign-in"
	}
	w.Header().Set("Refresh", "5; url="+next)
	s.render(w, r, http.StatusOK, page)
}

// pageAddress is the address of the page that the browser uses, without slash at
// its end; "" when it is of this machine only, or of a proxy's sub-path.
func pageAddress(r *http.Request, prefix string) string {
	host := stripPort(r.Host)
	if isLoopback(host) || prefix != "" || r.Host == "" || strings.ContainsAny(r.Host, "/\\@ ") {
		return ""
	}
	return "http://" + r.Host
}

// ownCallback is the callback of the page under the address that the browser
// uses.
func ownCallback(r *http.Request, listen, prefix string) string {
	if address := pageAddress(r, prefix); address != "" {
		return address + "/oauth/callback"
	}
	if _, port, err := net.SplitHostPort(listen); err == nil {
		return "http://127.0.0.1:" + port + "/oauth/callback"
	}
	return ""
}
