package web

import (
	"embed"
	"net/http"
	"path"
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

// assetHandler serves one asset.
func assetHandler(name, contentType string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := assets.ReadFile(name)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "max-age=300")
		_, _ = w.Write(body)
	}
}
