// SPDX-License-Identifier: MIT

package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"
)

// maxRefreshWait bounds how long a client may wait for a poll.
const maxRefreshWait = 3 * time.Minute

// refreshAnswer is the response to a refresh.
type refreshAnswer struct {
	Refresh  string            `json:"refresh,omitempty"`  // "started" or "done"
	Profiles map[string]string `json:"profiles,omitempty"` // outcome by slug, "ok" or an error
	Error    string            `json:"error,omitempty"`
}

// refreshRoutes starts polls.
type refreshRoutes struct {
	options Options
	pages   *renderer
}

// handle starts a poll, and waits for its outcome if the form has
// "wait". Browsers are redirected to the page; other clients get JSON.
func (s refreshRoutes) handle(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.writeRefreshResult(w, r, http.StatusBadRequest, refreshAnswer{Error: "invalid form"})
		return
	}
	profile := r.Form.Get("profile")
	if _, known := findProfile(s.options.Overview().Profiles, profile); profile != "" && !known {
		s.writeRefreshResult(w, r, http.StatusNotFound, refreshAnswer{Error: "no such profile"})
		return
	}
	answer, status := refreshAnswer{Refresh: "started"}, http.StatusAccepted
	var err error
	if r.Form.Get("wait") != "" && s.options.RefreshAndWait != nil {
		answer.Refresh, status = "done", http.StatusOK
		answer.Profiles, err = s.refreshAndWait(w, r, profile)
	} else {
		err = s.options.Refresh(profile, r.Form.Get("endpoint"))
	}
	switch {
	case r.Context().Err() != nil: // the client did not wait
	case err == nil:
		s.writeRefreshResult(w, r, status, answer)
	case errors.Is(err, ErrNotFound):
		s.writeRefreshResult(w, r, http.StatusNotFound, refreshAnswer{Error: err.Error()})
	default:
		s.options.Log.Warn().Err(err).Str("profile", profile).Msg("refresh failed")
		s.writeRefreshResult(w, r, http.StatusServiceUnavailable, refreshAnswer{Error: err.Error()})
	}
}

// refreshAndWait waits longer than other responses may take.
func (s refreshRoutes) refreshAndWait(w http.ResponseWriter, r *http.Request, profile string) (map[string]string, error) {
	ctx, cancel := context.WithTimeout(r.Context(), maxRefreshWait)
	defer cancel()
	// A writer without deadlines has none to extend.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(maxRefreshWait + time.Minute))
	return s.options.RefreshAndWait(ctx, profile, r.Form.Get("endpoint"))
}

func (s refreshRoutes) writeRefreshResult(w http.ResponseWriter, r *http.Request, status int, answer refreshAnswer) {
	browser := strings.Contains(r.Header.Get("Accept"), "text/html")
	switch {
	case browser && answer.Error == "":
		back := "/"
		if r.Form.Get("back") == "health" {
			back = "/health"
		}
		http.Redirect(w, r, s.pages.prefix(r)+back, http.StatusSeeOther)
	case browser:
		s.pages.showResult(w, r, status, resultPage{Title: "frame.not_refreshed", Text: answer.Error})
	default:
		s.pages.writeJSON(w, status, answer)
	}
}
