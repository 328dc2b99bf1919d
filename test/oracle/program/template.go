package main

import (
	"context"
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
