/**
 * The grammar of PromQL 3.16 in our own notation, after `promql/parser/generated_parser.y`.
 *
 * The messages of Prometheus' parser fall out of its automaton (which token it has read when it gives up, which
 * `error` production catches), so the order of the tokens and of the productions matters here: ties between
 * default reductions go to the lower token, conflicts between reductions to the earlier production.
 * Series descriptions (`input_series` of rule unit tests) share this automaton upstream, but none of its states
 * that matter here; they can be added as further alternatives of `start`.
 *
 * One line an alternative: `nonterminal = symbols -> action`, `|` for the next alternative of the same
 * nonterminal. `%MUL` gives a production the precedence of that token. Without an action the value of the first
 * symbol is kept.
 */
export const grammar = `
start = START_EXPRESSION EOF -> noExpression
| START_EXPRESSION expr -> result
| START_METRIC_SELECTOR vector_selector -> result
| start EOF
| error -> unexpected

expr = aggregate_expr
| binary_expr
| function_call
| matrix_selector
| number_duration_literal
| offset_expr
| anchored_expr
| smoothed_expr
| paren_expr
| string_literal
| subquery_expr
| unary_expr
| vector_selector
| step_invariant_expr
| duration_expr

aggregate_expr = aggregate_op aggregate_modifier function_call_body -> aggregateModifierFirst
| aggregate_op function_call_body aggregate_modifier -> aggregateModifierLast
| aggregate_op function_call_body -> aggregateBare
| aggregate_op error -> aggregateBroken

aggregate_modifier = BY grouping_labels -> modifierBy
| WITHOUT grouping_labels -> modifierWithout

binary_expr = expr ADD bin_modifier expr -> binary
| expr ATAN2 bin_modifier expr -> binary
| expr DIV bin_modifier expr -> binary
| expr EQLC bin_modifier expr -> binary
| expr GTE bin_modifier expr -> binary
| expr GTR bin_modifier expr -> binary
| expr TRIM_UPPER bin_modifier expr -> binary
| expr TRIM_LOWER bin_modifier expr -> binary
| expr LAND bin_modifier expr -> binary
| expr LOR bin_modifier expr -> binary
| expr LSS bin_modifier expr -> binary
| expr LTE bin_modifier expr -> binary
| expr LUNLESS bin_modifier expr -> binary
| expr MOD bin_modifier expr -> binary
| expr MUL bin_modifier expr -> binary
| expr NEQ bin_modifier expr -> binary
| expr POW bin_modifier expr -> binary
| expr SUB bin_modifier expr -> binary

bin_modifier = fill_modifiers

bool_modifier = -> matchingPlain
| BOOL -> matchingBool

on_or_ignoring = bool_modifier IGNORING grouping_labels -> matchingIgnoring
| bool_modifier ON grouping_labels -> matchingOn

group_modifiers = bool_modifier
| on_or_ignoring
| on_or_ignoring GROUP_LEFT maybe_grouping_labels -> groupLeft
| on_or_ignoring GROUP_RIGHT maybe_grouping_labels -> groupRight

fill_modifiers = group_modifiers
| group_modifiers FILL fill_value -> fillBoth
| group_modifiers FILL_LEFT fill_value -> fillLeft
| group_modifiers FILL_RIGHT fill_value -> fillRight
| group_modifiers FILL_LEFT fill_value FILL_RIGHT fill_value -> fillLeftRight
| group_modifiers FILL_RIGHT fill_value FILL_LEFT fill_value -> fillRightLeft

grouping_labels = LEFT_PAREN grouping_label_list RIGHT_PAREN -> second
| LEFT_PAREN grouping_label_list COMMA RIGHT_PAREN -> second
| LEFT_PAREN RIGHT_PAREN -> emptyList
| error -> groupingExpected

grouping_label_list = grouping_label_list COMMA grouping_label -> groupingAppend
| grouping_label -> groupingFirst
| grouping_label_list error -> groupingSeparatorExpected

grouping_label = maybe_label -> groupingName
| STRING -> groupingString
| error -> groupingLabelExpected

fill_value = LEFT_PAREN number_duration_literal RIGHT_PAREN -> second
| LEFT_PAREN unary_op number_duration_literal RIGHT_PAREN -> fillSigned

function_call = IDENTIFIER function_call_body -> call
| at_modifier_preprocessors function_call_body -> call
| STEP function_call_body -> call
| RANGE function_call_body -> call
| max_of_min_of function_call_body -> call

function_call_body = LEFT_PAREN function_call_args RIGHT_PAREN -> second
| LEFT_PAREN RIGHT_PAREN -> emptyList

function_call_args = function_call_args COMMA expr -> argsAppend
| expr -> argsFirst
| function_call_args COMMA -> argsTrailingComma

paren_expr = LEFT_PAREN expr RIGHT_PAREN -> paren

positive_duration_expr = duration_expr -> positiveDuration

offset_expr = expr OFFSET offset_duration_expr -> offset
| expr OFFSET error -> offsetExpected

anchored_expr = expr ANCHORED -> anchored
smoothed_expr = expr SMOOTHED -> smoothed

step_invariant_expr = expr AT signed_or_unsigned_number -> atTimestamp
| expr AT at_modifier_preprocessors LEFT_PAREN RIGHT_PAREN -> atPreprocessor
| expr AT error -> atExpected

at_modifier_preprocessors = START
| END

matrix_selector = expr LEFT_BRACKET positive_duration_expr RIGHT_BRACKET -> matrix

subquery_expr = expr LEFT_BRACKET positive_duration_expr COLON positive_duration_expr RIGHT_BRACKET -> subqueryStep
| expr LEFT_BRACKET positive_duration_expr COLON RIGHT_BRACKET -> subquery
| expr LEFT_BRACKET positive_duration_expr COLON positive_duration_expr error -> subqueryEndExpected
| expr LEFT_BRACKET positive_duration_expr COLON error -> subqueryStepExpected
| expr LEFT_BRACKET positive_duration_expr error -> rangeEndExpected
| expr LEFT_BRACKET error -> rangeExpected

unary_expr = unary_op expr %MUL -> unary

vector_selector = metric_identifier label_matchers -> selectorNamed
| metric_identifier -> selectorName
| label_matchers

label_matchers = LEFT_BRACE label_match_list RIGHT_BRACE -> selectorBraces
| LEFT_BRACE label_match_list COMMA RIGHT_BRACE -> selectorTrailingComma
| LEFT_BRACE RIGHT_BRACE -> selectorEmptyBraces

label_match_list = label_match_list COMMA label_matcher -> matchersAppend
| label_matcher -> matchersFirst
| label_match_list error -> matcherSeparatorExpected

label_matcher = IDENTIFIER match_op STRING -> matcher
| string_identifier match_op STRING -> matcher
| string_identifier -> matcherName
| string_identifier match_op error -> matcherStringExpected
| IDENTIFIER match_op error -> matcherStringExpected
| IDENTIFIER error -> matcherOperatorExpected
| error -> matcherExpected

metric_identifier = AVG
| BOTTOMK
| BY
| COUNT
| COUNT_VALUES
| FILL
| FILL_LEFT
| FILL_RIGHT
| GROUP
| IDENTIFIER
| LAND
| LOR
| LUNLESS
| MAX
| METRIC_IDENTIFIER
| MIN
| OFFSET
| QUANTILE
| STDDEV
| STDVAR
| SUM
| TOPK
| WITHOUT
| START
| END
| LIMITK
| LIMIT_RATIO
| STEP
| RANGE
| ANCHORED
| SMOOTHED
| MAX_OF
| MIN_OF

aggregate_op = AVG
| BOTTOMK
| COUNT
| COUNT_VALUES
| GROUP
| MAX
| MIN
| QUANTILE
| STDDEV
| STDVAR
| SUM
| TOPK
| LIMITK
| LIMIT_RATIO

maybe_label = AVG
| BOOL
| BOTTOMK
| BY
| COUNT
| COUNT_VALUES
| GROUP
| GROUP_LEFT
| GROUP_RIGHT
| FILL
| FILL_LEFT
| FILL_RIGHT
| IDENTIFIER
| IGNORING
| LAND
| LOR
| LUNLESS
| MAX
| METRIC_IDENTIFIER
| MIN
| OFFSET
| ON
| QUANTILE
| STDDEV
| STDVAR
| SUM
| TOPK
| START
| END
| ATAN2
| LIMITK
| LIMIT_RATIO
| STEP
| RANGE
| ANCHORED
| SMOOTHED
| MAX_OF
| MIN_OF

unary_op = ADD
| SUB

match_op = EQL
| NEQ
| EQL_REGEX
| NEQ_REGEX

number_duration_literal = NUMBER -> numberLiteral
| DURATION -> durationLiteral

number = NUMBER -> number
| DURATION -> durationNumber

signed_number = ADD number -> second
| SUB number -> negated

signed_or_unsigned_number = number
| signed_number

string_literal = STRING -> string

string_identifier = STRING -> stringIdentifier

maybe_grouping_labels = -> emptyList
| grouping_labels

offset_duration_expr = number_duration_literal -> durationOfLiteral
| unary_op number_duration_literal -> offsetSignedLiteral
| STEP LEFT_PAREN RIGHT_PAREN -> durationKeyword
| RANGE LEFT_PAREN RIGHT_PAREN -> durationKeyword
| unary_op STEP LEFT_PAREN RIGHT_PAREN -> offsetSignedKeyword
| unary_op RANGE LEFT_PAREN RIGHT_PAREN -> offsetSignedKeyword
| max_of_min_of LEFT_PAREN duration_expr COMMA duration_expr RIGHT_PAREN -> durationChoice
| unary_op max_of_min_of LEFT_PAREN duration_expr COMMA duration_expr RIGHT_PAREN -> offsetSignedChoice
| unary_op LEFT_PAREN duration_expr RIGHT_PAREN %MUL -> offsetSignedParen
| duration_expr

max_of_min_of = MAX_OF
| MIN_OF

duration_expr = number_duration_literal -> durationOfLiteral
| unary_op duration_expr %MUL -> durationSigned
| duration_expr ADD duration_expr -> durationBinary
| duration_expr SUB duration_expr -> durationBinary
| duration_expr MUL duration_expr -> durationBinary
| duration_expr DIV duration_expr -> durationDivide
| duration_expr MOD duration_expr -> durationModulo
| duration_expr POW duration_expr -> durationBinary
| STEP LEFT_PAREN RIGHT_PAREN -> durationKeyword
| RANGE LEFT_PAREN RIGHT_PAREN -> durationKeyword
| max_of_min_of LEFT_PAREN duration_expr COMMA duration_expr RIGHT_PAREN -> durationChoice
| paren_duration_expr

paren_duration_expr = LEFT_PAREN duration_expr RIGHT_PAREN -> durationParen
`;

