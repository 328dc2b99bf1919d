// Command oracle answers questions about Prometheus' own parsers, one JSON object a line on standard input, one
// answer a line on standard output. It is the truth that the tests hold our parsers to.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"

	"github.com/prometheus/prometheus/promql"
)

type request struct {
	Op   string `json:"op"`
	Text string `json:"text"`
	// Name is the alert whose template Text is.
	Name string `json:"name"`
	// Base64 replaces Text where that is not UTF-8.
	Base64  string  `json:"base64"`
	Options options `json:"options"`
	// Labels, Value and Now are those of the alert for which the op "expand" expands Text.
	Labels map[string]string `json:"labels"`
	Value  string            `json:"value"`
	Now    float64           `json:"now"`
	// Series are what queries see from here on; of the op "series".
	Series []seriesInput `json:"series"`
	// At is when the op "eval" evaluates.
	At evalTime `json:"at"`
}

type options struct {
	ExperimentalFunctions bool `json:"experimentalFunctions"`
	FillModifiers         bool `json:"fillModifiers"`
	UnquotedUTF8Names     bool `json:"unquotedUtf8Names"`
	// DelayedNameRemoval is for evaluations only.
	DelayedNameRemoval bool `json:"delayedNameRemoval"`
}

func answer(line []byte, evaluations *evaluator) (any, error) {
	var req request
	if err := json.Unmarshal(line, &req); err != nil {
		return nil, err
	}
	text := req.Text
	if req.Base64 != "" {
		raw, err := base64.StdEncoding.DecodeString(req.Base64)
		if err != nil {
			return nil, err
		}
		text = string(raw)
	}
	switch req.Op {
	case "expr":
		return parseExpr(text, req.Options), nil
	case "selector":
		return parseSelector(text, req.Options), nil
	case "seriesDescription":
		return parseSeries(text, false), nil
	case "metric":
		return parseSeries(text, true), nil
	case "rules":
		return parseRules(text, req.Options), nil
	case "template":
		return parseTemplate(req.Name, text), nil
	case "expand":
		return expandTemplate(text, req.Labels, req.Value, req.Now), nil
	case "series":
		evaluations.store = load(req.Series)
		return struct{}{}, nil
	case "eval":
		return evaluations.eval(text, req.Options, req.At), nil
	default:
		return nil, fmt.Errorf("unknown op %q", req.Op)
	}
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	evaluations := &evaluator{store: &memory{}, engines: map[options]*promql.Engine{}}
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			result, problem := answer(line, evaluations)
			if problem != nil {
				result = map[string]string{"oracleError": problem.Error()}
			}
			if err := encoder.Encode(result); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			// Whoever waits for an answer sends nothing more until it is there.
			if in.Buffered() == 0 {
				out.Flush()
			}
		}
		if err != nil {
			out.Flush()
			return
		}
	}
}
