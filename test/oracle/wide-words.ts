/** What an editor would call a word, and each sign by itself. */
export const tokens = /\s+|[\p{L}\p{N}_]+|"(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*'|[-:?,[\]{}#&*!|>%@`"'\\]|./gsu;
/** Characters that mean something to YAML. */
export const indicators = [..."-?:,[]{}#&*!|>'\"%@`\\~=<.^$()+/;_ \t\n\r\0"];
/** Line breaks, and what looks like one. */
export const breaks = ["\r\n", "\r", "\n\n", "\x85", "\u2028", "\u2029", " \n", "\t\n"];
/** Units of durations, and what is none. */
export const units = ["ms", "s", "m", "h", "d", "w", "y", "ns", "us", "M", "S", "min", ""];
/** Numbers of every kind, and what is nearly one. */
export const numbers = [
  ..."0 1 -1 +1 00 01 007 08 0o7 0o8 0O7 0b1 0b2 0B1 0x1f 0X1F 0xg 1_000 _1 1_ 1__0 -0 -0b1 -0o7 -0x1 +0b1 0b-1 0b+1 0o-7 0x_1 0b_1 0o_7".split(
    " ",
  ),
  ..."1.0 1. .5 -.5 +.5 . 1.5.2 1e3 1e+3 1E-3 1e 1e999 -1e999 1_0e1_0 .e1 0x1p3 0x1p-3 .inf -.inf +.inf .Inf .INF .iNF inf Inf .nan .NaN nan NaN".split(
    " ",
  ),
  ..."9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809 18446744073709551615 18446744073709551616 1e18 1e19 1e30".split(
    " ",
  ),
  ..."true True TRUE tRUE false yes Yes no on off y n null Null NULL nULL ~ 190:20:30 1:60 12:30:45".split(
    " ",
  ),
  ..."2026-01-01 2026-1-1 2026-13-01 2026-02-30 2026-01-01T00:00:00Z 2026-01-01t1:2:3.5+01:00 2026-01-01T00:00:00".split(
    " ",
  ),
  "2026-01-01 00:00:00",
  "2026-01-01 24:00:00",
  "2026-01-01 0:0:0.123456789",
  "2026-01-01 00:00:00 Z",
  "2026-01-01 00:00:00 +1",
];
/** Tags, and what is none. */
export const tags = [
  ..."!!str !!int !!float !!bool !!null !!binary !!timestamp !!map !!seq !!merge !!omap !!set ! !x !x!y !!foo".split(
    " ",
  ),
  ..."!<tag:yaml.org,2002:str> !<!x> !<tag:yaml.org,2002:int> !!%73tr !x%20 !!str%20 !!float64 !!str\t".split(
    " ",
  ),
];
/** Characters that editors, YAML or UTF-8 treat in their own way. */
export const oddCharacters = [
  ..."\u0000\u0001\u0007\b\u000b\f\u001b\u007f\u0080\u0085\u009f\u00a0\u00ad\u0301\u200b\u200d\u200e\u2028\u2029\u202e\ufeff\ufffd\ufffe\uffff",
  ..."é日𝒜😀\u{10ffff}\u{e0001}\udcff\udcc3\udce2\udc80\udcf0",
  "👩‍👩‍👧",
  "\udcc3\udca9",
  "\udce2\udc80\udca8",
];
