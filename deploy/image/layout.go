// SPDX-License-Identifier: MIT

package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
)

// The kinds of documents and layers of an image.
const (
	indexType    = "application/vnd.oci.image.index.v1+json"
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	configType   = "application/vnd.oci.image.config.v1+json"
	layerType    = "application/vnd.oci.image.layer.v1.tar+gzip"
)

// descriptor names a document or a layer by its content.
type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int               `json:"size"`
	Platform    *platform         `json:"platform,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// platform is the kind of machine of an image.
type platform struct {
	Architecture string `json:"architecture"`
	OS           string `json:"os"`
	Variant      string `json:"variant,omitempty"`
}

// index lists other documents.
type index struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType"`
	Manifests     []descriptor      `json:"manifests"`
	Annotations   map[string]string `json:"annotations,omitempty"`
}

// manifest is an image for one platform.
type manifest struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType"`
	Config        descriptor        `json:"config"`
	Layers        []descriptor      `json:"layers"`
	Annotations   map[string]string `json:"annotations,omitempty"`
}

// imageConfig is the configuration of an image for one platform.
type imageConfig struct {
	Created time.Time `json:"created"`
	platform
	Config  config    `json:"config"`
	RootFS  rootFS    `json:"rootfs"`
	History []history `json:"history"`
}

type rootFS struct {
	Type    string   `json:"type"`
	DiffIDs []string `json:"diff_ids"`
}

type history struct {
	Created   time.Time `json:"created"`
	CreatedBy string    `json:"created_by"`
}

// layout is an OCI image layout in the making: files by their paths.
type layout struct {
	when  time.Time
	files map[string][]byte
}

// digest is how contents are named.
func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// keep stores a blob.
func (l *layout) keep(mediaType string, data []byte) descriptor {
	name := digest(data)
	l.files["blobs/"+strings.Replace(name, ":", "/", 1)] = data
	return descriptor{MediaType: mediaType, Digest: name, Size: len(data)}
}

// keepJSON stores a document.
func (l *layout) keepJSON(mediaType string, document any) (descriptor, error) {
	data, err := json.Marshal(document)
	return l.keep(mediaType, data), err
}

// image adds the image of a recipe for a platform; root has its files.
func (l *layout) image(r recipe, p platform, root string) (descriptor, error) {
	made := imageConfig{Created: l.when, platform: p, Config: r.config, RootFS: rootFS{Type: "layers"}}
	says := manifest{SchemaVersion: 2, MediaType: manifestType, Annotations: annotations(r.config.Labels)}
	for _, step := range r.copies {
		data, err := step.layer(root, l.when)
		if err != nil {
			return descriptor{}, err
		}
		packed, err := compress(data)
		if err != nil {
			return descriptor{}, err
		}
		says.Layers = append(says.Layers, l.keep(layerType, packed))
		made.RootFS.DiffIDs = append(made.RootFS.DiffIDs, digest(data))
		made.History = append(made.History, history{Created: l.when, CreatedBy: step.text})
	}
	var err error
	if says.Config, err = l.keepJSON(configType, made); err != nil {
		return descriptor{}, err
	}
	out, err := l.keepJSON(manifestType, says)
	out.Platform = &p
	return out, err
}

// annotations are the labels that OCI defines.
func annotations(labels map[string]string) map[string]string {
	out := maps.Clone(labels)
	maps.DeleteFunc(out, func(key, _ string) bool { return !strings.HasPrefix(key, "org.opencontainers.") })
	return out
}

// finish makes the images one, under a tag, and returns the layout as a tar
// archive.
func (l *layout) finish(tag string, images []descriptor, labels map[string]string) ([]byte, error) {
	whole, err := l.keepJSON(indexType, index{
		SchemaVersion: 2, MediaType: indexType, Manifests: images, Annotations: annotations(labels),
	})
	if err != nil {
		return nil, err
	}
	whole.Annotations = map[string]string{"org.opencontainers.image.ref.name": tag}
	l.files["index.json"], err = json.Marshal(index{SchemaVersion: 2, MediaType: indexType, Manifests: []descriptor{whole}})
	if err != nil {
		return nil, err
	}
	l.files["oci-layout"] = []byte(`{"imageLayoutVersion":"1.0.0"}`)
	var out bytes.Buffer
	archive := tar.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(l.files)) {
		if err := archive.WriteHeader(&tar.Header{
			Typeflag: tar.TypeReg, Name: name, Size: int64(len(l.files[name])), Mode: 0o644, ModTime: l.when, Format: tar.FormatUSTAR,
		}); err != nil {
			return nil, err
		}
		if _, err := archive.Write(l.files[name]); err != nil {
			return nil, err
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func compress(data []byte) ([]byte, error) {
	var out bytes.Buffer
	packed, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := packed.Write(data); err != nil {
		return nil, err
	}
	if err := packed.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
