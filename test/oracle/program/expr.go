package main

import (
	"errors"

	"github.com/prometheus/prometheus/promql/parser"
)

type parseError struct {
	// Start and End are byte offsets, as the parser gives them.
	Start   int    `json:"start"`
	End     int    `json:"end"`
	Message string `json:"message"`
}

type exprAnswer struct {
	Errors []parseError `json:"errors"`
	Type   string       `json:"type,omitempty"`
	String string       `json:"string,omitempty"`
	Pretty string       `json:"pretty,omitempty"`
	Tree   string       `json:"tree,omitempty"`
}

func newParser(o options) parser.Parser {
	return parser.NewParser(parser.Options{
		EnableExperimentalFunctions: o.ExperimentalFunctions,
		EnableBinopFillModifiers:    o.FillModifiers,
		EnableUnquotedUTF8Names:     o.UnquotedUTF8Names,
	})
}

func parseExpr(text string, o options) exprAnswer {
	expr, err := newParser(o).ParseExpr(text)
	if err != nil {
		return exprAnswer{Errors: parseErrors(err)}
	}
	return exprAnswer{
		Errors: []parseError{},
		Type:   string(expr.Type()),
		String: expr.String(),
		Pretty: parser.Prettify(expr),
		Tree:   dump(expr),
	}
}

func parseErrors(err error) []parseError {
	var list parser.ParseErrors
	if !errors.As(err, &list) {
		return []parseError{{Start: -1, End: -1, Message: err.Error()}}
	}
	result := make([]parseError, 0, len(list))
	for _, e := range list {
		result = append(result, parseError{
			Start:   int(e.PositionRange.Start),
			End:     int(e.PositionRange.End),
			Message: e.Err.Error(),
		})
	}
	return result
}

func parseSelector(text string, o options) exprAnswer {
	if _, err := newParser(o).ParseMetricSelector(text); err != nil {
		return exprAnswer{Errors: parseErrors(err)}
	}
	return exprAnswer{Errors: []parseError{}}
}
