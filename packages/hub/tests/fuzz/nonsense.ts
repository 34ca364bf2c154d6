import fc, { type Arbitrary } from 'fast-check';

/** What no schema of ours means, as JSON text; kept by name, so that plans stay short. */
const raws: Readonly<Record<string, string>> = {
  null: 'null',
  false: 'false',
  zero: '0',
  negative: '-1',
  fraction: '1.5',
  'huge integer': '9007199254740993',
  'beyond int4': '2147483648',
  'beyond every number': '1e400',
  'many digits': '9'.repeat(400),
  'empty text': '""',
  blank: '" \\t "',
  'a NUL': '"a\\u0000b"',
  'a lone surrogate': '"\\ud800"',
  'line breaks and ANSI': '"a\\r\\n\\u001b[31mb"',
  'right to left': '"\\u202e\\u2066x"',
  'long text': JSON.stringify('x'.repeat(20_000)),
  'text beyond the limit': JSON.stringify('y'.repeat(300_000)),
  'long emoji': JSON.stringify('👩‍👩‍👧'.repeat(500)),
  'an array': '[1,[2,[null]]]',
  'an empty array': '[]',
  'an array of many': JSON.stringify(Array.from({ length: 5000 }, () => 'x')),
  'an object': '{"a":{"b":1}}',
  'an empty object': '{}',
  'a poisoned prototype': '{"__proto__":{"admin":true}}',
  'a poisoned constructor': '{"constructor":{"prototype":{"admin":true}}}',
  'names of every object': '{"toString":1,"hasOwnProperty":2,"then":3,"toJSON":4}',
  'deep arrays': `${'['.repeat(3000)}${']'.repeat(3000)}`,
  'deep objects': `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`,
  SQL: '"\'; drop table users; --"',
  'a template': '"{{7*7}}#{7*7}<%= 7 %>"',
  'a path': '"../../../../etc/passwd"',
  'a URL inside': '"http://169.254.169.254/latest/meta-data"',
  'a script URL': '"javascript:alert(1)"',
  'a data URL': '"data:text/html,<script>1</script>"',
  'an odd URL': '"https://user:pass@exa mple.com:99999/%zz"',
  'a year beyond': '"+275760-09-13T00:00:00.001Z"',
  'a day that is none': '"2026-02-30T25:61:61Z"',
  'an IPv6 zone': '"http://[fe80::1%25eth0]/"',
};

/** Stands in a JSON value for text that JSON.stringify would not write. */
export const rawPlace: Arbitrary<string> = fc
  .constantFrom(...Object.keys(raws))
  .map((name) => `{{raw:${name}}}`);

/** The text of a body whose places of `rawPlace` are filled. */
export function fillRaws(json: string): string {
  return json.replaceAll(/"\{\{raw:([^"}]+)\}\}"/g, (_place, name: string) => raws[name] ?? 'null');
}

/** Bodies that are none, with the type they claim to be. */
export const rawBodies: Arbitrary<{ text: string; type: string | undefined }> = fc.oneof(
  fc.constantFrom(
    { text: '', type: 'application/json' },
    { text: '{', type: 'application/json' },
    { text: '{"a":1}}', type: 'application/json' },
    { text: '{"name":"a","name":"b"}', type: 'application/json' },
    { text: '{"__proto__":{"admin":true}}', type: 'application/json' },
    { text: '\u0000', type: 'application/json' },
    { text: '\ufeff{}', type: 'application/json; charset=utf-8' },
    { text: '{}', type: 'application/json; charset=utf-16' },
    { text: 'name=x', type: 'application/x-www-form-urlencoded' },
    { text: '{}', type: 'text/plain' },
    { text: '<a/>', type: 'application/xml' },
    {
      text: '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--x--',
      type: 'multipart/form-data; boundary=x',
    },
    { text: '{}', type: undefined },
    { text: '{}', type: 'nonsense' },
    { text: '{}', type: `application/${'x'.repeat(3000)}` },
    { text: '[]', type: 'application/merge-patch+json' },
  ),
  rawPlace.map((place) => ({ text: `"${place}"`, type: 'application/json' })),
);

/** Path segments and query values, percent-encoded as far as HTTP demands. */
export const oddTexts: Arbitrary<string> = fc.constantFrom(
  '%00',
  'a%00b',
  '%zz',
  '%',
  '%E0%A4%A',
  '%F0%9F%94%91',
  '..',
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e',
  '%0d%0aset-cookie:a=b',
  '%1b%5b31m',
  '-1',
  '0',
  '1e9',
  '99999999999999999999',
  'NaN',
  'undefined',
  'null',
  'true',
  '__proto__',
  'constructor',
  '%7B%7D',
  '%5B%5D',
  '%27%20or%201%3D1--',
  'x'.repeat(190),
  'x'.repeat(3000),
  '%E2%80%AE',
  'cred_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  'CRED_01ARZ3NDEKTSV4RRFFQ69G5FAV',
  'key_01ARZ3NDEKTSV4RRFFQ69G5FAZ',
);

const cursor = (payload: unknown) => Buffer.from(JSON.stringify(payload)).toString('base64url');

/** Cursors of our shape with a content that is not ours, for whichever field a list is sorted by. */
export function cursorsFor(sorts: readonly string[]): Arbitrary<string> {
  const field = fc.constantFrom(...sorts, 'nonsense');
  const key = fc.constantFrom(
    '',
    'x',
    '1',
    '-1e400',
    'NaN',
    '2026-01-01',
    'infinity',
    'a\u0000b',
    'true',
    '\ud800',
  );
  const id = fc.constantFrom('', 'x', 'a\u0000b', '{{id:cred:0}}');
  return fc.oneof(
    fc.tuple(field, key, id).map((payload) => cursor(payload)),
    fc.constantFrom(
      cursor([]),
      cursor({}),
      cursor(null),
      cursor([1, 2, 3]),
      cursor([null, null, null]),
      '%00',
      'x',
      '{{field:nextCursor:0}}',
    ),
  );
}

/** Headers that change what a request means, or that nobody sends. */
export const oddHeaders: Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  {
    weight: 5,
    arbitrary: fc.constantFrom<Record<string, string>>(
      { 'idempotency-key': 'same-key' },
      { 'idempotency-key': 'x'.repeat(201) },
      { 'idempotency-key': '' },
      { 'idempotency-key': 'a b' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { accept: 'text/html' },
      { accept: '*/*;q=0, nonsense' },
      { 'accept-encoding': 'gzip;q=nonsense, br' },
      { 'content-encoding': 'gzip' },
      { 'if-match': '*' },
      { range: 'bytes=0-0' },
      { host: 'evil.example' },
      { 'x-forwarded-host': 'evil.example' },
      { 'x-forwarded-proto': 'gopher' },
      { 'x-forwarded-for': 'nonsense, ::1, 999.1.1.1' },
      { 'x-http-method-override': 'DELETE' },
      { cookie: '__Host-lockkeeper=nonsense' },
      { cookie: `__Host-lockkeeper=${'%'.repeat(50)}; a=%zz; __proto__=1` },
      { authorization: 'Bearer' },
      { authorization: 'Bearer lk_nonsense' },
      { authorization: 'Basic Og==' },
      { authorization: `Bearer lk_${'x'.repeat(5000)}` },
      { 'accept-language': 'x'.repeat(3000) },
      { 'user-agent': '' },
      { 'user-agent': '{{7*7}} #{7*7} <script>' },
      { traceparent: 'nonsense' },
    ),
  },
);
