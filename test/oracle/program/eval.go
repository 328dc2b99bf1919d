package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/util/annotations"
)

// A series has one sample every 15 seconds, the last of them at zero seconds; a hole where the value is null.
type seriesInput struct {
	Labels    map[string]string `json:"labels"`
	Values    []*float64        `json:"values"`
	Histogram bool              `json:"histogram"`
}

type evalAnswer struct {
	// Error is what the parser or the engine says instead of an answer.
	Error  string              `json:"error,omitempty"`
	Labels []map[string]string `json:"labels"`
	// Values are as Go prints them; native histograms have "histogram".
	Values []string `json:"values"`
}

const stepMillis = 15_000

// memory is a store of a few series, which the engine asks as it asks any other.
type memory struct {
	series []promql.Series
}

func (m *memory) Querier(_, _ int64) (storage.Querier, error) { return m, nil }
func (m *memory) Close() error                                { return nil }

func (m *memory) LabelValues(context.Context, string, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}

func (m *memory) LabelNames(context.Context, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}

func (m *memory) Select(_ context.Context, _ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	set := &seriesSet{at: -1}
	for _, s := range m.series {
		if !slices.ContainsFunc(matchers, func(matcher *labels.Matcher) bool { return !matcher.Matches(s.Metric.Get(matcher.Name)) }) {
			set.series = append(set.series, s)
		}
	}
	return set
}

type seriesSet struct {
	series []promql.Series
	at     int
}

func (s *seriesSet) Next() bool                      { s.at++; return s.at < len(s.series) }
func (s *seriesSet) At() storage.Series              { return promql.NewStorageSeries(s.series[s.at]) }
func (*seriesSet) Err() error                        { return nil }
func (*seriesSet) Warnings() annotations.Annotations { return nil }

func load(inputs []seriesInput) *memory {
	store := &memory{}
	for _, input := range inputs {
		s := promql.Series{Metric: labels.FromMap(input.Labels)}
		for i, value := range input.Values {
			if value == nil {
				continue
			}
			at := int64(i-len(input.Values)+1) * stepMillis
			if input.Histogram {
				s.Histograms = append(s.Histograms, promql.HPoint{T: at, H: nativeHistogram(*value)})
			} else {
				s.Floats = append(s.Floats, promql.FPoint{T: at, F: *value})
			}
		}
		store.series = append(store.series, s)
	}
	sort.Slice(store.series, func(i, j int) bool { return labels.Compare(store.series[i].Metric, store.series[j].Metric) < 0 })
	return store
}

func nativeHistogram(size float64) *histogram.FloatHistogram {
	count := math.Abs(size) + 1
	return &histogram.FloatHistogram{
		Count:           count,
		Sum:             size,
		PositiveSpans:   []histogram.Span{{Offset: 0, Length: 1}},
		PositiveBuckets: []float64{count},
	}
}

func newEngine(o options) *promql.Engine {
	return promql.NewEngine(promql.EngineOpts{
		MaxSamples:               1_000_000,
		Timeout:                  10 * time.Second,
		LookbackDelta:            5 * time.Minute,
		NoStepSubqueryIntervalFn: func(int64) int64 { return 60_000 },
		EnableAtModifier:         true,
		EnableNegativeOffset:     true,
		EnableDelayedNameRemoval: o.DelayedNameRemoval,
		EnableTypeAndUnitLabels:  true,
		Parser:                   newParser(o),
	})
}

// evaluator keeps the series of the last request that brought some, and an engine for each of its options.
type evaluator struct {
	store   *memory
	engines map[options]*promql.Engine
}

func (e *evaluator) eval(text string, o options) (answer evalAnswer) {
	defer func() {
		// What the engine cannot do it says in a panic, some of which it does not catch itself.
		if problem := recover(); problem != nil {
			answer = evalAnswer{Error: fmt.Sprint(problem)}
		}
	}()
	engine, ok := e.engines[o]
	if !ok {
		engine = newEngine(o)
		e.engines[o] = engine
	}
	query, err := engine.NewInstantQuery(context.Background(), e.store, nil, text, time.UnixMilli(0))
	if err != nil {
		return evalAnswer{Error: err.Error()}
	}
	defer query.Close()
	result := query.Exec(context.Background())
	if result.Err != nil {
		return evalAnswer{Error: result.Err.Error()}
	}
	answer = evalAnswer{Labels: []map[string]string{}, Values: []string{}}
	add := func(metric labels.Labels, value float64, h *histogram.FloatHistogram) {
		answer.Labels = append(answer.Labels, metric.Map())
		if h != nil {
			answer.Values = append(answer.Values, "histogram")
		} else {
			answer.Values = append(answer.Values, fmt.Sprint(value))
		}
	}
	switch v := result.Value.(type) {
	case promql.Vector:
		for _, s := range v {
			add(s.Metric, s.F, s.H)
		}
	case promql.Scalar:
		add(labels.EmptyLabels(), v.V, nil)
	case promql.Matrix:
		for _, s := range v {
			answer.Labels = append(answer.Labels, s.Metric.Map())
			answer.Values = append(answer.Values, "matrix")
		}
	}
	return answer
}
