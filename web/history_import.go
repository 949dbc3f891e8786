// SPDX-License-Identifier: MIT

package web

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// uploadPath is where files are sent to.
const uploadPath = "/history/imports"

// formOverhead is how much larger than its file a form may be.
const formOverhead = 64 << 10

// bodyLimit returns the size of a request's body, 0 for the usual one. Nothing
// of it is read before the password and the form token are checked.
func bodyLimit(o Options) func(*http.Request) int64 {
	return func(r *http.Request) int64 {
		// Other forms are held in memory while their token is looked for.
		form, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if o.Imports != nil && r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, uploadPath) &&
			err == nil && form == "multipart/form-data" {
			return o.UploadLimit + formOverhead
		}
		return 0
	}
}

// upload stores a file and begins its dry run. The fields of the form come
// before the file, which is never held in memory.
func (s pastRoutes) upload(w http.ResponseWriter, r *http.Request) {
	f := s.pages.frame(r, "frame.history")
	refuse := func(status int, text string) { s.refuse(w, r, status, "history.not_imported", text) }
	tooLarge := f.Say("history.too_large", s.options.UploadLimit>>20)
	if r.ContentLength > s.options.UploadLimit+formOverhead {
		w.Header().Set("Connection", "close")
		refuse(http.StatusRequestEntityTooLarge, tooLarge)
		return
	}
	deadline := http.NewResponseController(w)
	r.Body = struct {
		io.Reader
		io.Closer
	}{patientReader{r.Body, deadline}, r.Body}
	form, err := r.MultipartReader()
	if err != nil {
		refuse(http.StatusBadRequest, f.Say("history.no_file"))
		return
	}
	id, err := s.readUpload(r, form)
	var limit *http.MaxBytesError
	var invalid invalidForm
	switch {
	case err == nil:
		http.Redirect(w, r, f.Base+uploadPath+"/"+id, http.StatusSeeOther)
	case errors.As(err, &limit):
		refuse(http.StatusRequestEntityTooLarge, tooLarge)
	case errors.As(err, &invalid):
		refuse(http.StatusBadRequest, f.Say(string(invalid)))
	case r.Context().Err() == nil:
		s.options.Log.Warn().Err(err).Msg("upload refused")
		refuse(http.StatusServiceUnavailable, sentenceOf(err))
	}
}

// invalidForm is the key of a text that says what is wrong with a form.
type invalidForm string

func (e invalidForm) Error() string { return string(e) }

// readUpload reads the fields and passes the file on.
func (s pastRoutes) readUpload(r *http.Request, form *multipart.Reader) (id string, err error) {
	var options ImportOptions
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return "", invalidForm("history.no_file")
		}
		if err != nil {
			return "", err
		}
		if part.FormName() == "file" {
			options.Name = part.FileName()
			if options.Name == "" {
				return "", invalidForm("history.no_file")
			}
			if _, known := findProfile(s.options.Overview().Profiles, options.Profile); !known {
				return "", invalidForm("history.no_profile")
			}
			return s.options.Imports.Start(r.Context(), options, part)
		}
		value, err := io.ReadAll(io.LimitReader(part, 1<<10))
		if err != nil {
			return "", err
		}
		if err := options.set(part.FormName(), strings.TrimSpace(string(value))); err != nil {
			return "", err
		}
	}
}

// set sets an option to the value of a field.
func (o *ImportOptions) set(field, value string) error {
	switch field {
	case "profile":
		o.Profile = value
	case "zone":
		zone, err := time.LoadLocation(value)
		if err != nil || value == "Local" {
			return invalidForm("history.no_zone")
		}
		if value != "" {
			o.Zone = zone
		}
	case "unit":
		switch value {
		case "", "m", "km", "mi":
			o.DistanceUnit = value
		default:
			return invalidForm("history.no_unit")
		}
	}
	return nil
}

// importPage is the data of the page of one import.
type importPage struct {
	frame
	Import

	Person string
}

// More says that there are more problems than are listed.
func (p importPage) More() string {
	if more := p.Result.ProblemCount - len(p.Result.Problems); more > 0 {
		return p.Say("history.more_problems", more)
	}
	return ""
}

// FailureText says why the file was not imported.
func (p importPage) FailureText() string { return sentenceOf(errors.New(p.Failure)) }

func (s pastRoutes) showImport(w http.ResponseWriter, r *http.Request) {
	found, known := s.options.Imports.Find(r.PathValue("id"))
	if !known {
		s.refuseImport(w, r)
		return
	}
	page := importPage{frame: s.frame(r, "history.import").with("past.css"), Import: found, Person: found.Profile}
	if profile, known := findProfile(s.options.Overview().Profiles, found.Profile); known {
		page.Person = profile.Name
		if profile.Zone != nil {
			page.Expires = page.Expires.In(profile.Zone)
		}
	}
	if found.IsRunning() {
		w.Header().Set("Refresh", "2") // nothing on this page is filled in meanwhile
	}
	s.pages.render(w, http.StatusOK, "import.html", page)
}

// answerImport confirms or discards an import.
func (s pastRoutes) answerImport(w http.ResponseWriter, r *http.Request) {
	id, prefix := r.PathValue("id"), s.pages.prefix(r)
	var err error
	target := prefix + "/history"
	switch r.PostFormValue("answer") {
	case "import":
		err, target = s.options.Imports.Confirm(id), prefix+uploadPath+"/"+id
	case "discard":
		err = s.options.Imports.Discard(id)
	default:
		err = ErrNotFound
	}
	switch {
	case errors.Is(err, ErrNotFound):
		s.refuseImport(w, r)
	case err != nil:
		s.refuse(w, r, http.StatusConflict, "history.not_imported", sentenceOf(err))
	default:
		http.Redirect(w, r, target, http.StatusSeeOther)
	}
}

// refuseImport says that an import is not there any more.
func (s pastRoutes) refuseImport(w http.ResponseWriter, r *http.Request) {
	s.refuse(w, r, http.StatusNotFound, "history.not_imported", s.pages.frame(r, "frame.history").Say("history.import_gone"))
}

// refuse shows why something was not done. The title is the key of a text.
func (s pastRoutes) refuse(w http.ResponseWriter, r *http.Request, status int, title, text string) {
	s.pages.showResult(w, r, status, resultPage{Title: s.pages.frame(r, title).Heading, Text: text, Back: "/history"})
}

// sentenceOf is an error as a sentence.
func sentenceOf(err error) string {
	text := err.Error()
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return strings.TrimSuffix(string(unicode.ToUpper(first))+text[size:], ".") + "."
}
