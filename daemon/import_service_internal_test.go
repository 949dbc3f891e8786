// SPDX-License-Identifier: MIT

package daemon

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
	"vitals2mqtt/web"
)

// weights is tidy CSV with a weight a day.
func weights(days int) string {
	var file strings.Builder
	file.WriteString("time,key,value\n")
	for day := range days {
		at := time.Date(2015, 1, 1+day, 7, 0, 0, 0, time.UTC)
		_, _ = fmt.Fprintf(&file, "%s,weight_kg,%d\n", at.Format(time.RFC3339), 60+day%20)
	}
	return file.String()
}

// zipOf packs files.
func zipOf(t *testing.T, files map[string]string) string {
	t.Helper()
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for name, content := range files {
		file, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(file, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.String()
}

// importHarness is a state directory in which Alice has an account.
type importHarness struct {
	*importService

	archive *history.Archive
	folder  *checkpoint.Folder
}

func newImportHarness(t *testing.T, stateDir string) importHarness {
	t.Helper()
	c := &config.Config{StateDir: stateDir}
	folder, err := checkpoint.Open(stateDir)
	if err == nil {
		err = folder.Save("alice", map[string]any{"user_id": "4711"})
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = folder.Close() })
	archive, err := OpenArchive(t.Context(), c, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = archive.Close() })
	files, err := newPageFiles(stateDir)
	if err != nil {
		t.Fatal(err)
	}
	return importHarness{newImportService(c, folder, files, zerolog.Nop()), archive, folder}
}