/** All tokens in upstream's order; `$end`, `error` and `$unk` come before them. */
export const tokens = `
EQL COLON COMMA DURATION EOF IDENTIFIER LEFT_BRACE LEFT_BRACKET LEFT_PAREN METRIC_IDENTIFIER NUMBER RIGHT_BRACE
RIGHT_BRACKET RIGHT_PAREN STRING
ADD DIV EQLC EQL_REGEX GTE GTR TRIM_UPPER TRIM_LOWER LAND LOR LSS LTE LUNLESS MOD MUL NEQ NEQ_REGEX POW SUB AT
ATAN2
AVG BOTTOMK COUNT COUNT_VALUES GROUP MAX MIN QUANTILE STDDEV STDVAR SUM TOPK LIMITK LIMIT_RATIO
BOOL BY GROUP_LEFT GROUP_RIGHT FILL FILL_LEFT FILL_RIGHT IGNORING OFFSET SMOOTHED ANCHORED ON WITHOUT
START END STEP RANGE MAX_OF MIN_OF
START_EXPRESSION START_METRIC_SELECTOR
`
  .trim()
  .split(/\s+/);

/** Precedence, lowest first. */
export const precedence: readonly (readonly ["left" | "right" | "nonassoc", ...string[]])[] = [
  ["left", "LOR"],
  ["left", "LAND", "LUNLESS"],
  ["left", "EQLC", "GTE", "GTR", "LSS", "LTE", "NEQ", "TRIM_UPPER", "TRIM_LOWER"],
  ["left", "ADD", "SUB"],
  ["left", "MUL", "DIV", "MOD", "ATAN2"],
  ["right", "POW"],
  ["nonassoc", "OFFSET"],
  ["right", "LEFT_BRACKET"],
];
