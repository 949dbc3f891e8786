// SPDX-License-Identifier: MIT

package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

// Statuses and texts of the envelope.
const (
	statusOK        = 0
	statusToken     = 401
	statusScope     = 403
	statusRedirect  = 293
	statusSignature = 342
	statusUser      = 353
	statusParams    = 503
	statusTooMany   = 601
	statusUnknown   = 2554
	//nolint:gosec // A sentence.
	textBadToken = "XRequestID: Not provided invalid_token: The access token provided is invalid"
	textScope    = "XRequestID: [Not provided] - Insufficient_scope: " +
		"The request requires higher privileges than provided by the access token"
	textBadRefresh    = "Invalid Params: invalid refresh_token"
	textUnknown       = "Not implemented"
	textTooMany       = "Too Many Request"
	textSameArguments = "Same arguments in less than 10 seconds"
	proxyPage         = "<html>\n<head><title>%[1]d %[2]s</title></head>\n" +
		"<body><center><h1>%[1]d %[2]s</h1></center></body>\n</html>\n"
)

// response is the envelope of everything that the API sends.
type response struct {
	Status int    `json:"status"`
	Body   any    `json:"body"`
	Error  string `json:"error,omitempty"`
}

func success(body any) response { return response{Body: body} }

func refusal(status int, text string) response {
	return response{Status: status, Body: struct{}{}, Error: text}
}

func missingParameter(parameter string) response {
	return refusal(statusParams, "Invalid Params: missing "+parameter)
}

func invalidParameter(parameter string) response {
	return refusal(statusParams, "Invalid Params: invalid "+parameter)
}

// encode writes JSON as PHP does, slashes escaped: a slash occurs only inside
// strings.
func encode(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("simulator: encoding a response: %v", err)) // Only types of this program are encoded.
	}
	return bytes.ReplaceAll(raw, []byte("/"), []byte(`\/`))
}

// write sends a response in the fault's shape.
func (f Fault) write(w http.ResponseWriter, a response) {
	var raw []byte
	switch f.Shape {
	case ShapeHTML:
		writePage(w, http.StatusOK, "Maintenance")
		return
	case ShapeNullBody:
		a.Body = nil
		raw = encode(a)
	case ShapeNoBody:
		raw = encode(struct {
			Status int    `json:"status"`
			Error  string `json:"error,omitempty"`
		}{a.Status, a.Error})
	case ShapeListBody:
		a.Body = []struct{}{}
		raw = encode(a)
	case ShapeTextBody:
		a.Body = "ok"
		raw = encode(a)
	case ShapeNoList, ShapeNullList, ShapeTextList, ShapeForeignList, ShapeEmptyList:
		raw = encode(response{Status: a.Status, Body: replaceLists(generic(a.Body), f.Shape), Error: a.Error})
	case ShapeTruncated:
		raw = encode(a)
		raw = raw[:len(raw)/2]
	case ShapeNumbersAsText:
		raw = encode(response{Status: a.Status, Body: numbersAsText(generic(a.Body)), Error: a.Error})
	case ShapeWhole:
		raw = encode(a)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(raw) // The client may have disconnected.
}

// writePage is the response of a front proxy.
func writePage(w http.ResponseWriter, status int, title string) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, proxyPage, status, title)
}

// generic turns a type of this program into maps, lists and exact numbers.
func generic(v any) any {
	decoder := json.NewDecoder(bytes.NewReader(encode(v)))
	decoder.UseNumber()
	var out any
	if err := decoder.Decode(&out); err != nil {
		panic(fmt.Sprintf("simulator: decoding an own response: %v", err))
	}
	return out
}

func numbersAsText(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, member := range v {
			v[key] = numbersAsText(member)
		}
	case []any:
		for i, element := range v {
			v[i] = numbersAsText(element)
		}
	case json.Number:
		return v.String()
	}
	return v
}

// replaceLists replaces every list and map of a body.
func replaceLists(body any, shape Shape) any {
	object, ok := body.(map[string]any)
	if !ok {
		return body
	}
	instead := map[Shape]any{ShapeTextList: "none", ShapeForeignList: []int{1, 2}, ShapeEmptyList: []struct{}{}}[shape]
	for key, member := range object {
		switch member.(type) {
		case []any, map[string]any:
			object[key] = instead
			if shape == ShapeNoList {
				delete(object, key)
			}
		}
	}
	return object
}
