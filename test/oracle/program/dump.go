package main

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// dump writes a tree with everything in it that can differ: kinds, byte ranges, names, values, modifiers.
func dump(node parser.Node) string {
	var b strings.Builder
	dumpNode(&b, node)
	return b.String()
}

func number(v float64) string {
	if math.IsNaN(v) {
		return "NaN"
	}
	return fmt.Sprintf("%016x", math.Float64bits(v))
}

func quotedList(list []string) string {
	quoted := make([]string, 0, len(list))
	for _, s := range list {
		quoted = append(quoted, fmt.Sprintf("%q", s))
	}
	return "[" + strings.Join(quoted, " ") + "]"
}

func dumpDuration(b *strings.Builder, d time.Duration, expr *parser.DurationExpr) {
	if expr == nil {
		fmt.Fprintf(b, " %d", int64(d))
		return
	}
	b.WriteString(" ")
	dumpDurationExpr(b, expr)
}

func dumpDurationExpr(b *strings.Builder, e parser.Expr) {
	switch n := e.(type) {
	case nil:
		b.WriteString("nil")
	case *parser.NumberLiteral:
		b.WriteString(number(n.Val))
	case *parser.DurationExpr:
		fmt.Fprintf(b, "(%s", n.Op)
		if n.Wrapped {
			b.WriteString(" wrapped")
		}
		if n.LHS != nil {
			b.WriteString(" ")
			dumpDurationExpr(b, n.LHS)
		}
		if n.RHS != nil {
			b.WriteString(" ")
			dumpDurationExpr(b, n.RHS)
		}
		b.WriteString(")")
	default:
		fmt.Fprintf(b, "%T", e)
	}
}

func dumpAt(b *strings.Builder, ts *int64, startOrEnd parser.ItemType) {
	switch {
	case startOrEnd != 0:
		fmt.Fprintf(b, " @%s", startOrEnd)
	case ts != nil:
		fmt.Fprintf(b, " @%d", *ts)
	}
}

func dumpMatching(b *strings.Builder, m *parser.VectorMatching) {
	if m == nil {
		b.WriteString(" unmatched")
		return
	}
	fmt.Fprintf(b, " %s on=%t %s %s", m.Card, m.On, quotedList(m.MatchingLabels), quotedList(m.Include))
	if m.FillValues.LHS != nil {
		fmt.Fprintf(b, " left=%s", number(*m.FillValues.LHS))
	}
	if m.FillValues.RHS != nil {
		fmt.Fprintf(b, " right=%s", number(*m.FillValues.RHS))
	}
}

func dumpSelector(b *strings.Builder, n *parser.VectorSelector) {
	fmt.Fprintf(b, " %q", n.Name)
	matchers := n.LabelMatchers
	if n.Name != "" {
		matchers = matchers[:len(matchers)-1]
	}
	for _, m := range matchers {
		fmt.Fprintf(b, " %q%s%q", m.Name, matchOperator(m.Type), m.Value)
	}
	if n.Anchored {
		b.WriteString(" anchored")
	}
	if n.Smoothed {
		b.WriteString(" smoothed")
	}
	dumpDuration(b, n.OriginalOffset, n.OriginalOffsetExpr)
	dumpAt(b, n.Timestamp, n.StartOrEnd)
}

func matchOperator(t labels.MatchType) string { return t.String() }

func dumpNode(b *strings.Builder, node parser.Node) {
	r := node.PositionRange()
	kind := fmt.Sprintf("%T", node)
	fmt.Fprintf(b, "(%s %d-%d", strings.TrimPrefix(kind, "*parser."), r.Start, r.End)
	switch n := node.(type) {
	case *parser.NumberLiteral:
		fmt.Fprintf(b, " %s %t", number(n.Val), n.Duration)
	case *parser.StringLiteral:
		fmt.Fprintf(b, " %q", n.Val)
	case *parser.VectorSelector:
		dumpSelector(b, n)
	case *parser.MatrixSelector:
		dumpDuration(b, n.Range, n.RangeExpr)
		child(b, n.VectorSelector)
	case *parser.SubqueryExpr:
		dumpDuration(b, n.Range, n.RangeExpr)
		dumpDuration(b, n.Step, n.StepExpr)
		dumpDuration(b, n.OriginalOffset, n.OriginalOffsetExpr)
		dumpAt(b, n.Timestamp, n.StartOrEnd)
		child(b, n.Expr)
	case *parser.AggregateExpr:
		fmt.Fprintf(b, " %s without=%t %s", n.Op, n.Without, quotedList(n.Grouping))
		if n.Param != nil {
			child(b, n.Param)
		}
		child(b, n.Expr)
	case *parser.Call:
		fmt.Fprintf(b, " %s", n.Func.Name)
		for _, arg := range n.Args {
			child(b, arg)
		}
	case *parser.BinaryExpr:
		fmt.Fprintf(b, " %s bool=%t", n.Op, n.ReturnBool)
		dumpMatching(b, n.VectorMatching)
		child(b, n.LHS)
		child(b, n.RHS)
	case *parser.UnaryExpr:
		fmt.Fprintf(b, " %s", n.Op)
		child(b, n.Expr)
	case *parser.ParenExpr:
		child(b, n.Expr)
	}
	b.WriteString(")")
}

func child(b *strings.Builder, node parser.Node) {
	b.WriteString(" ")
	dumpNode(b, node)
}
