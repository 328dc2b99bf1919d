// Command operator answers what kubectl and prometheus-operator's admission webhook make of an object, one JSON
// object a line on standard input, one answer a line on standard output.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/prometheus-operator/prometheus-operator/pkg/admission"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
	v1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"
)

type request struct {
	// Text is the object as a file holds it; with Object it is not read.
	Text string `json:"text"`
	// Object is what the API server made of it: the webhook is asked about that.
	Object json.RawMessage `json:"object"`
	// Resource is `prometheusrules` or `alertmanagerconfigs`, Version that of its API.
	Resource string `json:"resource"`
	Version  string `json:"version"`
}

type answer struct {
	// Object is the JSON that kubectl sends.
	Object json.RawMessage `json:"object,omitempty"`
	// Errors holds what is said where it is refused.
	Errors []string `json:"errors"`
}

func toJSON(text string) answer {
	object, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return answer{Errors: []string{err.Error()}}
	}
	return answer{Object: object, Errors: []string{}}
}

func review(mux *http.ServeMux, r request) (answer, error) {
	body, err := json.Marshal(v1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Request: &v1.AdmissionRequest{
			UID: "1",
			Resource: metav1.GroupVersionResource{
				Group: "monitoring.coreos.com", Version: r.Version, Resource: r.Resource},
			Object: runtime.RawExtension{Raw: r.Object},
		},
	})
	if err != nil {
		return answer{}, err
	}
	post := httptest.NewRequest(http.MethodPost, "/admission-"+r.Resource+"/validate", bytes.NewReader(body))
	post.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	mux.ServeHTTP(recorder, post)
	var reviewed v1.AdmissionReview
	if err := json.Unmarshal(recorder.Body.Bytes(), &reviewed); err != nil {
		return answer{}, fmt.Errorf("%d %s", recorder.Code, recorder.Body)
	}
	result := answer{Errors: []string{}}
	if reviewed.Response.Allowed {
		return result, nil
	}
	for _, cause := range reviewed.Response.Result.Details.Causes {
		result.Errors = append(result.Errors, cause.Message)
	}
	return result, nil
}

func main() {
	mux := http.NewServeMux()
	admission.New(slog.New(slog.DiscardHandler), model.UTF8Validation, parser.Options{}).Register(mux)
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	encoder := json.NewEncoder(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var r request
		var result any
		if err = json.Unmarshal(line, &r); err == nil {
			if r.Object == nil {
				result = toJSON(r.Text)
			} else {
				result, err = review(mux, r)
			}
		}
		if err != nil {
			result = map[string]string{"oracleError": err.Error()}
		}
		if err := encoder.Encode(result); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
