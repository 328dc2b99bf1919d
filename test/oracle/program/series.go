package main

import (
	"math"
	"strconv"

	"github.com/prometheus/prometheus/model/value"
)

type seriesAnswer struct {
	Errors []parseError `json:"errors"`
	// Metric is empty where the text is refused.
	Metric string `json:"metric"`
	// Values are the first samples as Go prints them: `_` where there is none, `stale`, histograms in their own notation.
	Values []string `json:"values"`
	Count  int      `json:"count"`
}

const shownValues = 60

// parseSeries reads a series description of a rule unit test, or, as ParseMetric does, a metric alone.
func parseSeries(text string, alone bool) seriesAnswer {
	p := newParser(options{})
	if alone {
		metric, err := p.ParseMetric(text)
		if err != nil {
			return seriesAnswer{Errors: parseErrors(err)}
		}
		return seriesAnswer{Errors: []parseError{}, Metric: metric.String()}
	}
	metric, values, err := p.ParseSeriesDesc(text)
	if err != nil {
		return seriesAnswer{Errors: parseErrors(err)}
	}
	answer := seriesAnswer{Errors: []parseError{}, Metric: metric.String(), Count: len(values)}
	for i, v := range values {
		if i == shownValues {
			break
		}
		switch {
		case v.Omitted:
			answer.Values = append(answer.Values, "_")
		case v.Histogram != nil:
			answer.Values = append(answer.Values, v.Histogram.TestExpression())
		case math.Float64bits(v.Value) == value.StaleNaN:
			answer.Values = append(answer.Values, "stale")
		default:
			answer.Values = append(answer.Values, strconv.FormatFloat(v.Value, 'g', -1, 64))
		}
	}
	return answer
}
