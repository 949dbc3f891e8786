// SPDX-License-Identifier: MIT

package web

import (
	"crypto/sha256"
	"embed"
	"fmt"
	"net/http"
	"path"
	"strings"
)

// assets are the templates, styles, scripts and pictures of the page.
//
//go:embed assets
var assets embed.FS

// assetTypes are the types of the assets that browsers ask for.
func assetTypes() map[string]string {
	return map[string]string{
		".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	}
}

// registerAssets serves each asset at its name.
func registerAssets(mux *http.ServeMux) {
	entries, _ := assets.ReadDir("assets") // it is there
	for _, entry := range entries {
		if contentType := assetTypes()[path.Ext(entry.Name())]; contentType != "" {
			mux.HandleFunc("GET /"+entry.Name(), assetHandler("assets/"+entry.Name(), contentType))
		}
	}
}

// assetHandler serves one asset. Browsers ask every five minutes whether it is
// still the same.
func assetHandler(name, contentType string) http.HandlerFunc {
	body, _ := assets.ReadFile(name) // it is there
	sum := sha256.Sum256(body)
	tag := fmt.Sprintf(`W/"%x"`, sum[:8]) // weak: it may be compressed
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=300")
		w.Header().Set("ETag", tag)
		if strings.Contains(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write(body)
	}
}
