package main

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/timestamp"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/template"
)

type templateAnswer struct {
	// Error is empty exactly where the template parses.
	Error string `json:"error"`
}

// parseTemplate parses a label or annotation of the alert as the loader of rule files does (rulefmt.go,
// testTemplateParsing).
func parseTemplate(alert, text string) templateAnswer {
	defs := "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}" +
		"{{$externalURL := .ExternalURL}}{{$value := .Value}}"
	expander := template.NewTemplateExpander(
		context.Background(),
		defs+text,
		"__alert_"+alert,
		template.AlertTemplateData(map[string]string{}, map[string]string{}, "", promql.Sample{}),
		model.Time(timestamp.FromTime(time.Now())),
		nil, nil, nil,
	)
	if err := expander.ParseTest(); err != nil {
		return templateAnswer{Error: err.Error()}
	}
	return templateAnswer{}
}

type expandAnswer struct {
	// Error is empty exactly where the template can be executed.
	Error string `json:"error"`
	Text  string `json:"text"`
}

// expandTemplate expands a label or annotation of an alert as the rule manager does (rules/alerting.go, Eval); queries
// give nothing.
func expandTemplate(text string, labels map[string]string, value string, now float64) expandAnswer {
	number, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return expandAnswer{Error: err.Error()}
	}
	defs := "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}" +
		"{{$externalURL := .ExternalURL}}{{$value := .Value}}"
	external, _ := url.Parse("http://prometheus.example/base")
	expander := template.NewTemplateExpander(
		context.Background(),
		defs+text,
		"__alert_A",
		template.AlertTemplateData(labels, map[string]string{"cluster": "eu"}, external.String(), promql.Sample{F: number}),
		model.Time(now*1000),
		func(context.Context, string, time.Time) (promql.Vector, error) { return nil, nil },
		external, nil,
	)
	expanded, err := expander.Expand()
	if err != nil {
		return expandAnswer{Error: err.Error()}
	}
	return expandAnswer{Text: expanded}
}