// upload stores a file and works off its dry run.
func (h importHarness) upload(t *testing.T, name, content string) web.Import {
	t.Helper()
	o := web.ImportOptions{Profile: "alice", Name: name, Zone: time.UTC}
	id, err := h.Start(t.Context(), o, strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return h.next(t, id)
}

// next works off one request.
func (h importHarness) next(t *testing.T, id string) web.Import {
	t.Helper()
	h.work(t.Context(), <-h.requests)
	shown, known := h.Find(id)
	if !known {
		t.Fatal("the import is gone")
	}
	return shown
}

func (h importHarness) records(t *testing.T) (count int) {
	t.Helper()
	contents, err := history.ContentsOf(t.Context(), h.archive, "4711")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range contents {
		count += c.Records
	}
	return count
}

// stored lists the temporary files.
func (h importHarness) stored(t *testing.T) (paths []string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(h.files.folder, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func TestUploadIsCheckedThenImported(t *testing.T) {
	t.Parallel()
	h := newImportHarness(t, t.TempDir())
	checked := h.upload(t, `C:\Users\alice\tidy.csv`, weights(7)+"2020-01-01T07:00:00Z,weight_kg,heavy\n")
	if checked.State != web.ImportChecked || checked.Name != "tidy.csv" || checked.Result.Added != 7 ||
		checked.Read == 0 || checked.Read != checked.Size {
		t.Fatalf("%+v", checked)
	}
	if got := checked.Result.Problems[0]; got.Line != 9 || got.Column == 0 || got.File != "tidy.csv" {
		t.Errorf("%+v", got)
	}
	if got := h.records(t); got != 0 {
		t.Errorf("the dry run has stored %d records", got)
	}
	if files := h.stored(t); len(files) != 1 {
		t.Errorf("the upload is %v", files)
	}
	for range 2 { // a second click changes nothing
		if err := h.Confirm(checked.ID); err != nil {
			t.Fatal(err)
		}
	}
	if done := h.next(t, checked.ID); done.State != web.ImportDone || done.Result.Added != 7 || h.records(t) != 7 {
		t.Errorf("%+v", done)
	}
	if err := h.Confirm(checked.ID); err != nil || len(h.requests) > 0 {
		t.Errorf("again: %v", err)
	}
	if again := h.upload(t, "tidy.csv", weights(9)); again.Result.Added != 2 || again.Result.Known != 7 {
		t.Errorf("of the repeated file, %d are new and %d known", again.Result.Added, again.Result.Known)
	} else if err := h.Discard(again.ID); err != nil {
		t.Error(err)
	}
	if files := h.stored(t); len(files) != 0 {
		t.Errorf("left over: %v", files)
	}
}

func TestUploadThatCannotBeRead(t *testing.T) {
	t.Parallel()
	h := newImportHarness(t, t.TempDir())
	whole := zipOf(t, map[string]string{"weight.csv": "Date,\"Weight (kg)\"\n\"2015-01-31 07:00:00\",81.50\n"})
	const header = "Date,\"Weight (kg)\",\"Fat mass (kg)\",\"Bone mass (kg)\",\"Muscle mass (kg)\",\"Hydration (kg)\",Comments\n"
	row := "\"2015-01-31 07:00:00\",81.50,,,,," + strings.Repeat("0", 8<<10) + "\n"
	bomb := zipOf(t, map[string]string{"weight.csv": header + strings.Repeat(row, 2200)})
	for name, file := range map[string]struct{ content, want string }{
		"broken.zip":  {whole[:len(whole)/2], "ZIP"},
		"bomb.zip":    {bomb, "unpacks to more than 500 times its size"},
		"photos.zip":  {zipOf(t, map[string]string{"me.jpg": "x"}), "no file of the vendor's download"},
		"letter.docx": {"hello", "the file is none of the formats"},
		"utf16.csv":   {"\xff\xfet\x00i\x00", "UTF-16"},
		"empty.csv":   {"", "none of the formats"},
	} {
		failed := h.upload(t, name, file.content)
		if failed.State != web.ImportFailed || !strings.Contains(failed.Failure, file.want) ||
			strings.Contains(failed.Failure, h.files.folder) {
			t.Errorf("%s: %s %q, want %q", name, failed.State, failed.Failure, file.want)
		}
		if err := h.Confirm(failed.ID); err == nil {
			t.Errorf("%s can be imported", name)
		}
	}
	if h.records(t) != 0 || len(h.stored(t)) != 0 {
		t.Errorf("%d records, files %v", h.records(t), h.stored(t))
	}
}

// brokenBody is a request that ends in the middle.
type brokenBody struct{ io.Reader }

func (b brokenBody) Read(p []byte) (int, error) {
	if n, err := b.Reader.Read(p); err == nil {
		return n, nil
	}
	return 0, io.ErrUnexpectedEOF
}

// clock: uploads expire by the real time
func TestUploadsAreBounded(t *testing.T) {
	t.Parallel()
	h := newImportHarness(t, t.TempDir())
	o := web.ImportOptions{Profile: "alice", Name: "tidy.csv"}
	if _, err := h.Start(t.Context(), o, brokenBody{strings.NewReader(weights(3))}); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%v", err)
	}
	if len(h.stored(t)) != 0 || len(h.List()) != 0 {
		t.Errorf("half an upload is kept: %v", h.stored(t))
	}
	for range maxUploads {
		h.upload(t, "tidy.csv", weights(1))
	}
	if _, err := h.Start(t.Context(), o, strings.NewReader(weights(1))); !errors.Is(err, errTooManyUploads) {
		t.Errorf("one more: %v", err)
	}
	h.expire(time.Now())
	if got := len(h.List()); got != maxUploads {
		t.Errorf("%d are left", got)
	}
	h.expire(time.Now().Add(uploadLifetime + time.Second))
	if len(h.List()) != 0 || len(h.stored(t)) != 0 {
		t.Errorf("after an hour: %v", h.stored(t))
	}
	for _, err := range []error{h.Confirm("other"), h.Discard("other")} {
		if !errors.Is(err, web.ErrNotFound) {
			t.Error(err)
		}
	}
}

// TestUploadWithoutAccount: records belong to an account.
func TestUploadWithoutAccount(t *testing.T) {
	t.Parallel()
	h := newImportHarness(t, t.TempDir())
	id, err := h.Start(t.Context(), web.ImportOptions{Profile: "bob", Name: "tidy.csv"}, strings.NewReader(weights(1)))
	if err != nil {
		t.Fatal(err)
	}
	if got := h.next(t, id); got.Failure != errNoAccount.Error() {
		t.Errorf("%+v", got)
	}
}

// TestKilledImport: what was stored before the end are whole records, the file
// is gone with the next start, and another import brings the rest.
func TestKilledImport(t *testing.T) {
	t.Parallel()
	const days = 1500
	stateDir := t.TempDir()
	h := newImportHarness(t, stateDir)
	checked := h.upload(t, "tidy.csv", weights(days))
	if err := h.Confirm(checked.ID); err != nil {
		t.Fatal(err)
	}
	id := <-h.requests
	ctx, kill := context.WithCancel(t.Context())
	stored := make(chan struct{})
	go func() {
		defer close(stored)
		for h.records(t) == 0 && t.Context().Err() == nil {
			continue
		}
		kill()
	}()
	h.work(ctx, id)
	<-stored
	if shown, _ := h.Find(id); shown.State == web.ImportFailed && shown.Failure != "Interrupted." {
		t.Errorf("%+v", shown)
	}
	before := 0
	for rec, err := range h.archive.Records(t.Context(), history.Filter{User: "4711"}) {
		if err != nil || len(rec.Values) == 0 || rec.Kind != sensors.KindMeasures {
			t.Fatalf("%+v, %v", rec, err)
		}
		before++
	}
	if before == 0 || before%500 != 0 {
		t.Errorf("%d records are stored", before)
	}
	h.upload(t, "tidy.csv", weights(1)) // waits while the process is killed

	_ = h.folder.Close() // as the system does
	again := newImportHarness(t, stateDir)
	if len(again.stored(t)) != 0 || len(again.List()) != 0 {
		t.Errorf("left over: %v", again.stored(t))
	}
	rest := again.upload(t, "tidy.csv", weights(days))
	if err := again.Confirm(rest.ID); err != nil {
		t.Fatal(err)
	}
	if done := again.next(t, rest.ID); done.Result.Known != before || again.records(t) != days {
		t.Errorf("%d known of %d, %d in the end", done.Result.Known, before, again.records(t))
	}
}

func TestRunDeletesFilesAtTheEnd(t *testing.T) {
	t.Parallel()
	h := newImportHarness(t, t.TempDir())
	h.upload(t, "tidy.csv", weights(1))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.run(ended); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(h.files.folder); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("left over: %v", h.stored(t))
	}
}

func TestSafeName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"weight.csv": "weight.csv", "../../etc/passwd": "passwd", "..": "upload", "": "upload", "a\x00b:c": "a_b_c",
		strings.Repeat("ü", 100) + ".csv": strings.Repeat("ü", 48) + ".csv",
	} {
		if got := safeName(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}
