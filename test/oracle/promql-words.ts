import { functionData } from "../../server/src/promql/functions-data.ts";
import { keywords } from "../../server/src/promql/keywords.ts";

export const words = [...keywords.keys()];
export const functionNames = functionData.map(({ name }) => name);
export const metricNames = [
  "foo",
  "bar",
  "up",
  "http_requests_total",
  "a:b",
  ":x",
  "node_cpu",
  "x",
  "le",
  "_",
];
export const foreignNames = [
  "k8s.pod.name",
  "größe",
  "日本:x",
  "a.b:c",
  "İnf",
  "top\u212a",
  "𝒜.b",
  "sum.x",
  "é٣",
  "x\u0301",
];
export const labelNames = [
  "job",
  "a",
  "instance",
  "le",
  "__name__",
  "x1",
  "by",
  "on",
  "sum",
  "offset",
  "bool",
  "inf",
];
export const numbers = [
  ..."0 1 2 5 10 0.5 .5 5. 1e3 1e-3 1E+5 0x1F 0X_f 0b1 010 08 1_000 1__0 1_ 1e 1e999 0x 99999999999999999999".split(
    " ",
  ),
  ..."Inf NaN inf nan 1.5.2 1e5e5 0xfffffffffffffffff 0x1p3 9223372036854775807 9223372036854775808 1_0.5 0_7".split(
    " ",
  ),
  ..."0xeee 1.e3 1._5 5._ 1e+ 0.0 00 0x1_ 123456789.123456789 4.9e-324".split(" "),
];
export const durations = [
  ..."5m 1h30m 1d 0s 0ms 1ms 1w 1y 300y 292y 1000y 5s 1h5 5mx 1s1m 5ss 5hs 1m1m 2y3w 1d1h1m1s1ms 00m 5M".split(
    " ",
  ),
  ..."99999999999999999999s 1.5h 15250w 15251w 106751d 106752d 9223372036s 9223372037s 9223372036854ms".split(
    " ",
  ),
];
export const strings = [
  ...[
    '"x"',
    "'y'",
    "`z`",
    '""',
    '"a.b"',
    '"\\n"',
    '"\\""',
    "'\\''",
    '"\\x41"',
    '"\\xff"',
    '"\\u00e9"',
    '"\\U0001F600"',
  ],
  ...[
    '"\\101"',
    '"\\400"',
    '"\\d"',
    '"\\ud800"',
    '"é"',
    '"日本"',
    '"😀"',
    '"a\\',
    "'unterminated",
    "`raw",
    '"new\nline"',
  ],
  ...[
    "'\\\"'",
    '"\\x4"',
    '"\\u12"',
    '"\\U00110000"',
    '"\u00a0"',
    '"\ufffd"',
    '"\\q"',
    '"\\é"',
    "`\\d+`",
    "`a\nb`",
    '"\\0"',
  ],
  ...[
    '"__name__"',
    '"le"',
    '"foo bar"',
    '"{}"',
    '"\\xc3\\xa9"',
    '"\\xc3"',
    '"$1"',
    '"a very long string indeed"',
  ],
];
export const regexes = [
  ..."x a|b .* .+ 5.. ^x$ (a|b)c [a-z]+ a{2} a{2,1} a{1001} ( ) [ a** a?? \\\\d \\\\d+ \\\\C \\\\pL \\\\p{Greek}".split(
    " ",
  ),
  ..."\\\\p{Foo} (?i)x (?P<n>x) (?P<n>x)(?P<n>y) (?<n>x) (?=x) (?:x (?x) * + ? {2} a{,2} [z-a] [[:alpha:]] |".split(
    " ",
  ),
  ..."[[:foo:]] \\\\ \\\\8 (a|b|) (|a) a|| ()() x* (x?)* \\\\Qa\\\\E \\\\Qa. [^] [] []] \\\\x{110000} \\\\x{41} é 日".split(
    " ",
  ),
  ..."((((((((((a))))))))))+ (a{1000}){1000} .{1000} (?s).* (?m)^$ \\\\b \\\\B \\\\z \\\\Z \\\\A $ ^ [^a] (?i:A) x{0} (?U)a+".split(
    " ",
  ),
  ..."\\\\xff a{2}{3} a*? a+* (?i (?P<1a>x) (?P=n) \\\\1 [a-\\\\d] [\\\\d-a] [a--b] (?) (?:) (?-s). \\\\N \\\\K \\\\R \\\\X \\\\h".split(
    " ",
  ),
];
export const spaces = ["", " ", " ", " ", "  ", "\n", "\t", " # comment\n", "#é\r\n", "\r"];
export const binaryOperators = "+ - * / % ^ == != > < >= <= and or unless atan2 </ >/ AND Or =~ = !~".split(
  " ",
);
export const junk = [
  ..."(){}[],=!~<>+-*/%^@:;#\"'`$&|?\\.€é😀\u00a0\u0000\ufffd\ud800İK_",
  "{{",
  "}}",
  "=~",
  "!~",
  "</",
];
