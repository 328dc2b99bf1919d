package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/util/annotations"
)

// A series has one sample every 15 seconds, the last of them at zero seconds; a hole where the value is null.
type seriesInput struct {
	Labels    map[string]string `json:"labels"`
	Values    []sampleInput     `json:"values"`
	Histogram bool              `json:"histogram"`
}

// A sampleInput is null, a number, a text such as "NaN" or "stale", or {"size": 2, "shape": 1} for a native histogram.
type sampleInput struct {
	missing   bool
	float     float64
	histogram bool
	shape     int
}

func (s *sampleInput) UnmarshalJSON(data []byte) error {
	var text string
	var native struct {
		Size  float64 `json:"size"`
		Shape int     `json:"shape"`
	}
	switch {
	case string(data) == "null":
		s.missing = true
	case data[0] == '{':
		if err := json.Unmarshal(data, &native); err != nil {
			return err
		}
		s.float, s.histogram, s.shape = native.Size, true, native.Shape
	case data[0] == '"':
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
		if text == "stale" {
			s.float = math.Float64frombits(value.StaleNaN)
			return nil
		}
		float, err := strconv.ParseFloat(text, 64)
		s.float = float
		return err
	default:
		return json.Unmarshal(data, &s.float)
	}
	return nil
}

type evalAnswer struct {
	// Error is what the parser or the engine says instead of an answer.
	Error  string              `json:"error,omitempty"`
	Labels []map[string]string `json:"labels"`
	// Values are as Go prints them; native histograms have "histogram".
	Values []string `json:"values"`
	// Steps are the answers at each step, of a query over a range.
	Steps []evalAnswer `json:"steps,omitempty"`
}

// When an expression is evaluated, in seconds; over a range if it has a step.
type evalTime struct {
	Start float64 `json:"start"`
	End   float64 `json:"end"`
	Step  float64 `json:"step"`
}

func moment(seconds float64) time.Time { return time.UnixMilli(int64(seconds * 1000)) }

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
		for i, sample := range input.Values {
			if sample.missing {
				continue
			}
			at := int64(i-len(input.Values)+1) * stepMillis
			if input.Histogram || sample.histogram {
				s.Histograms = append(s.Histograms, promql.HPoint{T: at, H: nativeHistogram(sample.float, sample.shape)})
			} else {
				s.Floats = append(s.Floats, promql.FPoint{T: at, F: sample.float})
			}
		}
		store.series = append(store.series, s)
	}
	sort.Slice(store.series, func(i, j int) bool { return labels.Compare(store.series[i].Metric, store.series[j].Metric) < 0 })
	return store
}

// nativeHistogram makes a histogram; the shape chooses its schema, its buckets and its hint.
func nativeHistogram(size float64, shape int) *histogram.FloatHistogram {
	count := math.Abs(size) + 1
	h := &histogram.FloatHistogram{
		Count:           count,
		Sum:             size,
		PositiveSpans:   []histogram.Span{{Offset: 0, Length: 1}},
		PositiveBuckets: []float64{count},
	}
	switch shape {
	case 1:
		h.Schema = 3
		h.NegativeSpans = []histogram.Span{{Offset: 1, Length: 1}}
		h.NegativeBuckets = []float64{1}
		h.ZeroThreshold, h.ZeroCount = 0.001, 2
		h.Count += 3
		h.CounterResetHint = histogram.GaugeType
	case 2, 3:
		h.Schema = histogram.CustomBucketsSchema
		h.CustomValues = []float64{1, 2}
		if shape == 3 {
			h.CustomValues = []float64{0.5, 5, 10}
		}
	case 4:
		*h = histogram.FloatHistogram{Sum: math.NaN()}
	case 5:
		h.CounterResetHint = histogram.CounterReset
	}
	return h
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

func (e *evaluator) eval(text string, o options, at evalTime) (answer evalAnswer) {
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
	var query promql.Query
	var err error
	ranges := at.Step > 0
	if ranges {
		step := time.Duration(at.Step * float64(time.Second))
		query, err = engine.NewRangeQuery(context.Background(), e.store, nil, text, moment(at.Start), moment(at.End), step)
	} else {
		query, err = engine.NewInstantQuery(context.Background(), e.store, nil, text, moment(at.Start))
	}
	if err != nil {
		return evalAnswer{Error: err.Error()}
	}
	defer query.Close()
	result := query.Exec(context.Background())
	if result.Err != nil {
		return evalAnswer{Error: result.Err.Error()}
	}
	switch v := result.Value.(type) {
	case promql.Vector:
		answer = noSamples()
		for _, s := range v {
			answer.add(s.Metric, s.F, s.H)
		}
	case promql.Scalar:
		answer = noSamples()
		answer.add(labels.EmptyLabels(), v.V, nil)
	case promql.Matrix:
		if ranges {
			return stepsOf(v, at)
		}
		answer = noSamples()
		for _, s := range v {
			answer.Labels = append(answer.Labels, s.Metric.Map())
			answer.Values = append(answer.Values, "matrix")
		}
	default:
		answer = noSamples()
	}
	return answer
}

func noSamples() evalAnswer { return evalAnswer{Labels: []map[string]string{}, Values: []string{}} }

func (a *evalAnswer) add(metric labels.Labels, value float64, h *histogram.FloatHistogram) {
	a.Labels = append(a.Labels, metric.Map())
	if h != nil {
		a.Values = append(a.Values, "histogram")
	} else {
		a.Values = append(a.Values, fmt.Sprint(value))
	}
}

func stepsOf(series promql.Matrix, at evalTime) evalAnswer {
	all := evalAnswer{}
	index := map[int64]int{}
	for t := moment(at.Start).UnixMilli(); t <= moment(at.End).UnixMilli(); t += int64(at.Step * 1000) {
		index[t] = len(all.Steps)
		all.Steps = append(all.Steps, noSamples())
	}
	for _, s := range series {
		for _, p := range s.Floats {
			all.Steps[index[p.T]].add(s.Metric, p.F, nil)
		}
		for _, p := range s.Histograms {
			all.Steps[index[p.T]].add(s.Metric, 0, p.H)
		}
	}
	return all
}
