package main

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
)

type rulesAnswer struct {
	// Errors holds what the loader of rule files says, in its order; it is empty where the file loads.
	Errors []ruleError `json:"errors"`
	Groups int         `json:"groups"`
}

type ruleError struct {
	Message  string `json:"message"`
	Group    string `json:"group,omitempty"`
	Rule     int    `json:"rule,omitempty"`
	RuleName string `json:"ruleName,omitempty"`
}

// parseRules answers a panic of go-yaml, of which there are a few, as an error.
func parseRules(text string, o options) (result rulesAnswer) {
	defer func() {
		if problem := recover(); problem != nil {
			result = rulesAnswer{Errors: []ruleError{{Message: fmt.Sprint("panic: ", problem)}}}
		}
	}()
	groups, errs := rulefmt.Parse(
		[]byte(text), false, model.UTF8Validation, newParser(o), slog.New(slog.DiscardHandler))
	result = rulesAnswer{Errors: []ruleError{}}
	if groups != nil {
		result.Groups = len(groups.Groups)
	}
	for _, err := range errs {
		e := ruleError{Message: err.Error()}
		var detail *rulefmt.Error
		if errors.As(err, &detail) {
			e.Group, e.Rule, e.RuleName = detail.Group, detail.Rule, detail.RuleName
		}
		result.Errors = append(result.Errors, e)
	}
	return result
}
